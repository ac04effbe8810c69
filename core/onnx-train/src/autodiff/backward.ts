/**
 * Reverse-mode differentiation of graphs: from the loss back, each node hands the gradients by its outputs on to its inputs
 * (Baydin, Pearlmutter, Radul, Siskind 2018, https://jmlr.org/papers/v18/17-468.html, §3.2). The result is more nodes.
 */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Graph, Node, Value } from "../graph.js";
import { filledLike, type Gradients, numberOf, placeOf, type Step } from "./gradient.js";
import { GRADIENTS } from "./gradients.js";

/**
 * Adds to a graph what computes the gradients of one of its values.
 * @param loss a float of one element, or any value: then of the sum of its elements
 * @returns for each of `wrt` a value of the same shape; zeros where the loss doesn't depend on it
 * @throws OnnxError ONNX_NO_GRADIENT for an operator on the way that has no row in the table
 */
export function gradients(g: GraphBuilder, loss: Value, wrt: readonly Value[]): Value[] {
  const sums = new Map([[loss, [filledLike(g, loss, 1)]]]);
  backwards(g, [...g.ran()], { asked: dependents(g.ran(), wrt), sums });
  return wrt.map((value) => total(g, sums, value) ?? filledLike(g, value, 0));
}

interface Way {
  /** The values that change smoothly with those that are differentiated by. */
  readonly asked: ReadonlySet<Value>;
  /** What the uses of a value add to its gradient. */
  readonly sums: Map<Value, Value[]>;
}

function backwards(g: GraphBuilder, nodes: readonly Node[], way: Way): void {
  for (const node of [...nodes].reverse()) {
    const isUsed = node.outputs.some((output) => output !== null && way.sums.has(output));
    if (isUsed && usesOf(node).some((value) => way.asked.has(value))) propagate(g, node, way);
  }
}

/** Whole numbers and truth values don't change with small changes of what they come from. */
function isSmooth({ type }: Value): boolean {
  return type === null || type.element === "float" || type.element === "double" || type.element === "float16";
}

function dependents(nodes: readonly Node[], wrt: readonly Value[]): ReadonlySet<Value> {
  const found = new Set(wrt);
  for (const node of nodes) {
    if (!usesOf(node).some((value) => found.has(value))) continue;
    for (const output of node.outputs) if (output !== null && isSmooth(output)) found.add(output);
  }
  return found;
}

/** What a node reads: its inputs, and what the graphs in it take from around them. */
function usesOf({ inputs, attributes }: Node): Value[] {
  const graphs = Object.values(attributes).flatMap(({ kind, value }) => (kind === "graph" ? [value] : []));
  return [...inputs.filter((input) => input !== null), ...graphs.flatMap(capturedBy)];
}

function capturedBy({ nodes, inputs, initializers, outputs }: Graph): Value[] {
  const own = new Set([...inputs, ...initializers.keys(), ...nodes.flatMap((node) => node.outputs)]);
  return [...nodes.flatMap(usesOf), ...outputs].filter((value) => !own.has(value));
}

function propagate(g: GraphBuilder, node: Node, way: Way): void {
  const row = node.domain === "" ? GRADIENTS.get(node.opType) : undefined;
  if (row === undefined) {
    throw new OnnxError("ONNX_NO_GRADIENT", `${placeOf(node)} has no row in the table of gradients; ${NO_ROW}`);
  }
  for (const [index, make] of row(stepOf(g, node, way)).entries()) {
    const input = node.inputs[index];
    if (!input || make === null || !way.asked.has(input)) continue;
    const known = way.sums.get(input);
    const gradient = make();
    if (known === undefined) way.sums.set(input, [gradient]);
    else known.push(gradient);
  }
}

const NO_ROW = "leave it out of the way from what trains to the loss, or express it by operators that have one";

function stepOf(g: GraphBuilder, node: Node, way: Way): Step {
  const at = (values: readonly (Value | null)[], index: number, what: string): Value => {
    const value = values[index];
    if (value) return value;
    throw new OnnxError("ONNX_INVALID", `${placeOf(node)} has no ${what} ${index}`);
  };
  const dy = (index = 0) => {
    const output = at(node.outputs, index, "output");
    return total(g, way.sums, output) ?? filledLike(g, output, 0);
  };
  return {
    g,
    node,
    dy,
    x: (index) => at(node.inputs, index, "input"),
    y: (index = 0) => at(node.outputs, index, "output"),
    isUsed: (index) => {
      const output = node.outputs[index];
      return output ? way.sums.has(output) : false;
    },
    number: (value) => numberOf(g, at(node.outputs, 0, "output"), value),
    through: (parts) => throughParts(g, node, { parts, asked: way.asked, dy }),
  };
}

interface Parts {
  readonly parts: Parameters<Step["through"]>[0];
  readonly asked: ReadonlySet<Value>;
  dy(index: number): Value;
}

/** The parts are built where the first gradient is asked for; one walk back through them gives those by all inputs. */
function throughParts(g: GraphBuilder, node: Node, { parts, asked, dy }: Parts): Gradients {
  let found: { readonly own: readonly (Value | null)[]; readonly sums: Way["sums"] } | undefined;
  const walk = () => {
    // A value that is two of the inputs must be told apart: the sum of both uses would be counted twice.
    const own = node.inputs.map((input, index) =>
      input && node.inputs.indexOf(input) < index ? g.op("Identity", [input]) : input,
    );
    const first = g.ran().length;
    const results = parts(own);
    const nodes = g.ran().slice(first);
    const wrt = own.filter((value, index) => value && asked.has(node.inputs[index] as Value)) as Value[];
    const sums = new Map(results.map((result, index) => [result, [dy(index)]]));
    backwards(g, nodes, { asked: dependents(nodes, wrt), sums });
    return { own, sums };
  };
  return node.inputs.map((input, index) => () => {
    found ??= walk();
    const value = found.own[index] as Value;
    return total(g, found.sums, value) ?? filledLike(g, input as Value, 0);
  });
}

/** What the uses of a value add up to; summed once, and kept. */
function total(g: GraphBuilder, sums: Map<Value, Value[]>, value: Value): Value | null {
  const [first, ...rest] = sums.get(value) ?? [];
  if (first === undefined) return null;
  const sum = rest.reduce((left, right) => g.add(left, right), first);
  sums.set(value, [sum]);
  return sum;
}
