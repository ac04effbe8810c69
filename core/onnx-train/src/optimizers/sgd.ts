import { RANGES } from "../given.js";
import { withDecay } from "./decay.js";
import { factorsOf, hyperOf, OPTIONAL_AMOUNT } from "./hyper.js";
import type { Optimizer } from "./optimizer.js";

export interface SgdOptions {
  /** Default 0.01. */
  readonly rate?: number;
  /** L2: this multiple of the weight is added to its gradient. Only where it is given can schedules change it. */
  readonly decay?: number;
}

const RULES = { rate: { range: RANGES.amount, otherwise: 0.01 }, decay: OPTIONAL_AMOUNT } as const;

/**
 * Down the gradient: Robbins and Monro 1951, https://doi.org/10.1214/aoms/1177729586.
 * @throws OnnxError ONNX_OPTION
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  return {
    name: "sgd",
    hyper: hyperOf("sgd", RULES, options),
    slots: [],
    factors: factorsOf("sgd", RULES, (hyper) => hyper),
    update: (step) => {
      const { g, weight, factor } = step;
      return { weight: g.sub(weight, g.mul(withDecay(step, options.decay), factor("rate"))), slots: {} };
    },
  };
}
