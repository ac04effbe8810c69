/** A model and its loss as one graph: from weights and a batch to one number. */
import { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Dimension, Graph, Value } from "../graph.js";
import type { Loss } from "../losses/loss.js";
import type { ElementType } from "../tensor.js";
import type { Parameter } from "./parameters.js";

/** One column of the data: what it holds per row. */
export interface Column {
  readonly name: string;
  readonly element: ElementType;
  /** Of one row. */
  readonly shape: readonly Dimension[];
}

export interface LossGraph {
  readonly graph: Graph;
  readonly parameters: readonly Parameter[];
  readonly columns: readonly Column[];
}

/** What the size of a batch is called in a program. */
export const BATCH = "batch";

/**
 * Inputs: the weights that train, then the columns; output: the loss.
 * @throws OnnxError ONNX_INVALID for names that the model doesn't have
 */
export function lossGraph(model: Graph, loss: Loss, trains: (name: string) => boolean): LossGraph {
  const g = new GraphBuilder("loss");
  const bound = new Map<Value, Value>();
  const parameters = trained(model, trains);
  for (const [value, { name, dims }] of parameters) bound.set(value, g.input(name, "float", dims));
  const columns = [...model.inputs.filter((value) => !bound.has(value)).map(columnOf), ...declared(loss)];
  const batches = columns.map(({ name, element, shape }) => g.input(name, element, [BATCH, ...shape]));
  for (const [index, value] of model.inputs.entries()) bound.set(value, batches[index] as Value);
  const values = g.inline(model, bound);
  const found = loss.build({
    g,
    output: (name) => {
      const value = model.outputs.find((output) => output.name === name);
      return (value && values.get(value)) ?? missing(`output ${JSON.stringify(name)}`, model.outputs);
    },
    data: (name) => batches[columns.findIndex((column) => column.name === name)] ?? missing(name, []),
  });
  g.output(found, "loss", { element: "float", shape: [] });
  return { graph: g.build(), parameters: parameters.map(([, parameter]) => parameter), columns };
}

function trained(model: Graph, trains: (name: string) => boolean): [Value, Parameter][] {
  const chosen = [...model.initializers].filter(([value, { element }]) => element === "float" && trains(value.name));
  if (chosen.length === 0) throw new OnnxError("ONNX_INVALID", `no float initializer of ${model.name} is to train`);
  return chosen.map(([value, { dims }]) => [value, { name: value.name, dims }]);
}

/** The first axis of a model's input counts rows. */
function columnOf({ name, type }: Value): Column {
  if (!type?.shape || type.shape.length === 0) {
    throw new OnnxError("ONNX_INVALID", `input ${JSON.stringify(name)} has no axis for the rows of a batch`);
  }
  return { name, element: type.element, shape: type.shape.slice(1) };
}

function declared(loss: Loss): Column[] {
  return Object.entries(loss.data).map(([name, type]) => ({ name, ...type }));
}

function missing(what: string, values: readonly Value[]): never {
  const known = values.map(({ name }) => JSON.stringify(name)).join(", ");
  throw new OnnxError("ONNX_INVALID", `there is no ${what}${known === "" ? "" : `; there are ${known}`}`);
}
