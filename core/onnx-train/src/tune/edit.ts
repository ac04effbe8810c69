/** What edits of models rest on. What is there keeps its values, names and nodes; an edit is a new model, and a valid one. */
import type { Graph, Model, Node, Value } from "../graph.js";
import { assertValid } from "../rules/rules.js";
import { subgraphsOf } from "../walk.js";

/** What a node reads, also within its graphs. */
export function* readBy(node: Node): Iterable<Value> {
  for (const value of node.inputs) if (value !== null) yield value;
  for (const graph of subgraphsOf(node)) yield* readWithin(graph);
}

/** What a graph reads and returns: its own values, and those of graphs around it. */
export function* readWithin(graph: Graph): Iterable<Value> {
  for (const node of graph.nodes) yield* readBy(node);
  yield* graph.outputs;
}

/** The node that makes each value of the graph itself. */
export function producersOf({ nodes }: Graph): ReadonlyMap<Value, Node> {
  return new Map(nodes.flatMap((node) => node.outputs.flatMap((value) => (value === null ? [] : [[value, node]]))));
}

function* definedWithin(graph: Graph): Iterable<Value> {
  yield* graph.inputs;
  yield* graph.initializers.keys();
  for (const node of graph.nodes) {
    for (const value of node.outputs) if (value !== null) yield value;
    for (const inner of subgraphsOf(node)) yield* definedWithin(inner);
  }
}

/** Every value that has a name. */
export function valuesOf(graph: Graph): ReadonlySet<Value> {
  return new Set(definedWithin(graph));
}

/** The node with other values in place of some that it reads, also within its graphs. */
export function rebound(node: Node, bound: ReadonlyMap<Value, Value>): Node {
  const inner = (graph: Graph): Graph => ({
    ...graph,
    outputs: graph.outputs.map((value) => bound.get(value) ?? value),
    nodes: graph.nodes.map((one) => rebound(one, bound)),
  });
  const attributes = Object.entries(node.attributes).map(
    ([name, one]) => [name, one.kind === "graph" ? { ...one, value: inner(one.value) } : one] as const,
  );
  const inputs = node.inputs.map((value) => value && (bound.get(value) ?? value));
  return { ...node, inputs, attributes: Object.fromEntries(attributes) };
}

/** The graph that gives these outputs, without the nodes, constants and inputs that nothing needs any more. */
export function pruned(graph: Graph, outputs: readonly Value[]): Graph {
  const needed = new Set(outputs);
  const nodes = graph.nodes.toReversed().filter((node) => {
    const wanted = node.outputs.some((value) => value !== null && needed.has(value));
    if (wanted) for (const value of readBy(node)) needed.add(value);
    return wanted;
  });
  return {
    ...graph,
    inputs: graph.inputs.filter((value) => needed.has(value)),
    outputs,
    initializers: new Map([...graph.initializers].filter(([value]) => needed.has(value))),
    nodes: nodes.reverse(),
  };
}

/** Before IR 4 every initializer had to be an input as well, which one that an edit adds is not. */
const FREE_INITIALIZERS = 4;

/**
 * The model with another graph.
 * @throws OnnxError ONNX_INVALID where that breaks a rule
 */
export function edited(model: Model, graph: Graph): Model {
  const given = new Set(graph.inputs);
  const free = [...graph.initializers.keys()].some((value) => !given.has(value));
  const irVersion = free ? Math.max(model.irVersion, FREE_INITIALIZERS) : model.irVersion;
  const next = { ...model, irVersion, graph };
  assertValid(next);
  return next;
}
