/**
 * Hyper-parameters as functions of the step, in closed form: training that stops and goes on anywhere meets the same values.
 */
import { checkNumber, RANGES } from "../given.js";

/** The value at a step, 1 for the first ever. */
export type Schedule = (step: number) => number;

/**
 * Schedules of some hyper-parameters as what a trainer's chunks take.
 * @throws OnnxError ONNX_OPTION, from the result, for a step that isn't a whole number of 1 or more
 */
export function scheduled<Name extends string>(
  schedules: Readonly<Record<Name, Schedule>>,
): (step: number) => Readonly<Record<Name, number>> {
  const all = Object.entries<Schedule>(schedules);
  return (step) => {
    checkNumber("a schedule's step", step, RANGES.count);
    return Object.fromEntries(all.map(([name, schedule]) => [name, schedule(step)])) as Record<Name, number>;
  };
}

/**
 * One schedule for some steps, then another from its own first step on.
 * @throws OnnxError ONNX_OPTION
 */
export function followed(first: Schedule, steps: number, next: Schedule): Schedule {
  checkNumber("followed.steps", steps, RANGES.steps);
  return (step) => (step <= steps ? first(step) : next(step - steps));
}

export interface WarmupOptions {
  /** How many steps come before the schedule's own first. */
  readonly steps: number;
  /** What share of the schedule's first value the first step takes; default 1 / (steps + 1), as if it came from 0. */
  readonly from?: number;
}

/**
 * A straight line up to the first value of a schedule, then the schedule: Goyal et al. 2017,
 * https://arxiv.org/abs/1706.02677, §2.2.
 * @throws OnnxError ONNX_OPTION
 */
export function warmup(schedule: Schedule, { steps, from = 1 / (steps + 1) }: WarmupOptions): Schedule {
  checkNumber("warmup.steps", steps, RANGES.steps);
  checkNumber("warmup.from", from, RANGES.portion);
  const rise: Schedule = (step) => schedule(1) * (from + ((1 - from) * (step - 1)) / steps);
  return followed(rise, steps, schedule);
}
