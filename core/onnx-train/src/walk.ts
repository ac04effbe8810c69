/** Ways through a graph and the graphs inside of it. */
import type { Attribute, Graph, Node, Value } from "./graph.js";

export function isGraph(attribute: Attribute): attribute is Extract<Attribute, { kind: "graph" }> {
  return attribute.kind === "graph";
}

/** The graphs in a node's attributes. */
export function subgraphsOf(node: Node): Graph[] {
  return Object.values(node.attributes)
    .filter(isGraph)
    .map(({ value }) => value);
}

/** The graph and those inside of it. */
export function* graphsIn(graph: Graph): Iterable<Graph> {
  yield graph;
  for (const node of graph.nodes) for (const inner of subgraphsOf(node)) yield* graphsIn(inner);
}

export function* nodesIn(graph: Graph): Iterable<Node> {
  for (const { nodes } of graphsIn(graph)) yield* nodes;
}

/** Those that are there, of inputs or outputs some of which may be left out. */
export function present(values: readonly (Value | null)[]): Value[] {
  return values.filter((value) => value !== null);
}

/** What a graph itself defines. An initializer may give an input its default; that is one value. */
export function definitionsIn(graph: Graph): Value[] {
  const given = new Set<Value>(graph.inputs);
  const constants = [...graph.initializers.keys()].filter((value) => !given.has(value));
  return [...graph.inputs, ...constants, ...graph.nodes.flatMap((node) => present(node.outputs))];
}
