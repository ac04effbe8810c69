/** The way from a sampler's candidates to a point that may be proposed. */
import { usedPoints } from "../history/used.js";
import type { Rng } from "../random/rng.js";
import { drawFresh, drawPoint } from "../space/points.js";
import { holds } from "../space/relations.js";
import { repair } from "../space/repair.js";
import type { Params, ProposeRequest } from "../types.js";

export interface Taken {
  readonly params: Params;
  /** False: no candidate would do, and the point is any one that does. */
  readonly own: boolean;
}

/**
 * The first of `tries` candidates that holds to the relations and wasn't tried before; else the last one that broke a
 * relation, repaired; else a uniform point that is free, while there is one.
 */
export function takeCandidate(
  request: ProposeRequest,
  tries: number,
  rng: Rng,
  candidate: (attempt: number) => Params,
): Taken {
  const { space, relations = [] } = request;
  const used = usedPoints(request);
  let broken: Params | null = null;
  for (let attempt = 0; attempt < tries; attempt++) {
    const params = candidate(attempt);
    if (!holds(relations, params)) broken = params;
    else if (!used(params)) return { params, own: true };
  }
  const repaired = broken === null ? null : repair(space, relations, broken, rng);
  if (repaired !== null && !used(repaired)) return { params: repaired, own: true };
  return { params: drawFresh(space, used, rng, relations) ?? drawPoint(space, rng, relations), own: false };
}
