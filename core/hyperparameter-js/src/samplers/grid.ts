import { HyperparameterError, show } from "../errors.js";
import { checkList, checkNamed, checkOneOf, checkOptions, type OptionNames } from "../given.js";
import { foldTrials } from "../history/fold.js";
import { mix32 } from "../random/mix.js";
import { permuted } from "../random/permutation.js";
import { deriveSeed } from "../random/rng.js";
import { axisOf, memberOf, type NumericDistribution, sizeOf } from "../space/distribution.js";
import { type Ranked, rankedPoints } from "../space/grid.js";
import { pointKey } from "../space/points.js";
import { holds, type Relations } from "../space/relations.js";
import type { Distribution, Params, ProposeRequest, Sampler, Space } from "../types.js";
import { nearestTrials } from "./nearest.js";

export interface GridOptions {
  /**
   * Values of a numeric parameter on the grid: a list, or how many (1 or more), evenly on its (log) axis from end to end.
   * Needed for floats without a step. Default: every value.
   */
  readonly points?: Readonly<Record<string, number | readonly number[]>>;
  /** `given`: the last parameter changes fastest. Default: shuffled by the study's seed, so that any part is spread. */
  readonly order?: "shuffled" | "given";
}

const KNOWN: OptionNames<GridOptions> = { points: true, order: true };

/** As far as a shuffled order goes. */
const LARGEST = 2 ** 52;

type Points = Required<GridOptions>["points"];

function invalid(where: string, expected: string, got: unknown): HyperparameterError {
  return new HyperparameterError({ code: "OPTION_INVALID", where, expected, got: show(got) });
}

function evenValues(distribution: NumericDistribution, count: number, where: string): readonly number[] {
  if (!Number.isSafeInteger(count) || count < 1) throw invalid(where, "a whole number of 1 or more, or a list", count);
  const axis = axisOf(distribution);
  const [low, high] = [axis.encode(distribution.low), axis.encode(distribution.high)];
  const share = (index: number) => (count === 1 ? 0.5 : index / (count - 1));
  const values = Array.from({ length: count }, (_, index) => axis.decode(low + (high - low) * share(index)));
  return [...new Set(values)];
}

function listedValues(distribution: NumericDistribution, values: readonly number[], where: string): readonly number[] {
  const members = values.map((value) => {
    const member = memberOf(distribution, value);
    if (typeof member === "number") return member;
    throw invalid(where, `values of ${show(distribution)}`, value);
  });
  if (members.length === 0) throw invalid(where, "at least one value", values);
  return [...new Set(members)];
}

/** The distribution with the grid's values only. */
function griddedOf(name: string, distribution: Distribution, points: Points): Distribution {
  const wanted = Object.hasOwn(points, name) ? points[name] : undefined;
  const where = `grid.points.${name}`;
  if (distribution.type !== "categorical" && wanted !== undefined) {
    const given = typeof wanted === "number" ? evenValues : listedValues;
    const choices = given(distribution, wanted as number & readonly number[], where);
    return { type: "categorical", choices, ...(distribution.when && { when: distribution.when }) };
  }
  if (Number.isFinite(sizeOf(distribution))) return distribution;
  const expected = "a step, or how many points to take";
  throw new HyperparameterError({ code: "SPACE_UNSUPPORTED", where, expected, got: show(distribution) });
}

/** The grid of a study, in the order of its proposals. */
interface Plan {
  readonly relations: Relations;
  readonly size: number;
  pointAt(place: number): Params;
}

type Asked = Pick<ProposeRequest, "space" | "seed" | "relations">;

function planOf({ space, seed, relations = [] }: Asked, { points = {}, order = "shuffled" }: GridOptions): Plan {
  const grid = Object.entries(space).map(([name, each]) => [name, griddedOf(name, each, points)] as const);
  const { size, pointAt }: Ranked = rankedPoints(Object.fromEntries(grid));
  if (size > LARGEST) {
    const expected = "a grid of at most 2^52 points";
    throw new HyperparameterError({ code: "SPACE_UNSUPPORTED", where: "grid", expected, got: `${size}` });
  }
  if (order === "given") return { relations, size, pointAt };
  const key = mix32(deriveSeed(seed, "grid") >>> 0);
  return { relations, size, pointAt: (place) => pointAt(permuted(place, size, key)) };
}

interface Progress {
  readonly plan: Plan;
  readonly ended: Set<string>;
  /** All places before it have ended. */
  first: number;
}

const progressOf = foldTrials<Plan, Progress>(
  (plan) => ({ plan, ended: new Set(), first: 0 }),
  (progress, { state, params }) => {
    if (state === "stale") return;
    const { plan, ended } = progress;
    ended.add(pointKey(params));
    while (progress.first < plan.size && isDone(progress, plan.pointAt(progress.first))) progress.first++;
  },
);

function isDone({ plan, ended }: Progress, params: Params): boolean {
  return ended.has(pointKey(params)) || !holds(plan.relations, params);
}

/** The place of this number, or the first one behind it whose point holds to the relations. */
function repeatedPoint({ size, pointAt, relations }: Plan, number: number): Params | null {
  for (let place = 0; place < size; place++) {
    const params = pointAt((number + place) % size);
    if (holds(relations, params)) return params;
  }
  return null;
}

/** The point of the first place that no trial has, ended or running; null: there is none. */
function freshPoint(plan: Plan, { trials, running }: ProposeRequest): Params | null {
  const progress = progressOf(trials, plan);
  const open = new Set(running.map(({ params }) => pointKey(params)));
  for (let place = progress.first; place < plan.size; place++) {
    const params = plan.pointAt(place);
    if (!isDone(progress, params) && !open.has(pointKey(params))) return params;
  }
  return null;
}

function nextPoint(plan: Plan, request: ProposeRequest): Params {
  const { number, space, duplicates } = request;
  const repeats = duplicates === true || Object.keys(space).length === 0;
  const params = repeats ? repeatedPoint(plan, number) : freshPoint(plan, request);
  if (params !== null) return params;
  const expected = "a point of the grid that no trial has";
  throw new HyperparameterError({ code: "SPACE_EXHAUSTED", where: `trial ${number}`, expected, got: "none left" });
}

/**
 * Every point of a finite grid once, conditions and relations included, then SPACE_EXHAUSTED; with `duplicates` round after round. A
 * point that a trial has already, whoever proposed it, is left out. Throws SPACE_UNSUPPORTED for a float that has neither
 * a step nor `points`, and OPTION_INVALID for values that the space doesn't hold.
 */
export function gridSampler(options: GridOptions = {}): Sampler {
  checkOptions("grid", options, KNOWN);
  const { points = {}, order = "shuffled" } = options;
  checkNamed("grid.points", points);
  for (const [name, each] of Object.entries(points))
    if (typeof each !== "number") checkList(`grid.points.${name}`, each);
  checkOneOf("grid.order", order, ["shuffled", "given"]);
  const plans = new WeakMap<Space, Map<number, Plan>>();
  const planFor = (request: ProposeRequest): Plan => {
    const { space, seed, relations } = request;
    const bySeed = plans.get(space) ?? new Map<number, Plan>();
    plans.set(space, bySeed);
    const known = bySeed.get(seed);
    const same =
      known !== undefined && (known.relations === relations || known.relations.length + (relations ?? []).length === 0);
    const plan = same ? known : planOf(request, options);
    bySeed.set(seed, plan);
    return plan;
  };
  return {
    name: "grid",
    propose(request) {
      const params = nextPoint(planFor(request), request);
      return { params, why: { rule: "grid", nearest: nearestTrials(request.space, params, request.trials) } };
    },
  };
}
