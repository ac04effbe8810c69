import { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Graph, Model, Value } from "../graph.js";
import { convertModel } from "../versions/convert.js";
import type { Loss } from "./loss.js";

/**
 * A model of which one run gives a loss on data that are held out. Inputs: those of the model, then what the loss reads
 * beside its outputs, under the same names; of one that both have it is the same. Output: `loss`, a float without dimensions.
 * @throws OnnxError ONNX_INVALID for an output or data that the model and the loss don't have
 */
export function lossModel(model: Model, loss: Loss): Model {
  const { opsets, graph } = convertModel(model);
  const g = new GraphBuilder("loss", { opset: opsets[""] ?? 0 });
  const inputs = new Map(
    graph.inputs.filter((input) => !graph.initializers.has(input)).map((input) => [input, inputOf(g, input)]),
  );
  const rows = [...inputs.values()][0]?.type?.shape?.[0] ?? "rows";
  const data = new Map([...inputs.values()].map((input) => [input.name, input]));
  for (const [name, { element, shape }] of Object.entries(loss.data))
    if (!data.has(name)) data.set(name, g.input(name, element, [rows, ...shape]));
  const values = g.inline(graph, inputs);
  const found = loss.build({
    g,
    output: (name) => outputOf(graph, values, name),
    data: (name) => data.get(name) ?? missing(`data ${JSON.stringify(name)}`, [...data.keys()]),
  });
  g.output(found, "loss", { element: "float", shape: [] });
  return { ...g.model(), producer: model.producer };
}

function inputOf(g: GraphBuilder, { name, type }: Value): Value {
  if (type?.shape) return g.input(name, type.element, type.shape);
  throw new OnnxError("ONNX_INVALID", `the rank of input ${JSON.stringify(name)} isn't known`);
}

function outputOf(graph: Graph, values: ReadonlyMap<Value, Value>, name: string): Value {
  const output = graph.outputs.find((one) => one.name === name);
  const value = output && values.get(output);
  return (
    value ??
    missing(
      `output ${JSON.stringify(name)}`,
      graph.outputs.map((one) => one.name),
    )
  );
}

function missing(what: string, known: readonly string[]): never {
  throw new OnnxError("ONNX_INVALID", `there is no ${what}; there are ${known.join(", ")}`);
}
