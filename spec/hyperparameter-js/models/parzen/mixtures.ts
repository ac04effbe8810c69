/** Mixtures over the parameters of points, as samplers make them from trials. */
import type { Params, Rng, Space } from "hyperparameter-js";
import { type Column, columnsOf, encodePoint } from "../../../../core/hyperparameter-js/src/history/table.js";
import { Scratch } from "../../../../core/hyperparameter-js/src/math/scratch.js";
import { Mixture } from "../../../../core/hyperparameter-js/src/models/parzen/mixture.js";
import { withPrior } from "../../../../core/hyperparameter-js/src/models/parzen/weights.js";
import { buildParams } from "../../../../core/hyperparameter-js/src/space/conditions.js";
import { PUBLISHED, type TwinRules } from "./twin.js";

export interface ParamsMixture {
  readonly mixture: Mixture;
  coordinates(point: Params): Float64Array;
  /** On the axes as they are, not on 0 … 1. */
  logDensity(point: Params): number;
  /** A point with the parameters that exist beside each other. */
  draw(rng: Rng): Params;
}

/** log of how long the axis of a float is; 0 where there are masses. */
function logLength({ size, axis }: Column): number {
  return axis === null || Number.isFinite(size) ? 0 : Math.log(axis.high - axis.low);
}

export function mixtureOf(space: Space, seen: readonly Params[], rules: TwinRules = PUBLISHED): ParamsMixture {
  const columns = columnsOf(space);
  const coordinates = (point: Params): Float64Array => {
    const into = new Float64Array(columns.length);
    encodePoint(columns, point, into);
    return into;
  };
  const rows = seen.map(coordinates);
  const weights = rules.weights(seen.length);
  const mixture = new Mixture({
    columns,
    centres: columns.map((_, at) => Float64Array.from([...rows.map((row) => row[at] as number), Number.NaN])),
    weights: withPrior(Float64Array.from(weights.slice(0, -1)), weights.at(-1) as number),
    widths: ({ distribution }) => ({
      rule: rules.same ? "same" : "gap",
      width: rules.floor(seen.length, distribution),
    }),
    smoothing: rules.smoothing(seen.length),
    scratch: new Scratch(),
  });
  return {
    mixture,
    coordinates,
    logDensity(point) {
      const there = columns.filter(({ name }) => Object.hasOwn(point, name));
      return mixture.logDensity(coordinates(point)) - there.reduce((sum, column) => sum + logLength(column), 0);
    },
    draw(rng) {
      const drawn = mixture.draw(rng);
      const values = new Map(columns.map((column, at) => [column.name, column.decode(drawn[at] as number)]));
      return buildParams(space, (name) => values.get(name));
    },
  };
}
