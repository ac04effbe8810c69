import { contains, type Proposal } from "hyperparameter-js";
import type { ProposeJob } from "../../core/evaluator/messages.js";
import { type Desk, named } from "../desk.js";

export async function propose(job: ProposeJob, { registry }: Desk): Promise<Proposal> {
  const { kind, ...options } = job.sampler;
  const sampler = named(registry.samplers, "sampler", kind).create(options);
  const proposal = await sampler.propose(job.request);
  if (contains(job.request.space, proposal?.params ?? {})) return proposal;
  throw new TypeError(`it proposed ${JSON.stringify(proposal)}, which is no point of the space`);
}
