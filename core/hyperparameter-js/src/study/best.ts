/** The best of finished trials, for one direction or several. */
import type { Direction, FrozenTrial } from "../types.js";

function complete(trials: readonly FrozenTrial[]): readonly (FrozenTrial & { readonly values: readonly number[] })[] {
  return trials.filter((trial): trial is FrozenTrial & { values: readonly number[] } => trial.state === "complete");
}

/** Whether a is nowhere worse than b and somewhere better. */
function dominates(a: readonly number[], b: readonly number[], directions: readonly Direction[]): boolean {
  const gains = directions.map((direction, index) => {
    const gain = (b[index] as number) - (a[index] as number);
    return direction === "minimize" ? gain : -gain;
  });
  return gains.every((gain) => !(gain < 0)) && gains.some((gain) => gain > 0);
}

/** The complete trials that none other dominates, by number. */
export function paretoBest(trials: readonly FrozenTrial[], directions: readonly Direction[]): readonly FrozenTrial[] {
  const finished = complete(trials);
  return finished.filter(({ values }) => !finished.some((other) => dominates(other.values, values, directions)));
}
