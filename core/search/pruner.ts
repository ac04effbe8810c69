import { medianPruner, nopPruner, type Pruner } from "hyperparameter-js";
import type { Choice } from "../recipe/recipe.js";

type Options = Readonly<Record<string, unknown>>;

/** The recipe's names for the pruners of hyperparameter-js; core/recipe/pruners.ts has their options. */
const PRUNERS: Readonly<Record<string, (options: Options) => Pruner>> = {
  nop: () => nopPruner(),
  median: ({ startup_trials, warmup_steps }) =>
    medianPruner({
      ...(typeof startup_trials === "number" && { startup: startup_trials }),
      ...(typeof warmup_steps === "number" && { warmup: warmup_steps }),
    }),
};

/** The recipe has been checked against core/recipe/pruners.ts, so an unknown name here is a defect of `sous`. */
export function createPruner({ kind, ...options }: Choice): Pruner {
  const create = PRUNERS[kind];
  if (create === undefined) throw new TypeError(`no pruner ${kind}`);
  return create(options);
}
