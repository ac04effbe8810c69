/**
 * A portfolio: no sampler is the best one everywhere, and which one is depends on things that can be seen (Benjamins et
 * al., "carps", 2025: over 3,336 tasks the choice matters more than any one sampler). A table of rules picks the sampler
 * for the whole space; a local search beside the best trial takes turns with it.
 */
import { onlyDirection } from "../../objective.js";
import type { Proposal, ProposeRequest, Sampler } from "../../types.js";
import { gpSampler } from "../gp/sampler.js";
import { tpeSampler } from "../tpe/tpe.js";
import { polish } from "./polish.js";
import { type Arm, type Rule, ruleFor } from "./rules.js";
import { type Traits, traitsOf } from "./traits.js";

/** Trials that spread over the space before the local search begins: one that begins at once goes to the nearest hollow. */
const STARTUP = 10;

function localProposal(request: ProposeRequest, rule: Rule, traits: Traits): Proposal | null {
  if (traits.told < STARTUP || traits.objectives > 1 || !rule.polishes(traits)) return null;
  return polish(request, onlyDirection(request.directions, "auto"));
}

/** The arm's own explanation behind the arm's name, and the rule's reason. */
function explained({ params, why }: Proposal, { arm, reason }: Rule): Proposal {
  const note = why.note === undefined ? reason : `${reason}; ${why.note}`;
  return { params, why: { ...why, rule: `auto/${why.rule === arm ? arm : `${arm}/${why.rule}`}`, note } };
}

/**
 * Picks the sampler by the space, the history and how far the study is, and says which one and why in `why`: a rule
 * "auto/gp" is the Gaussian process's proposal, "auto-polish" the local search's. A pure function of the request, as all
 * of its samplers are.
 */
export function autoSampler(): Sampler {
  const arms: Readonly<Record<Arm, Sampler>> = { gp: gpSampler(), tpe: tpeSampler() };
  return {
    name: "auto",
    async propose(request) {
      const traits = traitsOf(request);
      const rule = ruleFor(traits);
      return localProposal(request, rule, traits) ?? explained(await arms[rule.arm].propose(request), rule);
    },
  };
}
