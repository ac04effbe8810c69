/** The pruners of hyperparameter-js with their options; they are no plugins. */
import type { Optioned } from "../evaluator/messages.js";

type Option = Optioned["options"];

const count = (minimum: number, byDefault: number, description: string): Option => ({
  type: "integer",
  minimum,
  default: byDefault,
  description: `${description} Default: ${byDefault}.`,
});

/** No default that is filled in: an option that came later changes no digest of a recipe that does without it. */
const later = (minimum: number, byDefault: number, description: string): Option => {
  const { default: _, ...option } = count(minimum, byDefault, description);
  return option;
};

const step = (description: string): Option => ({ type: "integer", minimum: 1, description });

const CHECKS = {
  warmup_steps: count(0, 0, "Steps before which no trial is pruned."),
  interval_steps: later(1, 1, "Steps from one check to the next."),
};

const RANKED = {
  startup_trials: count(0, 5, "Trials that are complete before any is pruned."),
  ...CHECKS,
  min_trials: later(1, 1, "Trials that must have reported the same step."),
};

const BOOTSTRAP = count(0, 0, "Trials that fall at each rung before any may pass it.");

/** Nothing is known of the rungs before a trial is complete, unless their scale is given. */
const bootstrapNeeds = (scale: string): Option => ({
  if: { properties: { bootstrap_trials: { minimum: 1 } }, required: ["bootstrap_trials"] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: [scale] },
});

function pruner(name: string, description: string, properties: Option, rest: Option = {}): Optioned {
  return { name, plugin: "hyperparameter-js", options: { type: "object", description, properties, ...rest } };
}

export const DEFAULT_PRUNER = "forecast";

/** Those that the pruner `patient` can wrap by name, with their defaults. */
const WRAPPED = ["median", "percentile", "successive_halving", "hyperband", "wilcoxon"];

export const PRUNERS: readonly Optioned[] = [
  pruner("nop", "Never prunes.", {}),
  pruner("forecast", "Ends a trial whose curve, by where it is going, ends worse than most earlier trials.", {
    percentile: {
      type: "number",
      minimum: 0,
      maximum: 100,
      default: 50,
      description: "Which part of the trials is good enough, in percent. Default: 50.",
    },
    startup_trials: count(1, 5, "Trials that have ended before any is pruned."),
  }),
  pruner("median", "Ends a trial that is worse than the median of earlier ones at the same step.", RANKED),
  pruner("percentile", "Ends a trial that is not among the given best part of earlier ones at the same step.", {
    percentile: {
      type: "number",
      minimum: 0,
      maximum: 100,
      default: 25,
      description: "Which part of the trials goes on, in percent. Default: 25.",
    },
    ...RANKED,
  }),
  pruner("patient", "Asks another pruner only about trials that have stopped gaining.", {
    wraps: { type: "string", enum: WRAPPED, default: "median", description: "The other pruner. Default: median." },
    patience: count(0, 5, "Reports without a gain that are borne with."),
    min_delta: { type: "number", minimum: 0, default: 0, description: "Gains up to this don't count. Default: 0." },
  }),
  pruner(
    "threshold",
    "Ends a trial that reports a value out of bounds.",
    {
      lower: { type: "number", description: "The least value that goes on." },
      upper: { type: "number", description: "The largest value that goes on." },
      ...CHECKS,
    },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    { if: { not: { required: ["lower"] } }, then: { required: ["upper"] } },
  ),
  pruner(
    "successive_halving",
    "Lets only the best of those that reach a rung go on to the next, higher one.",
    {
      min_resource: step("Step of the lowest rung. Without it: a hundredth of a complete trial's last step."),
      reduction_factor: count(2, 4, "About one in so many goes on, to a rung so many times higher."),
      early_stopping_rate: count(0, 0, "Rungs left out at the bottom."),
      bootstrap_trials: BOOTSTRAP,
    },
    bootstrapNeeds("min_resource"),
  ),
  pruner(
    "hyperband",
    "Successive halving in brackets that differ in their lowest rung.",
    {
      min_resource: count(1, 1, "Step of the lowest rung of all."),
      max_resource: step("Step that complete trials reach. Without it: as the first complete one."),
      reduction_factor: count(2, 3, "About one in so many goes on, to a rung so many times higher."),
      bootstrap_trials: BOOTSTRAP,
    },
    bootstrapNeeds("max_resource"),
  ),
  pruner("wilcoxon", "Ends a trial that is shown to be worse than the best on the same instances (folds, seeds).", {
    alpha: {
      type: "number",
      minimum: 0.000001,
      maximum: 0.5,
      default: 0.1,
      description: "Chance of ending a trial that is no worse, over all its reports. Default: 0.1.",
    },
  }),
];
