/**
 * Rules for names and for the order of nodes. Graphs inside see the names of those around; what a graph adds is taken back when
 * it is done, so that a check takes time in proportion to the model however its graphs nest.
 */
import type { Graph, Value } from "../graph.js";
import { definitionsIn, graphsIn, present, subgraphsOf } from "../walk.js";
import { named, place } from "./places.js";

export function* repeatedNames(graph: Graph, names = new Set<string>()): Iterable<string> {
  const own: string[] = [];
  for (const value of definitionsIn(graph)) {
    if (value.name === "") yield `a value of graph ${graph.name} has no name`;
    else if (names.has(value.name)) yield `${named(value)} is defined twice`;
    else own.push(value.name);
    names.add(value.name);
  }
  for (const node of graph.nodes) for (const inner of subgraphsOf(node)) yield* repeatedNames(inner, names);
  for (const name of own) names.delete(name);
}

/** A node needs no name, but onnxruntime refuses two of one name in a graph. */
export function* repeatedNodes(graph: Graph): Iterable<string> {
  for (const { name, nodes } of graphsIn(graph)) {
    const names = new Set<string>();
    for (const node of nodes) {
      if (node.name !== "" && names.has(node.name))
        yield `graph ${name} has two nodes called ${JSON.stringify(node.name)}`;
      names.add(node.name);
    }
  }
}

export function* undefinedUses(graph: Graph, known = new Set<Value>()): Iterable<string> {
  const own: Value[] = [];
  const define = (value: Value) => {
    if (known.has(value)) return;
    known.add(value);
    own.push(value);
  };
  for (const value of [...graph.inputs, ...graph.initializers.keys()]) define(value);
  for (const node of graph.nodes) {
    for (const value of present(node.inputs)) if (!known.has(value)) yield `${place(node)} uses ${named(value)}`;
    for (const inner of subgraphsOf(node)) yield* undefinedUses(inner, known);
    for (const value of present(node.outputs)) define(value);
  }
  for (const value of graph.outputs) if (!known.has(value)) yield `graph ${graph.name} returns ${named(value)}`;
  for (const value of own) known.delete(value);
}
