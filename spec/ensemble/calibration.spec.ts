import fc from "fast-check";
import { type Calibration, calibrated } from "../../core/ensemble/calibration.js";
import { type Block, fitIsotonic, pooled } from "../../core/ensemble/isotonic.js";
import { fitPlatt } from "../../core/ensemble/platt.js";
import { fitTemperature } from "../../core/ensemble/temperature.js";
import type { TaskSpec } from "../../core/plugin/index.js";
import { meanSurprise, type Rows } from "../../core/statistics/surprise.js";
import { binaryPool } from "./pools.js";

/** Rows whose log odds are `slope` times too large and `shift` off. */
function rowsOf(slope: number, shift: number, seed = 1, rows = 400): Rows {
  const { judging, candidates } = binaryPool({ rows, seed, noise: [0.4] });
  const prediction = (candidates[0]?.prediction ?? new Float64Array()).slice();
  for (let at = 0; at < prediction.length; at += 2) {
    const odds = Math.log((prediction[at + 1] as number) / (prediction[at] as number));
    prediction[at + 1] = 1 / (1 + Math.exp(-(slope * odds + shift)));
    prediction[at] = 1 - (prediction[at + 1] as number);
  }
  return { spec: judging.spec, truth: judging.truth, weight: null, prediction };
}

const lossWith = (rows: Rows, calibration: Calibration | null) =>
  meanSurprise({ ...rows, prediction: calibrated(calibration, rows.spec, rows.prediction) });

describe("temperature", () => {
  it.each([0.3, 1, 4])("of odds that are %d times too large is where a grid has its least log loss", (slope) => {
    const rows = rowsOf(slope, 0);
    const grid = Array.from({ length: 2001 }, (_, at) => 1.005 ** (at - 600)).filter((t) => t > 1 / 32 && t < 32);
    const losses = grid.map((temperature) => lossWith(rows, { kind: "temperature", temperature }));
    const least = grid[losses.indexOf(Math.min(...losses))] as number;
    expect(fitTemperature(rows).temperature / least).toBeCloseTo(1, 2);
    expect(lossWith(rows, fitTemperature(rows))).toBeLessThanOrEqual(Math.min(...losses));
  });

  it("of three classes finds by what they were made too sure", () => {
    const spec: TaskSpec = { task: "multiclass", target: "y", classes: ["a", "b", "c"] };
    const { candidates } = binaryPool({ rows: 900, seed: 2, noise: [1] });
    const shares = Array.from({ length: 900 }, (_, row) => {
      const z = [0, 1, 2].map((code) => Math.sin(12.9 * row + 78.2 * code) + (candidates[0]?.prediction[2 * row] ?? 0));
      const sum = z.reduce((total, one) => total + Math.exp(one), 0);
      return z.map((one) => Math.exp(one) / sum);
    });
    const truth = Float64Array.from(shares, ([a = 0, b = 0], row) => {
      const draw = (row * 0.618034) % 1;
      return draw < a ? 0 : draw < a + b ? 1 : 2;
    });
    const prediction = calibrated({ kind: "temperature", temperature: 0.25 }, spec, Float64Array.from(shares.flat()));
    expect(fitTemperature({ spec, truth, weight: null, prediction }).temperature).toBeGreaterThan(3);
    expect(fitTemperature({ spec, truth, weight: null, prediction }).temperature).toBeLessThan(5.5);
  });
});

