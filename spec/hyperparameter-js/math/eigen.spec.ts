import fc from "fast-check";
import { createRng } from "hyperparameter-js";
import { symmetricEigen } from "../../../core/hyperparameter-js/src/math/eigen.js";

function matrixOf(n: number, at: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, cell) => at(Math.floor(cell / n), cell % n));
}

/** The largest miss of A·v = λ·v and of orthonormality. */
function residual(matrix: Float64Array, n: number): number {
  const { values, vectors } = symmetricEigen(matrix, n);
  let worst = 0;
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) {
      let image = 0;
      let product = 0;
      for (let j = 0; j < n; j++) {
        image += (matrix[i * n + j] as number) * (vectors[k * n + j] as number);
        product += (vectors[i * n + j] as number) * (vectors[k * n + j] as number);
      }
      const miss = image - (values[k] as number) * (vectors[k * n + i] as number);
      worst = Math.max(worst, Math.abs(miss), Math.abs(product - (i === k ? 1 : 0)));
    }
  return worst;
}

describe("eigenvalues", () => {
  // numpy.linalg.eigh, NumPy 1.24.
  it("are NumPy's", () => {
    const { values, vectors } = symmetricEigen(
      matrixOf(5, (i, j) => 1 / (i + j + 1) + (i === j ? 2 * i : 0)),
      5,
    );
    [0.8089626168066395, 2.4151387806389746, 4.248094247788354, 6.175231285151276, 8.139874656916355].forEach(
      (value, k) => {
        expect(values[k]).toBeCloseTo(value, 13);
      },
    );
    const first = [
      0.9523039963186063, -0.2949695848068567, -0.06960501305530858, -0.03099029795829178, -0.01745812774924292,
    ];
    const sign = Math.sign(vectors[0] as number);
    first.forEach((part, j) => {
      expect(sign * (vectors[j] as number)).toBeCloseTo(part, 13);
    });
  });

  it("are NumPy's where they are small beside others: Hilbert's matrix", () => {
    const { values } = symmetricEigen(
      matrixOf(6, (i, j) => 1 / (i + j + 1)),
      6,
    );
    const wanted = [
      1.0827994844683569e-7, 1.2570757122623588e-5, 0.0006157483541826077, 0.016321521319875697, 0.2423608705752093,
      1.6188998589243384,
    ];
    wanted.forEach((value, k) => {
      expect(Math.abs((values[k] as number) - value)).toBeLessThan(1e-15);
    });
  });
});

it("an eigensystem is one, for any symmetric matrix", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), fc.boolean(), (n, seed, thinned) => {
      const rng = createRng(seed, "matrix");
      const half = matrixOf(n, () => (thinned && rng.next() < 0.6 ? 0 : rng.normal()));
      const matrix = matrixOf(n, (i, j) => (half[i * n + j] as number) + (half[j * n + i] as number));
      expect(residual(matrix, n)).toBeLessThan(1e-12);
      const { values } = symmetricEigen(matrix, n);
      expect([...values]).toEqual([...values].sort((a, b) => a - b));
    }),
  );
});

it.each<[string, (i: number, j: number) => number]>([
  ["zero", () => 0],
  ["the identity", (i, j) => (i === j ? 1 : 0)],
  ["one row alike", () => 1],
  ["values of very different size", (i, j) => (i === j ? 10 ** (-2 * i) : 0)],
])("an eigensystem of %s", (_, at) => {
  expect(residual(matrixOf(7, at), 7)).toBeLessThan(1e-13);
});
