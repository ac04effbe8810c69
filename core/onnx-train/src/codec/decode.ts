import { OnnxError } from "../errors.js";
import {
  type Attribute,
  type Dimension,
  type Graph,
  type Model,
  type ModelFunction,
  type Node,
  Value,
  type ValueType,
} from "../graph.js";
import type { Tensor } from "../tensor.js";
import { withoutFunctions } from "./functions.js";
import { foreignOf } from "./kept.js";
import {
  ATTRIBUTE_CODES,
  ATTRIBUTE_FIELDS,
  type AttributeProto,
  CARRIED_CODES,
  type DimensionProto,
  type EntryProto,
  FUNCTIONS,
  type FunctionProto,
  type GraphProto,
  MODEL,
  type ModelProto,
  type NodeProto,
  type OperatorSetProto,
  type TensorProto,
  type TypeProto,
  type ValueInfoProto,
} from "./messages.js";
import { malformed } from "./reader.js";
import { decodeTensor, elementOf, type ReadExternal, safe } from "./tensors.js";
import { decodeMessage, text } from "./wire.js";
import { assertFits } from "./writer.js";

export interface DecodeOptions {
  /** Reads tensors that lie in other files; without it they are refused. */
  readonly external?: ReadExternal;
  /** Whether functions of the model's own take the place of the nodes that call them; default false: they are carried along. */
  readonly inline?: boolean;
}

/** Values by name. What isn't found is looked for in the graph around. */
interface Scope {
  readonly values: Map<string, Value>;
  readonly outer: Scope | null;
  /** Values that nothing defines, unconnected: the validity rules name them. */
  readonly lost: Map<string, Value>;
  readonly external: ReadExternal | null;
}

/**
 * The model in the bytes of an ONNX file. Tensors are views of `bytes` where alignment allows. What the representation has no
 * place for (doc strings, functions, metadata of nodes …) is carried along and written again by encodeModel.
 * @throws OnnxError ONNX_MALFORMED for bytes that are no model, ONNX_TOO_LARGE over 2 GiB, ONNX_UNSUPPORTED for training
 * information, sparse initializers, element types that are not in tensor.ts, and external data without `external`
 */
