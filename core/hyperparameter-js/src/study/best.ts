/** The best of finished trials, for one direction or several. */
import { HyperparameterError, show } from "../errors.js";
import {
  checkDirections,
  checkList,
  checkNamed,
  checkOnePerValue,
  checkOptions,
  checkTrials,
  type OptionNames,
} from "../given.js";
import { violationsOf } from "../history/violation.js";
import { minimised } from "../objective.js";
import { hypervolumeOf } from "../pareto/hypervolume.js";
import { frontOf } from "../pareto/ranks.js";
import type { Direction, FrozenTrial } from "../types.js";

/** The complete trials that violate their constraints least: the feasible ones, while there are any. */
function leastViolating(trials: readonly FrozenTrial[]): readonly FrozenTrial[] {
  const complete = trials.filter(({ state }) => state === "complete");
  const violations = violationsOf(complete);
  const least = violations.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return complete.filter((_, index) => violations[index] === least);
}

function objectives(trials: readonly FrozenTrial[], directions: readonly Direction[]): readonly (readonly number[])[] {
  return trials.map(({ values }) => minimised(values ?? [], directions));
}

/**
 * The complete trials that no other one dominates, in their order. Where constraints were measured, only feasible trials
 * count; while there are none, those that violate the constraints least.
 */
export function paretoFront(trials: readonly FrozenTrial[], directions: readonly Direction[]): readonly FrozenTrial[] {
  checkTrials("paretoFront.trials", trials);
  checkDirections("paretoFront.directions", directions);
  checkOnePerValue("paretoFront.directions", directions, trials);
  const candidates = leastViolating(trials);
  return frontOf(objectives(candidates, directions)).map((index) => candidates[index] as FrozenTrial);
}

export interface HypervolumeOptions {
  /** One value per objective, worse than what counts: what is no better than it in each objective adds nothing. */
  readonly reference: readonly number[];
  /** One per objective. Default: minimize all. */
  readonly directions?: readonly Direction[];
}

const KNOWN: OptionNames<HypervolumeOptions> = { reference: true, directions: true };

function checkLengths(points: readonly (readonly number[])[], { reference, directions }: Required<HypervolumeOptions>) {
  const odd = [reference, directions, ...points].find(({ length }) => length !== reference.length || length === 0);
  const isNumber = (value: unknown) => typeof value === "number" && !Number.isNaN(value);
  const broken = [reference, ...points].find((values) => !Array.isArray(values) || !values.every(isNumber));
  if (odd === undefined && broken === undefined) return;
  const expected = "a reference of as many numbers as there are objectives";
  const got = `${show(reference)} beside ${show(odd ?? broken)}`;
  throw new HyperparameterError({ code: "OPTION_INVALID", where: "hypervolume.reference", expected, got });
}

/**
 * The volume between a reference point and what the complete, feasible trials (or the rows of values) dominate; exact for
 * any number of objectives. Infinity where a value or the reference has no bound. Throws OPTION_INVALID for a reference that
 * doesn't fit.
 */
export function hypervolume(
  of: readonly FrozenTrial[] | readonly (readonly number[])[],
  options: HypervolumeOptions,
): number {
  checkList("hypervolume.of", of);
  checkOptions("hypervolume", options, KNOWN);
  checkList("hypervolume.reference", options.reference);
  const { reference, directions = reference.map(() => "minimize") } = options;
  if (reference.length > 0) checkDirections("hypervolume.directions", directions);
  for (const [at, each] of of.entries()) if (!Array.isArray(each)) checkNamed(`hypervolume.of[${at}]`, each);
  const rows = of.filter((each): each is readonly number[] => !("state" in each));
  const trials = of.filter((each): each is FrozenTrial => "state" in each && each.state === "complete");
  const violations = violationsOf(trials);
  const feasible = trials.flatMap(({ values }, index) => (violations[index] === 0 && values !== null ? [values] : []));
  const points = [...rows, ...feasible];
  checkLengths(points, { reference, directions });
  const minimisedReference = minimised(reference, directions);
  return hypervolumeOf(
    points.map((values) => minimised(values, directions)),
    minimisedReference,
  );
}
