import { createRng } from "hyperparameter-js";
import { type ImportanceInputs, importanceOf } from "../../core/evaluator/importance.js";
import type { ImportanceOutcome } from "../../core/evaluator/messages.js";
import type { Metric } from "../../core/plugin/index.js";
import { labelled, tableOf } from "../support/tables.js";
import { openWeighted, REGRESSION } from "../support/weighted.js";

const MSE: Metric = {
  name: "mse",
  direction: "minimize",
  tasks: ["regression"],
  score: ({ truth, prediction, weight }) => {
    const each = truth.map((answer, row) => (weight?.[row] ?? 1) * (answer - (prediction[row] as number)) ** 2);
    const total = weight?.reduce((sum, one) => sum + one, 0) ?? truth.length;
    return each.reduce((sum, one) => sum + one, 0) / total;
  },
};

const WEIGHTS = { a: 2, b: -1, idle: 0 };

function normals(rows: number, seed: number): number[] {
  const rng = createRng(seed, "normals");
  return Array.from({ length: rows }, () => Math.fround(rng.normal()));
}

interface Setting {
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly weights: Readonly<Record<string, number>>;
  readonly job?: Partial<ImportanceInputs["job"]>;
  readonly inputs?: Partial<ImportanceInputs>;
}

/** Importance of a model that is right about every row. */
async function measured({ columns, weights, job = {}, inputs = {} }: Setting): Promise<ImportanceOutcome> {
  const table = tableOf(columns);
  const truth = Array.from({ length: table.rows }, (_, row) =>
    Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * (columns[name]?.[row] ?? 0), 0),
  );
  const model = await openWeighted(weights);
  try {
    return await importanceOf({
      job: { repeats: 5, rows: 10_000, seed: 1, ...job },
      spec: REGRESSION,
      model,
      side: labelled(table, truth),
      metric: MSE,
      check: () => {},
      ...inputs,
    });
  } finally {
    await model.release();
  }
}

function of({ columns, groups }: ImportanceOutcome, ...names: readonly string[]) {
  const found = [...columns, ...groups].find((one) => one.columns.join() === names.join());
  if (found === undefined) throw new Error(`nothing of ${names}`);
  return found;
}

/** Mean square of the differences between any two rows: what a permutation makes of a column, on average over all. */
function expected(values: readonly number[], weight: number): number {
  const squares = values.flatMap((x) => values.map((y) => (weight * (x - y)) ** 2));
  return squares.reduce((sum, square) => sum + square, 0) / values.length ** 2;
}

function* permutations(length: number): Generator<readonly number[]> {
  if (length === 0) yield [];
  for (const shorter of length === 0 ? [] : permutations(length - 1))
    for (let at = 0; at <= shorter.length; at++) yield [...shorter.slice(0, at), length - 1, ...shorter.slice(at)];
}

const COLUMNS = { a: normals(300, 1), b: normals(300, 2), idle: normals(300, 3), other: normals(300, 4) };

