/** What an optimizer is: rules for one step, as nodes, over weights of any shape. */
import type { GraphBuilder } from "../builder/builder.js";
import { checkKnown } from "../given.js";
import type { Value } from "../graph.js";

/** What is remembered for each weight between steps. */
export interface Slot {
  readonly name: string;
  /** "weights": a copy of the weights before the first step. */
  readonly initial: "zeros" | "ones" | "weights";
  /** Given from outside and never changed (an anchor); default false. */
  readonly constant?: boolean;
}

export interface Update {
  readonly g: GraphBuilder;
  readonly weight: Value;
  /** Of the weight's shape. */
  readonly gradient: Value;
  /** What a slot holds, of the weight's shape. */
  readonly slots: (name: string) => Value;
  /** This step's value of a factor; it broadcasts against the weight. */
  readonly factor: (name: string) => Value;
  /** The L2 norm of the gradient of the loss by all weights, before any optimizer changes it; it broadcasts likewise. */
  readonly norm: () => Value;
}

export interface Updated {
  readonly weight: Value;
  /** The new value of each slot that isn't constant. */
  readonly slots: Readonly<Record<string, Value>>;
}

export interface Optimizer {
  readonly name: string;
  /** Hyper-parameters and their defaults; schedules may give another value at every step. */
  readonly hyper: Readonly<Record<string, number>>;
  readonly slots: readonly Slot[];
  /**
   * The numbers that one step needs, worked out in double precision outside of the graph. Their names don't depend on values.
   * @param hyper values of this step, of all that `hyper` names
   * @param step 1 for the first
   * @throws OnnxError ONNX_OPTION for a value out of its range
   */
  factors(hyper: Readonly<Record<string, number>>, step: number): Readonly<Record<string, number>>;
  /** The weight and the slots after the step. */
  update(step: Update): Updated;
  /** The slot that holds the weights to use after training, such as an average; the weights themselves where there is none. */
  readonly result?: string;
}

/**
 * The factors of one step, with the optimizer's own hyper-parameters or others in their place.
 * @throws OnnxError ONNX_OPTION for a name that the optimizer doesn't have, or a value out of its range
 */
export function stepFactors(
  optimizer: Optimizer,
  given: Readonly<Record<string, number>>,
  step: number,
): Readonly<Record<string, number>> {
  checkKnown(`${optimizer.name}, step ${step}`, given, Object.keys(optimizer.hyper));
  return optimizer.factors({ ...optimizer.hyper, ...given }, step);
}
