import fc from "fast-check";
import { fitGp } from "../../../../core/hyperparameter-js/src/models/gp/fit.js";
import type { Inputs } from "../../../../core/hyperparameter-js/src/models/gp/kernel.js";
import { type Hyperparameters, processOf } from "../../../../core/hyperparameter-js/src/models/gp/posterior.js";
import { createRng } from "../../../../core/hyperparameter-js/src/random/rng.js";
import { MIXED, NUMBERS, numericGradient, VALUES } from "./data.js";
import { densePrediction } from "./twin.js";

const HYPER: Hyperparameters = {
  theta: Float64Array.of(0.5 ** -2, 0.8 ** -2, 1.7 ** -2),
  scale: 1,
  noise: 1e-3,
};

/** scikit-learn 1.2.1: GaussianProcessRegressor(ConstantKernel(1.3) + 1.3 * Matern(nu=2.5) + WhiteKernel(1.3e-3)), no noise. */
const SKLEARN: readonly (readonly [x: number[], mean: number, variance: number])[] = [
  [[0.2, 0.4, 0.6], 0.6817973340591494, 0.03760647609715891],
  [[0.9, 0.1, 0.3], -1.322972158920941, 0.12745300215220343],
  [[0.5, 0.5, 3], -0.487969927157337, 1.1462516833633802],
];

function deviationOf(y: Float64Array): number {
  const mean = y.reduce((sum, each) => sum + each, 0) / y.length;
  return Math.sqrt(y.reduce((sum, each) => sum + (each - mean) ** 2, 0) / y.length);
}

describe("posterior", () => {
  it.each(SKLEARN)("at %j is scikit-learn's", (x, mean, variance) => {
    const scale = 1.3 / deviationOf(VALUES) ** 2;
    const predicted = processOf(NUMBERS, VALUES, { ...HYPER, scale }).predict(Float64Array.from(x));
    expect(predicted.mean).toBeCloseTo(mean, 10);
    expect(predicted.variance).toBeCloseTo(variance, 10);
  });

  it("is a dense twin's, for numbers and categories", () => {
    const sizes = fc.record({ rows: fc.integer({ min: 1, max: 14 }), seed: fc.nat() });
    fc.assert(
      fc.property(sizes, ({ rows, seed }) => {
        const rng = createRng(seed, "spec");
        const cells = Float64Array.from({ length: 3 * rows }, (_, at) => (at % 3 === 1 ? rng.int(3) : rng.next()));
        const inputs: Inputs = { dimensions: ["number", "category", "number"], rows, cells };
        const y = Float64Array.from({ length: rows }, () => 5 + 3 * rng.normal());
        const x = Float64Array.of(rng.next(), rng.int(4), rng.next());
        const [own, twin] = [processOf(inputs, y, HYPER).predict(x), densePrediction(inputs, y, HYPER, x)];
        expect(own.mean).toBeCloseTo(twin.mean, 8);
        expect(own.variance).toBeCloseTo(twin.variance, 8);
      }),
    );
  });

  it.each([
    ["numbers", NUMBERS],
    ["numbers and categories", MIXED],
  ])("has the slopes that finite differences have, for %s", (_, inputs) => {
    const process = processOf(inputs, VALUES, HYPER);
    const x = Float64Array.of(0.31, 1, 0.77);
    const [mean, variance] = [new Float64Array(3), new Float64Array(3)];
    expect(process.slopes(x, mean, variance)).toEqual(process.predict(x));
    const numbers = inputs.dimensions.map((kind) => kind === "number");
    const of = (key: "mean" | "variance") => numericGradient((at) => process.predict(at)[key], x);
    of("mean").forEach((each, p) => {
      expect(mean[p]).toBeCloseTo(numbers[p] ? each : 0, 6);
    });
    of("variance").forEach((each, p) => {
      expect(variance[p]).toBeCloseTo(numbers[p] ? each : 0, 6);
    });
  });

  it("with a value more is what it is with all from the start, but for the unit of the values", () => {
    const short: Inputs = { ...NUMBERS, rows: 11, cells: NUMBERS.cells.slice(0, 33) };
    const process = processOf(short, VALUES.slice(0, 11), HYPER);
    const grown = process.with(NUMBERS.cells.slice(33), process.predict(NUMBERS.cells.slice(33)).mean);
    const x = Float64Array.of(0.6, 0.6, 0.2);
    expect(grown.inputs).toEqual(NUMBERS);
    expect(grown.predict(x).mean).toBeCloseTo(process.predict(x).mean, 8);
    expect(grown.predict(x).variance).toBeLessThan(process.predict(x).variance);
    const ratio = (deviationOf(VALUES.slice(0, 11)) / deviationOf(VALUES)) ** 2;
    expect(grown.predict(x).variance).toBeCloseTo(processOf(NUMBERS, VALUES, HYPER).predict(x).variance * ratio, 8);
  });

  it("knows the mean at its rows without asking", () => {
    const process = processOf(MIXED, VALUES, { ...HYPER, noise: 0.1 });
    process.fitted().forEach((each, row) => {
      expect(each).toBeCloseTo(process.predict(MIXED.cells.slice(3 * row, 3 * row + 3)).mean, 10);
    });
  });

  it("takes rows that repeat, and no noise", () => {
    const twice: Inputs = { ...NUMBERS, rows: 24, cells: Float64Array.of(...NUMBERS.cells, ...NUMBERS.cells) };
    const y = Float64Array.of(...VALUES, ...VALUES);
    const process = processOf(twice, y, { ...HYPER, noise: 0 });
    expect(process.predict(NUMBERS.cells.slice(0, 3)).mean).toBeCloseTo(VALUES[0] as number, 4);
    const again = process.with(NUMBERS.cells.slice(0, 3), VALUES[0] as number);
    expect(again.predict(NUMBERS.cells.slice(0, 3)).mean).toBeCloseTo(VALUES[0] as number, 4);
  });
});

