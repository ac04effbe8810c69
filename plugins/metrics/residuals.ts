/** Scores of regressions. */
import type { Judged, Metric } from "../../core/plugin/index.js";
import { isJudgeable, meanOver, rowLosses } from "./rows.js";

const residual = ({ truth, prediction }: Judged, row: number) => (truth[row] as number) - (prediction[row] as number);
const squares = (judged: Judged) => rowLosses(judged, (row) => residual(judged, row) ** 2);
const distances = (judged: Judged) => rowLosses(judged, (row) => Math.abs(residual(judged, row)));

export const rmse: Metric = {
  name: "rmse",
  direction: "minimize",
  tasks: ["regression"],
  shape: "squared_error",
  score: (judged) => (isJudgeable(judged) ? Math.sqrt(meanOver(judged, squares(judged))) : Number.NaN),
  losses: squares,
  fromMeanLoss: Math.sqrt,
};

export const mae: Metric = {
  name: "mae",
  direction: "minimize",
  tasks: ["regression"],
  shape: "absolute_error",
  score: (judged) => (isJudgeable(judged) ? meanOver(judged, distances(judged)) : Number.NaN),
  losses: distances,
};

/** 1 − Σ(y − ŷ)²/Σ(y − ȳ)². Without losses, since ȳ depends on the rows as well. NaN for a constant target. */
export const r2: Metric = {
  name: "r2",
  direction: "maximize",
  tasks: ["regression"],
  shape: "explained",
  score(judged) {
    if (!isJudgeable(judged)) return Number.NaN;
    const centre = meanOver(judged, judged.truth);
    const spread = meanOver(
      judged,
      judged.truth.map((y) => (y - centre) ** 2),
    );
    return spread > 0 ? 1 - meanOver(judged, squares(judged)) / spread : Number.NaN;
  },
};
