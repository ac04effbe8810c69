/** What the rules look at: the shape of the space and of the objective, and how far the study is. */
import { foldTrials } from "../../history/fold.js";
import { sizeOf } from "../../space/distribution.js";
import { pointKey } from "../../space/points.js";
import type { FrozenTrial, ProposeRequest, Space } from "../../types.js";

export interface Traits {
  readonly objectives: number;
  /** Ended trials that tell something of the objective. */
  readonly told: number;
  /** Trials that were asked before, whatever became of them. */
  readonly asked: number;
  /** The number of the trial to propose for. */
  readonly number: number;
  /** How many trials the study is planned to have; Infinity where nobody said. */
  readonly budget: number;
  /** Parameters with more than one value: numbers, and choices. */
  readonly numbers: number;
  readonly choices: number;
  /** Numbers without a grid: without any, the space is a table. */
  readonly floats: number;
  /** Some parameters exist under a condition only. */
  readonly conditional: boolean;
  /** Black-box constraints were measured. */
  readonly constrained: boolean;
  /** A point may come again, or one came out with another value when it did. */
  readonly noisy: boolean;
}

/** Points that are remembered to see whether the same one comes out in the same way: noise shows early or not at all. */
const REMEMBERED = 1000;

interface Told {
  count: number;
  constrained: boolean;
  differs: boolean;
  readonly values: Map<string, number>;
}

function addTrial(told: Told, { state, params, values, constraints }: FrozenTrial): void {
  if (state !== "complete" && state !== "pruned") return;
  told.count++;
  if (constraints !== undefined) told.constrained = true;
  const [value] = values ?? [];
  if (value === undefined || told.count > REMEMBERED) return;
  const key = pointKey(params);
  const before = told.values.get(key);
  if (before !== undefined && before !== value) told.differs = true;
  told.values.set(key, value);
}

const toldOf = foldTrials(
  (_: Space): Told => ({ count: 0, constrained: false, differs: false, values: new Map() }),
  addTrial,
);

type Shape = Pick<Traits, "numbers" | "choices" | "floats" | "conditional">;

function shapeOf(space: Space): Shape {
  const all = Object.values(space);
  const choices = all.filter((each) => each.type === "categorical" && each.choices.length > 1).length;
  const numbers = all.filter((each) => each.type !== "categorical" && each.low < each.high).length;
  const floats = all.filter((each) => !Number.isFinite(sizeOf(each))).length;
  return { numbers, choices, floats, conditional: all.some(({ when }) => when !== undefined) };
}

export function traitsOf(request: ProposeRequest): Traits {
  const { space, trials, running, directions, number, duplicates = false, budget = Number.POSITIVE_INFINITY } = request;
  const { count, constrained, differs } = toldOf(trials, space);
  const progress = { told: count, asked: trials.length + running.length, number, budget };
  return { ...shapeOf(space), ...progress, objectives: directions.length, constrained, noisy: duplicates || differs };
}
