/** Scores of the label alone: of the most probable class, where a model has no threshold of its own. */
import { type Judged, type Metric, predictedClass } from "../../core/plugin/index.js";
import { isJudgeable, meanOver, rowLosses, weightOf } from "./rows.js";

const mistakes = (judged: Judged) =>
  rowLosses(judged, (row) => (predictedClass(judged, row) === judged.truth[row] ? 0 : 1));

export const accuracy: Metric = {
  name: "accuracy",
  direction: "maximize",
  tasks: ["binary", "multiclass"],
  shape: "rate",
  score: (judged) => (isJudgeable(judged) ? 1 - meanOver(judged, mistakes(judged)) : Number.NaN),
  losses: mistakes,
  fromMeanLoss: (mean) => 1 - mean,
};

/** Mean recall over the classes that the rows have; at least two. */
export const balancedAccuracy: Metric = {
  name: "balanced_accuracy",
  direction: "maximize",
  tasks: ["binary", "multiclass"],
  shape: "class_rate",
  score(judged) {
    const present = confusion(judged).filter(({ actual }) => actual > 0);
    return present.length < 2 ? Number.NaN : mean(present.map(({ hits, actual }) => hits / actual));
  },
};

/** F1 of the positive class. */
export const f1: Metric = {
  name: "f1",
  direction: "maximize",
  tasks: ["binary"],
  shape: "class_rate",
  score(judged) {
    const positive = confusion(judged)[1];
    return positive ? f1Of(positive) : Number.NaN;
  },
};

/** Mean F1 over the classes that occur, be it in the rows or among the predictions. */
export const f1Macro: Metric = {
  name: "f1_macro",
  direction: "maximize",
  tasks: ["binary", "multiclass"],
  shape: "class_rate",
  score: (judged) => mean(confusion(judged).map(f1Of).filter(Number.isFinite)),
};

/** Weight of rows of a class: right ones, those that are of it, those said to be of it. */
interface ClassCount {
  hits: number;
  actual: number;
  predicted: number;
}

/** By class; empty where the rows can't be judged. */
function confusion(judged: Judged): readonly ClassCount[] {
  if (!isJudgeable(judged)) return [];
  const counts = judged.spec.classes.map((): ClassCount => ({ hits: 0, actual: 0, predicted: 0 }));
  for (let row = 0; row < judged.truth.length; row++) {
    const actual = judged.truth[row] as number;
    const predicted = predictedClass(judged, row);
    const weight = weightOf(judged, row);
    (counts[actual] as ClassCount).actual += weight;
    (counts[predicted] as ClassCount).predicted += weight;
    if (actual === predicted) (counts[actual] as ClassCount).hits += weight;
  }
  return counts;
}

/** NaN for a class that doesn't occur. */
function f1Of({ hits, actual, predicted }: ClassCount): number {
  return (2 * hits) / (actual + predicted);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
