import { foldsOf, sampledRows } from "../../core/resampling/folds.js";
import { binaryPool } from "../ensemble/pools.js";

describe("folds", () => {
  it("spread every class evenly", () => {
    const { judging } = binaryPool({ rows: 203, seed: 5, noise: [1] });
    const folds = foldsOf(judging, 5);
    for (const code of [0, 1]) {
      const counts = Array.from(
        { length: 5 },
        (_, fold) => folds.filter((one, row) => one === fold && judging.truth[row] === code).length,
      );
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  it("keep the rows of a group together", () => {
    const { judging } = binaryPool({ rows: 200, seed: 5, noise: [1] });
    const group = Int32Array.from({ length: 200 }, (_, row) => row % 23);
    const folds = foldsOf({ ...judging, group }, 5);
    for (let row = 23; row < 200; row++) expect(folds[row]).toBe(folds[row % 23]);
    expect(new Set(folds).size).toBe(5);
  });

  it("are other ones for another seed, and the same ones for the same", () => {
    const { judging } = binaryPool({ rows: 200, seed: 5, noise: [1] });
    expect(foldsOf(judging, 5)).toEqual(foldsOf(judging, 5));
    expect(foldsOf({ ...judging, seed: 6 }, 5)).not.toEqual(foldsOf(judging, 5));
  });

  it("are made of a sample where rows are very many", () => {
    const rows = sampledRows(1000, 100, 1);
    expect(rows.length).toBe(100);
    expect(new Set(rows).size).toBe(100);
    expect(Array.from(rows)).toEqual(Array.from(rows).sort((a, b) => a - b));
    expect(sampledRows(50, 100, 1).length).toBe(50);
  });
});