describe("a fit", () => {
  it("is in the values' own unit", () => {
    const [own, other] = [
      fitGp(NUMBERS, VALUES),
      fitGp(
        NUMBERS,
        VALUES.map((y) => 1e6 + 4096 * y),
      ),
    ];
    const x = Float64Array.of(0.3, 0.3, 0.3);
    expect(other.predict(x).mean).toBeCloseTo(1e6 + 4096 * own.predict(x).mean, 2);
    expect(Math.sqrt(other.predict(x).variance)).toBeCloseTo(4096 * Math.sqrt(own.predict(x).variance), 2);
  });

  it("finds short lengths where values change, and long ones where they don't", () => {
    const rng = createRng(3, "spec");
    const cells = Float64Array.from({ length: 80 }, () => rng.next());
    const y = Float64Array.from({ length: 40 }, (_, row) => Math.sin(9 * (cells[2 * row] as number)));
    const { theta, noise } = fitGp({ dimensions: ["number", "number"], rows: 40, cells }, y).hyper;
    expect(theta[0]).toBeGreaterThan(100 * (theta[1] as number));
    expect(noise).toBeLessThan(1e-4);
  });

  it("learns the noise", () => {
    const rng = createRng(4, "spec");
    const cells = Float64Array.from({ length: 60 }, () => rng.next());
    const y = cells.map((x) => Math.sin(6 * x) + 0.2 * rng.normal());
    const { scale, noise } = fitGp({ dimensions: ["number"], rows: 60, cells }, y).hyper;
    const ratio = Math.sqrt(scale * noise) * deviationOf(y);
    expect(ratio).toBeGreaterThan(0.14);
    expect(ratio).toBeLessThan(0.28);
  });

  it("takes one row, and values that are all alike", () => {
    const one: Inputs = { ...NUMBERS, rows: 1, cells: NUMBERS.cells.slice(0, 3) };
    expect(fitGp(one, Float64Array.of(7)).predict(Float64Array.of(0.1, 0.1, 0.1)).mean).toBeCloseTo(7, 10);
    const alike = fitGp(
      NUMBERS,
      VALUES.map(() => -2),
    ).predict(Float64Array.of(0.1, 0.1, 0.1));
    expect(alike.mean).toBeCloseTo(-2, 10);
    expect(alike.variance).toBeGreaterThan(0);
  });

  it("gives the same bits for copies of the data", () => {
    const copy = { ...MIXED, cells: MIXED.cells.slice() };
    expect(fitGp(copy, VALUES.slice()).hyper).toEqual(fitGp(MIXED, VALUES).hyper);
  });
});
