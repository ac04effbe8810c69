/** What an optimizer is: rules for one step, as nodes, over weights of any shape. */
import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";

export interface Update {
  readonly g: GraphBuilder;
  readonly weight: Value;
  /** Of the weight's shape. */
  readonly gradient: Value;
  /** One by one what `slots` names, each of the weight's shape. */
  readonly slots: readonly Value[];
  /** This step's value of a factor. */
  factor(name: string): Value;
}

export interface Optimizer {
  readonly name: string;
  /** Hyper-parameters and their defaults; schedules may give another value at every step. */
  readonly hyper: Readonly<Record<string, number>>;
  /** What is remembered per weight between steps; zeros at first. */
  readonly slots: readonly string[];
  /**
   * The numbers that one step needs, worked out in double precision outside of the graph.
   * @param hyper values of this step
   * @param step 1 for the first
   */
  factors(hyper: Readonly<Record<string, number>>, step: number): Readonly<Record<string, number>>;
  /** The weight and the slots after the step. */
  update(step: Update): { readonly weight: Value; readonly slots: readonly Value[] };
}
