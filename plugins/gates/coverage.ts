import { type Gate, type Outcome, shareBounds } from "../../core/plugin/index.js";
import { numberOr } from "./reference.js";
import { unsure } from "./verdict.js";
import { counted, figure, percent } from "./words.js";

const DEFAULT_TOLERANCE = 0.02;

/**
 * A model of a quantile is above as many of the true values as it says: the exact interval (Clopper and Pearson) of the
 * share that is at or below the prediction lies within the level ± tolerance.
 */
export const coverage: Gate = {
  name: "coverage",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["level"],
    properties: {
      level: {
        type: "number",
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: "The quantile that the model predicts: the share of values that are to be at or below it.",
      },
      tolerance: {
        type: "number",
        exclusiveMinimum: 0,
        default: DEFAULT_TOLERANCE,
        description: "How far the share may be from the level.",
      },
    },
  },
  judge(evidence, options) {
    const { spec, truth, candidate, alpha } = evidence;
    if (spec.task !== "regression") return unsure(`A quantile is of a number, and the task is ${spec.task}.`);
    if (truth.length === 0) return unsure("There are no rows.");
    const [level, tolerance] = [numberOr(options.level, 0.5), numberOr(options.tolerance, DEFAULT_TOLERANCE)];
    const covered = truth.map((value, row) => Number(value <= (candidate.prediction[row] as number)));
    const bounds = shareBounds(covered, evidence, alpha);
    const [least, most] = [level - tolerance, level + tolerance];
    const outcome: Outcome =
      bounds.lower >= least && bounds.upper <= most
        ? "PASS"
        : bounds.upper < least || bounds.lower > most
          ? "FAIL"
          : "INCONCLUSIVE";
    const wanted = { PASS: "within", FAIL: "outside of", INCONCLUSIVE: "too unsure for" }[outcome];
    return {
      outcome,
      reason: `${percent(bounds.share)} of ${counted(truth.length)} values are at or below the prediction (${percent(bounds.lower)} to ${percent(bounds.upper)}), ${wanted} ${percent(level)} ± ${figure(100 * tolerance)} points.`,
      figures: {
        value: bounds.share,
        lower: bounds.lower,
        upper: bounds.upper,
        level,
        tolerance,
        alpha,
        n: truth.length,
      },
    };
  },
};
