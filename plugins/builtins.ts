/** The one list of what ships with `sous`. Only the composition roots (`core/cli`, `workers/host.ts`'s tasks) import it. */
import type { Defaults } from "../core/evaluator/messages.js";
import type { Plugin } from "../core/plugin/index.js";
import gates from "./gates/gates.js";
import dummy from "./learners/dummy.js";
import linear from "./learners/linear/linear.js";
import metrics from "./metrics/metrics.js";

export interface BuiltIn {
  readonly plugin: Plugin;
  /** URL of the plugin's module; its bytes make its digest. */
  readonly url: string;
}

export const BUILTINS: readonly BuiltIn[] = [
  { plugin: gates, url: new URL("./gates/gates.js", import.meta.url).href },
  { plugin: metrics, url: new URL("./metrics/metrics.js", import.meta.url).href },
  { plugin: dummy, url: new URL("./learners/dummy.js", import.meta.url).href },
  { plugin: linear, url: new URL("./learners/linear/linear.js", import.meta.url).href },
];

/** Names that a recipe gets where it gives none. */
export const DEFAULTS: Defaults = {
  sampler: "auto",
  gates: ["beats_baseline", "min_effect", "onnx_parity"],
  metrics: { binary: "roc_auc", multiclass: "log_loss", regression: "rmse" },
};
