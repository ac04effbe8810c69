/** The earlier trials that a proposal is closest to: the part of the explanation that a person can look up. */
import { axisOf } from "../space/distribution.js";
import type { Distribution, FrozenTrial, Params, ParamValue, Space } from "../types.js";

const SHOWN = 3;

type Distance = (a: ParamValue | undefined, b: ParamValue | undefined) => number;

/** 0 … 1: share of the axis between two values; choices are alike or not. */
function distanceOn(distribution: Distribution): Distance {
  if (distribution.type === "categorical") return (a, b) => (a === b ? 0 : 1);
  const axis = axisOf(distribution);
  return (a, b) => {
    if (a === b) return 0;
    if (typeof a !== "number" || typeof b !== "number") return 1;
    return Math.min(1, Math.abs(axis.encode(a) - axis.encode(b)) / (axis.high - axis.low));
  };
}

/** Numbers of the three finished trials with the smallest mean distance over all parameters, nearest first. */
export function nearestTrials(space: Space, params: Params, trials: readonly FrozenTrial[]): readonly number[] {
  const distances = Object.entries(space).map(([name, distribution]) => [name, distanceOn(distribution)] as const);
  return trials
    .map(({ number, params: other }) => ({
      number,
      far: distances.reduce((sum, [name, distance]) => sum + distance(params[name], other[name]), 0),
    }))
    .sort((a, b) => a.far - b.far || a.number - b.number)
    .slice(0, SHOWN)
    .map(({ number }) => number);
}
