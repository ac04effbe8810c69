import { checkNumbers, RANGES, type Range } from "../given.js";
import type { Schedule } from "./schedule.js";

export interface OneCycleOptions {
  /** The highest. */
  readonly rate: number;
  /** Of the whole training. */
  readonly steps: number;
  /** The share of the steps over which the rate rises; default 0.3. */
  readonly rise?: number;
  /** The first rate is rate / start; default 25. */
  readonly start?: number;
  /** The last rate is the first / end; default 1e4. */
  readonly end?: number;
  /** beta1 (or momentum) where the rate is lowest; default 0.95. */
  readonly highBeta?: number;
  /** Where the rate is highest; default 0.85. */
  readonly lowBeta?: number;
}

const RULES: Readonly<Record<keyof OneCycleOptions, Range>> = {
  rate: RANGES.amount,
  steps: RANGES.count,
  rise: RANGES.portion,
  start: RANGES.positive,
  end: RANGES.positive,
  highBeta: RANGES.share,
  lowBeta: RANGES.share,
};
const DEFAULTS = { rise: 0.3, start: 25, end: 1e4, highBeta: 0.95, lowBeta: 0.85 } as const;

/**
 * Rate up and beta down, then back and on down: Smith and Topin 2019, https://arxiv.org/abs/1708.07120, along half waves as
 * in PyTorch. The values of the last step stay.
 * @returns schedules of `rate` and `beta1`, for `scheduled`
 * @throws OnnxError ONNX_OPTION
 */
export function oneCycle(options: OneCycleOptions): { readonly rate: Schedule; readonly beta1: Schedule } {
  const all = { ...DEFAULTS, ...options };
  checkNumbers("oneCycle", all, RULES);
  const { rate, steps, rise, start, end, highBeta, lowBeta } = all;
  const [top, last] = [rise * steps - 1, steps - 1];
  const through = ([from, high, to]: readonly [number, number, number]): Schedule => {
    return (step) => {
      const t = Math.min(step - 1, last);
      return t < top ? between(from, high, t / top) : between(high, to, last > top ? (t - top) / (last - top) : 0);
    };
  };
  return { rate: through([rate / start, rate, rate / start / end]), beta1: through([highBeta, lowBeta, highBeta]) };
}

/** Half a wave from one value to another. */
function between(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
}
