/**
 * The representation: values, nodes, graphs and models as objects that refer to one another. Nothing in this file may
 * know of bytes or protobuf (codec/ does), nor of onnxruntime (session.ts does).
 */
import type { ElementType, Tensor } from "./tensor.js";

/** A size, or the name of one that is only known at run time. */
export type Dimension = number | string;

export interface ValueType {
  readonly element: ElementType;
  /** Null: rank unknown. */
  readonly shape: readonly Dimension[] | null;
}

/**
 * What a file said of something beyond what is represented here, for when it is written again. Only the codec looks inside;
 * whoever copies a model, graph, node or tensor by its fields copies this as well.
 */
export interface Foreign {
  readonly from: "file";
  /** Of a value that is no tensor but a sequence, a map or another thing, of which the type is only carried along. */
  readonly otherType?: true;
  /** Of a tensor of which the file leaves the rank open. */
  readonly unranked?: true;
}

/** What flows along an edge. Nodes refer to the object; the name only matters at the model's surface and in the file. */
export class Value {
  constructor(
    public name: string,
    /** Null: not known, which is fine for all but inputs and outputs of the main graph. */
    public type: ValueType | null = null,
    public foreign?: Foreign,
  ) {}
}

export type Attribute = AttributeValue & { readonly foreign?: Foreign };

type AttributeValue =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: Tensor }
  | { readonly kind: "graph"; readonly value: Graph }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly bigint[] }
  | { readonly kind: "strings"; readonly value: readonly string[] };

/** The kinds of which values are represented; a file may hold others, as `foreign` ones that only the codec knows. */
export type AttributeKind = Attribute["kind"];

export interface Node {
  readonly name: string;
  readonly opType: string;
  /** "" is ai.onnx. */
  readonly domain: string;
  /** Null where an optional input is left out. */
  readonly inputs: readonly (Value | null)[];
  /** Null where an optional output is not wanted. */
  readonly outputs: readonly (Value | null)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly foreign?: Foreign;
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: ReadonlyMap<Value, Tensor>;
  /** In an order in which they can run. */
  readonly nodes: readonly Node[];
  /** Inner values of which a file tells the types; those that the graph defines no more are not written. */
  readonly described?: readonly Value[];
  readonly foreign?: Foreign;
}

/** A function of the model's own: an operator that other nodes may use. Its body is not represented, only carried along. */
export interface ModelFunction {
  readonly domain: string;
  readonly name: string;
  readonly foreign?: Foreign;
}

export interface Model {
  readonly irVersion: number;
  /** Versions by domain; "" is ai.onnx. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly graph: Graph;
  /** The file's metadata_props. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly functions?: readonly ModelFunction[];
  readonly foreign?: Foreign;
}
