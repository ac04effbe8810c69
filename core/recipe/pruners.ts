/** The pruners of hyperparameter-js with their options; they are no plugins. */
import type { Optioned } from "../evaluator/messages.js";

const count = (minimum: number, byDefault: number, description: string) => ({
  type: "integer",
  minimum,
  default: byDefault,
  description: `${description} Default: ${byDefault}.`,
});

export const DEFAULT_PRUNER = "median";

export const PRUNERS: readonly Optioned[] = [
  {
    name: "nop",
    plugin: "hyperparameter-js",
    options: { type: "object", properties: {}, description: "Never prunes." },
  },
  {
    name: "median",
    plugin: "hyperparameter-js",
    options: {
      type: "object",
      description: "Ends a trial that is worse than the median of earlier ones at the same step.",
      properties: {
        startup_trials: count(0, 5, "Trials that are complete before any is pruned."),
        warmup_steps: count(0, 0, "Steps before which no trial is pruned."),
      },
    },
  },
];
