/**
 * K models of one shape in one graph: what differs between them has a first axis K, and so has all that depends on it (what
 * JAX calls vmap, https://docs.jax.dev/en/latest/_autosummary/jax.vmap.html). What depends on nothing of that kind is worked
 * out once. Reverse mode and the optimizers then run on the result as on any graph.
 */
import type { GraphBuilder } from "../builder/builder.js";
import type { Replace } from "../builder/inline.js";
import { OnnxError } from "../errors.js";
import { checkNumber, RANGES } from "../given.js";
import type { Graph, Node, Value } from "../graph.js";
import { refused, type Site } from "./site.js";
import { STACKINGS } from "./stackings.js";

export interface StackedOptions {
  /** K. */
  readonly models: number;
  /** What stands for the graph's inputs, and for initializers that are not to be shared constants. */
  readonly bound: ReadonlyMap<Value, Value>;
  /** Those of the graph's inputs and initializers of which what they are bound to is [K, …]. */
  readonly apart: ReadonlySet<Value>;
}

export interface Stacked {
  /** The builder's value for each of the graph's. */
  readonly values: ReadonlyMap<Value, Value>;
  /** The graph's values that differ between models: theirs are [K, …]. */
  readonly apart: ReadonlySet<Value>;
}

/**
 * Copies a graph to the end of a builder's, for K models.
 * @throws OnnxError ONNX_OPTION for a K that is no count; ONNX_INVALID for an input that isn't bound, or bound to something
 *   without a first axis K; ONNX_NOT_STACKABLE for an operator on what differs that has no row in the table, or one that
 *   can't take models at once
 */
export function stacked(g: GraphBuilder, graph: Graph, { models, bound, apart }: StackedOptions): Stacked {
  checkNumber("models", models, RANGES.count);
  for (const value of apart) assertAxis(value, bound.get(value), models);
  const differs = new Set(apart);
  const replace: Replace = (node, inputs) => {
    const isApart = (index: number) => differs.has(node.inputs[index] as Value);
    assertNoneCaptured(node, differs);
    if (!node.inputs.some((_, index) => isApart(index))) return null;
    return replaced({ g, node, models, inputs, isApart }, differs);
  };
  return { values: g.inline(graph, bound, replace), apart: differs };
}

function assertAxis(value: Value, own: Value | undefined, models: number): void {
  if (own === undefined)
    throw new OnnxError("ONNX_INVALID", `${value.name} is to differ between models, but isn't bound`);
  const shape = own.type?.shape;
  if (shape?.[0] === models) return;
  const found = shape ? `[${shape.join(", ")}]` : "of unknown shape";
  throw new OnnxError("ONNX_INVALID", `${value.name} is bound to ${own.name}, which is ${found}, not [${models}, …]`);
}

function replaced(site: Site, differs: Set<Value>): readonly (Value | null)[] {
  const { node, models } = site;
  const row = node.domain === "" ? STACKINGS.get(node.opType) : undefined;
  if (row === undefined) throw refused(site, "has no row in the table of stackings");
  return row(site).map((found, index) => {
    const output = node.outputs[index] ?? null;
    if (output === null || found === null) return null;
    if ("shared" in found) return found.shared;
    differs.add(output);
    // Where inference gave up, the graph itself may know.
    if (!found.type?.shape && output.type?.shape)
      found.type = { ...output.type, shape: [models, ...output.type.shape] };
    return found;
  });
}

/** A graph inside of a node (If, Loop) may use what is around it. */
function assertNoneCaptured(node: Node, differs: ReadonlySet<Value>): void {
  for (const value of captured(node))
    if (differs.has(value)) throw refused({ node }, `uses ${value.name}, which differs between models`);
}

function* captured(node: Node): Iterable<Value> {
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind !== "graph") continue;
    const { nodes, outputs } = attribute.value;
    yield* outputs;
    for (const inner of nodes) {
      for (const value of inner.inputs) if (value !== null) yield value;
      yield* captured(inner);
    }
  }
}
