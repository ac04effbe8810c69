/**
 * The messages of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) with the fields that are understood,
 * each beside its table. `implicit` fields aren't written where they hold the default, as writers of ONNX don't either.
 */
import type { Message, Run, Schema } from "./wire.js";

export interface EntryProto extends Message {
  key?: string;
  value?: string;
}
const ENTRY: Schema<EntryProto> = { key: { id: 1, kind: "string", needed: true }, value: { id: 2, kind: "string" } };

export interface OperatorSetProto extends Message {
  domain?: string;
  version?: bigint;
}
const OPERATOR_SET: Schema<OperatorSetProto> = {
  domain: { id: 1, kind: "string" },
  version: { id: 2, kind: "int64", needed: true },
};

export interface TensorProto extends Message {
  dims?: bigint[];
  data_type?: number;
  float_data?: Run[];
  int32_data?: Run[];
  string_data?: string[];
  int64_data?: Run[];
  name?: string;
  raw_data?: Uint8Array;
  double_data?: Run[];
  uint64_data?: Run[];
  external_data?: EntryProto[];
  data_location?: number;
}
const TENSOR: Schema<TensorProto> = {
  dims: { id: 1, kind: "int64", repeated: true },
  data_type: { id: 2, kind: "int32", needed: true },
  float_data: { id: 4, kind: "float", runs: true },
  int32_data: { id: 5, kind: "int32", runs: true },
  string_data: { id: 6, kind: "string", repeated: true },
  int64_data: { id: 7, kind: "int64", runs: true },
  name: { id: 8, kind: "string", implicit: true },
  raw_data: { id: 9, kind: "bytes" },
  double_data: { id: 10, kind: "double", runs: true },
  uint64_data: { id: 11, kind: "uint64", runs: true },
  external_data: { id: 13, kind: () => ENTRY, repeated: true },
  data_location: { id: 14, kind: "int32", implicit: true },
};

export interface DimensionProto extends Message {
  dim_value?: bigint;
  dim_param?: string;
}
const DIMENSION: Schema<DimensionProto> = {
  dim_value: { id: 1, kind: "int64" },
  dim_param: { id: 2, kind: "string", implicit: true },
};

export interface ShapeProto extends Message {
  dim?: DimensionProto[];
}
const SHAPE: Schema<ShapeProto> = { dim: { id: 1, kind: () => DIMENSION, repeated: true } };

export interface TensorTypeProto extends Message {
  elem_type?: number;
  shape?: ShapeProto;
}
const TENSOR_TYPE: Schema<TensorTypeProto> = {
  elem_type: { id: 1, kind: "int32" },
  shape: { id: 2, kind: () => SHAPE },
};

export interface TypeProto extends Message {
  tensor_type?: TensorTypeProto;
}
const TYPE: Schema<TypeProto> = { tensor_type: { id: 1, kind: () => TENSOR_TYPE } };

export interface ValueInfoProto extends Message {
  name?: string;
  type?: TypeProto;
}
const VALUE_INFO: Schema<ValueInfoProto> = {
  name: { id: 1, kind: "string", needed: true },
  type: { id: 2, kind: () => TYPE },
};

export interface AttributeProto extends Message {
  name?: string;
  f?: number;
  i?: bigint;
  s?: Uint8Array;
  t?: TensorProto;
  g?: GraphProto;
  floats?: number[];
  ints?: bigint[];
  strings?: string[];
  type?: number;
  /** Of a node inside a function: never kept. */
  ref_attr_name?: string;
}
const ATTRIBUTE: Schema<AttributeProto> = {
  name: { id: 1, kind: "string", needed: true },
  f: { id: 2, kind: "float" },
  i: { id: 3, kind: "int64" },
  s: { id: 4, kind: "bytes" },
  t: { id: 5, kind: () => TENSOR },
  g: { id: 6, kind: () => GRAPH },
  floats: { id: 7, kind: "float", repeated: true },
  ints: { id: 8, kind: "int64", repeated: true },
  strings: { id: 9, kind: "string", repeated: true },
  type: { id: 20, kind: "int32" },
  ref_attr_name: { id: 21, kind: "string" },
};

