/** The last candidate of a study: its best trials together, made by one job once they have all ended. */
import { deriveSeed, type FrozenTrial } from "hyperparameter-js";
import { type ErrorRecord, fromRecord, SousError } from "../errors.js";
import type {
  EnsembleCandidate,
  EnsembleChoice,
  EnsembleJob,
  EnsembleOutcome,
  Evaluator,
  JobResult,
  RunOptions,
} from "../evaluator/messages.js";
import { ENSEMBLE, ERROR, OUTCOME, outcomeOf, ranked } from "./result.js";
import { splitParams } from "./space.js";
import { type TrialPlace, trialJob } from "./trial-job.js";

/** Trials that it is chosen of: of each learner the best few, since models of one kind err alike, and the best of the rest. */
const MOST_CANDIDATES = 25;
const OF_EACH_LEARNER = 4;

export interface EnsembleRequest extends TrialPlace {
  readonly direction: "minimize" | "maximize";
  readonly trials: readonly FrozenTrial[];
}

interface EnsemblePorts {
  readonly evaluator: Evaluator;
  readonly options: RunOptions;
}

/** Whether the recipe wants one, and there are models that left predictions; one alone may still be calibrated. */
export function wantsEnsemble(request: EnsembleRequest): boolean {
  return request.recipe.search.ensemble.size > 0 && candidatesOf(request, null).length > 0;
}

/** @param chosen what is to be made again; null: what is best */
export function ensembleJob(request: EnsembleRequest, chosen: EnsembleChoice | null): EnsembleJob {
  const { recipe, snapshot, metric, resampling } = request;
  const { size } = recipe.search.ensemble;
  const candidates = candidatesOf(request, chosen);
  const seed = deriveSeed(recipe.search.seed, "ensemble");
  const place = { snapshot, resampling, metric, secondary: recipe.secondary_metrics };
  return { kind: "ensemble", ...place, size, candidates, chosen, seed };
}

/** By trial. Trials with the same model count once, as the first of them. */
function candidatesOf({ trials, direction }: EnsembleRequest, chosen: EnsembleChoice | null): EnsembleCandidate[] {
  const known = ranked(trials, direction).flatMap((trial) => {
    const { model, prediction, bytes, parity } = outcomeOf(trial) ?? {};
    if (model === undefined || prediction === undefined || bytes === undefined || parity === undefined) return [];
    return [{ trial: trial.number, learner: splitParams(trial.params).learner, model, prediction, bytes, parity }];
  });
  const wanted = new Set(chosen?.members.map(({ trial }) => trial));
  const taken = chosen === null ? best(known) : known.filter(({ trial }) => wanted.has(trial));
  return taken.map(({ learner: _, ...candidate }) => candidate).sort((a, b) => a.trial - b.trial);
}

type Known = EnsembleCandidate & { readonly learner: string };

/** @param known best first */
function best(known: readonly Known[]): readonly Known[] {
  const distinct = known.filter((one, at) => known.findIndex(({ model }) => model === one.model) === at);
  const place = ({ learner }: Known, at: number) =>
    distinct.slice(0, at).filter((other) => other.learner === learner).length;
  const leaders = distinct.filter((one, at) => place(one, at) < OF_EACH_LEARNER);
  const rest = distinct.filter((one) => !leaders.includes(one));
  return [...leaders, ...rest].slice(0, MOST_CANDIDATES);
}

/**
 * Runs the job. What was cleared away since its trials ended is made again: the same trial gives the same bytes.
 * @throws SousError PROMOTION_NOT_REPRODUCED where it gives others
 */
export async function runEnsemble(
  job: EnsembleJob,
  request: EnsembleRequest,
  { evaluator, options }: EnsemblePorts,
): Promise<JobResult<"ensemble">> {
  for (const _ of [...job.candidates, null]) {
    const result = await evaluator.run({ ...job, kind: "ensemble" }, options);
    const missing = result.status === "failed" && result.error.code === "MODEL_MISSING" ? result.error : null;
    const lost = job.candidates.find(({ model, prediction }) =>
      [model, prediction].includes(String(missing?.details.digest)),
    );
    if (lost === undefined) return result;
    const stopped = await makeAgain(lost, request, { evaluator, options });
    if (stopped !== null) return stopped;
  }
  throw new TypeError("a candidate is lost as often as it is made");
}

async function makeAgain(
  { trial: number, model }: EnsembleCandidate,
  request: EnsembleRequest,
  { evaluator, options }: EnsemblePorts,
): Promise<JobResult<"ensemble"> | null> {
  const { learner, own } = splitParams(request.trials.find((trial) => trial.number === number)?.params ?? {});
  const result = await evaluator.run(trialJob(request, { number, learner, params: own }), options);
  if (result.status === "pruned") return { status: "cancelled" };
  if (result.status !== "done") return result;
  if (result.outcome.model === model) return null;
  throw new SousError("PROMOTION_NOT_REPRODUCED", { learner, expected: model, got: result.outcome.model });
}

/** The record of the study's last candidate, in the form of a trial: complete, or not with the reason. */
export function ensembleTrial(number: number, { choice, candidate, reason }: EnsembleOutcome): FrozenTrial {
  const attributes = { [ENSEMBLE]: { choice, reason } };
  const { calibration, threshold } = choice;
  const members = choice.members.map(({ trial, count }) => `${trial}:${count}`).join(" ");
  const finish = { "ensemble.calibration": calibration?.kind ?? "none", "ensemble.threshold": threshold };
  return {
    ...recordOf(number),
    state: candidate === null ? "pruned" : "complete",
    params: { learner: "ensemble", "ensemble.members": members, ...finish },
    values: candidate && [candidate.score],
    userAttrs: candidate === null ? attributes : { ...attributes, [OUTCOME]: candidate },
  };
}

export function failedEnsemble(number: number, error: ErrorRecord): FrozenTrial {
  const reason = fromRecord(error).message;
  return { ...recordOf(number), state: "failed", userAttrs: { [ENSEMBLE]: { choice: null, reason }, [ERROR]: error } };
}

function recordOf(number: number) {
  return {
    number,
    params: { learner: "ensemble" },
    distributions: {},
    values: null,
    intermediate: [],
    why: null,
  } as const;
}
