/** A recipe's line of decisions, by the product's own parts: account, gate, decision, fold. Only training is left out. */
import { foldEntries, NOTHING_DECIDED } from "../../../dist/core/promotion/champion.js";
import { decide } from "../../../dist/core/promotion/decide.js";
import { prospectOf } from "../../../dist/core/promotion/prospect.js";
import { minEffect } from "../../../dist/plugins/gates/minEffect.js";
import { contenderOf, evidenceOf } from "../gates/evidence.mjs";

export const ALPHA = 0.05;

/** Whether candidates are promoted over a champion that stays, look after look at the same confirm side. */
export class Line {
  #standing = NOTHING_DECIDED;
  #metric;
  #truth;

  constructor(metric, truth) {
    this.#metric = metric;
    this.#truth = truth;
  }

  /** What the next look would be. */
  prospect() {
    const positives = this.#truth.reduce((sum, y) => sum + y, 0);
    const rows = this.#truth.length;
    const side = { rows, classCounts: [rows - positives, positives], targetMean: null, targetStd: null };
    return prospectOf(this.#standing, {
      recipe: "line",
      alpha: ALPHA,
      against: "champion",
      summary: { rows: 5 * rows, sides: { train: side, select: side, confirm: side }, sideDigests: { confirm: "h" } },
      metric: this.#metric,
    });
  }

  look(champion, candidate, seed) {
    const { look, allowance, exhausted } = this.prospect();
    const { alpha, left, against } = allowance;
    const evidence = evidenceOf({
      metric: this.#metric,
      truth: this.#truth,
      champion: contenderOf(champion),
      candidate: contenderOf(candidate),
      alpha,
      seed,
    });
    const verdict = minEffect.judge(evidence, {});
    const gates = [exhausted ?? { gate: { kind: "min_effect" }, ...verdict }];
    const { decision, reason } = decide(gates, "auto");
    const scores = { digest: "", bytes: 0, scores: {} };
    const body = {
      kind: "decision",
      decision,
      reason,
      recipe: { name: "line", path: "", digest: "", workDigest: "" },
      data: { snapshot: `${look}`, rows: this.#truth.length, holdout: "h" },
      search: { study: "", ended: "trials" },
      metric: this.#metric.name,
      evidence: { rows: this.#truth.length, candidate: scores, champion: scores, baseline: scores, gates },
      look,
      alpha: exhausted === null ? alpha : 0,
      multiplicity: { scheme: "lord++", of: ALPHA, against, left },
      version: null,
    };
    this.#standing = foldEntries([{ seq: look, time: "", ...body }], this.#standing);
    return body;
  }
}
