import { compareParity, probeTable } from "../../core/evaluator/parity.js";
import type { Column, TaskSpec } from "../../core/plugin/index.js";
import { tableOf } from "../support/tables.js";

const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const REGRESSION: TaskSpec = { task: "regression", target: "y", classes: [] };

const TABLE = tableOf({
  age: Array.from({ length: 300 }, (_, row) => row + 100),
  town: Array.from({ length: 300 }, (_, row) => ["Oslo", "Rome", null][row % 3] as string | null),
});

function cells(column: Column | undefined): (number | string | null)[] {
  if (column === undefined) return [];
  return "values" in column ? [...column.values] : Array.from(column.codes, (code) => column.levels[code] ?? null);
}

describe("probeTable", () => {
  const probe = probeTable(TABLE, { seed: 5 });
  const [age, town] = probe.columns.map(cells) as [number[], (string | null)[]];

  test("has missing, infinite, huge and denormal numbers, both zeros, and plain rows between", () => {
    for (const extreme of [
      Number.NaN,
      Infinity,
      -Infinity,
      Math.fround(3.4e38),
      Math.fround(-3.4e38),
      0,
      -0,
      2 ** -149,
    ]) {
      expect(age.some((value) => Object.is(value, extreme))).toBe(true);
    }
    const plain = age.filter((_, row) => row % 4 === 0);
    expect(plain.every((value) => value >= 100 && value < 400)).toBe(true);
    expect(age).toHaveLength(1_000);
  });

  test("has missing, empty, unseen, long and non-Latin levels", () => {
    const levels = new Set(town);
    for (const level of [
      null,
      "",
      "Oslo",
      "Rome",
      "never seen",
      "日本語",
      "👩🏽‍🚀",
      "half a pair \ud83d",
      "x".repeat(1_000),
    ])
      expect(levels).toContain(level);
  });

  test("keeps the dictionary's codes, so that known levels mean what they did", () => {
    const column = probe.columns[1];
    expect(column !== undefined && "levels" in column && column.levels.slice(0, 2)).toEqual(["Oslo", "Rome"]);
  });

  test("a boolean column gets no other numbers than 0, 1 and missing", () => {
    const flags: Column = { name: "flag", type: "boolean", values: Float32Array.of(0, 1) };
    const values = new Set(cells(probeTable({ rows: 2, columns: [flags] }, { seed: 5 }).columns[0]));
    expect(values).toEqual(new Set([0, 1, Number.NaN]));
  });

  test("is the same for the same seed, another for another one, and empty for no rows", () => {
    expect(probeTable(TABLE, { seed: 5 })).toEqual(probe);
    expect(probeTable(TABLE, { seed: 6 })).not.toEqual(probe);
    expect(probeTable(TABLE, { seed: 5, rows: 10 }).rows).toBe(10);
    expect(probeTable(tableOf({ age: [] }), { seed: 5 }).rows).toBe(0);
  });
});

describe("compareParity", () => {
  test("classes: the largest difference and the share of equal classes", () => {
    const trainer = Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.55, 0.45, 0.2, 0.8);
    const exported = Float64Array.of(0.9, 0.1, 0.45, 0.55, 0.45, 0.55, 0.2, 0.8);
    const { rows, maxAbs, labelAgreement } = compareParity(BINARY, trainer, { prediction: exported });
    expect([rows, labelAgreement]).toEqual([4, 0.75]);
    expect(maxAbs).toBeCloseTo(0.1, 12);
  });

  test("a tie that single precision decides is no disagreement", () => {
    const trainer = Float64Array.of(0.5 - 1e-9, 0.5 + 1e-9);
    const agreement = (...prediction: number[]) =>
      compareParity(BINARY, trainer, { prediction: Float64Array.from(prediction) }).labelAgreement;
    expect([agreement(0.5, 0.5), agreement(0.50001, 0.49999)]).toEqual([1, 0]);
  });

  test("labels are those that the model puts out, by its threshold where it has one", () => {
    const prediction = Float64Array.of(0.9, 0.1, 0.6, 0.4, 0.2, 0.8);
    const agreement = (labels: number[], threshold: number | null) =>
      compareParity(BINARY, prediction, { prediction, labels: Float64Array.from(labels) }, threshold).labelAgreement;
    expect([agreement([0, 0, 1], null), agreement([0, 1, 1], null)]).toEqual([1, 2 / 3]);
    expect([agreement([0, 1, 1], 0.3), agreement([0, 0, 1], 0.3), agreement([1, 1, 0], 0.3)]).toEqual([
      1,
      2 / 3,
      1 / 3,
    ]);
    expect([agreement([0, 0, 1], 0.4 + 1e-8), agreement([0, 1, 1], 0.4 + 1e-8)]).toEqual([1, 1]); // a tie
  });

  test("values: differences are relative, but near 0 to the spread of all", () => {
    const unit = [1, -1, 1e-12];
    for (const scale of [1, 1e9, 1e-9]) {
      const trainer = Float64Array.from(unit, (value) => value * scale);
      const exported = Float64Array.from([1.001, -1, 1e-6], (value) => value * scale);
      expect(compareParity(REGRESSION, trainer, { prediction: exported }).maxAbs).toBeCloseTo(1e-3, 9);
    }
  });

  test("all zero is equal, not undefined", () => {
    expect(compareParity(REGRESSION, new Float64Array(2), { prediction: new Float64Array(2) }).maxAbs).toBe(0);
  });

  test("a trainer's prediction that is not finite, or of another size, is refused", () => {
    const exported = { prediction: Float64Array.of(1, 2) };
    expect(() => compareParity(REGRESSION, Float64Array.of(1, Number.NaN), exported)).toThrow("number 1 is NaN");
    expect(() => compareParity(REGRESSION, Float64Array.of(1), exported)).toThrow("it has 1 numbers");
  });
});
