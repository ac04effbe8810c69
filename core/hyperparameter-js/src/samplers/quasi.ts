/** Sequences that fill the unit cube evenly, as samplers: trial n is point n, so that nothing is kept between trials. */
import { type Column, columnsOf } from "../history/table.js";
import type { Sequence } from "../math/sobol.js";
import { createRng, deriveSeed } from "../random/rng.js";
import { buildParams } from "../space/conditions.js";
import type { Params, ParamValue, Sampler, Space } from "../types.js";
import { takeCandidate } from "./candidates.js";
import { nearestTrials } from "./nearest.js";

/** Other scrambles of the sequence that are tried where a point may not be proposed. */
const SCRAMBLES = 16;

/** The value at a share of the axis; choices own equal shares. */
function valueAtShare({ axis, size, decode }: Column, share: number): ParamValue {
  return decode(axis === null ? Math.floor(share * size) : share);
}

/** A parameter has the coordinate of its place in the space, also where it doesn't exist, so that others keep theirs. */
function pointAt(space: Space, coordinates: Float64Array): Params {
  const columns = columnsOf(space);
  const places = new Map(columns.map(({ name }, place) => [name, place]));
  return buildParams(space, (name) => {
    const place = places.get(name) as number;
    return valueAtShare(columns[place] as Column, coordinates[place] as number);
  });
}

type Scrambled = (dimensions: number, seed: number) => Sequence;

export function quasiSampler(name: string, scrambled: Scrambled): Sampler {
  return {
    name,
    propose(request) {
      const { space, seed, number, trials } = request;
      const dimensions = columnsOf(space).length;
      const { params, own } = takeCandidate(request, SCRAMBLES, createRng(seed, number, name), (scramble) => {
        const key = scramble === 0 ? seed : deriveSeed(seed, name, scramble);
        return pointAt(space, scrambled(dimensions, key)(number));
      });
      return { params, why: { rule: own ? name : `${name}-unseen`, nearest: nearestTrials(space, params, trials) } };
    },
  };
}
