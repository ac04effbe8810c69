/** The metrics that ship with `sous`; names and definitions are scikit-learn's. */
import { definePlugin, type Metric } from "../../core/plugin/index.js";
import { accuracy, balancedAccuracy, f1, f1Macro } from "./labels.js";
import { brier, logLoss } from "./probabilities.js";
import { averagePrecision, rocAuc } from "./ranking.js";
import { mae, r2, rmse } from "./residuals.js";

const METRICS: readonly Metric[] = [
  rocAuc,
  logLoss,
  accuracy,
  balancedAccuracy,
  f1,
  f1Macro,
  averagePrecision,
  brier,
  rmse,
  mae,
  r2,
];

export default definePlugin({
  name: "metrics",
  version: "1.0.0",
  metrics: METRICS.map((metric) => ({ useFactory: () => metric })),
});
