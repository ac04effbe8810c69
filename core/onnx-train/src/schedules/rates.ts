/** Schedules of a rate, or of any hyper-parameter; t is 0 at the first step. */
import { checkNumber, checkNumbers, RANGES, refuse } from "../given.js";
import type { Schedule } from "./schedule.js";

const { amount, count, positive } = RANGES;

/** @throws OnnxError ONNX_OPTION */
export function constantRate(rate: number): Schedule {
  checkNumber("constantRate", rate, amount);
  return () => rate;
}

export interface FadeOptions {
  /** At the first step. */
  readonly rate: number;
  /** After how many steps the final value is met; it stays from then on. */
  readonly steps: number;
  /** Default 0. */
  readonly final?: number;
}

const FADE = [{ rate: amount, steps: count }, { final: amount }] as const;

/** From rate to final, by what is left of their difference after a share of the steps. */
function fade({ rate, steps, final = 0 }: FadeOptions, left: (done: number) => number): Schedule {
  return (step) => final + (rate - final) * left(Math.min(1, (step - 1) / steps));
}

/**
 * A straight line.
 * @throws OnnxError ONNX_OPTION
 */
export function linearRate(options: FadeOptions): Schedule {
  checkNumbers("linearRate", options, ...FADE);
  return fade(options, (done) => 1 - done);
}

/**
 * Half a wave: Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983, eq. 5 without restarts.
 * @throws OnnxError ONNX_OPTION
 */
export function cosineRate(options: FadeOptions): Schedule {
  checkNumbers("cosineRate", options, ...FADE);
  return fade(options, halfWave);
}

function halfWave(done: number): number {
  return (1 + Math.cos(Math.PI * done)) / 2;
}

/**
 * A straight line to the power given (default 1).
 * @throws OnnxError ONNX_OPTION
 */
export function polynomialRate({ power = 1, ...options }: FadeOptions & { readonly power?: number }): Schedule {
  checkNumber("polynomialRate.power", power, positive);
  checkNumbers("polynomialRate", options, ...FADE);
  return fade(options, (done) => (1 - done) ** power);
}

export interface RestartOptions {
  /** At the first step of each wave. */
  readonly rate: number;
  /** Steps of the first wave. */
  readonly period: number;
  /** How many times as long as the one before each wave is, a whole number; default 1. */
  readonly growth?: number;
  /** Default 0. */
  readonly final?: number;
}

/**
 * Half waves, one after another: Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983, eq. 5.
 * @throws OnnxError ONNX_OPTION
 */
export function cosineRestarts(options: RestartOptions): Schedule {
  checkNumbers("cosineRestarts", options, { rate: amount, period: count }, { growth: count, final: amount });
  const { rate, period, growth = 1, final = 0 } = options;
  return (step) => final + (rate - final) * halfWave(waveAt(step - 1, period, growth));
}

/** What share of its wave a place is at. */
function waveAt(t: number, period: number, growth: number): number {
  if (growth === 1) return (t % period) / period;
  let [left, length] = [t, period];
  while (left >= length) {
    left -= length;
    length *= growth;
  }
  return left / length;
}

/**
 * rate · √(shift / (shift + t)): with a warm-up of as many steps as the shift, the schedule of Vaswani et al. 2017,
 * https://arxiv.org/abs/1706.03762, §5.3, whose factor is rate · √shift.
 * @throws OnnxError ONNX_OPTION
 */
export function inverseSquareRootRate(options: { readonly rate: number; readonly shift: number }): Schedule {
  checkNumbers("inverseSquareRootRate", options, { rate: amount, shift: positive });
  const { rate, shift } = options;
  return (step) => rate * Math.sqrt(shift / (shift + step - 1));
}

/**
 * rate · factor^t.
 * @throws OnnxError ONNX_OPTION
 */
export function exponentialRate(options: { readonly rate: number; readonly factor: number }): Schedule {
  checkNumbers("exponentialRate", options, { rate: amount, factor: positive });
  const { rate, factor } = options;
  return (step) => rate * factor ** (step - 1);
}

export interface SteppedOptions {
  readonly rate: number;
  /** What the rate is multiplied by; default 0.1. */
  readonly factor?: number;
  /** After every so many steps, or after these. */
  readonly after: number | readonly number[];
}

/**
 * rate · factor^n, where n steps down are behind.
 * @throws OnnxError ONNX_OPTION
 */
export function steppedRate({ after, ...options }: SteppedOptions): Schedule {
  checkNumbers("steppedRate", options, { rate: amount }, { factor: positive });
  const each = typeof after === "number" ? [after] : after;
  if (!Array.isArray(each)) refuse("steppedRate.after", "a whole number or a list of them", after);
  for (const one of each) checkNumber("steppedRate.after", one, count);
  const { rate, factor = 0.1 } = options;
  const downs = (t: number) =>
    typeof after === "number" ? Math.floor(t / after) : after.filter((one) => t >= one).length;
  return (step) => rate * factor ** downs(step - 1);
}
