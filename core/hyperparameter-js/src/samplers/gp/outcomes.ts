/** What trials came to, as numbers that a Gaussian process can explain. */
import { log } from "../../math/elementary.js";
import type { Direction, FrozenTrial } from "../../types.js";

/** Values to be minimised, one per trial; NaN where a trial says nothing of them. */
export type Outcomes = Float64Array;

function reportOf({ intermediate }: FrozenTrial, sign: number): number {
  const last = intermediate.at(-1)?.[1] ?? Number.NaN;
  return sign * last;
}

export function medianOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : midway(sorted[half - 1] as number, sorted[half] as number);
}

function midway(a: number, b: number): number {
  return a / 2 + b / 2;
}

/**
 * One objective, the smaller the better. Infinities become the worst, or best, of the finite values. A pruned trial was worse
 * than the median, or as bad as its last report; a failed one is as bad as the worst. Stale ones say nothing.
 */
export function outcomesOf(trials: readonly FrozenTrial[], objective: number, direction: Direction): Outcomes {
  const sign = direction === "minimize" ? 1 : -1;
  const measured = Float64Array.from(trials, ({ values }) => sign * (values?.[objective] ?? Number.NaN));
  const finite = measured.filter(Number.isFinite).sort();
  const sorted = finite.length > 0 ? finite : Float64Array.of(0);
  const [best, worst, middle] = [sorted[0] as number, sorted.at(-1) as number, medianOf(sorted)];
  return measured.map((value, index) => {
    const trial = trials[index] as FrozenTrial;
    if (trial.state === "complete") return Math.min(Math.max(value, best), worst);
    if (trial.state === "failed") return worst;
    if (trial.state !== "pruned") return Number.NaN;
    const report = reportOf(trial, sign);
    return Math.min(Math.max(Number.isNaN(report) ? worst : report, middle), worst);
  });
}

/** Times the spread of the better half above the median from where on a value is no worse than another. */
const WORST = 1e4;

/**
 * Values worse than the median are drawn together as a logarithm does, on the scale of the better half: smooth at the median
 * and further on, and the better half stays as it is. One value a thousand times worse than all others, or a tail of them,
 * then tells the model no more than that it is worse. In units of that scale, from −1, the best, on.
 */
export function drawTogether(y: Float64Array): Float64Array {
  // A difference of quarters can't overflow.
  const quarters = y.map((each) => each / 4);
  const sorted = quarters.slice().sort();
  const median = medianOf(sorted);
  const above = sorted.find((each) => each > median) ?? median;
  const scale = median - (sorted[0] as number) || above - median || 1;
  return quarters.map((each) => {
    const far = (each - median) / scale;
    return far > 0 ? log(1 + Math.min(far, WORST)) : far;
  });
}
