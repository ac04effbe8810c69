import { checkOptions, type NoOptions } from "../given.js";
import { usedPoints } from "../history/used.js";
import { createRng } from "../random/rng.js";
import { drawFresh, drawPoint } from "../space/points.js";
import type { Params, ProposeRequest, Sampler } from "../types.js";
import { nearestTrials } from "./nearest.js";

/** A uniform point: one that no trial has, while there is one and duplicates weren't asked for. */
export function drawRandom(request: ProposeRequest, purpose: string): Params {
  const rng = createRng(request.seed, request.number, purpose);
  const { space, relations } = request;
  return drawFresh(space, usedPoints(request), rng, relations) ?? drawPoint(space, rng, relations);
}

/** Draws each parameter uniformly: over choices, over grid points, over the range, over the log of the range. */
export function randomSampler(options: NoOptions = {}): Sampler {
  checkOptions("random", options, {});
  return {
    name: "random",
    propose(request) {
      const params = drawRandom(request, "random");
      return { params, why: { rule: "random", nearest: nearestTrials(request.space, params, request.trials) } };
    },
  };
}
