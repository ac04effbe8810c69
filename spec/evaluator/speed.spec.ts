import { rowsOf } from "../../core/evaluator/rows.js";
import type { OpenModel } from "../../core/evaluator/scoring.js";
import { predictTimes } from "../../core/evaluator/speed.js";
import { tableOf } from "../support/tables.js";
import { openWeighted } from "../support/weighted.js";

describe("predictTimes", () => {
  test("times a model by the row, one at a time and by the thousand, also of fewer rows than that", async () => {
    const model = await openWeighted({ a: 1, b: 2 });
    const times = await predictTimes(model, tableOf({ a: [1, 2, 3], b: [4, 5, 6] }));
    await model.release();
    for (const time of Object.values(times)) expect(time).toBeGreaterThan(0);
  });

  test("of a model that takes long, takes the first run for an answer", async () => {
    let runs = 0;
    const slow: OpenModel = {
      columns: ["a"],
      predict: async () => {
        runs += 1;
        await new Promise((done) => setTimeout(done, 300));
        return new Float64Array();
      },
      answer: async () => ({ prediction: new Float64Array() }),
      release: async () => {},
    };
    const { oneRow } = await predictTimes(slow, tableOf({ a: [1] }));
    expect(runs).toBe(2); // one row, and a thousand
    expect(oneRow).toBeGreaterThan(0);
  });

  test("is 0 where there is no row", async () => {
    const model = await openWeighted({ a: 1 });
    expect(await predictTimes(model, tableOf({ a: [] }))).toEqual({ oneRow: 0, thousandRows: 0 });
    await model.release();
  });
});

describe("rowsOf", () => {
  test("takes rows in any order, as often as they are named, with no level that they don't have", () => {
    const table = tableOf({ n: [1, null, 3], level: ["x", null, "y"] });
    const { rows, columns } = rowsOf(table, Int32Array.of(2, 1, 2));
    expect(rows).toBe(3);
    expect(columns).toEqual([
      { name: "n", type: "numeric", values: Float32Array.of(3, Number.NaN, 3) },
      { name: "level", type: "categorical", codes: Int32Array.of(0, -1, 0), levels: ["y"] },
    ]);
  });
});
