import { RANGES } from "../given.js";
import { secondMoment } from "./adam.js";
import { factorsOf, hyperOf, OPTIONAL_AMOUNT } from "./hyper.js";
import type { Optimizer, Update, Updated } from "./optimizer.js";

export interface ScheduleFreeOptions {
  /** Default 0.0025: about what suits AdamW or up to ten times it (§4 of the paper). */
  readonly rate?: number;
  /** How near to the average gradients are taken; default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled, of the weights at which gradients are taken. Only where it is given can schedules change it. */
  readonly decay?: number;
  /** Steps over which the rate rises to its full value; default 0. */
  readonly warmup?: number;
}

const RULES = {
  rate: { range: RANGES.amount, otherwise: 2.5e-3 },
  beta1: { range: RANGES.share, otherwise: 0.9 },
  beta2: { range: RANGES.share, otherwise: 0.999 },
  epsilon: { range: RANGES.epsilon, otherwise: 1e-8 },
  decay: OPTIONAL_AMOUNT,
  warmup: { range: RANGES.steps, otherwise: 0 },
} as const;

/** How the rate of a step relates to the full one. */
function rise(beta2: number, warmup: number, step: number): number {
  return Math.sqrt(1 - beta2 ** step) * Math.min(1, step / Math.max(1, warmup));
}

/** So many sums are remembered, by what they depend on. */
const MOST_SUMS = 64;

/**
 * What share of the average a step is: its squared rate, of the sum of all so far. A sum goes on from the last step asked
 * for, and is added up in the same order wherever training starts again.
 */
function averageShare(): (beta2: number, warmup: number, step: number) => number {
  const sums = new Map<string, { step: number; sum: number }>();
  return (beta2, warmup, step) => {
    const key = `${beta2} ${warmup}`;
    const known = sums.get(key);
    const at = known && known.step <= step ? known : { step: 0, sum: 0 };
    while (at.step < step) {
      at.step++;
      at.sum += rise(beta2, warmup, at.step) ** 2;
    }
    if (sums.size >= MOST_SUMS) sums.clear();
    sums.set(key, at);
    return rise(beta2, warmup, step) ** 2 / at.sum;
  };
}

/**
 * Schedule-free AdamW: Defazio et al. 2024, https://arxiv.org/abs/2405.15682, algorithm 1. What trains are the weights y at
 * which gradients are taken; `point` holds z, and `average` x, which is what to use after training. A rate that changes
 * from step to step, which the method is there to spare, changes the steps but not the weights of the average: these follow
 * the warm-up alone.
 * @throws OnnxError ONNX_OPTION
 */
export function scheduleFree(options: ScheduleFreeOptions = {}): Optimizer {
  const shareOf = averageShare();
  return {
    name: "scheduleFree",
    hyper: hyperOf("scheduleFree", RULES, options),
    slots: [
      { name: "square", initial: "zeros" },
      { name: "point", initial: "weights" },
      { name: "average", initial: "weights" },
    ],
    factors: factorsOf("scheduleFree", RULES, ({ rate, beta1, beta2, epsilon, decay, warmup }, step) => {
      const now = rate * rise(beta2, warmup, step);
      const share = shareOf(beta2, warmup, step);
      return { rate: now, beta1, beta2, fresh2: 1 - beta2, epsilon, pull: now * decay, share };
    }),
    update: (step) => scheduleFreeStep(step, options.decay !== undefined),
    result: "average",
  };
}

function scheduleFreeStep({ g, weight, gradient, slots, factor }: Update, decays: boolean): Updated {
  const square = secondMoment(g, { old: slots("square"), gradient, factor });
  const move = g.div(g.mul(gradient, factor("rate")), g.add(g.sqrt(square), factor("epsilon")));
  const down = g.sub(slots("point"), move);
  const point = decays ? g.sub(down, g.mul(weight, factor("pull"))) : down;
  const average = g.add(slots("average"), g.mul(g.sub(point, slots("average")), factor("share")));
  const next = g.add(point, g.mul(g.sub(average, point), factor("beta1")));
  return { weight: next, slots: { square, point, average } };
}
