/** One configuration on one task: a fit by the real learner, stopped as in a study by the select side, scored on rows held out. */
import { LearnerFailure } from "../../../dist/core/plugin/index.js";

/** CPU seconds of a fit; what takes longer has no place in a portfolio. */
const MOST_SECONDS = 4;
const SEED = 5;

class TooSlow extends Error {}

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Losses on the select and the held-out side (null: none, or it took too long), and CPU seconds. */
export async function evaluate(learner, params, task, metric) {
  const began = cpu();
  const watch = async () => {
    if (cpu() - began > MOST_SECONDS) throw new TooSlow();
  };
  const lossOn = (side, prediction) => {
    const score = metric.score({ spec: task.spec, truth: side.truth, prediction, weight: side.weight });
    return metric.direction === "minimize" ? score : -score;
  };
  const context = {
    loss: (prediction) => lossOn(task.select, prediction),
    report: watch,
    pause: watch,
    work: () => {},
    isSpent: () => false,
  };
  const { spec, train, select } = task;
  try {
    const fitted = await learner.fit({ spec, train, select, params, seed: SEED }, context);
    const [onSelect, onHeld] = [select, task.held].map((side) => lossOn(side, fitted.predict(side.table)));
    return { select: onSelect, held: onHeld, seconds: cpu() - began };
  } catch (error) {
    if (!(error instanceof TooSlow || error instanceof LearnerFailure)) throw error;
    return { select: null, held: null, seconds: cpu() - began };
  }
}
