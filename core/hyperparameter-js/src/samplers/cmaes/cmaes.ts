/** Covariance matrix adaptation evolution strategy: Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772. */
import {
  checkCounts,
  checkNamed,
  checkOneOf,
  checkOptions,
  checkPositive,
  checkSwitch,
  type OptionNames,
} from "../../given.js";
import { foldTrials } from "../../history/fold.js";
import type { Restarts } from "../../models/cmaes/restart.js";
import { onlyDirection } from "../../objective.js";
import type { EarlierStudy, FrozenTrial, Params, Proposal, ProposeRequest, Sampler, Space } from "../../types.js";
import { takeCandidate } from "../candidates.js";
import { nearestTrials } from "../nearest.js";
import { drawRandom } from "../random.js";
import { newPlace, pointOfPlace } from "./frame.js";
import { addTrial, drawPlace, rngOf, type Search, startSearch } from "./search.js";
import { type Known, type Settings, termsOf } from "./terms.js";

export interface CmaesOptions {
  /** First deviation of each parameter, as a share of its (log) range: above 0, up to 1. Default: 1/6. */
  readonly sigma?: number;
  /** Trials a generation, of the first run: 4 or more. Default: 4 + ⌊3 ln d⌋ for d parameters. */
  readonly population?: number;
  /** Where the first run begins; parameters left out begin in the middle of their range. Default: {}. */
  readonly start?: Params;
  /**
   * When a run has converged: `ipop` starts anew elsewhere with twice the population, `bipop` in turn with larger and with
   * small ones, `none` goes on. Default: bipop.
   */
  readonly restarts?: Restarts;
  /** True: learns variances, but no correlations; time and memory are then linear in d. Default: from 200 numbers on. */
  readonly separable?: boolean;
  /**
   * Trials before this number, whoever proposes them, only give the start: the best tenth of the complete ones, as warm
   * starting does with those of earlier studies. Until then points are uniform. 0 or more. Default: 0.
   */
  readonly after?: number;
}

const KNOWN: OptionNames<CmaesOptions> = {
  sigma: true,
  population: true,
  start: true,
  restarts: true,
  separable: true,
  after: true,
};

const RESTARTS: readonly Restarts[] = ["none", "ipop", "bipop"];

function settingsOf(options: CmaesOptions): Settings {
  checkOptions("cmaes", options, KNOWN);
  const { sigma = 1 / 6, population, start = {}, restarts = "bipop", separable, after = 0 } = options;
  checkPositive("cmaes.sigma", sigma, "share");
  checkCounts("cmaes", { ...(population !== undefined && { population: [population, 4] }), after: [after, 0] });
  checkNamed("cmaes.start", start);
  checkOneOf("cmaes.restarts", restarts, RESTARTS);
  if (separable !== undefined) checkSwitch("cmaes.separable", separable);
  return { sigma, population, start: { ...start }, restarts, separable, after };
}

/** Candidates of a trial; most are free at once. */
const TRIES = 16;

const NONE: readonly EarlierStudy[] = [];

/** The same object for the same circumstances, so that what is folded for it is found again. */
function interned(): (request: ProposeRequest) => Known {
  const bySpace = new WeakMap<Space, Known[]>();
  return ({ space, seed, directions, earlier = NONE }) => {
    const sign = onlyDirection(directions, "cmaes") === "maximize" ? -1 : 1;
    const all = bySpace.get(space) ?? [];
    bySpace.set(space, all);
    const known = all.find((each) => each.seed === seed && each.sign === sign && each.earlier === earlier);
    if (known !== undefined) return known;
    const added = { space, seed, sign, earlier };
    all.push(added);
    return added;
  };
}

/** `before` are kept until the first trial of the search proper comes. */
interface Folded {
  readonly known: Known;
  readonly before: FrozenTrial[];
  search: Search | null;
}

function searchFold(settings: Settings): (trials: readonly FrozenTrial[], known: Known) => Search {
  const fold = foldTrials<Known, Folded>(
    (known) => ({ known, before: [], search: null }),
    (folded, trial) => {
      if (trial.number < settings.after) {
        folded.before.push(trial);
        return;
      }
      folded.search ??= startSearch(termsOf(settings, folded.known, folded.before));
      addTrial(folded.search, trial);
    },
  );
  return (trials, known) => {
    const { search, before } = fold(trials, known);
    return search ?? startSearch(termsOf(settings, known, before));
  };
}

function proposeFrom(search: Search, request: ProposeRequest): Proposal {
  const { space, number, trials } = request;
  const { terms, run, gaussian } = search;
  const rng = rngOf(terms, number);
  const place = newPlace(terms.frame);
  const { params, own } = takeCandidate(request, TRIES, rng, () => {
    drawPlace(search, rng, place);
    return pointOfPlace(terms.frame, place);
  });
  const note = `run ${run.index + 1}, generation ${gaussian.generation + 1}, sigma ${gaussian.sigma.toPrecision(3)}`;
  return { params, why: { rule: own ? "cmaes" : "cmaes-unseen", note, nearest: nearestTrials(space, params, trials) } };
}

/**
 * CMA-ES with active update, restarts and a margin for integers; choices have probabilities of their own that move with
 * it. One objective. Each λ ended trials are a generation, also those that others proposed; pruned ones rank behind
 * complete ones, then infeasible, then failed ones.
 */
export function cmaesSampler(options: CmaesOptions = {}): Sampler {
  const settings = settingsOf(options);
  const knownOf = interned();
  const searchOf = searchFold(settings);
  return {
    name: "cmaes",
    propose(request) {
      const known = knownOf(request);
      if (request.number >= settings.after) return proposeFrom(searchOf(request.trials, known), request);
      const params = drawRandom(request, "random");
      const nearest = nearestTrials(request.space, params, request.trials);
      return { params, why: { rule: "cmaes-startup", nearest } };
    },
  };
}
