import fc from "fast-check";
import { factorise, solve } from "../../../../plugins/learners/linear/cholesky.js";
import { Minimisation, type Problem } from "../../../../plugins/learners/linear/owlqn.js";
import { noise, solveLinear } from "./oracle.js";

function minimum(problem: Problem, size: number): number[] {
  const minimisation = new Minimisation(problem, new Float64Array(size));
  for (let step = 0; step < 500 && minimisation.step(); step++);
  return [...minimisation.x];
}

/** ½ Σ cᵢ (xᵢ − aᵢ)² with penalties: each coordinate's minimum is a soft threshold. */
function separable(a: readonly number[], c: readonly number[], l1: readonly number[]): Problem {
  return {
    l1: Float64Array.from(l1),
    evaluate: (x, gradient) => {
      x.forEach((value, i) => {
        gradient[i] = (c[i] as number) * (value - (a[i] as number));
      });
      return x.reduce((sum, value, i) => sum + ((c[i] as number) / 2) * (value - (a[i] as number)) ** 2, 0);
    },
    precondition: (vector, free) => vector.map((value, i) => (free[i] === 1 ? value : 0)),
  };
}

describe("Minimisation", () => {
  test("finds the soft thresholds of separable problems, exact zeros included", () => {
    const one = fc.tuple(
      fc.double({ min: -5, max: 5, noNaN: true }),
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 3, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 12 }), (parts) => {
        const [a, c, l1] = [0, 1, 2].map((k) => parts.map((part) => part[k] as number)) as [
          number[],
          number[],
          number[],
        ];
        const found = minimum(separable(a, c, l1), a.length);
        found.forEach((value, i) => {
          const [target, threshold] = [a[i] as number, (l1[i] as number) / (c[i] as number)];
          const expected = Math.sign(target) * Math.max(Math.abs(target) - threshold, 0);
          expect(Math.abs(value - expected)).toBeLessThan(1e-5);
          if (Math.abs(target) < threshold * 0.999) expect(value).toBe(0);
        });
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test("stops at a start that is the minimum", () => {
    const problem = separable([0.5, -0.5], [1, 1], [1, 1]);
    expect(new Minimisation(problem, new Float64Array(2)).step()).toBe(false);
  });

  test("a function that is not finite is left where it is", () => {
    const problem: Problem = { ...separable([1], [1], [0]), evaluate: () => Number.NaN };
    expect(minimum(problem, 1)).toEqual([0]);
  });
});

describe("Cholesky", () => {
  test("solves as Gauss does", () => {
    for (const size of [1, 2, 7, 20]) {
      const rows = Array.from({ length: size + 3 }, (_, i) => noise(i + 50, size));
      const cell = (i: number, j: number) =>
        rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0);
      const matrix = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => cell(i, j)));
      const right = noise(7, size);
      const found = solve(factorise(Float64Array.from(matrix.flat()), size), Float64Array.from(right));
      solveLinear(matrix, right).forEach((value, i) => {
        expect(found[i]).toBeCloseTo(value, 8);
      });
    }
  });
});
