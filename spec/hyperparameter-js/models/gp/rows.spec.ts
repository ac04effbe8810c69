import { fitGp } from "../../../../core/hyperparameter-js/src/models/gp/fit.js";
import { chooseRows, takeRows } from "../../../../core/hyperparameter-js/src/models/gp/rows.js";
import { createRng } from "../../../../core/hyperparameter-js/src/random/rng.js";
import { NUMBERS, ROWS } from "./data.js";

describe("the rows of a model", () => {
  it("are all of them where there are few", () => {
    expect(chooseRows(Float64Array.of(3, 1, 2), 3)).toEqual([0, 1, 2]);
  });

  it("are the best half and the latest of the others where there are many", () => {
    expect(chooseRows(Float64Array.of(9, 0, 8, 1, 7, 6, 5), 4)).toEqual([1, 3, 5, 6]);
    expect(chooseRows(Float64Array.of(2, 2, 2, 2, 2), 3)).toEqual([0, 3, 4]);
  });

  it("are taken with their coordinates", () => {
    expect(takeRows(NUMBERS, [2, 0]).cells).toEqual(Float64Array.of(...ROWS[2], ...ROWS[0]));
  });

  it("may be more than lengths are learned from: all of them are in the posterior", () => {
    const rng = createRng(1, "spec");
    const cells = Float64Array.from({ length: 200 }, () => rng.next());
    const y = cells.map((x) => Math.sin(7 * x));
    const process = fitGp({ dimensions: ["number"], rows: 200, cells }, y);
    expect(process.inputs.rows).toBe(200);
    cells.forEach((x, row) => {
      expect(process.predict(Float64Array.of(x)).mean).toBeCloseTo(y[row] as number, 2);
    });
  });
});