export function decodeModel(bytes: Uint8Array, { external, inline = false }: DecodeOptions = {}): Model {
  assertFits(bytes.length, "the file has");
  const whole = decodeMessage(bytes, MODEL);
  const proto = inline ? withoutFunctions(whole, decodeMessage(bytes, FUNCTIONS).functions ?? []) : whole;
  if (proto.graph === undefined) throw malformed("it has no graph");
  if (proto.training_info !== undefined) throw unsupported("training information");
  const imports = proto.opset_import ?? [];
  const bare = imports.some(({ domain }) => domain === undefined);
  return {
    irVersion: safe(proto.ir_version ?? 0n),
    opsets: opsetsOf(imports),
    producer: proto.producer_name ?? "",
    graph: graphOf(proto.graph, { values: new Map(), outer: null, lost: new Map(), external: external ?? null }),
    metadata: metadataOf(proto.metadata_props),
    ...(proto.functions && { functions: proto.functions.map(functionOf) }),
    ...foreignOf({ rest: proto.rest, bare: bare || undefined }),
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

/**
 * The versions of operators alone that a model is written for, by domain ("" is that of the standard ones), skipping all the
 * rest as decodeMetadata does.
 * @throws OnnxError ONNX_MALFORMED
 */
export function decodeOpsets(bytes: Uint8Array): Record<string, number> {
  const { opset_import } = decodeMessage<Pick<ModelProto, "opset_import">>(bytes, {
    opset_import: MODEL.opset_import,
  });
  return opsetsOf(opset_import ?? []);
}

function metadataOf(entries: readonly EntryProto[] = []): Record<string, string> {
  return Object.fromEntries(entries.map((entry) => [entry.key ?? "", entry.value ?? ""]));
}

function opsetsOf(imports: readonly OperatorSetProto[]): Record<string, number> {
  const opsets = new Map<string, number>();
  for (const { domain, version } of imports) {
    const known = canonicalDomain(domain);
    if (opsets.has(known)) throw malformed(`domain ${JSON.stringify(known)} is imported twice`);
    opsets.set(known, safe(version ?? 0n));
  }
  return Object.fromEntries(opsets);
}

/** ai.onnx has two names. */
function canonicalDomain(domain = ""): string {
  return domain === "ai.onnx" ? "" : domain;
}

function functionOf({ domain, name, rest }: FunctionProto): ModelFunction {
  return { domain: domain ?? "", name: name ?? "", ...foreignOf({ rest }) };
}

function graphOf(proto: GraphProto, scope: Scope): Graph {
  if (proto.sparse_initializer !== undefined) throw unsupported("sparse initializers: export dense ones");
  const inputs = (proto.input ?? []).map((info) => inputOf(info, scope));
  const initializers = new Map<Value, Tensor>();
  for (const tensor of proto.initializer ?? []) addInitializer(initializers, tensor, scope);
  const nodes = (proto.node ?? []).map((node) => nodeOf(node, scope));
  const outputs = (proto.output ?? []).map((info) => outputOf(info, scope));
  const described = (proto.value_info ?? []).flatMap((info) => describedOf(info, scope));
  return {
    name: proto.name ?? "",
    inputs,
    outputs,
    initializers,
    nodes,
    ...(described.length === 0 ? {} : { described }),
    ...foreignOf({ rest: proto.rest }),
  };
}

function define(scope: Scope, name: string): Value {
  const value = new Value(name);
  scope.values.set(name, value);
  return value;
}

function inputOf(info: ValueInfoProto, scope: Scope): Value {
  if (!info.name) throw malformed("an input of a graph has no name");
  return describe(define(scope, info.name), info);
}

function addInitializer(initializers: Map<Value, Tensor>, proto: TensorProto, scope: Scope): void {
  const { name } = proto;
  if (!name) throw malformed("an initializer has no name");
  const tensor = decodeTensor(proto, scope.external);
  const value = scope.values.get(name) ?? define(scope, name);
  if (initializers.has(value)) throw malformed(`initializer ${JSON.stringify(name)} is there twice`);
  value.type ??= { element: tensor.element, shape: tensor.dims };
  initializers.set(value, tensor);
}

function used(scope: Scope, name: string): Value | null {
  if (name === "") return null;
  for (let around: Scope | null = scope; around !== null; around = around.outer) {
    const value = around.values.get(name);
    if (value !== undefined) return value;
  }
  const lost = scope.lost.get(name) ?? new Value(name);
  scope.lost.set(name, lost);
  return lost;
}

function nodeOf(proto: NodeProto, scope: Scope): Node {
  if (!proto.op_type) throw malformed(`node ${JSON.stringify(proto.name ?? "")} has no operator`);
  const inputs = (proto.input ?? []).map((name) => used(scope, name));
  const { attributes, carried } = attributesOf(proto, scope);
  return {
    name: proto.name ?? "",
    opType: proto.op_type,
    domain: canonicalDomain(proto.domain),
    inputs,
    outputs: (proto.output ?? []).map((name) => (name === "" ? null : define(scope, name))),
    attributes,
    ...foreignOf({ rest: proto.rest, attributes: carried.length === 0 ? undefined : carried }),
  };
}

function attributesOf({ name: node, attribute = [] }: NodeProto, scope: Scope) {
  const known: [string, Attribute][] = [];
  const carried: AttributeProto[] = [];
  for (const proto of attribute) {
    const { name, type } = proto;
    if (!name) throw malformed(`node ${JSON.stringify(node)} has an attribute without a name`);
    if (CARRIED_CODES.has(type ?? 0)) carried.push(proto);
    else known.push([name, attributeOf(proto, scope)]);
  }
  const attributes = Object.fromEntries(known);
  if (Object.keys(attributes).length < known.length)
    throw malformed(`node ${JSON.stringify(node)} has an attribute twice`);
  return { attributes, carried };
}

function outputOf(info: ValueInfoProto, scope: Scope): Value {
  const value = used(scope, info.name ?? "");
  if (value === null) throw malformed("an output of a graph has no name");
  return describe(value, info);
}

/** Types of values that are not there any more are dropped. */
function describedOf(info: ValueInfoProto, scope: Scope): Value[] {
  const value = scope.values.get(info.name ?? "");
  return value === undefined ? [] : [describe(value, info)];
}

/** Of what is told twice the first counts. */
function describe(value: Value, { type, rest }: ValueInfoProto): Value {
  const read = typeOf(type);
  value.type ??= read;
  const proto = type !== undefined && (read === null || hasMore(type)) ? type : undefined;
  const otherType = proto !== undefined && read === null ? true : undefined;
  const unranked = read?.shape === null ? true : undefined;
  const { foreign } = foreignOf({ rest, type: proto && { proto, read }, otherType, unranked });
  if (foreign !== undefined) value.foreign ??= foreign;
  return value;
}

function typeOf(proto: TypeProto | undefined): ValueType | null {
  if (proto?.tensor_type === undefined) return null;
  const { elem_type, shape } = proto.tensor_type;
  return { element: elementOf(elem_type ?? 0), shape: shape === undefined ? null : (shape.dim ?? []).map(dimensionOf) };
}

/** Whether a tensor's type says more than its element and dimensions: what they denote. */
function hasMore({ rest, tensor_type }: TypeProto): boolean {
  const dims = tensor_type?.shape?.dim ?? [];
  return rest !== undefined || tensor_type?.rest !== undefined || dims.some((dim) => dim.rest !== undefined);
}

function dimensionOf({ dim_value, dim_param }: DimensionProto): Dimension {
  return dim_value === undefined ? (dim_param ?? "") : safe(dim_value);
}

const KINDS = new Map(
  Object.entries(ATTRIBUTE_CODES).map(([kind, code]) => [code as number, kind as Attribute["kind"]]),
);

const FIELDS = Object.values(ATTRIBUTE_FIELDS);

function attributeOf(proto: AttributeProto, scope: Scope): Attribute {
  const kind = KINDS.get(proto.type ?? 0);
  const name = JSON.stringify(proto.name);
  if (!proto.type) throw malformed(`attribute ${name} has no type`);
  if (kind === undefined) throw unsupported(`attribute type ${proto.type} (attribute ${name})`);
  if (proto.ref_attr_name !== undefined) throw malformed(`attribute ${name} refers to a function's outside of one`);
  if (FIELDS.some((field) => proto[field] !== undefined && field !== ATTRIBUTE_FIELDS[kind]))
    throw malformed(`attribute ${name} of type ${kind} has a value of another one`);
  const { rest } = proto;
  return { kind, value: ATTRIBUTE_VALUES[kind](proto, scope), ...foreignOf({ rest }) } as Attribute;
}

/** Fields that hold the default value may be left out of a file. */
const ATTRIBUTE_VALUES: Readonly<
  Record<Attribute["kind"], (proto: AttributeProto, scope: Scope) => Attribute["value"]>
> = {
  float: (proto) => proto.f ?? 0,
  int: (proto) => proto.i ?? 0n,
  string: (proto) => text(proto.s ?? new Uint8Array()),
  tensor: (proto, scope) => attributeTensor(proto.t ?? {}, scope),
  graph: (proto, outer) => graphOf(proto.g ?? {}, { ...outer, values: new Map(), outer }),
  floats: (proto) => proto.floats ?? [],
  ints: (proto) => proto.ints ?? [],
  strings: (proto) => proto.strings ?? [],
};

function attributeTensor(proto: TensorProto, { external }: Scope): Tensor {
  const { foreign, ...tensor } = decodeTensor(proto, external);
  return { ...tensor, ...foreignOf({ ...foreign, name: proto.name }) };
}

function unsupported(what: string): OnnxError {
  return new OnnxError("ONNX_UNSUPPORTED", `this library does not keep ${what}`);
}
