import fc from "fast-check";
import {
  factorize,
  invert,
  logDeterminant,
  rowStart,
  solveLower,
  solveLowerEach,
  solveUpper,
} from "../../../core/hyperparameter-js/src/math/cholesky.js";
import { createRng } from "../../../core/hyperparameter-js/src/random/rng.js";

type Matrix = readonly (readonly number[])[];

/** B·Bᵀ + n·I, which is well conditioned. */
function positiveDefinite(n: number, seed: number): Matrix {
  const rng = createRng(seed, "spec");
  const b = Array.from({ length: n }, () => Array.from({ length: n }, () => rng.normal()));
  const entry = (i: number, j: number) => (b[i] ?? []).reduce((sum, each, k) => sum + each * (b[j]?.[k] ?? 0), 0);
  return b.map((_, i) => b.map((_, j) => entry(i, j) + (i === j ? n : 0)));
}

function pack(matrix: Matrix): Float64Array {
  return Float64Array.from(matrix.flatMap((row, i) => row.slice(0, i + 1)));
}

function times(matrix: Matrix, x: ArrayLike<number>): number[] {
  return matrix.map((row) => row.reduce((sum, each, j) => sum + each * (x[j] ?? 0), 0));
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (each, i) => Math.abs(each - (b[i] as number))));
}

const CASE = fc.record({ n: fc.integer({ min: 1, max: 23 }), seed: fc.nat() });

describe("packed Cholesky", () => {
  it("solves the system that it factorized", () => {
    fc.assert(
      fc.property(CASE, ({ n, seed }) => {
        const matrix = positiveDefinite(n, seed);
        const x = Float64Array.from({ length: n }, (_, i) => Math.cos(i));
        const b = Float64Array.from(times(matrix, x));
        const l = pack(matrix);
        expect(factorize(l, n)).toBe(true);
        solveLower(l, n, b);
        solveUpper(l, n, b);
        expect(farthest(b, x)).toBeLessThan(1e-9);
      }),
    );
  });

  it("solves many systems with the bits of each alone", () => {
    fc.assert(
      fc.property(CASE, fc.integer({ min: 0, max: 5 }), ({ n, seed }, count) => {
        const l = pack(positiveDefinite(n, seed));
        factorize(l, n);
        const together = Float64Array.from({ length: count * n }, (_, i) => Math.cos(i));
        const alone = together.slice();
        for (let at = 0; at < count; at++) solveLower(l, n, alone.subarray(at * n, (at + 1) * n));
        solveLowerEach(l, n, together);
        expect(together).toEqual(alone);
      }),
    );
  });

  it("gives the same numbers when rows are appended one at a time", () => {
    fc.assert(
      fc.property(CASE, ({ n, seed }) => {
        const whole = pack(positiveDefinite(n, seed));
        const grown = whole.slice();
        factorize(whole, n);
        for (let rows = 0; rows < n; rows++) expect(factorize(grown, rows + 1, rows)).toBe(true);
        expect(grown).toEqual(whole);
      }),
    );
  });

  it("inverts", () => {
    fc.assert(
      fc.property(CASE, ({ n, seed }) => {
        const matrix = positiveDefinite(n, seed);
        const l = pack(matrix);
        factorize(l, n);
        const inverse = new Float64Array(rowStart(n));
        invert(l, n, inverse, new Float64Array(n * n));
        const at = (i: number, j: number) => inverse[rowStart(Math.max(i, j)) + Math.min(i, j)] as number;
        for (let j = 0; j < n; j++) {
          const column = Array.from({ length: n }, (_, i) => at(i, j));
          const unit = column.map((_, i) => (i === j ? 1 : 0));
          expect(farthest(times(matrix, column), unit)).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it("knows the determinant", () => {
    const l = Float64Array.of(4, 2, 5);
    factorize(l, 2);
    expect(logDeterminant(l, 2)).toBeCloseTo(Math.log(16), 14);
  });

  it.each([[[1, 2, 1]], [[0]], [[Number.NaN]], [[1, 0, -1]]])(
    "refuses %j, which is not positive definite",
    (packed) => {
      const rows = packed.length === 1 ? 1 : 2;
      expect(factorize(Float64Array.from(packed), rows)).toBe(false);
    },
  );
});
