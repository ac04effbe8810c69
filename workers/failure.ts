/** What a plugin or a thread died of, as coded errors. */
import { SousError } from "../core/errors.js";
import type { Job } from "../core/evaluator/messages.js";
import { nameOf } from "../core/evaluator/ticket.js";
import type { LearnerFailure } from "../core/plugin/index.js";

/** Characters of a message that are kept: a thrown text may be of any size. */
const LONGEST = 2000;

/** What a task threw. */
export function thrownBy(job: Job, error: unknown): SousError {
  if (error instanceof SousError) return error;
  if (job.kind === "trial" && isLearnerFailure(error)) {
    return new SousError("TRIAL_FAILED", { learner: job.learner, label: error.label, reason: cut(error.message) });
  }
  return new SousError("EVALUATOR_THREW", { job: nameOf(job), reason: reasonOf(error) });
}

/** What became of a thread that ended under its job: the errors are those of node:worker_threads and of Piscina. */
export function threadDied(job: Job, error: unknown): SousError {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const exitCode = /^worker exited with code: (\d+)$/.exec(String(message))?.[1];
  if (exitCode !== undefined)
    return new SousError("EVALUATOR_EXITED", { job: nameOf(job), exitCode: Number(exitCode) });
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new SousError("EVALUATOR_HEAP", { job: nameOf(job), reason: cut(String(message)) });
  }
  return thrownBy(job, error);
}

/** By shape: a plugin with its own copy of `sous` throws another class of the same name. */
function isLearnerFailure(error: unknown): error is LearnerFailure {
  return (
    error instanceof Error && error.name === "LearnerFailure" && "label" in error && typeof error.label === "string"
  );
}

/** The message and the place that threw, which is what a plugin's author looks for. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return cut(String(error));
  const place = /\n\s+at (.+)/.exec(error.stack ?? "")?.[1];
  return cut(`${error.name}: ${error.message}${place === undefined ? "" : ` (at ${place})`}`);
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}
