/** Tree-structured Parzen estimator: Bergstra et al., "Algorithms for hyper-parameter optimization", NIPS 2011. */
import { HyperparameterError, show } from "../errors.js";
import { usedPoints } from "../history/used.js";
import { onlyDirection } from "../objective.js";
import { createRng, type Rng } from "../random/rng.js";
import { drawFresh } from "../space/points.js";
import type { Params, Proposal, ProposeRequest, Sampler } from "../types.js";
import { scoredTrials, splitTrials } from "./history.js";
import { nearestTrials } from "./nearest.js";
import { parzenMixture } from "./parzen.js";
import { drawRandom } from "./random.js";

export interface TpeOptions {
  /** Points drawn from the good part's density, the best of which is proposed: 1 or more. Default: 24. */
  readonly candidates?: number;
  /** Complete and pruned trials before the model is used; random points until then: 1 or more. Default: 10. */
  readonly startup?: number;
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  const expected = "a whole number of 1 or more";
  throw new HyperparameterError({ code: "OPTION_INVALID", where: `tpe.${name}`, expected, got: show(value) });
}

interface Scored {
  readonly params: Params;
  /** log of the good part's density over the rest's: grows with the expected improvement. */
  readonly ratio: number;
}

/** Candidates by falling log ratio; ties in the order drawn. */
function rankCandidates(request: ProposeRequest, count: number, rng: Rng): readonly Scored[] {
  const { below, above } = splitTrials(
    [...request.trials, ...request.running],
    onlyDirection(request.directions, "tpe"),
  );
  const good = parzenMixture(
    request.space,
    below.map(({ params }) => params),
  );
  const rest = parzenMixture(
    request.space,
    above.map(({ params }) => params),
  );
  return Array.from({ length: count }, () => good.draw(rng))
    .map((params) => ({ params, ratio: good.logDensity(params) - rest.logDensity(params) }))
    .sort((a, b) => b.ratio - a.ratio);
}

function choose(
  request: ProposeRequest,
  ranked: readonly Scored[],
  rng: Rng,
): Omit<Proposal, "why"> & { ratio?: number } {
  const [first] = ranked as readonly [Scored];
  const used = usedPoints(request);
  const fresh = ranked.find(({ params }) => !used(params));
  if (fresh !== undefined) return fresh;
  return { params: drawFresh(request.space, used, rng) ?? first.params };
}

/**
 * Multivariate TPE over declared spaces with conditions and over spaces found by define-by-run. One objective. Running
 * trials count as poor (constant liar).
 */
export function tpeSampler({ candidates = 24, startup = 10 }: TpeOptions = {}): Sampler {
  positive("candidates", candidates);
  positive("startup", startup);
  return {
    name: "tpe",
    propose(request) {
      const nearest = (params: Params) => nearestTrials(request.space, params, request.trials);
      if (scoredTrials(request.trials).length < startup) {
        const params = drawRandom(request, "random");
        return { params, why: { rule: "tpe-startup", nearest: nearest(params) } };
      }
      const rng = createRng(request.seed, request.number, "tpe");
      const { params, ratio } = choose(request, rankCandidates(request, candidates, rng), rng);
      if (ratio === undefined) return { params, why: { rule: "tpe-unseen", nearest: nearest(params) } };
      return { params, why: { rule: "tpe", acquisition: ratio, nearest: nearest(params) } };
    },
  };
}
