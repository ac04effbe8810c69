import { contains, HyperparameterError, type Proposal, type ProposeRequest, type Sampler } from "hyperparameter-js";
import type { ProposeJob, ProposeOutcome } from "../../core/evaluator/messages.js";
import { type Desk, named } from "../desk.js";

/** Null where the sampler is through with a finite space: an end, and no failure. */
async function proposalOf(sampler: Sampler, request: ProposeRequest): Promise<Proposal | null> {
  try {
    return await sampler.propose(request);
  } catch (error) {
    if (error instanceof HyperparameterError && error.code === "SPACE_EXHAUSTED") return null;
    throw error;
  }
}

export async function propose(job: ProposeJob, { registry }: Desk): Promise<ProposeOutcome> {
  const { kind, ...options } = job.sampler;
  const sampler = named(registry.samplers, "sampler", kind).create(options);
  const proposal = await proposalOf(sampler, job.request);
  if (proposal === null || contains(job.request.space, proposal?.params ?? {})) return { proposal };
  throw new TypeError(`it proposed ${JSON.stringify(proposal)}, which is no point of the space`);
}
