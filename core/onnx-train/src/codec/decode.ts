import { ELEMENT_CODES } from "../elements.js";
import { OnnxError } from "../errors.js";
import { type Attribute, type Dimension, type Graph, type Model, type Node, Value, type ValueType } from "../graph.js";
import { ARRAYS, type ElementType, elementCount, type NumberElement, type Tensor, type TensorData } from "../tensor.js";
import {
  ATTRIBUTE_CODES,
  type AttributeProto,
  type EntryProto,
  EXTERNAL,
  type GraphProto,
  MODEL,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type TypeProto,
  type ValueInfoProto,
} from "./messages.js";
import { decodeMessage, malformed, text } from "./wire.js";

/** Values by name, with those of the graphs around. */
type Scope = Map<string, Value>;

/**
 * The model in the bytes of an ONNX file. Tensors are views of `bytes` where alignment allows; doc strings and types of
 * inner values are not kept.
 * @throws OnnxError ONNX_MALFORMED for bytes that are no model, ONNX_UNSUPPORTED for functions, training information,
 * sparse tensors, external data, and element types or attributes outside graph.ts
 */
export function decodeModel(bytes: Uint8Array): Model {
  const proto = decodeMessage(bytes, MODEL);
  if (proto.graph === undefined) throw malformed("it has no graph");
  if (proto.functions !== undefined) throw unsupported("model-local functions");
  if (proto.training_info !== undefined) throw unsupported("training information");
  return {
    irVersion: safe(proto.ir_version ?? 0n),
    opsets: Object.fromEntries((proto.opset_import ?? []).map((set) => [set.domain ?? "", safe(set.version ?? 0n)])),
    producer: proto.producer_name ?? "",
    graph: graphOf(proto.graph, new Map()),
    metadata: metadataOf(proto.metadata_props),
  };
}

/**
 * The metadata_props alone, skipping all the rest: also of models that use parts of ONNX which decodeModel refuses.
 * @throws OnnxError ONNX_MALFORMED
 */
export function decodeMetadata(bytes: Uint8Array): Record<string, string> {
  const { metadata_props } = decodeMessage<Pick<ModelProto, "metadata_props">>(bytes, {
    metadata_props: MODEL.metadata_props,
  });
  return metadataOf(metadata_props);
}

function metadataOf(entries: readonly EntryProto[] = []): Record<string, string> {
  return Object.fromEntries(entries.map((entry) => [entry.key ?? "", entry.value ?? ""]));
}

function graphOf(proto: GraphProto, outer: Scope): Graph {
  if (proto.sparse_initializer !== undefined) throw unsupported("sparse initializers");
  const scope = new Map(outer);
  const inputs = (proto.input ?? []).map((info) => defined(scope, info));
  const initializers = new Map((proto.initializer ?? []).map((tensor) => initializerOf(tensor, scope)));
  const nodes = (proto.node ?? []).map((node) => nodeOf(node, scope));
  const outputs = (proto.output ?? []).map((info) => outputOf(info, scope));
  return { name: proto.name ?? "", inputs, outputs, initializers, nodes };
}

function defined(scope: Scope, info: ValueInfoProto): Value {
  const value = new Value(info.name ?? "", typeOf(info.type));
  scope.set(value.name, value);
  return value;
}

function initializerOf(proto: TensorProto, scope: Scope): [Value, Tensor] {
  const tensor = tensorOf(proto);
  const name = proto.name ?? "";
  const value = scope.get(name) ?? new Value(name, { element: tensor.element, shape: tensor.dims });
  scope.set(name, value);
  return [value, tensor];
}

/** A value that nothing defines is kept, unconnected: the validity rules name it. */
function used(scope: Scope, name: string): Value | null {
  return name === "" ? null : (scope.get(name) ?? new Value(name));
}

function nodeOf(proto: NodeProto, scope: Scope): Node {
  const inputs = (proto.input ?? []).map((name) => used(scope, name));
  const attributes = (proto.attribute ?? []).map((attribute) => [attribute.name ?? "", attributeOf(attribute, scope)]);
  const outputs = (proto.output ?? []).map((name) => (name === "" ? null : defined(scope, { name })));
  return {
    name: proto.name ?? "",
    opType: proto.op_type ?? "",
    domain: proto.domain === "ai.onnx" ? "" : (proto.domain ?? ""),
    inputs,
    outputs,
    attributes: Object.fromEntries(attributes),
  };
}

