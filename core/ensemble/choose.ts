/**
 * Which models, if any, serve together. An ensemble that is chosen on the rows that it is scored on looks better than it
 * is, so its gain is estimated on rows that had no part in choosing it, and it has to be more than noise: of two models
 * that are equally good the simpler, smaller and faster one is kept.
 */
import type { Prediction } from "../plugin/index.js";
import { foldsOf, rowsWhere } from "../resampling/folds.js";
import { pairedTest } from "../statistics/compare.js";
import type { Comparison, Undecidable } from "../statistics/pair.js";
import { type Limits, selectGreedily } from "./greedy.js";
import { BLEND_ALPHA, FOLDS } from "./odds.js";
import { blended, gathered, type Member, type Pause, type Pool } from "./pool.js";

export interface Blend {
  /** One where a single model is as good, or where nothing can be told. */
  readonly members: readonly Member[];
  /** The members of the best ensemble, be it taken or not. */
  readonly tried: readonly Member[];
  /** Of that ensemble against the best single model, each chosen without the rows that it is judged on; null: it is one. */
  readonly comparison: Comparison | Undecidable | null;
  /** For each row what was predicted by models that were chosen without it. */
  readonly held: Prediction;
  readonly folds: Int32Array;
}

/** Null where the metric is defined for no candidate on these rows. */
export async function chooseBlend(pool: Pool, limits: Limits, pause: Pause): Promise<Blend | null> {
  const [single] = await selectGreedily(pool, { ...limits, size: 1 }, pause);
  if (single === undefined) return null;
  const tried = await selectGreedily(pool, limits, pause);
  const folds = foldsOf(pool.judging, FOLDS);
  const alone: Blend = { members: [single], tried, comparison: null, held: blended([single], pool.candidates), folds };
  if (tried.length < 2) return alone;
  const one = await heldOut({ pool, folds, limits: { ...limits, size: 1 }, instead: single }, pause);
  const many = await heldOut({ pool, folds, limits, instead: single }, pause);
  const comparison = pairedTest(pool.judging, one, many, { margin: 0, alpha: BLEND_ALPHA });
  const isBetter = comparison.test !== null && comparison.lower > 0;
  return isBetter ? { members: tried, tried, comparison, held: many, folds } : { ...alone, comparison };
}

interface CrossFit {
  readonly pool: Pool;
  readonly folds: Int32Array;
  readonly limits: Limits;
  /** What serves a fold without which the metric isn't defined. */
  readonly instead: Member;
}

async function heldOut({ pool, folds, limits, instead }: CrossFit, pause: Pause): Promise<Prediction> {
  const { truth } = pool.judging;
  const width = (pool.candidates[0]?.prediction.length ?? 0) / truth.length;
  const held = new Float64Array(truth.length * width);
  for (let fold = 0; fold < FOLDS; fold++) {
    const chosen = await selectGreedily(
      gathered(
        pool,
        rowsWhere(folds, (one) => one !== fold),
      ),
      limits,
      pause,
    );
    const own = rowsWhere(folds, (one) => one === fold);
    const part = blended(chosen.length === 0 ? [instead] : chosen, gathered(pool, own).candidates);
    own.forEach((row, at) => {
      held.set(part.subarray(at * width, (at + 1) * width), row * width);
    });
  }
  return held;
}
