/**
 * Reverse-mode differentiation of graphs: from the loss back, each node hands the gradients by its outputs on to its inputs
 * (Baydin, Pearlmutter, Radul, Siskind 2018, https://jmlr.org/papers/v18/17-468.html, §3.2). The result is more nodes.
 */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Node, Value } from "../graph.js";
import { placeOf, type Step, shapeValue } from "./gradient.js";
import { GRADIENTS } from "./gradients.js";

/**
 * Adds to a graph what computes the gradients of one of its values.
 * @param loss a float of one element, or any value: then of the sum of its elements
 * @returns for each of `wrt` a value of the same shape; zeros where the loss doesn't depend on it
 * @throws OnnxError ONNX_NO_GRADIENT for an operator on the way that has no row in the table
 */
export function gradients(g: GraphBuilder, loss: Value, wrt: readonly Value[]): Value[] {
  const nodes = [...g.ran()];
  const asked = dependents(nodes, wrt);
  const sums = new Map<Value, Value[]>();
  sums.set(loss, [filledLike(g, loss, 1)]);
  for (const node of nodes.reverse()) {
    const outputs = node.outputs.filter((output) => output !== null && sums.has(output));
    if (outputs.length > 0 && node.inputs.some((input) => input !== null && asked.has(input)))
      propagate(g, node, { asked, sums });
  }
  return wrt.map((value) => total(g, sums, value) ?? filledLike(g, value, 0));
}

interface Way {
  readonly asked: ReadonlySet<Value>;
  readonly sums: Map<Value, Value[]>;
}

/** Whole numbers and truth values don't change with small changes of what they come from. */
function isSmooth({ type }: Value): boolean {
  return type === null || type.element === "float" || type.element === "double" || type.element === "float16";
}

/** The values that change smoothly with those of `wrt`. */
function dependents(nodes: readonly Node[], wrt: readonly Value[]): ReadonlySet<Value> {
  const found = new Set(wrt);
  for (const node of nodes) {
    if (!node.inputs.some((input) => input !== null && found.has(input))) continue;
    for (const output of node.outputs) if (output !== null && isSmooth(output)) found.add(output);
  }
  return found;
}

function propagate(g: GraphBuilder, node: Node, { asked, sums }: Way): void {
  const row = node.domain === "" ? GRADIENTS.get(node.opType) : undefined;
  if (row === undefined) {
    throw new OnnxError("ONNX_NO_GRADIENT", `${placeOf(node)} has no row in the table of gradients; ${NO_ROW}`);
  }
  for (const [index, make] of row(stepOf(g, node, sums)).entries()) {
    const input = node.inputs[index];
    if (!input || make === null || !asked.has(input)) continue;
    const known = sums.get(input);
    const gradient = make();
    if (known === undefined) sums.set(input, [gradient]);
    else known.push(gradient);
  }
}

const NO_ROW = "leave it out of the way from what trains to the loss, or express it by operators that have one";

function stepOf(g: GraphBuilder, node: Node, sums: Map<Value, Value[]>): Step {
  const at = (values: readonly (Value | null)[], index: number, what: string): Value => {
    const value = values[index];
    if (value) return value;
    throw new OnnxError("ONNX_INVALID", `${placeOf(node)} has no ${what} ${index}`);
  };
  return {
    g,
    node,
    x: (index) => at(node.inputs, index, "input"),
    y: (index = 0) => at(node.outputs, index, "output"),
    dy: (index = 0) => {
      const output = at(node.outputs, index, "output");
      return total(g, sums, output) ?? filledLike(g, output, 0);
    },
  };
}

/** What the uses of a value add up to; summed once, and kept. */
function total(g: GraphBuilder, sums: Map<Value, Value[]>, value: Value): Value | null {
  const [first, ...rest] = sums.get(value) ?? [];
  if (first === undefined) return null;
  const sum = rest.reduce((left, right) => g.add(left, right), first);
  sums.set(value, [sum]);
  return sum;
}

function filledLike(g: GraphBuilder, value: Value, fill: number): Value {
  const constant = g.scalar("float", fill);
  return value.type?.shape?.length === 0 ? constant : g.expand(constant, shapeValue(g, value));
}
