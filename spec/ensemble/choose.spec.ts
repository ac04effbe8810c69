import { chooseBlend } from "../../core/ensemble/choose.js";
import type { Candidate, Pool } from "../../core/ensemble/pool.js";
import { binaryPool, LIMITS, noPause, regressionPool } from "./pools.js";

const choose = (pool: Pool) => chooseBlend(pool, LIMITS, noPause);

describe("the choice between one model and several", () => {
  it("takes several where each errs in its own way", async () => {
    const blend = await choose(binaryPool({ rows: 600, seed: 2, noise: [1, 1, 1, 1] }));
    expect(blend?.members.length).toBeGreaterThan(2);
    expect(blend?.comparison?.test).toBe("delong");
  });

  it("keeps one model where the others add nothing but noise", async () => {
    const blend = await choose(binaryPool({ rows: 600, seed: 4, noise: [0.3, 3, 3, 3] }));
    expect(blend?.members).toEqual([{ trial: 0, count: 1 }]);
  });

  it("keeps one model of many that are the same but for a little noise, in nine studies of ten", async () => {
    let several = 0;
    for (let seed = 0; seed < 20; seed++) {
      const pool = regressionPool({ rows: 150, seed, noise: Array.from({ length: 8 }, () => 0.5), shared: 1 });
      const candidates = pool.candidates.map(
        ({ prediction, ...rest }, at): Candidate => ({
          ...rest,
          prediction: prediction.map((y, row) => y + 1e-3 * Math.sin(7 * row * (at + 1))),
        }),
      );
      if (((await choose({ ...pool, candidates }))?.members.length ?? 0) > 1) several++;
    }
    expect(several).toBeLessThanOrEqual(7);
  });

  it("keeps one model where there are too few rows to tell", async () => {
    const blend = await choose(regressionPool({ rows: 12, seed: 2, noise: [1, 1, 1] }));
    expect(blend?.members.length).toBe(1);
    expect(blend?.comparison).toMatchObject({ test: null });
  });

  it("predicts a held-out row without its answer", async () => {
    const pool = regressionPool({ rows: 100, seed: 6, noise: [1, 1, 1] });
    const first = await choose(pool);
    const fold = first?.folds[0];
    const truth = pool.judging.truth.map((y, row) => (first?.folds[row] === fold ? y + 0.3 * Math.sin(row) : y));
    const changed = await choose({ ...pool, judging: { ...pool.judging, truth } });
    const heldOf = (blend: typeof first) =>
      Array.from(blend?.held ?? []).filter((_, row) => blend?.folds[row] === fold);
    expect([first?.members.length, changed?.members.length]).toEqual([3, 3]);
    expect(heldOf(changed)).toEqual(heldOf(first));
  });

  it("is nothing where the metric is defined for no model", async () => {
    const pool = binaryPool({ rows: 50, seed: 1, noise: [1] });
    expect(await choose({ ...pool, judging: { ...pool.judging, truth: pool.judging.truth.map(() => 1) } })).toBeNull();
  });
});
