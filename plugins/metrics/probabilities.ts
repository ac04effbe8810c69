/** Scores of class probabilities, each a mean over rows. */
import type { Judged, Metric } from "../../core/plugin/index.js";
import { isJudgeable, meanOver, rowLosses } from "./rows.js";

/** Probabilities come out of onnxruntime as float32: this is the smallest step below 1 that they can show. */
const LEAST_PROBABILITY = 2 ** -23;

/** −log of the probability of the true class, which is taken to be at least 2^-23, as scikit-learn does for float32. */
const surprise = (judged: Judged) =>
  rowLosses(judged, (row) => {
    const p = judged.prediction[row * judged.spec.classes.length + (judged.truth[row] as number)] as number;
    return -Math.log(Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, p)));
  });

export const logLoss: Metric = {
  name: "log_loss",
  direction: "minimize",
  tasks: ["binary", "multiclass"],
  shape: "log",
  score: (judged) => (isJudgeable(judged) ? meanOver(judged, surprise(judged)) : Number.NaN),
  losses: surprise,
};

/** Of two classes (p − y)² of the positive one, 0 … 1; of more the sum over the classes, 0 … 2 (Brier 1950). */
const squares = (judged: Judged) =>
  rowLosses(judged, (row) => {
    const classes = judged.spec.classes.length;
    let sum = 0;
    for (let code = classes === 2 ? 1 : 0; code < classes; code++)
      sum += ((judged.prediction[row * classes + code] as number) - (judged.truth[row] === code ? 1 : 0)) ** 2;
    return sum;
  });

export const brier: Metric = {
  name: "brier",
  direction: "minimize",
  tasks: ["binary", "multiclass"],
  shape: "probability",
  score: (judged) => (isJudgeable(judged) ? meanOver(judged, squares(judged)) : Number.NaN),
  losses: squares,
};
