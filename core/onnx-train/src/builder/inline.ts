/** Copies of graphs: the same nodes over other values. */
import { OnnxError } from "../errors.js";
import { type Attribute, type Graph, type Node, Value } from "../graph.js";
import type { Tensor } from "../tensor.js";

/** Where a copy goes. */
export interface Target {
  /** A new value of which the name holds the hint. */
  fresh(hint: string): Value;
  constant(value: Value, data: Tensor): void;
  /** A node, its inputs and outputs those of the copy. */
  node(node: Node): void;
}

/** What stands for a node in a copy, by its inputs there; null: the node itself. Null among the values: not wanted. */
export type Replace = (node: Node, inputs: readonly (Value | null)[]) => readonly (Value | null)[] | null;

/**
 * @param bound what stands for the graph's inputs, and for those of its initializers that are not to be copied
 * @returns the copy's value for each of the original's
 * @throws OnnxError ONNX_INVALID when an input isn't bound and has no initializer
 */
export function inlined(
  graph: Graph,
  bound: ReadonlyMap<Value, Value>,
  target: Target,
  replace: Replace = () => null,
): Map<Value, Value> {
  const values = new Map(bound);
  for (const [value, data] of graph.initializers) {
    if (values.has(value)) continue;
    const own = target.fresh(value.name || "constant");
    own.type = { element: data.element, shape: data.dims };
    values.set(value, own);
    target.constant(own, data);
  }
  for (const input of graph.inputs) {
    if (!values.has(input)) throw new OnnxError("ONNX_INVALID", `input ${input.name} of ${graph.name} isn't bound`);
  }
  for (const node of graph.nodes) {
    // A value that the graph doesn't define belongs to a graph around it and stays the same.
    const inputs = node.inputs.map((value) => value && (values.get(value) ?? value));
    const instead = replace(node, inputs);
    if (instead === null) target.node(copied(node, inputs, values, target));
    else keep(node, instead, values);
  }
  return values;
}

function keep(node: Node, instead: readonly (Value | null)[], values: Map<Value, Value>): void {
  for (const [index, output] of node.outputs.entries()) {
    const value = instead[index];
    if (output && value) values.set(output, value);
  }
}

function copied(node: Node, inputs: Node["inputs"], values: Map<Value, Value>, target: Target): Node {
  const attributes = Object.entries(node.attributes).map(
    ([name, attribute]) => [name, copiedAttribute(attribute, values, target)] as const,
  );
  const outputs = node.outputs.map((value) => value && define(value, values, target));
  return { ...node, inputs, outputs, attributes: Object.fromEntries(attributes) };
}

function define(value: Value, values: Map<Value, Value>, { fresh }: Pick<Target, "fresh">): Value {
  const own = fresh(value.name.replace(/_\d+$/, "") || "value");
  own.type = value.type;
  values.set(value, own);
  return own;
}

function copiedAttribute(attribute: Attribute, outer: ReadonlyMap<Value, Value>, { fresh }: Target): Attribute {
  if (attribute.kind !== "graph") return attribute;
  const { name, inputs, outputs } = attribute.value;
  const values = new Map(outer);
  const own = inputs.map((input) => define(input, values, { fresh }));
  const initializers = new Map<Value, Tensor>();
  const nodes: Node[] = [];
  const inner: Target = {
    fresh,
    constant: (value, data) => initializers.set(value, data),
    node: (node) => nodes.push(node),
  };
  const all = inlined(attribute.value, values, inner);
  const returned = outputs.map((value) => all.get(value) ?? value);
  return { kind: "graph", value: { name, inputs: own, outputs: returned, initializers, nodes } };
}
