/** What a loss is: nodes from a model's outputs and the targets to one number per batch. */
import type { GraphBuilder } from "../builder/builder.js";
import type { Dimension, Value } from "../graph.js";
import type { ElementType } from "../tensor.js";

export interface LossContext {
  readonly g: GraphBuilder;
  /**
   * An output of the model.
   * @throws OnnxError ONNX_INVALID when the model has none of that name
   */
  output(name: string): Value;
  /** A batch of what `data` declares. */
  data(name: string): Value;
}

/** What one row of a column holds. */
export interface LossData {
  readonly element: ElementType;
  readonly shape: readonly Dimension[];
  /** Of numbers of classes (int64): the model's output whose last axis counts these. Training refuses other numbers. */
  readonly classesOf?: string;
}

/** A plain object: others can be written beside those of the library, from any operators that have gradients. */
export interface Loss {
  /** What it reads beside the model's outputs; one that is called as an input of the model is that input. */
  readonly data: Readonly<Record<string, LossData>>;
  /** A float without dimensions: the mean over the batch. */
  build(context: LossContext): Value;
}
