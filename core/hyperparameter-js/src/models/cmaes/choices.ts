/**
 * Categorical parameters beside the normal distribution: a probability for each choice, moved by the same ranks and
 * weights, as in CatCMA (Hamano, Saito, Nomura, Uchida and Shirakawa, GECCO 2024, arXiv 2405.09962), from which the
 * margin comes too. Its learning rate is replaced by a Dirichlet prior: what is known counts as much as one point a choice.
 */
import { exp, log } from "../../math/elementary.js";
import type { Rng } from "../../random/rng.js";
import type { Strategy } from "./strategy.js";

/** Probabilities of each parameter's choices. Changed in place. */
export type Choices = readonly Float64Array[];

export function startChoices(sizes: readonly number[]): Choices {
  return sizes.map((size) => new Float64Array(size).fill(1 / size));
}

/** Writes the index of a choice for each parameter into `picks`. */
export function drawChoices(choices: Choices, rng: Rng, picks: Int32Array): void {
  choices.forEach((probabilities, at) => {
    let left = rng.next();
    let pick = 0;
    while (pick < probabilities.length - 1 && left >= (probabilities[pick] as number)) {
      left -= probabilities[pick] as number;
      pick++;
    }
    picks[at] = pick;
  });
}

/** q_min = (1 − 0.73^(1/N))/(K − 1): any generation leaves the likeliest choices with chance 0.27 at least. */
export function leastChance(parameters: number, size: number): number {
  return (1 - exp(log(0.73) / parameters)) / (size - 1);
}

/** Raises what is below the least chance, and takes it from the rest in proportion to what they have above it. */
function holdChances(probabilities: Float64Array, least: number): void {
  let sum = 0;
  let above = 0;
  for (let at = 0; at < probabilities.length; at++) {
    const raised = Math.max(probabilities[at] as number, least);
    probabilities[at] = raised;
    sum += raised;
    above += raised - least;
  }
  if (above > 0)
    for (let at = 0; at < probabilities.length; at++)
      (probabilities[at] as number) -= ((sum - 1) * ((probabilities[at] as number) - least)) / above;
}

/** One generation: `picks` as rows (λ × parameters, −1 where the parameter doesn't exist), `order` best first. */
export function updateChoices(choices: Choices, strategy: Strategy, picks: Int32Array, order: ArrayLike<number>): void {
  choices.forEach((probabilities, at) => {
    const size = probabilities.length;
    const found = new Float64Array(size);
    let seen = 0;
    for (let rank = 0; rank < strategy.parents; rank++) {
      const pick = picks[(order[rank] as number) * choices.length + at] as number;
      if (pick < 0) continue;
      (found[pick] as number) += strategy.weights[rank] as number;
      seen += strategy.weights[rank] as number;
    }
    // `seen`: the parents' share that has the parameter, so that a rare one is learnt more slowly.
    const worth = seen * strategy.effective;
    if (worth === 0) return;
    for (let pick = 0; pick < size; pick++)
      probabilities[pick] =
        (size * (probabilities[pick] as number) + worth * ((found[pick] as number) / seen)) / (size + worth);
    holdChances(probabilities, leastChance(choices.length, size));
  });
}
