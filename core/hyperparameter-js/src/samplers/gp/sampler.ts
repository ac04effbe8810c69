/** Bayesian optimization by a Gaussian process and the expected improvement. */
import { HyperparameterError } from "../../errors.js";
import { checkCounts, checkOptions, checkSwitch, type OptionNames } from "../../given.js";
import { usedPoints } from "../../history/used.js";
import { scrambledSobol } from "../../math/sobol.js";
import { maximise } from "../../models/gp/maximise.js";
import { createRng, deriveSeed } from "../../random/rng.js";
import { drawFresh } from "../../space/points.js";
import { holds } from "../../space/relations.js";
import type { FrozenTrial, Params, Proposal, ProposeRequest, Sampler } from "../../types.js";
import { nearestTrials } from "../nearest.js";
import { drawRandom } from "../random.js";
import { sobolSampler } from "../sobol.js";
import { coordinatesOf } from "./coordinates.js";
import { goalOf, type Turn } from "./goal.js";

export interface GpOptions {
  /** Complete and pruned trials before the model is used; Sobol points until then: 1 or more. Default: 5. */
  readonly startup?: number;
  /** True: the objective gives the same value for the same point. Default: false, and the noise is learned. */
  readonly deterministic?: boolean;
}

const KNOWN: OptionNames<GpOptions> = { startup: true, deterministic: true };

/** Objectives whose expected improvement has boxes to be integrated over. */
const MOST_OBJECTIVES = 3;

const RULES: Readonly<Record<Turn, string>> = { improve: "gp", explore: "gp-explore", refine: "gp-refine" };

function allowedIn(request: ProposeRequest): (params: Params) => boolean {
  const used = usedPoints(request);
  const { relations = [] } = request;
  return (params) => !used(params) && holds(relations, params);
}

function improve(request: ProposeRequest, deterministic: boolean): Proposal | null {
  const { space, seed, number } = request;
  const { axes, decode, settle } = coordinatesOf(space);
  const allowed = allowedIn(request);
  const width = axes.length;
  const { turn, box, acquisition, known } = goalOf(request, deterministic);
  const found = maximise({
    acquisition,
    known,
    domain: {
      axes,
      low: box?.low ?? new Float64Array(width),
      high: box?.high ?? new Float64Array(width).fill(1),
      ...(settle && { settle }),
      allowed: (x) => allowed(decode(x)),
    },
    spread: scrambledSobol(width, deriveSeed(seed, number, "gp-spread")),
    rng: createRng(seed, number, "gp-near"),
  });
  return found && { params: decode(found.x), why: { rule: RULES[turn], acquisition: found.value } };
}

function isScored({ state }: FrozenTrial): boolean {
  return state === "complete" || state === "pruned";
}

function unseen(request: ProposeRequest): Proposal {
  const { space, seed, number, relations } = request;
  const params = drawFresh(space, usedPoints(request), createRng(seed, number, "gp-unseen"), relations);
  return { params: params ?? drawRandom(request, "gp-unseen"), why: { rule: "gp-unseen" } };
}

function checkObjectives({ directions }: ProposeRequest): void {
  if (directions.length <= MOST_OBJECTIVES) return;
  const [expected, got] = ["one to three objectives", `${directions.length}`];
  throw new HyperparameterError({ code: "OBJECTIVES_UNSUPPORTED", where: "gp", expected, got });
}

/**
 * A Gaussian process over numbers, choices and conditional parameters together; proposes the point of the largest expected
 * improvement: of the value, or of the hypervolume that two or three objectives dominate, times the probability that
 * black-box constraints hold. Running trials are taken as come out as expected.
 */
export function gpSampler(options: GpOptions = {}): Sampler {
  checkOptions("gp", options, KNOWN);
  const { startup = 5, deterministic = false } = options;
  checkCounts("gp", { startup: [startup, 1] });
  checkSwitch("gp.deterministic", deterministic);
  const start = sobolSampler();
  return {
    name: "gp",
    async propose(request) {
      checkObjectives(request);
      if (request.trials.filter(isScored).length < startup || Object.keys(request.space).length === 0) {
        const { params, why } = await start.propose(request);
        return { params, why: { ...why, rule: "gp-startup" } };
      }
      const { params, why } = improve(request, deterministic) ?? unseen(request);
      return { params, why: { ...why, nearest: nearestTrials(request.space, params, request.trials) } };
    },
  };
}
