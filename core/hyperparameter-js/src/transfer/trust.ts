/** How far earlier studies are to be believed, measured on the new study's own trials. */
import { foldTrials } from "../history/fold.js";
import { rowOf } from "../samplers/gp/coordinates.js";
import { outcomesOf } from "../samplers/gp/outcomes.js";
import type { Direction, FrozenTrial, Space } from "../types.js";
import type { Task } from "./tasks.js";

/** Of the newest trials; older ones say less of where the search is now. */
const JUDGED = 60;
/** What is believed before there are trials: as much as so many pairs of which three in four are ranked alike. */
const PRIOR_PAIRS = 4;
const PRIOR_SHARE = 0.75;

export interface Prophecy {
  readonly space: Space;
  readonly tasks: readonly Task[];
}

/** What each task said of each trial beforehand. */
const propheciesOf = foldTrials(
  ({ space, tasks }: Prophecy) => ({ space, tasks, means: tasks.map(() => [] as number[]) }),
  ({ space, tasks, means }, { params }) => {
    const x = rowOf(space, params);
    for (const [at, task] of tasks.entries()) means[at]?.push(task.predict(x).mean);
  },
);

/** The share of pairs that both rank alike, in 0 … 1; ties count half. */
function agreement(predicted: readonly number[], measured: ArrayLike<number>, from: number): number {
  let [alike, pairs] = [PRIOR_PAIRS * PRIOR_SHARE, PRIOR_PAIRS];
  for (let i = from; i < predicted.length; i++) {
    if (Number.isNaN(measured[i])) continue;
    for (let j = from; j < i; j++) {
      if (Number.isNaN(measured[j])) continue;
      const product =
        ((predicted[i] as number) - (predicted[j] as number)) * ((measured[i] as number) - (measured[j] as number));
      alike += product > 0 ? 1 : product === 0 ? 0.5 : 0;
      pairs++;
    }
  }
  return alike / pairs;
}

/**
 * A weight for each task, 0 … 1: how much better than chance it ranks the new study's trials. 0 for those that do no
 * better than chance, so that knowledge that misleads is dropped after a few trials.
 */
export function trustIn(prophecy: Prophecy, trials: readonly FrozenTrial[], direction: Direction): Float64Array {
  const { means } = propheciesOf(trials, prophecy);
  const measured = outcomesOf(trials, 0, direction);
  const from = Math.max(0, trials.length - JUDGED);
  return Float64Array.from(means, (predicted) => Math.max(0, 2 * agreement(predicted, measured, from) - 1));
}
