/** Rules for types: those that are told must be those that follow. */
import { OnnxError } from "../errors.js";
import { type Graph, type Model, type Node, Value, type ValueType } from "../graph.js";
import { differ } from "../operators/dimensions.js";
import { Inference } from "../operators/infer.js";
import { OPSET } from "../versions/opsets.js";
import { present, subgraphsOf } from "../walk.js";
import { named } from "./places.js";

/** Works types out anew, on copies of the values, and compares: from the opset on that the rows of inference are of. */
export function* wrongTypes({ graph, opsets }: Model): Iterable<string> {
  if ((opsets[""] ?? 0) < OPSET) return;
  yield* inGraph(graph, { inference: new Inference(opsets), copies: new Map() });
}

interface Way {
  readonly inference: Inference;
  /** What stands for each value. */
  readonly copies: Map<Value, Value>;
}

function* inGraph(graph: Graph, way: Way): Iterable<string> {
  const { inference, copies } = way;
  for (const value of graph.inputs) copies.set(value, new Value(value.name, value.type));
  for (const [value, data] of graph.initializers) {
    const copy = new Value(value.name, { element: data.element, shape: data.dims });
    const told = copies.get(value)?.type ?? null;
    if (told !== null) yield* difference(value, told, copy.type);
    copies.set(value, copy);
    inference.constant(copy, data);
  }
  for (const node of graph.nodes) {
    for (const inner of subgraphsOf(node)) yield* inGraph(inner, way);
    yield* inNode(node, way);
  }
}

function* inNode(node: Node, { inference, copies }: Way): Iterable<string> {
  const copy = (value: Value | null) => value && (copies.get(value) ?? value);
  for (const value of present(node.outputs)) copies.set(value, new Value(value.name));
  try {
    inference.node({ ...node, inputs: node.inputs.map(copy), outputs: node.outputs.map(copy) });
  } catch (error) {
    // What inference can't go on from is a finding like any other.
    if (!(error instanceof OnnxError)) throw error;
    yield error.message;
    return;
  }
  for (const value of present(node.outputs)) yield* difference(value, value.type, copy(value)?.type ?? null);
}

function* difference(value: Value, told: ValueType | null, found: ValueType | null): Iterable<string> {
  if (told === null || found === null || fits(told, found)) return;
  yield `${named(value)} is told to be ${shown(told)} and is ${shown(found)}`;
}

function fits(told: ValueType, found: ValueType): boolean {
  if (told.element !== found.element) return false;
  if (told.shape === null || found.shape === null) return true;
  const { shape } = found;
  return told.shape.length === shape.length && !told.shape.some((size, axis) => differ(size, shape[axis] ?? ""));
}

function shown({ element, shape }: ValueType): string {
  return shape === null ? element : `${element} [${shape.join(", ")}]`;
}
