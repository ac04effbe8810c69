/**
 * When a run has nothing more to find, and how the next one starts. IPOP: Auger and Hansen, CEC 2005. BIPOP: Hansen, GECCO
 * workshop 2009. Stops: Hansen, arXiv 1604.00772, §B.3.
 */
import { exp, log } from "../../math/elementary.js";
import type { Rng } from "../../random/rng.js";
import { deviationOf, type Gaussian } from "./gaussian.js";

export type Restarts = "none" | "ipop" | "bipop";

export interface Run {
  /** From 0. */
  readonly index: number;
  readonly population: number;
  /** Of the first run's sigma. */
  readonly sigmaShare: number;
  /** BIPOP: a run with a small population. */
  readonly small: boolean;
  /** How often the population has been doubled. */
  readonly doublings: number;
  /** Trials that earlier runs with large and with small populations have had. */
  readonly spent: readonly [large: number, small: number];
}

export function firstRun(population: number): Run {
  return { index: 0, population, sigmaShare: 1, small: true, doublings: 0, spent: [0, 0] };
}

/** `trials`: how many the run that ends has had. `rng`: of the run that starts. */
export function nextRun(
  run: Run,
  kind: Restarts,
  { first, trials, rng }: { first: number; trials: number; rng: Rng },
): Run {
  const { small, spent, doublings } = run;
  const now = [spent[0] + (small ? 0 : trials), spent[1] + (small ? trials : 0)] as const;
  const [index, u, v] = [run.index + 1, rng.next(), rng.next()];
  if (kind === "bipop" && doublings > 0 && now[1] < now[0]) {
    const ratio = exp(u * u * log(2 ** doublings / 2));
    const population = Math.max(Math.floor(first * ratio), first);
    return { index, population, sigmaShare: exp(-2 * v * Math.LN10), small: true, doublings, spent: now };
  }
  const population = first * 2 ** (doublings + 1);
  return { index, population, sigmaShare: 1, small: false, doublings: doublings + 1, spent: now };
}

/** What a run has shown so far. Changed in place. */
export interface Course {
  readonly sigma: number;
  /** Best values of the latest generations, as a ring. */
  readonly bests: Float64Array;
  /** The widest range of values in one generation. */
  spread: number;
}

/** 10 + ⌈30·d/λ⌉ generations are looked back at. */
export function startCourse({ strategy: { dimensions, population }, sigma }: Gaussian): Course {
  return { sigma, bests: new Float64Array(10 + Math.ceil((30 * dimensions) / population)), spread: 0 };
}

export function noteValues(course: Course, generation: number, { best, range }: { best: number; range: number }): void {
  course.bests[(generation - 1) % course.bests.length] = best;
  if (Number.isFinite(range)) course.spread = Math.max(course.spread, range);
}

const SMALL = 1e-12;

/** Best values that differ by less: of what one generation spans, and of their own size, where it is rounding. */
const FLAT_SPREAD = 1e-20;
const FLAT_SIZE = 1e-15;
const LARGEST_GROWTH = 1e4;
const LARGEST_CONDITION = 1e14;

/** Best values have stayed together; free of their unit. */
function isFlat({ bests, spread }: Course, generation: number): boolean {
  if (generation < bests.length) return false;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const best of bests) {
    low = Math.min(low, best);
    high = Math.max(high, best);
  }
  return low === high || high - low <= Math.max(FLAT_SPREAD * spread, FLAT_SIZE * Math.abs(low));
}

function everyCoordinate({ strategy }: Gaussian, holds: (j: number) => boolean): boolean {
  for (let j = 0; j < strategy.dimensions; j++) if (!holds(j)) return false;
  return true;
}

/** A tenth of a deviation along one axis, or a fifth of one coordinate's, changes the mean by nothing. */
function hasNoEffect(gaussian: Gaussian): boolean {
  const { strategy, mean, sigma, deviations, vectors, generation } = gaussian;
  const { dimensions: d, separable } = strategy;
  for (let j = 0; j < d; j++) {
    const at = mean[j] as number;
    if (at === at + 0.2 * sigma * deviationOf(gaussian, j)) return true;
  }
  if (separable) return false;
  const k = generation % d;
  const length = 0.1 * sigma * (deviations[k] as number);
  return everyCoordinate(gaussian, (j) => mean[j] === (mean[j] as number) + length * (vectors[k * d + j] as number));
}

type Stop = (gaussian: Gaussian, course: Course) => boolean;

const STOPS: readonly Stop[] = [
  ({ generation }, course) => isFlat(course, generation),
  (gaussian, { sigma }) =>
    everyCoordinate(
      gaussian,
      (j) =>
        gaussian.sigma * Math.max(deviationOf(gaussian, j), Math.abs(gaussian.covariancePath[j] as number)) <=
        SMALL * sigma,
    ),
  ({ sigma, deviations }, course) => sigma * Math.max(...deviations) > LARGEST_GROWTH * course.sigma,
  ({ deviations }) => Math.max(...deviations) ** 2 > LARGEST_CONDITION * Math.min(...deviations) ** 2,
  hasNoEffect,
];

export function hasStopped(gaussian: Gaussian, course: Course): boolean {
  return STOPS.some((stops) => stops(gaussian, course));
}
