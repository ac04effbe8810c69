/** From the matrix of losses to an order of configurations, and what such an order is worth. */
import { mean, median } from "../measure/text.mjs";

/** What a task of another kind (two classes, several, a number) says of a task, beside one of the same kind. */
const OTHER_KIND = 0.5;
/** CPU seconds that a fit costs in any case, beside which gains are weighed: of 3, 1, 0.3, 0.1 and 0.03 it leaves the least regret. */
const OVERHEAD = 0.1;
/** A gain in mean regret below this is none. */
const LEAST_GAIN = 1e-4;

/**
 * Normalised regret of each configuration on each task: 0 for the best one, 1 for the median one and all that are worse,
 * took too long, or can't do the task. The loss is the mean of those on the select side and on rows that nothing has seen.
 */
export function regretsOf(configs, tasks, scores) {
  const columns = tasks.map(({ name }) => {
    const losses = configs.map(({ id }) => {
      const { select = null, held = null } = scores.get(`${id},${name}`) ?? {};
      return select === null || held === null ? Number.POSITIVE_INFINITY : (select + held) / 2;
    });
    const finite = losses.filter(Number.isFinite);
    const [best, middle] = [Math.min(...finite), median(finite)];
    return losses.map((loss) => Math.min(1, (loss - best) / (middle - best || 1)));
  });
  return configs.map((_, config) => columns.map((column) => column[config]));
}

export function weightsFor(kind, tasks) {
  return tasks.map(({ task }) => (task === kind ? 1 : OTHER_KIND));
}

/**
 * Greedy, as Wistuba, Schilling and Schmidt-Thieme (2015) do: next is what lowers most, for what it costs, the mean over the
 * tasks of the best regret so far. The first ones are few and quick, since a study may end soon.
 */
export function choose({ regrets, seconds, weights, most }) {
  const chosen = [];
  let soFar = weights.map(() => 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const meanOf = (values) => values.reduce((sum, value, task) => sum + weights[task] * value, 0) / total;
  while (chosen.length < most) {
    const now = meanOf(soFar);
    let best = { worth: 0, config: -1 };
    regrets.forEach((row, config) => {
      if (chosen.includes(config)) return;
      const gain = now - meanOf(row.map((value, task) => Math.min(value, soFar[task])));
      const worth = gain / (OVERHEAD + seconds[config]);
      if (gain > LEAST_GAIN && worth > best.worth) best = { worth, config };
    });
    if (best.config < 0) break;
    chosen.push(best.config);
    soFar = regrets[best.config].map((value, task) => Math.min(value, soFar[task]));
  }
  return chosen;
}

/** Mean CPU seconds of each configuration; of one that took too long as long as it took. */
export function secondsOf(configs, tasks, scores) {
  return configs.map(({ id }) => mean(tasks.map(({ name }) => scores.get(`${id},${name}`)?.seconds ?? 0)));
}

/** The regret on a task after each count of trials, in this order. */
export function curveOf(order, regrets, task, counts) {
  return counts.map((count) => Math.min(...order.slice(0, count).map((config) => regrets[config][task])));
}

/** The same, expected over all random orders of the candidates. */
export function randomCurve(candidates, regrets, task, counts) {
  const sorted = candidates.map((config) => regrets[config][task]).sort((a, b) => a - b);
  return counts.map((count) => {
    // The i-th smallest is the least of `count` draws without replacement with this chance.
    let [expected, left] = [0, 1];
    for (let at = 0; at < sorted.length && left > 0; at++) {
      const chance = Math.min(1, count / (sorted.length - at));
      expected += left * chance * sorted[at];
      left *= 1 - chance;
    }
    return expected;
  });
}
