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

/** What flows along an edge. Nodes refer to the object; the name only matters at the model's surface and in the file. */
export class Value {
  constructor(
    public name: string,
    /** Null: not known, which is fine for all but inputs and outputs of the main graph. */
    public type: ValueType | null = null,
  ) {}
}

export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: Tensor }
  | { readonly kind: "graph"; readonly value: Graph }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly bigint[] }
  | { readonly kind: "strings"; readonly value: readonly string[] };

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
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: ReadonlyMap<Value, Tensor>;
  /** In an order in which they can run. */
  readonly nodes: readonly Node[];
}

export interface Model {
  readonly irVersion: number;
  /** Versions by domain; "" is ai.onnx. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly graph: Graph;
  /** The file's metadata_props. */
  readonly metadata: Readonly<Record<string, string>>;
}
