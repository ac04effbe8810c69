import fc from "fast-check";
import { selectGreedily } from "../../core/ensemble/greedy.js";
import type { Member, Pool } from "../../core/ensemble/pool.js";
import { binaryPool, bruteForce, LIMITS, metricNamed, noPause, regressionPool } from "./pools.js";

const select = (pool: Pool, limits = LIMITS) => selectGreedily(pool, limits, noPause);

/** The best prefix of the twin, as counts without a common divisor. */
function expected(pool: Pool, size: number): Member[] {
  const { picks, costs } = bruteForce(pool, size);
  const prefix = picks.slice(0, costs.indexOf(Math.min(...costs)) + 1);
  const counts = [...new Set(prefix)]
    .sort((a, b) => a - b)
    .map((trial) => [trial, prefix.filter((p) => p === trial).length]);
  const divisor = [8, 7, 6, 5, 4, 3, 2, 1].find((d) => counts.every(([, count]) => (count as number) % d === 0)) ?? 1;
  return counts.map(([trial, count]) => ({ trial: trial as number, count: (count as number) / divisor }));
}

const SHAPE = fc.record({
  seed: fc.nat(1e6),
  rows: fc.integer({ min: 5, max: 40 }),
  noise: fc.array(fc.double({ min: 0.1, max: 2, noNaN: true }), { minLength: 1, maxLength: 5 }),
});

describe("greedy selection", () => {
  it("is what trying everything in every round comes to", async () => {
    await fc.assert(
      fc.asyncProperty(SHAPE, async (shape) => {
        const pool = regressionPool(shape);
        expect(await select(pool)).toEqual(expected(pool, LIMITS.size));
      }),
      { numRuns: 60 },
    );
  });

  it("does not depend on the order of the candidates", async () => {
    await fc.assert(
      fc.asyncProperty(SHAPE, fc.nat(1e6), async (shape, rotation) => {
        for (const pool of [regressionPool(shape), binaryPool(shape), binaryPool(shape, "accuracy")]) {
          const at = rotation % pool.candidates.length;
          const candidates = [...pool.candidates.slice(at), ...pool.candidates.slice(0, at)].reverse();
          expect(await select({ ...pool, candidates })).toEqual(await select(pool));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("adds nothing for a perfect copy of a model", async () => {
    await fc.assert(
      fc.asyncProperty(SHAPE, fc.nat(4), async (shape, which) => {
        const pool = regressionPool(shape);
        const original = pool.candidates[which % pool.candidates.length];
        if (original === undefined) return;
        const copied = { ...pool, candidates: [...pool.candidates, { ...original, trial: 99 }] };
        expect(await select(copied)).toEqual(await select(pool));
      }),
      { numRuns: 40 },
    );
  });

  it("of models that score alike takes the lower trial, and one rather than two", async () => {
    const pool = binaryPool({ rows: 30, seed: 3, noise: [0.5, 0.5, 0.5], shared: 1 });
    expect(await select(pool)).toEqual([{ trial: 0, count: 1 }]);
  });

  it("finds weights: of two errors, one the triple of the other, the small one gets nine tenths", async () => {
    const pool = regressionPool({ rows: 20_000, seed: 8, noise: [0.5, 1.5] });
    const members = await select(pool, { size: 10, bytes: 1e6 });
    expect(members).toEqual([
      { trial: 0, count: 9 },
      { trial: 1, count: 1 },
    ]);
  });

  it("leaves out what would make the files too large", async () => {
    const pool = regressionPool({ rows: 200, seed: 5, noise: [0.5, 0.5, 0.5] });
    expect((await select(pool)).length).toBe(3);
    expect((await select(pool, { size: 8, bytes: 250 })).length).toBe(2);
    expect(await select(pool, { size: 8, bytes: 99 })).toEqual([]);
  });

  it("takes nothing where the metric is not defined", async () => {
    const pool = binaryPool({ rows: 20, seed: 1, noise: [0.5, 0.7] });
    const truth = pool.judging.truth.map(() => 0);
    expect(await select({ ...pool, judging: { ...pool.judging, metric: metricNamed("roc_auc"), truth } })).toEqual([]);
  });

  it("yields before every model that it tries", async () => {
    let pauses = 0;
    await selectGreedily(regressionPool({ rows: 10, seed: 1, noise: [1, 1, 1] }), LIMITS, async () => {
      pauses++;
    });
    expect(pauses).toBe(3 * LIMITS.size);
  });
});
