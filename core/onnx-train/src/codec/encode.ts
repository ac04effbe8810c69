import { ELEMENT_CODES } from "../elements.js";
import type { Attribute, Graph, Model, Node, Value, ValueType } from "../graph.js";
import { assertValid } from "../rules/rules.js";
import { keptOf } from "./kept.js";
import {
  ATTRIBUTE_CODES,
  type AttributeProto,
  type GraphProto,
  MODEL,
  type NodeProto,
  type TypeProto,
  type ValueInfoProto,
} from "./messages.js";
import { encodeTensor, type WriteExternal } from "./tensors.js";
import { encodeMessage, type Run } from "./wire.js";

export interface EncodeOptions {
  /** Is offered each initializer's bytes, to lay them elsewhere. */
  readonly external?: WriteExternal;
}

/**
 * The bytes of an ONNX file; the same model always gives the same bytes. Fields are written in the order of their numbers,
 * with what a file that the model comes from said beyond the representation. So bytes from decodeModel come out as they were
 * if they were written in that order, as those of Python's onnx and of PyTorch are.
 * @throws OnnxError ONNX_INVALID when a validity rule is broken, ONNX_TOO_LARGE over 2 GiB
 */
export function encodeModel(model: Model, { external }: EncodeOptions = {}): Uint8Array {
  assertValid(model);
  const { rest, bare } = keptOf(model);
  const proto = {
    ir_version: BigInt(model.irVersion),
    producer_name: model.producer,
    graph: graphProto(model.graph, external),
    opset_import: Object.entries(model.opsets).map(([domain, version]) => ({
      ...(domain === "" && bare ? {} : { domain }),
      version: BigInt(version),
    })),
    metadata_props: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
    functions: (model.functions ?? []).map(({ domain, name, foreign }) => ({
      domain,
      name,
      ...restOf({ foreign }),
    })),
    ...(rest && { rest }),
  };
  return encodeMessage(proto, MODEL);
}

function restOf(thing: Parameters<typeof keptOf>[0]): { rest?: Run[] } {
  const { rest } = keptOf(thing);
  return rest === undefined ? {} : { rest };
}

function graphProto(graph: Graph, external?: WriteExternal): GraphProto {
  const { initializers } = graph;
  return {
    node: graph.nodes.map((node) => nodeProto(node, external)),
    name: graph.name,
    initializer: [...initializers].map(([value, tensor]) => encodeTensor(tensor, value.name, external)),
    input: graph.inputs.map(valueInfo),
    output: graph.outputs.map(valueInfo),
    value_info: describedIn(graph).map(valueInfo),
    ...restOf(graph),
  };
}

function describedIn({ described = [], inputs, initializers, nodes }: Graph): readonly Value[] {
  if (described.length === 0) return described;
  const there = new Set([...inputs, ...initializers.keys(), ...nodes.flatMap(({ outputs }) => outputs)]);
  return described.filter((value) => there.has(value));
}

function nodeProto(node: Node, external?: WriteExternal): NodeProto {
  const known = Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute, external));
  return {
    input: node.inputs.map(nameOf),
    output: node.outputs.map(nameOf),
    name: node.name,
    op_type: node.opType,
    attribute: [...known, ...(keptOf(node).attributes ?? [])],
    domain: node.domain,
    ...restOf(node),
  };
}

/** ONNX's sign for a missing optional input or output is the empty name. */
function nameOf(value: Value | null): string {
  return value?.name ?? "";
}

function attributeProto(name: string, attribute: Attribute, external?: WriteExternal): AttributeProto {
  return { name, ...attributeValue(attribute, external), type: ATTRIBUTE_CODES[attribute.kind], ...restOf(attribute) };
}

function attributeValue(attribute: Attribute, external?: WriteExternal): AttributeProto {
  const { kind, value } = attribute;
  if (kind === "float") return { f: value };
  if (kind === "int") return { i: value };
  if (kind === "string") return { s: TO_UTF8.encode(value) };
  if (kind === "tensor") return { t: encodeTensor(value) };
  if (kind === "graph") return { g: graphProto(value, external) };
  if (kind === "floats") return { floats: [...value] };
  if (kind === "ints") return { ints: [...value] };
  return { strings: [...value] };
}

function valueInfo(value: Value): ValueInfoProto {
  const { type } = keptOf(value);
  const proto = type !== undefined && type.read === value.type ? type.proto : value.type && typeProto(value.type);
  return { name: value.name, ...(proto && { type: proto }), ...restOf(value) };
}

function typeProto(type: ValueType): TypeProto {
  const dim = type.shape?.map((size) => (typeof size === "number" ? { dim_value: BigInt(size) } : { dim_param: size }));
  return { tensor_type: { elem_type: ELEMENT_CODES[type.element], ...(dim === undefined ? {} : { shape: { dim } }) } };
}

const TO_UTF8 = new TextEncoder();
