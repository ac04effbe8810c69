/** Bayesian optimization by a Gaussian process and the expected improvement. */
import { HyperparameterError, show } from "../../errors.js";
import { tableOf } from "../../history/table.js";
import { usedPoints } from "../../history/used.js";
import { scrambledSobol } from "../../math/sobol.js";
import { logExpectedImprovement } from "../../models/gp/acquisition.js";
import { fitGp } from "../../models/gp/fit.js";
import { maximise } from "../../models/gp/maximise.js";
import type { Posterior, Process } from "../../models/gp/posterior.js";
import { onlyDirection } from "../../objective.js";
import { createRng, deriveSeed } from "../../random/rng.js";
import { drawFresh } from "../../space/points.js";
import { holds } from "../../space/relations.js";
import type { FrozenTrial, Params, Proposal, ProposeRequest, Sampler } from "../../types.js";
import { nearestTrials } from "../nearest.js";
import { drawRandom } from "../random.js";
import { sobolSampler } from "../sobol.js";
import { coordinatesOf, rowOf } from "./coordinates.js";
import { drawTogether, type Outcomes, outcomesOf } from "./outcomes.js";

export interface GpOptions {
  /** Complete and pruned trials before the model is used; Sobol points until then: 1 or more. Default: 10. */
  readonly startup?: number;
  /** True: the objective gives the same value for the same point. Default: false, and the noise is learned. */
  readonly deterministic?: boolean;
}

/** Least noise, as a share of the variance: what keeps the matrix from being singular. */
const NO_NOISE = 1e-8;

interface Rows {
  readonly cells: Float64Array;
  readonly y: Float64Array;
}

/** The trials that say something of the objective. */
function rowsOf({ trials, space }: ProposeRequest, outcomes: Outcomes): Rows {
  const { cells, columns } = tableOf(trials, space);
  const width = columns.length;
  const { fill } = coordinatesOf(space);
  const told = [...outcomes.keys()].filter((row) => !Number.isNaN(outcomes[row]));
  const taken = new Float64Array(told.length * width);
  told.forEach((row, at) => {
    const into = taken.subarray(at * width, (at + 1) * width);
    into.set(cells.subarray(row * width, (row + 1) * width));
    fill(into);
  });
  return { cells: taken, y: Float64Array.from(told, (row) => outcomes[row] as number) };
}

interface Belief {
  readonly posterior: Posterior;
  /** The least value, of those measured and those believed. */
  readonly best: number;
}

/**
 * Running trials as if they had come out as expected (Ginsbourger, Le Riche and Carraro, "Kriging is well-suited to
 * parallelize optimization", 2010, §4): the variance near them goes, and what lies elsewhere gains.
 */
function believe(process: Process, { space, running }: ProposeRequest, measured: number): Belief {
  let [posterior, best] = [process, measured];
  for (const { params } of running) {
    const x = rowOf(space, params);
    const { mean } = posterior.predict(x);
    best = Math.min(best, mean);
    posterior = posterior.with(x, mean);
  }
  return { posterior, best };
}

function allowedIn(request: ProposeRequest): (params: Params) => boolean {
  const used = usedPoints(request);
  const { relations = [] } = request;
  return (params) => !used(params) && holds(relations, params);
}

/** Known points, the best first. */
const KNOWN = 5;

function bestRows({ cells, y }: Rows, width: number): readonly Float64Array[] {
  return [...y.keys()]
    .sort((a, b) => (y[a] as number) - (y[b] as number) || a - b)
    .slice(0, KNOWN)
    .map((row) => cells.slice(row * width, (row + 1) * width));
}

function improve(request: ProposeRequest, options: GpOptions): Proposal | null {
  const { space, seed, number, trials } = request;
  const { dimensions, axes, decode, settle } = coordinatesOf(space);
  const outcomes = outcomesOf(trials, 0, onlyDirection(request.directions, "gp"));
  const rows = rowsOf(request, outcomes);
  const y = drawTogether(rows.y);
  const inputs = { dimensions, rows: y.length, cells: rows.cells };
  const fitted = fitGp(inputs, y, options.deterministic === true ? { noise: NO_NOISE } : {});
  const { posterior, best } = believe(fitted, request, Math.min(...y));
  const allowed = allowedIn(request);
  const width = dimensions.length;
  const found = maximise({
    acquisition: logExpectedImprovement(posterior, best, width),
    domain: {
      axes,
      low: new Float64Array(width),
      high: new Float64Array(width).fill(1),
      ...(settle === undefined ? {} : { settle }),
      allowed: (x) => allowed(decode(x)),
    },
    known: bestRows(rows, width),
    spread: scrambledSobol(width, deriveSeed(seed, number, "gp-spread")),
    rng: createRng(seed, number, "gp-near"),
  });
  if (found === null) return null;
  return { params: decode(found.x), why: { rule: "gp", acquisition: found.value } };
}

function isScored({ state }: FrozenTrial): boolean {
  return state === "complete" || state === "pruned";
}

function unseen(request: ProposeRequest): Proposal {
  const { space, seed, number, relations } = request;
  const params = drawFresh(space, usedPoints(request), createRng(seed, number, "gp-unseen"), relations);
  return { params: params ?? drawRandom(request, "gp-unseen"), why: { rule: "gp-unseen" } };
}

/**
 * A Gaussian process over numbers, choices and conditional parameters together; proposes the point of the largest expected
 * improvement. One objective. Running trials are taken as come out as expected.
 */
export function gpSampler(options: GpOptions = {}): Sampler {
  const { startup = 10 } = options;
  if (!(Number.isSafeInteger(startup) && startup > 0)) {
    const expected = "a whole number of 1 or more";
    throw new HyperparameterError({ code: "OPTION_INVALID", where: "gp.startup", expected, got: show(startup) });
  }
  const start = sobolSampler();
  return {
    name: "gp",
    async propose(request) {
      onlyDirection(request.directions, "gp");
      if (request.trials.filter(isScored).length < startup || Object.keys(request.space).length === 0) {
        const { params, why } = await start.propose(request);
        return { params, why: { ...why, rule: "gp-startup" } };
      }
      const { params, why } = improve(request, options) ?? unseen(request);
      return { params, why: { ...why, nearest: nearestTrials(request.space, params, request.trials) } };
    },
  };
}
