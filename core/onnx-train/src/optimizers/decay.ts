/** The two kinds of weight decay; neither makes nodes unless it is given. */
import type { Value } from "../graph.js";
import type { Update } from "./optimizer.js";

/** L2: the gradient with a multiple of the weight, the factor `decay`. */
export function withDecay({ g, weight, gradient, factor }: Update, given: number | undefined): Value {
  return given === undefined ? gradient : g.add(gradient, g.mul(weight, factor("decay")));
}

/**
 * Decoupled from the gradient: what is kept of the weight, the factor `keep` = 1 - rate · decay. Loshchilov and Hutter 2019,
 * https://arxiv.org/abs/1711.05101, algorithm 2.
 */
export function kept({ g, weight, factor }: Update, given: number | undefined): Value {
  return given === undefined ? weight : g.mul(weight, factor("keep"));
}
