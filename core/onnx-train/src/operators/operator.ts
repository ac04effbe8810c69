/** What the library knows of an operator, as a row: kinds of its attributes, and how types follow from types. */
import { ELEMENT_CODES } from "../elements.js";
import { OnnxError } from "../errors.js";
import type { Attribute, AttributeKind, Dimension, ValueType } from "../graph.js";
import type { ElementType } from "../tensor.js";

/** A node as inference sees it. */
export interface Call {
  /** "Gemm of node Gemm_3": for messages. */
  readonly place: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Types of the inputs; null for one that is left out, or of which nothing is known. */
  readonly inputs: readonly (ValueType | null)[];
  readonly outputCount: number;
  /** The version of the operator's domain. */
  readonly opset: number;
  /**
   * The numbers that an input of at most one dimension is known to hold while the graph is built (axes, shapes, scales),
   * also those that follow from symbolic sizes; null where they aren't known.
   */
  contents(index: number): readonly Dimension[] | null;
  /** The same of inputs of any rank, the last axis fastest. */
  elements(index: number): readonly Dimension[] | null;
}

export interface Operator {
  /** Absent: ai.onnx. */
  readonly domain?: string;
  readonly attributes: Readonly<Record<string, AttributeKind>>;
  /**
   * Types of the outputs; null for those of which nothing is known.
   * @throws OnnxError ONNX_INVALID where the inputs can't belong together
   */
  readonly infer?: (call: Call) => readonly (ValueType | null)[];
  /** What the first output holds, where that is known while the graph is built: see Call.elements. */
  readonly contents?: (call: Call) => readonly Dimension[] | null;
}

/** The type of an input; null where nothing is known of it. */
export function inputType(call: Call, index: number): ValueType | null {
  return call.inputs[index] ?? null;
}

/** The shape of an input; null where its rank isn't known. */
export function inputShape(call: Call, index: number): readonly Dimension[] | null {
  return call.inputs[index]?.shape ?? null;
}

export function typed(element: ElementType | undefined, shape: readonly Dimension[] | null): ValueType | null {
  return element === undefined ? null : { element, shape };
}

/** The contents of an input, where all are numbers. */
export function numbers(call: Pick<Call, "contents">, index: number): readonly number[] | null {
  const values = call.contents(index);
  return values?.every((value) => typeof value === "number") ? values : null;
}

/** Inference of the first input's element in the shape that `shape` gives. */
export function shaped(
  shape: (call: Call, input: readonly Dimension[]) => readonly Dimension[] | null,
): NonNullable<Operator["infer"]> {
  return (call) => {
    const input = inputShape(call, 0);
    return [typed(inputType(call, 0)?.element, input && shape(call, input))];
  };
}

export function intAttribute(call: Pick<Call, "attributes">, name: string, otherwise: number): number {
  const attribute = call.attributes[name];
  return attribute?.kind === "int" ? Number(attribute.value) : otherwise;
}

export function intsAttribute(call: Pick<Call, "attributes">, name: string): readonly number[] | null {
  const attribute = call.attributes[name];
  return attribute?.kind === "ints" ? attribute.value.map(Number) : null;
}

export function floatAttribute(call: Pick<Call, "attributes">, name: string, otherwise: number): number {
  const attribute = call.attributes[name];
  return attribute?.kind === "float" ? attribute.value : otherwise;
}

export function stringAttribute(call: Pick<Call, "attributes">, name: string, otherwise: string): string {
  const attribute = call.attributes[name];
  return attribute?.kind === "string" ? attribute.value : otherwise;
}

/** An axis counted from the front. */
export function axisOf(call: Call, axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw invalid(call, `axis ${axis} isn't in [${-rank}, ${rank - 1}]`);
}

export function invalid(call: Call, what: string): OnnxError {
  return new OnnxError("ONNX_INVALID", `${call.place}: ${what}`);
}

const ELEMENTS = new Map(Object.entries(ELEMENT_CODES).map(([element, code]) => [code, element as ElementType]));

/** Of an output whose element an attribute names, else that of the first input. */
export function castTo(attribute: string): NonNullable<Operator["infer"]> {
  return (call) => {
    const named = ELEMENTS.get(intAttribute(call, attribute, 0));
    return [typed(named ?? inputType(call, 0)?.element, inputShape(call, 0))];
  };
}
