/** A model and its loss as one graph, in the form that trains: from weights and a batch to one number. */
import { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Graph, Value } from "../graph.js";
import type { Loss } from "../losses/loss.js";
import { BATCH, type Column, columnOf, lossColumns } from "./columns.js";
import type { Parameter } from "./parameters.js";
import { type Dropout, TrainingForm } from "./trainingForm.js";
import { type Watch, watched } from "./watch.js";

export interface LossGraph {
  /**
   * Inputs: what trains, the buffers, the columns, then noise, threshold and scale of each dropout. Outputs: the loss, the
   * buffers' new values, then what is watched.
   */
  readonly graph: Graph;
  readonly parameters: readonly Parameter[];
  /** Tensors that change with every batch, but not by gradients: running means and variances. */
  readonly buffers: readonly Parameter[];
  readonly columns: readonly Column[];
  readonly dropouts: readonly Dropout[];
  readonly watches: readonly Watch[];
}

export interface LossGraphOptions {
  readonly model: Graph;
  readonly loss: Loss;
  readonly trains: (name: string) => boolean;
  /** Which values' activity is told, see watch.ts. */
  readonly activations: boolean | readonly string[];
  readonly opset: number;
}

/** @throws OnnxError ONNX_INVALID for names that the model doesn't have, ONNX_UNSUPPORTED for what can't train */
export function lossGraph({ model, loss, trains, activations, opset }: LossGraphOptions): LossGraph {
  const g = new GraphBuilder("loss", { opset });
  const bound = new Map<Value, Value>();
  const form = new TrainingForm(g, model, trains);
  const parameters = trained(model, (value) => trains(value.name) && !form.buffers.has(value));
  for (const [value, { name, dims }] of parameters) bound.set(value, g.input(name, "float", dims));
  const buffers = [...form.buffers].map(([value, dims]) => [value, { name: value.name, dims }] as const);
  for (const [value, { name, dims }] of buffers) bound.set(value, g.input(name, "float", dims));
  // An input that has an initializer is a constant, unless it trains.
  const open = model.inputs.filter((value) => !bound.has(value) && !model.initializers.has(value));
  const inputs = open.map(columnOf);
  const columns = [...inputs, ...lossColumns(loss, model, inputs)];
  const batches = columns.map(({ name, element, shape }) => g.input(name, element, [BATCH, ...shape]));
  for (const [index, value] of open.entries()) bound.set(value, batches[index] as Value);
  const values = g.inline(model, bound, form.replace);
  const found = loss.build({
    g,
    output: (name) => {
      const value = model.outputs.find((output) => output.name === name);
      return (value && values.get(value)) ?? missing(`output ${JSON.stringify(name)}`, model.outputs);
    },
    data: (name) => batches[columns.findIndex((column) => column.name === name)] ?? missing(name, []),
  });
  g.output(found, "loss", { element: "float", shape: [] });
  for (const [value, { name, dims }] of buffers)
    g.output(form.next(value), `next ${name}`, { element: "float", shape: dims });
  const watches = watched(g, model, values, activations);
  return {
    graph: g.build(),
    parameters: parameters.map(([, parameter]) => parameter),
    buffers: buffers.map(([, buffer]) => buffer),
    columns,
    dropouts: form.dropouts,
    watches,
  };
}

function trained(model: Graph, trains: (value: Value) => boolean): [Value, Parameter][] {
  const chosen = [...model.initializers].filter(([value, { element }]) => element === "float" && trains(value));
  if (chosen.length === 0) throw new OnnxError("ONNX_INVALID", `no float initializer of ${model.name} is to train`);
  return chosen.map(([value, { dims }]) => [value, { name: value.name, dims }]);
}

function missing(what: string, values: readonly Value[]): never {
  const known = values.map(({ name }) => JSON.stringify(name)).join(", ");
  throw new OnnxError("ONNX_INVALID", `there is no ${what}${known === "" ? "" : `; there are ${known}`}`);
}