describe("Platt's map", () => {
  it("has less log loss than any line near it", () => {
    const rows = rowsOf(3, 1.5);
    const found = fitPlatt(rows);
    if (found === null) throw new Error("no map");
    for (const slope of [0.9, 1, 1.1]) {
      for (const shift of [-0.1, 0, 0.1]) {
        const other = { ...found, slope: found.slope * slope, intercept: found.intercept + shift };
        expect(lossWith(rows, other)).toBeGreaterThan(lossWith(rows, found) - 1e-4);
      }
    }
    expect(found.slope).toBeLessThan(0.8);
    expect(found.intercept).toBeLessThan(0);
  });

  it("heeds weights as so many rows", () => {
    const rows = rowsOf(2, 0.5, 4, 120);
    const twice = { ...rows, weight: rows.truth.map((_, row) => (row % 3 === 0 ? 2 : 1)) };
    const order = Array.from(rows.truth.keys()).flatMap((row) => (row % 3 === 0 ? [row, row] : [row]));
    const truth = Float64Array.from(order, (row) => rows.truth[row] as number);
    const cells = order.flatMap((row) => [rows.prediction[2 * row] as number, rows.prediction[2 * row + 1] as number]);
    const repeated = fitPlatt({ ...rows, truth, prediction: Float64Array.from(cells) });
    expect(fitPlatt(twice)?.slope).toBeCloseTo(repeated?.slope ?? 0, 8);
    expect(fitPlatt(twice)?.intercept).toBeCloseTo(repeated?.intercept ?? 0, 8);
  });

  it("is none where it would turn the rows round, and finite where a line separates the classes", () => {
    expect(fitPlatt(rowsOf(-1, 0))).toBeNull();
    const rows = rowsOf(1, 0);
    const separate = {
      ...rows,
      truth: rows.truth.map((_, row) => ((rows.prediction[2 * row + 1] as number) > 0.5 ? 1 : 0)),
    };
    const found = fitPlatt(separate);
    expect(Number.isFinite(found?.slope) && Number.isFinite(found?.intercept)).toBe(true);
  });
});

/** The isotonic regression by its closed form: max over what begins before of min over what ends after of the mean. */
function byMinMax(blocks: readonly Block[]): number[] {
  const mean = (from: number, to: number) => {
    const part = blocks.slice(from, to + 1);
    return part.reduce((s, b) => s + b.weight * b.after, 0) / part.reduce((s, b) => s + b.weight, 0);
  };
  const places = Array.from(blocks.keys());
  return places.map((at) =>
    Math.max(...places.slice(0, at + 1).map((from) => Math.min(...places.slice(at).map((to) => mean(from, to))))),
  );
}

describe("the isotonic map", () => {
  const ROW = fc.record({
    weight: fc.integer({ min: 1, max: 5 }),
    before: fc.integer({ min: 0, max: 30 }),
    after: fc.nat(1),
  });

  it("is what the closed form of isotonic regression says", () => {
    fc.assert(
      fc.property(fc.uniqueArray(ROW, { selector: ({ before }) => before, minLength: 1, maxLength: 14 }), (given) => {
        const rows = given.sort((a, b) => a.before - b.before);
        const steps = pooled(rows);
        const expected = byMinMax(rows);
        let at = 0;
        for (const { weight, after } of steps) {
          for (let left = weight; left > 0; at++) {
            expect(after).toBeCloseTo(expected[at] as number, 10);
            left -= rows[at]?.weight ?? left;
          }
        }
        expect(at).toBe(rows.length);
      }),
    );
  });

  it("ascends, keeps off 0 and 1, has 100 points at most, and gives rows that were equal before one value", () => {
    const rows = rowsOf(3, 1, 7, 3000);
    const found = fitIsotonic(rows);
    const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
    expect(found?.before.length).toBeLessThanOrEqual(100);
    expect(found?.before).toEqual(sorted(found?.before ?? []));
    expect(found?.after).toEqual(sorted(found?.after ?? []));
    expect(Math.min(...(found?.after ?? []))).toBeGreaterThan(0);
    expect(Math.max(...(found?.after ?? []))).toBeLessThan(1);
    expect(lossWith(rows, found)).toBeLessThan(lossWith(rows, null));
  });

  it("is none where there is one step only", () => {
    const rows = rowsOf(1, 0);
    expect(fitIsotonic({ ...rows, prediction: rows.prediction.map(() => 0.5) })).toBeNull();
  });
});
