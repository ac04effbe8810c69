/** The conformance kit for samplers: the one of hyperparameter-js, for what the factory makes. */
import { checkSampler as checkProposals } from "hyperparameter-js";
import type { SamplerFactory } from "../plugin/index.js";
import { brokenRules, type Finding, OPTIONS_RULE, type OptionedCheck, withoutSkipped } from "./finding.js";

const MEND =
  "Propose from the request alone, which is frozen: randomness from (seed, number), points inside the space, conditions included, and why.rule says how.";

export async function checkSampler(factory: SamplerFactory, check: OptionedCheck = {}): Promise<Finding[]> {
  const subject = `sampler ${factory.name}`;
  const { options = {} } = check;
  const broken = await brokenRules([OPTIONS_RULE], { schema: factory.options, options }, subject);
  const findings = broken.length > 0 ? broken : await proposalFindings(factory, options, subject);
  return withoutSkipped(findings, subject, check);
}

async function proposalFindings(factory: SamplerFactory, options: OptionedCheck["options"], subject: string) {
  const found = await checkProposals(factory.create(options ?? {}));
  return found.map(({ rule, expected, got }) => ({ subject, rule, expected, found: got, mend: MEND }));
}
