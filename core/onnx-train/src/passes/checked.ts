/** What a change of a model must keep to: valid before, valid after, and an error that says which change it was. */
import { OnnxError } from "../errors.js";
import type { Model } from "../graph.js";
import { assertValid } from "../rules/rules.js";
import { irVersionOf } from "../versions/opsets.js";

/** A model, or a graph by itself with the versions that its operators are of. */
export type Checkable = Pick<Model, "graph" | "opsets"> & Partial<Model>;

/**
 * The same model, once it is known to keep the rules.
 * @param stage where it comes from, for the message: "stacked", "the graph to be trained"
 * @throws OnnxError ONNX_INVALID naming the stage, the first broken rule and the place
 */
export function checked<M extends Checkable>(stage: string, model: M): M {
  const whole = { irVersion: irVersionOf(model.opsets[""] ?? 1), producer: "", metadata: {}, ...model };
  naming(stage, () => assertValid(whole));
  return model;
}

/**
 * A change with the rules on both sides of it: what it is given must keep them, and what it gives.
 * @throws OnnxError as the change does; ONNX_INVALID naming the change and the side on which a rule is broken
 */
export function pass<M extends Checkable>(name: string, change: (model: M) => M): (model: M) => M {
  return (model) => checked(`after ${name}`, change(checked(`before ${name}`, model)));
}

function naming(stage: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error;
    throw new OnnxError(error.code, `${stage}: ${error.message}`, { cause: error });
  }
}
