import {
  forecastPruner,
  hyperbandPruner,
  medianPruner,
  nopPruner,
  type Pruner,
  patientPruner,
  percentilePruner,
  successiveHalvingPruner,
  thresholdPruner,
  wilcoxonPruner,
} from "hyperparameter-js";
import type { Choice } from "../recipe/recipe.js";

type Numbers = Readonly<Record<string, number>>;

/** The recipe's words for the library's options. */
const WORDS: Readonly<Record<string, string>> = {
  startup_trials: "startup",
  warmup_steps: "warmup",
  interval_steps: "interval",
  min_trials: "minTrials",
  min_delta: "minDelta",
  min_resource: "minResource",
  max_resource: "maxResource",
  reduction_factor: "reductionFactor",
  early_stopping_rate: "earlyStoppingRate",
  bootstrap_trials: "bootstrap",
};

/** The recipe's names for the pruners of hyperparameter-js; core/recipe/pruners.ts has their options. */
const PRUNERS: Readonly<Record<string, (numbers: Numbers) => Pruner>> = {
  nop: nopPruner,
  forecast: forecastPruner,
  median: medianPruner,
  percentile: percentilePruner,
  threshold: thresholdPruner,
  successive_halving: successiveHalvingPruner,
  hyperband: hyperbandPruner,
  wilcoxon: wilcoxonPruner,
};

/** The recipe has been checked against core/recipe/pruners.ts, so an unknown name here is a defect of `sous`. */
export function createPruner({ kind, wraps, ...options }: Choice): Pruner {
  const numbers: Numbers = Object.fromEntries(
    Object.entries(options).flatMap(([word, value]) =>
      typeof value === "number" ? [[WORDS[word] ?? word, value]] : [],
    ),
  );
  if (kind === "patient") {
    const { patience = 0, ...rest } = numbers;
    return patientPruner(createPruner({ kind: String(wraps) }), { patience, ...rest });
  }
  const create = PRUNERS[kind];
  if (create === undefined) throw new TypeError(`no pruner ${kind}`);
  return create(numbers);
}
