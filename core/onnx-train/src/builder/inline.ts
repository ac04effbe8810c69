/** Copies of graphs: the same nodes over other values. */
import { OnnxError } from "../errors.js";
import { type Attribute, type Graph, type Node, Value } from "../graph.js";
import type { Tensor } from "../tensor.js";

interface Copy {
  /** The copy's value for each of the original's. */
  readonly values: Map<Value, Value>;
  readonly initializers: Map<Value, Tensor>;
  readonly nodes: Node[];
}

/**
 * @param bound what stands for the graph's inputs, and for those of its initializers that are not to be copied
 * @param fresh a new value of which the name holds the hint
 * @throws OnnxError ONNX_INVALID when an input isn't bound and has no initializer
 */
export function inlined(graph: Graph, bound: ReadonlyMap<Value, Value>, fresh: (hint: string) => Value): Copy {
  const copy: Copy = { values: new Map(bound), initializers: new Map(), nodes: [] };
  for (const [value, data] of graph.initializers) {
    if (copy.values.has(value)) continue;
    const own = fresh(value.name || "constant");
    own.type = { element: data.element, shape: data.dims };
    copy.values.set(value, own);
    copy.initializers.set(own, data);
  }
  for (const input of graph.inputs) {
    if (!copy.values.has(input))
      throw new OnnxError("ONNX_INVALID", `input ${input.name} of ${graph.name} isn't bound`);
  }
  for (const node of graph.nodes) copy.nodes.push(copied(node, copy.values, fresh));
  return copy;
}

function copied(node: Node, values: Map<Value, Value>, fresh: (hint: string) => Value): Node {
  const attributes = Object.entries(node.attributes).map(
    ([name, attribute]) => [name, copiedAttribute(attribute, values, fresh)] as const,
  );
  const outputs = node.outputs.map((value) => value && define(value, values, fresh));
  // A value that the graph doesn't define belongs to a graph around it and stays the same.
  const inputs = node.inputs.map((value) => value && (values.get(value) ?? value));
  return { ...node, inputs, outputs, attributes: Object.fromEntries(attributes) };
}

function define(value: Value, values: Map<Value, Value>, fresh: (hint: string) => Value): Value {
  const own = fresh(value.name.replace(/_\d+$/, "") || "value");
  own.type = value.type;
  values.set(value, own);
  return own;
}

function copiedAttribute(
  attribute: Attribute,
  outer: ReadonlyMap<Value, Value>,
  fresh: (hint: string) => Value,
): Attribute {
  if (attribute.kind !== "graph") return attribute;
  const { name, inputs, outputs } = attribute.value;
  const values = new Map(outer);
  const own = inputs.map((input) => define(input, values, fresh));
  const { nodes, initializers, values: all } = inlined(attribute.value, values, fresh);
  const returned = outputs.map((value) => all.get(value) ?? value);
  return { kind: "graph", value: { name, inputs: own, outputs: returned, initializers, nodes } };
}
