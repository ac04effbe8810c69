/**
 * Tree-structured Parzen estimator: Bergstra, Bardenet, Bengio and Kégl, "Algorithms for hyper-parameter optimization", NIPS
 * 2011. Several objectives: Ozaki, Tanigaki, Watanabe and Onishi, GECCO 2020.
 */
import { tableOf } from "../../history/table.js";
import { usedPoints } from "../../history/used.js";
import { exp, log } from "../../math/elementary.js";
import { Scratch } from "../../math/scratch.js";
import { createRng, type Rng } from "../../random/rng.js";
import { drawFresh, drawPoint } from "../../space/points.js";
import type { Params, Proposal, ProposeRequest, Sampler } from "../../types.js";
import { nearestTrials } from "../nearest.js";
import { blocksOf } from "./blocks.js";
import { type BlockModel, bestCandidate, frameOf } from "./candidates.js";
import { type Evidence, modelOf } from "./model.js";
import { settingsOf, type TpeOptions, type TpeSettings } from "./options.js";
import { type Split, splitTrials } from "./split.js";

/** Times that all candidates are drawn anew where none of them may be proposed. */
const ROUNDS = 8;

/** Settings, and the memory that one proposal after another works in. */
interface Settled {
  readonly settings: TpeSettings;
  readonly scratch: Scratch;
}

/**
 * The smallest width of kernels is drawn anew for each proposal, log-uniformly from 1/n, n the trials so far, to that which
 * Bergstra's rule has always, 1/(m + 2), m the good ones. So each study looks at all scales: a fixed narrow one is too
 * greedy where there are several optima, and a fixed wide one can't close in.
 */
function widthFor(scored: number, rng: Rng): (good: number) => number {
  const share = rng.next();
  return (good) => exp(share * log(1 / (good + 2)) - (1 - share) * log(scored));
}

function modelsFor(
  request: ProposeRequest,
  split: Split,
  { settings, scratch }: Settled,
  rng: Rng,
): readonly BlockModel[] {
  const { trials, running, space, directions } = request;
  const evidence: Evidence = {
    table: tableOf(trials, space),
    split,
    ranked: directions.length === 1,
    running: settings.constantLiar ? running : [],
  };
  const blocks = blocksOf(trials, space, settings);
  const whole = settings.group || !settings.multivariate;
  const width = widthFor(split.scored, rng);
  return blocks.map((block) => {
    const { good, rest } = modelOf(evidence, { block, whole, width, scratch, priorWeight: settings.priorWeight });
    return { block, good, rest };
  });
}

function proposeModelled(request: ProposeRequest, split: Split, settled: Settled): Proposal {
  settled.scratch.clear();
  const rng = createRng(request.seed, request.number, "tpe");
  const models = modelsFor(request, split, settled, rng);
  const frame = frameOf(request);
  for (let round = 0; round < ROUNDS && models.length > 0; round++) {
    const best = bestCandidate(frame, models, settled.settings.candidates, rng);
    if (best !== null) return proposalOf(request, best.params, "tpe", best.ratio);
  }
  return proposalOf(request, drawUnseen(request, rng), "tpe-unseen");
}

function proposalOf({ space, trials }: ProposeRequest, params: Params, rule: string, ratio?: number): Proposal {
  const nearest = nearestTrials(space, params, trials);
  return { params, why: ratio === undefined ? { rule, nearest } : { rule, acquisition: ratio, nearest } };
}

/** A uniform point: one that no trial has, while there is one. */
function drawUnseen({ space, relations, ...request }: ProposeRequest, rng: Rng): Params {
  const used = usedPoints({ space, ...request });
  return drawFresh(space, used, rng, relations) ?? drawPoint(space, rng, relations);
}

/**
 * TPE over declared spaces with conditions and over spaces found by define-by-run; one objective or several, constraints.
 * Throws OPTION_INVALID.
 */
export function tpeSampler(options: TpeOptions = {}): Sampler {
  const settings = settingsOf(options);
  const settled = { settings, scratch: new Scratch() };
  return {
    name: "tpe",
    propose(request) {
      const split = splitTrials(request.trials, request.directions);
      if (split.scored >= settings.startup) return proposeModelled(request, split, settled);
      const rng = createRng(request.seed, request.number, "random");
      return proposalOf(request, drawUnseen(request, rng), "tpe-startup");
    },
  };
}
