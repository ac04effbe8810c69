/**
 * A portfolio: no sampler is the best one everywhere, and which one is depends on things that can be seen (Benjamins et
 * al., "carps", 2025: over 3,336 tasks the choice matters more than any one sampler). A table of rules picks the sampler
 * for the whole space; a local search beside the best trial takes turns with it.
 */
import { checkOptions, type NoOptions } from "../../given.js";
import { onlyDirection } from "../../objective.js";
import { transferSampler } from "../../transfer/sampler.js";
import type { Proposal, ProposeRequest, Sampler } from "../../types.js";
import { cmaesSampler } from "../cmaes/cmaes.js";
import { gpSampler } from "../gp/sampler.js";
import { nsga2Sampler } from "../nsga2.js";
import { nsga3Sampler } from "../nsga3.js";
import { sobolSampler } from "../sobol.js";
import { tpeSampler } from "../tpe/tpe.js";
import { CENTRE } from "./centre.js";
import { polish } from "./polish.js";
import { type Arm, GP_TRIALS, polishes, type Rule, ruleFor } from "./rules.js";
import { traitsOf } from "./traits.js";

function newArms(): Readonly<Record<Arm, Sampler>> {
  return {
    centre: CENTRE,
    sobol: sobolSampler(),
    gp: gpSampler({ startup: 1 }),
    cmaes: cmaesSampler({ after: GP_TRIALS }),
    tpe: tpeSampler({ startup: 1 }),
    nsga2: nsga2Sampler(),
    nsga3: nsga3Sampler(),
  };
}

/** The arm's own explanation behind the arm's name, and the rule's reason. */
function explained({ params, why }: Proposal, { arm, reason }: Rule): Proposal {
  const note = why.note === undefined ? reason : `${reason}; ${why.note}`;
  return { params, why: { ...why, rule: `auto/${why.rule === arm ? arm : `${arm}/${why.rule}`}`, note } };
}

function portfolio(): Sampler {
  const arms = newArms();
  return {
    name: "auto",
    async propose(request: ProposeRequest) {
      const traits = traitsOf(request);
      const rule = ruleFor(traits);
      const local = polishes(rule, traits) ? polish(request, onlyDirection(request.directions, "auto")) : null;
      return local ?? explained(await arms[rule.arm].propose(request), rule);
    },
  };
}

/**
 * Picks the sampler by the space, the history and how far the study is, and says which one and why in `why`: the rule
 * "auto/gp" is the Gaussian process's proposal, "auto-polish" the local search's. Earlier studies are learned from as by
 * `transferSampler`. A pure function of the request, as all of its samplers are.
 */
export function autoSampler(options: NoOptions = {}): Sampler {
  checkOptions("auto", options, {});
  return { ...transferSampler(portfolio()), name: "auto" };
}
