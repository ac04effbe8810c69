/** Sequences that fill the unit cube evenly, as samplers: trial n is point n, so that nothing is kept between trials. */
import { type Column, columnsOf } from "../history/table.js";
import { usedPoints } from "../history/used.js";
import type { Sequence } from "../math/sobol.js";
import { createRng, deriveSeed } from "../random/rng.js";
import { buildParams } from "../space/conditions.js";
import { drawFresh, drawPoint } from "../space/points.js";
import { holds } from "../space/relations.js";
import type { Params, ParamValue, Proposal, ProposeRequest, Sampler, Space } from "../types.js";
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

function proposeFrom(
  scrambled: Scrambled,
  name: string,
  request: ProposeRequest,
): Pick<Proposal, "params"> & { rule: string } {
  const { space, seed, number, relations = [] } = request;
  const used = usedPoints(request);
  const dimensions = columnsOf(space).length;
  for (let scramble = 0; scramble < SCRAMBLES; scramble++) {
    const own = scramble === 0 ? seed : deriveSeed(seed, name, scramble);
    const params = pointAt(space, scrambled(dimensions, own)(number));
    if (!used(params) && holds(relations, params)) return { params, rule: name };
  }
  const rng = createRng(seed, number, name);
  return { params: drawFresh(space, used, rng, relations) ?? drawPoint(space, rng, relations), rule: `${name}-unseen` };
}

export function quasiSampler(name: string, scrambled: Scrambled): Sampler {
  return {
    name,
    propose(request) {
      const { params, rule } = proposeFrom(scrambled, name, request);
      return { params, why: { rule, nearest: nearestTrials(request.space, params, request.trials) } };
    },
  };
}
