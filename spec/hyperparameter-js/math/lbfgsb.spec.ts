import { minimizeBounded } from "../../../core/hyperparameter-js/src/math/lbfgsb.js";

function rosenbrock(x: Float64Array, gradient: Float64Array): number {
  gradient.fill(0);
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i] as number, x[i + 1] as number];
    sum += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
    (gradient[i] as number) += -400 * a * (b - a * a) - 2 * (1 - a);
    (gradient[i + 1] as number) += 200 * (b - a * a);
  }
  return sum;
}

type Bounds = readonly (readonly [number, number])[];

/** scipy 1.10.1: minimize(rosen, start, jac=rosen_der, bounds=..., method="L-BFGS-B", ftol=1e-15, gtol=1e-10). */
const SCIPY: readonly (readonly [start: number[], bounds: Bounds, x: number[], value: number])[] = [
  [
    [0.5, 1, 0.5, 2],
    [
      [-2, 2],
      [-2, 2],
      [-2, 2],
      [-2, 2],
    ],
    [1, 1, 1, 1],
    0,
  ],
  [
    [0.2, 1, 0.5, 2],
    [
      [0, 0.5],
      [-1, 2],
      [0.1, 0.9],
      [-2, 2],
    ],
    [0.5, 0.2715473096362605, 0.1, 0.01],
    1.7060415496991843,
  ],
  [
    [0, 0, 0, 0],
    [
      [-2, 2],
      [1.2, 2],
      [-2, 2],
      [-2, 2],
    ],
    [1.095246630577166, 1.2, 1.4166104023045945, 2],
    0.281966048479775,
  ],
];

describe("bounded L-BFGS", () => {
  it.each(SCIPY)("from %j within %j ends where scipy does", (start, bounds, x, value) => {
    const found = minimizeBounded({
      start: Float64Array.from(start),
      low: Float64Array.from(bounds, ([low]) => low),
      high: Float64Array.from(bounds, ([, high]) => high),
      value: rosenbrock,
      progress: 0,
      tolerance: 1e-8,
    });
    expect(found.value).toBeCloseTo(value, 10);
    found.x.forEach((each, i) => {
      expect(each).toBeCloseTo(x[i] as number, 5);
    });
  });

  it("starts on the bound where the start lies outside", () => {
    const [low, high] = [Float64Array.of(1), Float64Array.of(2)];
    const value = (x: Float64Array, gradient: Float64Array) => {
      expect(x[0]).toBeGreaterThanOrEqual(1);
      gradient[0] = 1;
      return x[0] as number;
    };
    expect(minimizeBounded({ start: Float64Array.of(9), low, high, value }).x).toEqual(Float64Array.of(1));
  });

  it("steps back from where there is no value", () => {
    const value = ([x = 0]: Float64Array, gradient: Float64Array) => {
      gradient[0] = 1 - 1 / x;
      return x > 0 ? x - Math.log(x) : Number.NaN;
    };
    const [low, high] = [Float64Array.of(-5), Float64Array.of(50)];
    expect(minimizeBounded({ start: Float64Array.of(40), low, high, value }).x[0]).toBeCloseTo(1, 4);
  });

  it("stays where everything is held", () => {
    const value = (_: Float64Array, gradient: Float64Array) => {
      gradient[0] = 3;
      return 7;
    };
    const [low, high, start] = [Float64Array.of(0), Float64Array.of(1), Float64Array.of(0)];
    expect(minimizeBounded({ start, low, high, value })).toEqual({ x: Float64Array.of(0), value: 7, evaluations: 1 });
  });
});
