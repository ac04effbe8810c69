/** What a row of the table of conversions is: how a node becomes nodes in the form of a newer opset. */
import { OnnxError } from "../errors.js";
import type { Attribute, Node, Value } from "../graph.js";
import { type Tensor, tensor } from "../tensor.js";

/** One node on the way up. */
export interface Conversion {
  readonly node: Node;
  /** A new initializer of the node's graph. */
  constant(data: Tensor, hint: string): Value;
  /** A new value, of which the name holds the hint and is no node's either. */
  fresh(hint: string): Value;
  /** Whether anything takes the value: a node, or the outputs of a graph. */
  isUsed(value: Value): boolean;
  /** What an initializer, or a Constant node before this one, holds; null for what is only known at run time. */
  held(value: Value | null | undefined): Tensor | null;
}

/** The nodes that stand for the node from the row's version on. */
export type ConversionRow = (conversion: Conversion) => readonly Node[];

/** @throws OnnxError ONNX_UNSUPPORTED */
export function refused({ name, opType }: Node, why: string): never {
  throw new OnnxError("ONNX_UNSUPPORTED", `node ${JSON.stringify(name)} (${opType}) has no form at opset 17: ${why}`);
}

export function without(node: Node, ...names: readonly string[]): Node["attributes"] {
  return Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !names.includes(name)));
}

export function intOf(node: Node, name: string): number | undefined {
  const attribute: Attribute | undefined = node.attributes[name];
  return attribute?.kind === "int" ? Number(attribute.value) : undefined;
}

export function floatOf(node: Node, name: string): number | undefined {
  const attribute: Attribute | undefined = node.attributes[name];
  return attribute?.kind === "float" ? attribute.value : undefined;
}

export function textOf(node: Node, name: string): string | undefined {
  const attribute: Attribute | undefined = node.attributes[name];
  return attribute?.kind === "string" ? attribute.value : undefined;
}

/** A list of whole numbers that was an attribute, as a constant; null where the node hasn't got it. */
export function intsInput({ node, constant }: Conversion, name: string): Value | null {
  const attribute: Attribute | undefined = node.attributes[name];
  if (attribute?.kind !== "ints") return null;
  return constant(tensor("int64", [attribute.value.length], attribute.value), `${node.name}_${name}`);
}
