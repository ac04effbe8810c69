import { ELEMENT_CODES } from "../elements.js";
import type { Attribute, Graph, Model, Node, Value, ValueType } from "../graph.js";
import { assertValid } from "../rules.js";
import type { Tensor } from "../tensor.js";
import {
  ATTRIBUTE_CODES,
  type AttributeProto,
  type GraphProto,
  MODEL,
  type NodeProto,
  type TensorProto,
  type TypeProto,
  type ValueInfoProto,
} from "./messages.js";
import { encodeMessage } from "./wire.js";

/**
 * The bytes of an ONNX file; the same model always gives the same bytes.
 * @throws OnnxError ONNX_INVALID when a validity rule is broken, ONNX_TOO_LARGE over 2 GiB
 */
export function encodeModel(model: Model): Uint8Array {
  assertValid(model);
  const proto = {
    ir_version: BigInt(model.irVersion),
    producer_name: model.producer,
    graph: graphProto(model.graph),
    opset_import: Object.entries(model.opsets).map(([domain, version]) => ({ domain, version: BigInt(version) })),
    metadata_props: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
  };
  return encodeMessage(proto, MODEL);
}

function graphProto(graph: Graph): GraphProto {
  return {
    node: graph.nodes.map(nodeProto),
    name: graph.name,
    initializer: [...graph.initializers].map(([value, tensor]) => tensorProto(tensor, value.name)),
    input: graph.inputs.map(valueInfo),
    output: graph.outputs.map(valueInfo),
  };
}

function nodeProto(node: Node): NodeProto {
  return {
    input: node.inputs.map(nameOf),
    output: node.outputs.map(nameOf),
    name: node.name,
    op_type: node.opType,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
    ...(node.domain === "" ? {} : { domain: node.domain }),
  };
}

/** ONNX's sign for a missing optional input or output is the empty name. */
function nameOf(value: Value | null): string {
  return value?.name ?? "";
}

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  return { name, ...attributeValue(attribute), type: ATTRIBUTE_CODES[attribute.kind] };
}

function attributeValue(attribute: Attribute): AttributeProto {
  const { kind, value } = attribute;
  if (kind === "float") return { f: value };
  if (kind === "int") return { i: value };
  if (kind === "string") return { s: utf8(value) };
  if (kind === "tensor") return { t: tensorProto(value) };
  if (kind === "graph") return { g: graphProto(value) };
  if (kind === "floats") return { floats: [...value] };
  if (kind === "ints") return { ints: [...value] };
  return { strings: value.map(utf8) };
}

/** Numbers go into raw_data, which the format defines as little-endian: what every platform of Node is. */
function tensorProto(tensor: Tensor, name?: string): TensorProto {
  const { data } = tensor;
  const values = ArrayBuffer.isView(data)
    ? { raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
    : { string_data: data.map(utf8) };
  return {
    dims: tensor.dims.map(BigInt),
    data_type: ELEMENT_CODES[tensor.element],
    ...(name === undefined ? {} : { name }),
    ...values,
  };
}

function valueInfo(value: Value): ValueInfoProto {
  return { name: value.name, ...(value.type === null ? {} : { type: typeProto(value.type) }) };
}

function typeProto(type: ValueType): TypeProto {
  const dim = type.shape?.map((size) => (typeof size === "number" ? { dim_value: BigInt(size) } : { dim_param: size }));
  return { tensor_type: { elem_type: ELEMENT_CODES[type.element], ...(dim === undefined ? {} : { shape: { dim } }) } };
}

const TO_UTF8 = new TextEncoder();

function utf8(value: string): Uint8Array {
  return TO_UTF8.encode(value);
}