export interface NodeProto extends Message {
  input?: string[];
  output?: string[];
  name?: string;
  op_type?: string;
  attribute?: AttributeProto[];
  domain?: string;
}
const NODE: Schema<NodeProto> = {
  input: { id: 1, kind: "string", repeated: true },
  output: { id: 2, kind: "string", repeated: true },
  name: { id: 3, kind: "string", implicit: true },
  op_type: { id: 4, kind: "string", needed: true },
  attribute: { id: 5, kind: () => ATTRIBUTE, repeated: true },
  domain: { id: 7, kind: "string", implicit: true },
};

export interface GraphProto extends Message {
  node?: NodeProto[];
  name?: string;
  initializer?: TensorProto[];
  input?: ValueInfoProto[];
  output?: ValueInfoProto[];
  value_info?: ValueInfoProto[];
  /** Only seen, never kept. */
  sparse_initializer?: Uint8Array[];
}
const GRAPH: Schema<GraphProto> = {
  node: { id: 1, kind: () => NODE, repeated: true },
  name: { id: 2, kind: "string", implicit: true },
  initializer: { id: 5, kind: () => TENSOR, repeated: true },
  input: { id: 11, kind: () => VALUE_INFO, repeated: true },
  output: { id: 12, kind: () => VALUE_INFO, repeated: true },
  value_info: { id: 13, kind: () => VALUE_INFO, repeated: true },
  sparse_initializer: { id: 15, kind: "bytes", repeated: true },
};

/** Its body is not understood, only carried along. */
export interface FunctionProto extends Message {
  name?: string;
  domain?: string;
}
const FUNCTION: Schema<FunctionProto> = {
  name: { id: 1, kind: "string", needed: true },
  domain: { id: 10, kind: "string", implicit: true },
};

/** The same with its body, to be put in place of what calls it. */
export interface FunctionBodyProto extends FunctionProto {
  input?: string[];
  output?: string[];
  node?: NodeProto[];
  opset_import?: OperatorSetProto[];
  /** Attributes that a call may leave out. */
  attribute_proto?: AttributeProto[];
}
const FUNCTION_BODY: Schema<FunctionBodyProto> = {
  name: { id: 1, kind: "string", needed: true },
  input: { id: 4, kind: "string", repeated: true },
  output: { id: 5, kind: "string", repeated: true },
  node: { id: 7, kind: () => NODE, repeated: true },
  opset_import: { id: 9, kind: () => OPERATOR_SET, repeated: true },
  domain: { id: 10, kind: "string", implicit: true },
  attribute_proto: { id: 11, kind: () => ATTRIBUTE, repeated: true },
};
export const FUNCTIONS: Schema<{ functions?: FunctionBodyProto[] }> = {
  functions: { id: 25, kind: () => FUNCTION_BODY, repeated: true },
};

export interface ModelProto extends Message {
  ir_version?: bigint;
  producer_name?: string;
  graph?: GraphProto;
  opset_import?: OperatorSetProto[];
  metadata_props?: EntryProto[];
  /** Only seen, never kept. */
  training_info?: Uint8Array[];
  functions?: FunctionProto[];
}
export const MODEL: Schema<ModelProto> = {
  ir_version: { id: 1, kind: "int64" },
  producer_name: { id: 2, kind: "string", implicit: true },
  graph: { id: 7, kind: () => GRAPH },
  opset_import: { id: 8, kind: () => OPERATOR_SET, repeated: true },
  metadata_props: { id: 14, kind: () => ENTRY, repeated: true },
  training_info: { id: 20, kind: "bytes", repeated: true },
  functions: { id: 25, kind: () => FUNCTION, repeated: true },
};

/** AttributeProto.AttributeType of the kinds that are represented. */
export const ATTRIBUTE_CODES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** The field that holds the value of each kind. */
export const ATTRIBUTE_FIELDS = {
  float: "f",
  int: "i",
  string: "s",
  tensor: "t",
  graph: "g",
  floats: "floats",
  ints: "ints",
  strings: "strings",
} as const;

/** Those that are carried along without a look inside: tensors, sparse tensors and types, one or several. */
export const CARRIED_CODES: ReadonlySet<number> = new Set([9, 11, 12, 13, 14]);

/** TensorProto.DataLocation: the bytes are in another file. */
export const EXTERNAL = 1;
