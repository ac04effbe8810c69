/** A recipe's line of decisions, by the product's own parts: account, gate, decision, fold. Only training is left out. */
import { foldEntries, NOTHING_DECIDED } from "../../../dist/core/promotion/champion.js";
import { decide } from "../../../dist/core/promotion/decide.js";
import { prospectOf } from "../../../dist/core/promotion/prospect.js";
import { minEffect } from "../../../dist/plugins/gates/minEffect.js";

const CLASSES = { task: "binary", target: "y", classes: ["no", "yes"] };
export const ALPHA = 0.05;

/** Answers of classes from the probability of the second. */
export function twoClasses(positive) {
  const both = new Float64Array(2 * positive.length);
  for (let row = 0; row < positive.length; row++) {
    both[2 * row] = 1 - positive[row];
    both[2 * row + 1] = positive[row];
  }
  return both;
}

export function contenderOf(prediction) {
  return { digest: "c".repeat(64), bytes: 1000, prediction };
}

export function evidenceOf({ metric, truth, champion, candidate, alpha, seed, spec = CLASSES, serial = false }) {
  return {
    spec,
    metric,
    metrics: new Map([[metric.name, metric]]),
    truth,
    weight: null,
    group: null,
    serial,
    table: { rows: truth.length, columns: [] },
    candidate: contenderOf(candidate),
    champion: contenderOf(champion),
    baseline: contenderOf(champion),
    parity: { rows: 1000, maxAbs: 0, labelAgreement: 1 },
    alpha,
    seed,
  };
}

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
    const evidence = evidenceOf({ metric: this.#metric, truth: this.#truth, champion, candidate, alpha, seed });
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
