/** A study's finalist made again: the same trial on the same data gives the same bytes. */
import type { FrozenTrial } from "hyperparameter-js";
import type { Evaluator, JobResult, RunOptions } from "../evaluator/messages.js";
import { ensembleJob, runEnsemble } from "./ensemble.js";
import type { Finalist } from "./result.js";
import { type TrialPlace, trialJob } from "./trial-job.js";

export interface Again extends TrialPlace {
  readonly direction: "minimize" | "maximize";
  readonly finalist: Pick<Finalist, "trial" | "learner" | "params" | "ensemble">;
  /** Of the study; asked for where the finalist is made of several. */
  readonly trials: () => Promise<readonly FrozenTrial[]>;
}

interface AgainPorts {
  readonly evaluator: Evaluator;
  readonly options: RunOptions;
}

export async function makeFinalistAgain(
  { finalist, trials, ...place }: Again,
  { evaluator, options }: AgainPorts,
): Promise<JobResult<"trial" | "ensemble">> {
  const { trial: number, learner, params, ensemble } = finalist;
  if (ensemble === null) return evaluator.run(trialJob(place, { number, learner, params }), options);
  const request = { ...place, trials: await trials() };
  return runEnsemble(ensembleJob(request, ensemble), request, { evaluator, options });
}

/** The digest of the model that the job made; null where it made none. */
export function modelMade({ outcome }: Extract<JobResult<"trial" | "ensemble">, { status: "done" }>): string | null {
  return ("choice" in outcome ? outcome.candidate?.model : outcome.model) ?? null;
}
