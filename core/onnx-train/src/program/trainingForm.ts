/**
 * Operators that do something else while a model trains: dropout leaves values out, batch normalisation takes the
 * statistics of the batch and keeps running ones. Both become ordinary operators; what they need from outside (random
 * numbers, running statistics) become inputs of the graph.
 */
import { batchNormTraining } from "../builder/batchNorm.js";
import type { GraphBuilder } from "../builder/builder.js";
import type { Replace } from "../builder/inline.js";
import { OnnxError } from "../errors.js";
import type { Dimension, Graph, Node, Value } from "../graph.js";
import { productOf, quotientOf } from "../operators/dimensions.js";
import { heldIn } from "../tune/uses.js";
import { BATCH } from "./columns.js";

export interface Dropout {
  /** Of what it leaves values out of; its random numbers have the same shape. */
  readonly shape: readonly Dimension[];
  /** How many values each row of a batch has. */
  readonly perRow: number;
  /** The share left out, as the model says. */
  readonly rate: number;
}

export class TrainingForm {
  /** The running statistics, with their dimensions, by the model's own values. */
  readonly buffers: ReadonlyMap<Value, readonly number[]>;
  readonly dropouts: Dropout[] = [];
  private readonly updates = new Map<Value, Value>();

  constructor(
    private readonly g: GraphBuilder,
    private readonly model: Graph,
    private readonly trains: (name: string) => boolean,
  ) {
    const statistics = model.nodes.filter((node) => this.normalises(node)).flatMap((node) => node.inputs.slice(3, 5));
    this.buffers = new Map(statistics.filter((value) => value !== null).map((value) => [value, this.dims(value)]));
  }

  readonly replace: Replace = (node, inputs) => {
    if (node.domain !== "") return null;
    if (node.opType === "Dropout") return this.dropout(node, inputs[0] as Value);
    return this.normalises(node) ? this.normalised(node, inputs as readonly Value[]) : null;
  };

  /** The new value of a buffer. */
  next(buffer: Value): Value {
    return this.updates.get(buffer) as Value;
  }

  /** With a scale or shift that trains; elsewhere the running statistics stay, as in a model that was only loaded. */
  private normalises({ opType, domain, inputs: [, scale, shift] }: Node): boolean {
    if (opType !== "BatchNormalization" || domain !== "") return false;
    return [scale, shift].some((value) => value && this.model.initializers.has(value) && this.trains(value.name));
  }

  private dims(value: Value): readonly number[] {
    const held = this.model.initializers.get(value);
    if (held !== undefined) return held.dims;
    throw new OnnxError(
      "ONNX_UNSUPPORTED",
      `the running statistics ${JSON.stringify(value.name)} are no initializer: batch normalisation can't keep them`,
    );
  }

  /** Hinton et al. 2012, https://arxiv.org/abs/1207.0580; what stays is scaled up, so that inference needs no change. */
  private dropout(node: Node, x: Value): readonly Value[] {
    const { g, dropouts } = this;
    const rate = this.rateOf(node);
    const shape = x.type?.shape ?? [];
    const perRow = quotientOf(productOf(shape), BATCH);
    if (typeof perRow !== "number") {
      throw new OnnxError(
        "ONNX_UNSUPPORTED",
        `Dropout of node ${JSON.stringify(node.name)}: a row of [${shape.join(", ")}] has no known size`,
      );
    }
    const index = dropouts.push({ shape, perRow, rate }) - 1;
    const noise = g.input(`noise ${index}`, "float", shape);
    const [threshold, scale] = ["threshold", "scale"].map((name) => g.input(`${name} ${index}`, "float", []));
    const kept = g.op("GreaterOrEqual", [noise, threshold as Value]);
    return [g.mul(x, g.where(kept, scale as Value, g.float(0))), kept];
  }

  private rateOf({ name, inputs: [, ratio] }: Node): number {
    if (!ratio) return 0.5;
    const held = heldIn(this.model).find(({ value }) => value === ratio);
    if (held !== undefined) return Number(held.tensor.data[0]);
    throw new OnnxError("ONNX_UNSUPPORTED", `Dropout of node ${JSON.stringify(name)}: its ratio is no constant`);
  }

  private normalised(node: Node, inputs: readonly Value[]): readonly Value[] {
    const { y, runningMean, runningVariance } = batchNormTraining(this.g, node, inputs);
    const [, , , mean, variance] = node.inputs as readonly Value[];
    this.updates.set(mean as Value, runningMean);
    this.updates.set(variance as Value, runningVariance);
    return [y];
  }
}
