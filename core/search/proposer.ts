import { HyperparameterError, type Proposal, type ProposeRequest, type Sampler } from "hyperparameter-js";
import { fromRecord } from "../errors.js";
import type { Evaluator, RunOptions } from "../evaluator/messages.js";
import type { Choice } from "../recipe/recipe.js";

/** The study was told to stop while a proposal was made for it. */
export class SearchInterrupted extends Error {
  override readonly name = "SearchInterrupted";
}

function exhausted({ number }: ProposeRequest): never {
  const expected = "a point that no trial has";
  throw new HyperparameterError({ code: "SPACE_EXHAUSTED", where: `trial ${number}`, expected, got: "none left" });
}

/**
 * A sampler that lives in the evaluator, where a stranger's sampler can loop or crash without harm to the daemon. The
 * request carries all that a proposal depends on, so that it is the same wherever it is made.
 */
export function remoteSampler(evaluator: Evaluator, choice: Choice, options: RunOptions): Sampler {
  return {
    name: choice.kind,
    async propose(request: ProposeRequest): Promise<Proposal> {
      const result = await evaluator.run({ kind: "propose", sampler: choice, request }, options);
      if (result.status === "done") return result.outcome.proposal ?? exhausted(request);
      if (result.status === "failed") throw fromRecord(result.error);
      throw new SearchInterrupted("the proposal was not needed any more");
    },
  };
}
