/** The earlier trials that a proposal is closest to: the part of the explanation that a person can look up. */
import { axisOf } from "../space/distribution.js";
import type { Distribution, FrozenTrial, Params, ParamValue, Space } from "../types.js";

const SHOWN = 3;

/** 0 … 1: share of the axis between two values; choices are alike or not. */
function distance(distribution: Distribution, a: ParamValue | undefined, b: ParamValue | undefined): number {
  if (a === b) return 0;
  if (distribution.type === "categorical" || typeof a !== "number" || typeof b !== "number") return 1;
  const axis = axisOf(distribution);
  return Math.min(1, Math.abs(axis.encode(a) - axis.encode(b)) / (axis.high - axis.low));
}

/** Numbers of the three finished trials with the smallest mean distance over all parameters, nearest first. */
export function nearestTrials(space: Space, params: Params, trials: readonly FrozenTrial[]): readonly number[] {
  const names = Object.entries(space);
  return trials
    .filter(({ state }) => state !== "running")
    .map(({ number, params: other }) => ({
      number,
      far: names.reduce((sum, [name, distribution]) => sum + distance(distribution, params[name], other[name]), 0),
    }))
    .sort((a, b) => a.far - b.far || a.number - b.number)
    .slice(0, SHOWN)
    .map(({ number }) => number);
}