describe("permutation importance", () => {
  test("of a perfect linear model is twice the squared weight by the variance, as theory has it", async () => {
    const found = await measured({ columns: COLUMNS, weights: WEIGHTS, job: { repeats: 60 } });
    expect(found.score).toBeLessThan(1e-12);
    for (const name of ["a", "b"] as const) {
      const { mean, deviation } = of(found, name);
      const wanted = expected(COLUMNS[name], WEIGHTS[name]);
      expect(Math.abs(mean - wanted)).toBeLessThan((5 * deviation) / Math.sqrt(60));
    }
    expect(found.columns.map(({ columns }) => columns[0])).toEqual(["a", "b", "idle"]);
  });

  test("is exactly 0 for a column that changes nothing; one that the model doesn't take is not listed", async () => {
    const found = await measured({ columns: COLUMNS, weights: WEIGHTS });
    expect(of(found, "idle")).toEqual({ columns: ["idle"], mean: 0, deviation: 0 });
    expect(found.columns).toHaveLength(3);
  });

  test("is what one of all permutations does, by a twin that tries them all", async () => {
    const a = [1, 4, -2, 7, 0, 3];
    const rows = { a, b: [2, 2, 5, 1, 8, 3] };
    const drops = [...permutations(6)].map(
      (order) => order.reduce((sum, from, to) => sum + (2 * ((a[from] as number) - (a[to] as number))) ** 2, 0) / 6,
    );
    const means: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const { mean } = of(await measured({ columns: rows, weights: { a: 2, b: -1 }, job: { repeats: 1, seed } }), "a");
      expect(drops.some((drop) => Math.abs(drop - mean) < 1e-4)).toBe(true);
      means.push(mean);
    }
    expect(new Set(means).size).toBeGreaterThan(20);
  });

  test("of columns that stand for each other is told of each alone and of all as one", async () => {
    const twice = COLUMNS.a.map((value) => 3 * value);
    const found = await measured({
      columns: { ...COLUMNS, twin: twice },
      weights: { a: 1, b: -1, twin: 1 / 3 },
      job: { repeats: 60 },
    });
    expect(found.alike).toEqual([
      { columns: ["a", "twin"], strength: expect.closeTo(1, 9), measure: "rank correlation" },
    ]);
    const together = of(found, "a", "twin");
    expect(Math.abs(together.mean - expected(COLUMNS.a, 2))).toBeLessThan((5 * together.deviation) / Math.sqrt(60));
    const [alone, twin] = [of(found, "a").mean, of(found, "twin").mean];
    expect(alone + twin).toBeLessThan(0.7 * together.mean);
  });

  test("of a metric that is better when larger has the same sign: positive where the model needs the column", async () => {
    const metric: Metric = { ...MSE, direction: "maximize", score: (judged) => -MSE.score(judged) };
    const [found, plain] = [
      await measured({ columns: COLUMNS, weights: WEIGHTS, inputs: { metric } }),
      await measured({ columns: COLUMNS, weights: WEIGHTS }),
    ];
    expect(found.columns).toEqual(plain.columns);
    expect(found.direction).toBe("maximize");
  });

  test("goes by the weight of the rows", async () => {
    const only = COLUMNS.a.map((_, row) => (row < 10 ? 1 : 0));
    const side = labelled(
      tableOf(COLUMNS),
      COLUMNS.a.map((a) => a),
      only,
    );
    const found = await measured({
      columns: COLUMNS,
      weights: { a: 1, b: 0 },
      inputs: { side },
      job: { repeats: 200 },
    });
    const wanted = COLUMNS.a.slice(0, 10).flatMap((x) => COLUMNS.a.map((y) => (x - y) ** 2));
    const { mean, deviation } = of(found, "a");
    const mid = wanted.reduce((sum, one) => sum + one, 0) / wanted.length;
    expect(Math.abs(mean - mid)).toBeLessThan((5 * deviation) / Math.sqrt(200));
  });

  test("is the same for the same seed, another one for another, and looks at no more rows than it may", async () => {
    const setting = { columns: COLUMNS, weights: WEIGHTS, job: { rows: 100 } };
    const [first, again] = [await measured(setting), await measured(setting)];
    expect(again).toEqual(first);
    expect(first.rows).toBe(100);
    const other = await measured({ ...setting, job: { rows: 100, seed: 2 } });
    expect(of(other, "a").mean).not.toBe(of(first, "a").mean);
  });

  test("ends where it is told to", async () => {
    let calls = 0;
    const check = () => {
      calls += 1;
      if (calls > 3) throw new Error("stop");
    };
    await expect(measured({ columns: COLUMNS, weights: WEIGHTS, inputs: { check } })).rejects.toThrow("stop");
    expect(calls).toBe(4);
  });

  test("is refused with a code where the metric is not defined", async () => {
    const metric: Metric = { ...MSE, score: () => Number.NaN };
    await expect(measured({ columns: COLUMNS, weights: WEIGHTS, inputs: { metric } })).rejects.toMatchObject({
      code: "IMPORTANCE_NO_SCORE",
      details: { metric: "mse", rows: 300 },
    });
  });
});
