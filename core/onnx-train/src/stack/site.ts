/** What a row of the table of stackings is: how one model's node becomes a node of K models, along a first axis. */
import type { AttributeInput } from "../builder/attributes.js";
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Dimension, Node, Value } from "../graph.js";
import { productOf, quotientOf } from "../operators/dimensions.js";

/** One node, where the copy for K models stands. */
export interface Site {
  readonly g: GraphBuilder;
  /** As one model has it. */
  readonly node: Node;
  /** K. */
  readonly models: number;
  /** In the new graph; null where one is left out. */
  readonly inputs: readonly (Value | null)[];
  /** Whether an input differs between models: then it is [K, …]. */
  isApart(index: number): boolean;
}

/**
 * The outputs for K models, of a node of which at least one input is apart: apart themselves, but those that are marked as
 * shared.
 * @throws OnnxError ONNX_NOT_STACKABLE where there is no such node
 */
export type StackingRow = (site: Site) => readonly (Value | Shared | null)[];

/** An output that is the same for all models. */
export interface Shared {
  readonly shared: Value;
}

/** An input that must be there, as the new graph has it. */
export function given({ inputs, node }: Site, index: number): Value {
  const value = inputs[index];
  if (value) return value;
  throw new OnnxError("ONNX_INVALID", `${placeOf(node)} has no input ${index}`);
}

/** The shape that one model's input has. */
export function shapeOf(site: Site, index: number): readonly Dimension[] {
  const shape = given(site, index).type?.shape;
  if (shape) return site.isApart(index) ? shape.slice(1) : shape;
  throw refused(site, `has an input ${index} of which the rank isn't known`);
}

export function rankOf(site: Site, index: number): number {
  return shapeOf(site, index).length;
}

/** An input with the models' axis: a shared one is repeated. */
export function spread(site: Site, index: number): Value {
  const value = given(site, index);
  if (site.isApart(index)) return value;
  return site.g.expand(value, [site.models, ...shapeOf(site, index).map(() => 1)]);
}

/** An input that broadcasts against [K, …] of `rank` axes behind K. */
export function levelled(site: Site, index: number, rank: number): Value {
  const missing = rank - rankOf(site, index);
  const value = given(site, index);
  return site.isApart(index) && missing > 0 ? site.g.unsqueeze(value, ascending(missing, 1)) : value;
}

/** The same operator on other inputs, with some attributes changed. */
export function again(
  { g, node }: Site,
  inputs: readonly (Value | null)[],
  attributes: Record<string, AttributeInput> = {},
): Value[] {
  return g.ops(node.opType, inputs, { ...node.attributes, ...attributes }, { outputs: node.outputs.length });
}

export function floatAttribute({ attributes }: Node, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute?.kind === "float" ? attribute.value : otherwise;
}

/** An axis of one model, where K stands before it. */
export function shifted(axis: number): number {
  return axis < 0 ? axis : axis + 1;
}

/** @throws OnnxError ONNX_NOT_STACKABLE where one of these inputs differs between models */
export function mustShare(site: Site, ...indices: readonly number[]): void {
  const index = indices.find((one) => site.isApart(one));
  if (index !== undefined) throw refused(site, `has an input ${index} that differs between models`);
}

export function refused({ node }: Pick<Site, "node">, why: string): OnnxError {
  return new OnnxError("ONNX_NOT_STACKABLE", `${placeOf(node)} ${why}: train the models one at a time`);
}

export function placeOf(node: Node): string {
  return `${node.opType} of node ${JSON.stringify(node.name)}`;
}

/** first, first + 1, … */
export function ascending(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}

/** A size of a new shape: a number, the product of neighbouring axes of the old one, or what is left. */
export type Size = number | readonly number[] | "rest";

/** Reshapes by axes, so that sizes may have names. At most one is "rest"; the elements stay in order. */
export function regrouped(g: GraphBuilder, x: Value, sizes: readonly Size[]): Value {
  const shape = x.type?.shape ?? [];
  const plain = sizes.map((size, at) => plainSize(shape, size, at));
  const open = plain.filter((size) => size === null || size === -1).length;
  const wanted = open > 1 ? sizesAtRunTime(g, x, sizes) : plain.map((size) => size ?? -1);
  const found = g.reshape(x, wanted);
  const known = sizes.map((size) => sizeIn(shape, size));
  const others = known.filter((size) => size !== null);
  if (x.type) {
    const rest = quotientOf(productOf(shape), productOf(others));
    found.type = { element: x.type.element, shape: known.map((size) => size ?? rest) };
  }
  return found;
}

/** Null for the rest. */
function sizeIn(shape: readonly Dimension[], size: Size): Dimension | null {
  if (size === "rest") return null;
  return typeof size === "number" ? size : productOf(size.map((axis) => shape[axis] ?? ""));
}

/** What Reshape takes: the size, 0 for "as it was", -1 for the rest; null where it is only known at run time. */
function plainSize(shape: readonly Dimension[], size: Size, at: number): number | null {
  const known = sizeIn(shape, size);
  if (known === null) return -1;
  if (typeof known === "number") return known;
  return Array.isArray(size) && size.length === 1 && size[0] === at ? 0 : null;
}

function sizesAtRunTime(g: GraphBuilder, x: Value, sizes: readonly Size[]): Value {
  const parts = sizes.map((size) => {
    if (size === "rest") return g.vector("int64", [-1]);
    if (typeof size === "number") return g.vector("int64", [size]);
    const [start = 0, end = start] = [size[0], size.at(-1)];
    const axes = g.op("Shape", [x], { start, end: end + 1 });
    return size.length === 1 ? axes : g.op("ReduceProd", [axes], { keepdims: 1 });
  });
  return g.concat(parts, 0);
}
