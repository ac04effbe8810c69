import { OnnxError } from "../errors.js";
import type { Model, Node } from "../graph.js";
import { elementCount, type Tensor } from "../tensor.js";

/**
 * The same model with other weights.
 * @param weights by name of the initializer, or of the value that a Constant node gives
 * @throws OnnxError ONNX_INVALID where the model has no such initializer, or one of another shape
 */
export function withWeights(model: Model, weights: ReadonlyMap<string, Tensor>): Model {
  const rest = new Map(weights);
  const next = (name: string, old: Tensor): Tensor => {
    const data = rest.get(name) ?? old;
    rest.delete(name);
    if (data.element === old.element && String(data.dims) === String(old.dims)) return data;
    throw new OnnxError("ONNX_INVALID", `${name} is ${shown(old)}, not ${shown(data)}`);
  };
  const { initializers: held } = model.graph;
  const initializers = new Map([...held].map(([value, old]) => [value, next(value.name, old)]));
  const nodes = model.graph.nodes.map((node) => (node.opType === "Constant" ? constant(node, next) : node));
  for (const name of rest.keys())
    throw new OnnxError("ONNX_INVALID", `the model has no initializer ${JSON.stringify(name)}`);
  return { ...model, graph: { ...model.graph, initializers, nodes } };
}

function constant(node: Node, next: (name: string, old: Tensor) => Tensor): Node {
  const { value } = node.attributes;
  const [output] = node.outputs;
  if (value?.kind !== "tensor" || !output) return node;
  const data = next(output.name, value.value);
  return data === value.value
    ? node
    : { ...node, attributes: { ...node.attributes, value: { kind: "tensor", value: data } } };
}

function shown({ element, dims }: Tensor): string {
  return `${element} [${dims.join(", ")}] of ${elementCount(dims)}`;
}