function outputOf(info: ValueInfoProto, scope: Scope): Value {
  const value = scope.get(info.name ?? "") ?? new Value(info.name ?? "");
  value.type ??= typeOf(info.type);
  return value;
}

function typeOf(proto: TypeProto | undefined): ValueType | null {
  if (proto?.tensor_type === undefined) return null;
  const { elem_type, shape } = proto.tensor_type;
  return { element: elementOf(elem_type ?? 0), shape: shape === undefined ? null : (shape.dim ?? []).map(dimensionOf) };
}

function dimensionOf(dim: { dim_value?: bigint; dim_param?: string }): Dimension {
  return dim.dim_value === undefined ? (dim.dim_param ?? "") : safe(dim.dim_value);
}

const KINDS = new Map(
  Object.entries(ATTRIBUTE_CODES).map(([kind, code]) => [code as number, kind as Attribute["kind"]]),
);

function attributeOf(proto: AttributeProto, scope: Scope): Attribute {
  const kind = KINDS.get(proto.type ?? 0);
  if (kind === undefined) throw unsupported(`attribute type ${proto.type} of ${proto.name}`);
  return { kind, value: ATTRIBUTE_VALUES[kind](proto, scope) } as Attribute;
}

/** Fields that hold the default value may be left out of a file. */
const ATTRIBUTE_VALUES: Readonly<
  Record<Attribute["kind"], (proto: AttributeProto, scope: Scope) => Attribute["value"]>
> = {
  float: (proto) => proto.f ?? 0,
  int: (proto) => proto.i ?? 0n,
  string: (proto) => text(proto.s ?? new Uint8Array()),
  tensor: (proto) => tensorOf(proto.t ?? {}),
  graph: (proto, scope) => graphOf(proto.g ?? {}, scope),
  floats: (proto) => proto.floats ?? [],
  ints: (proto) => proto.ints ?? [],
  strings: (proto) => (proto.strings ?? []).map(text),
};

function tensorOf(proto: TensorProto): Tensor {
  if (proto.data_location === EXTERNAL) throw unsupported(`external data of ${proto.name}`);
  const element = elementOf(proto.data_type ?? 0);
  const dims = (proto.dims ?? []).map(safe);
  const data = element === "string" ? (proto.string_data ?? []).map(text) : numbersOf(proto, element);
  const count = elementCount(dims);
  if (dims.some((dim) => dim < 0) || data.length !== count) {
    throw malformed(`tensor ${JSON.stringify(proto.name ?? "")} of [${dims.join(", ")}] has ${data.length} values`);
  }
  return { element, dims, data };
}

function numbersOf(proto: TensorProto, element: NumberElement): TensorData {
  return proto.raw_data === undefined ? typedValues(proto, element) : rawValues(proto.raw_data, element);
}

function rawValues(raw: Uint8Array, element: NumberElement): TensorData {
  const array = ARRAYS[element];
  const length = raw.byteLength / array.BYTES_PER_ELEMENT;
  if (!Number.isInteger(length)) throw malformed(`${raw.byteLength} bytes are no whole number of ${element} values`);
  const aligned = raw.byteOffset % array.BYTES_PER_ELEMENT === 0 ? raw : raw.slice();
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, length);
}

/** The field of TensorProto that holds each element type when raw_data does not. */
const TYPED = {
  float: "float_data",
  double: "double_data",
  int64: "int64_data",
  uint64: "uint64_data",
  uint32: "uint64_data",
} as const;

function typedValues(proto: TensorProto, element: NumberElement): TensorData {
  const field = element in TYPED ? TYPED[element as keyof typeof TYPED] : "int32_data";
  const values: readonly (number | bigint)[] = proto[field] ?? [];
  if (element === "int64") return BigInt64Array.from(values as readonly bigint[]);
  if (element === "uint64") return BigUint64Array.from(values as readonly bigint[]);
  return ARRAYS[element].from(Array.from(values, Number));
}

const ELEMENTS = new Map(Object.entries(ELEMENT_CODES).map(([element, code]) => [code, element as ElementType]));

function elementOf(code: number): ElementType {
  const element = ELEMENTS.get(code);
  if (element === undefined) throw unsupported(`element type ${code}`);
  return element;
}

function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw malformed(`${value} is no size or version`);
  return number;
}

function unsupported(what: string): OnnxError {
  return new OnnxError("ONNX_UNSUPPORTED", `this library does not keep ${what}`);
}
