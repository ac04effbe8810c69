/** The one list of what ships with `sous`. Only the composition roots (`core/cli`, `workers/host.ts`'s tasks) import it. */
import { extname } from "node:path";
import type { Defaults } from "../core/evaluator/messages.js";
import type { Plugin } from "../core/plugin/index.js";
import gates from "./gates/gates.js";
import dummy from "./learners/dummy.js";
import gbdt from "./learners/gbdt/gbdt.js";
import linear from "./learners/linear/linear.js";
import mlp from "./learners/mlp/mlp.js";
import naiveBayes from "./learners/naive-bayes/naive-bayes.js";
import neighbours from "./learners/neighbours/neighbours.js";
import metrics from "./metrics/metrics.js";
import { PORTFOLIO } from "./portfolio.js";
import samplers from "./samplers/samplers.js";
import sources from "./sources/sources.js";

export interface BuiltIn {
  readonly plugin: Plugin;
  /** URL of the plugin's module, or of its folder (with "/" at the end); the bytes there make its digest. */
  readonly url: string;
}

/** `.js` once built, `.ts` under test. */
const EXTENSION = extname(import.meta.url);

export const BUILTINS: readonly BuiltIn[] = [
  builtIn(gates, "./gates/"),
  builtIn(metrics, "./metrics/"),
  builtIn(dummy, `./learners/dummy${EXTENSION}`),
  builtIn(gbdt, "./learners/gbdt/"),
  builtIn(linear, "./learners/linear/"),
  builtIn(mlp, "./learners/mlp/"),
  builtIn(naiveBayes, "./learners/naive-bayes/"),
  builtIn(neighbours, "./learners/neighbours/"),
  builtIn(samplers, "./samplers/"),
  builtIn(sources, "./sources/"),
];

function builtIn(plugin: Plugin, path: string): BuiltIn {
  return { plugin, url: new URL(path, import.meta.url).href };
}

/** Names that a recipe gets where it gives none. */
export const DEFAULTS: Defaults = {
  sampler: "auto",
  gates: ["beats_baseline", "min_effect", "onnx_parity"],
  metrics: { binary: "roc_auc", multiclass: "log_loss", regression: "rmse" },
  portfolio: PORTFOLIO,
};
