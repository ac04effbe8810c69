/** Tensors as plain data: element type, dimensions, and a typed array (an array of strings for `string`), row-major. */
import { OnnxError } from "./errors.js";
import type { Foreign } from "./graph.js";

/**
 * The typed array that holds each element type; `bool` is one byte of 0 or 1, floats of 16 bits and fewer are their bits,
 * `string` is a plain array. onnxruntime-node takes and gives those up to `float16`; the others only lie inside models.
 */
export const ARRAYS = {
  float: Float32Array,
  double: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float8e4m3fn: Uint8Array,
  float8e4m3fnuz: Uint8Array,
  float8e5m2: Uint8Array,
  float8e5m2fnuz: Uint8Array,
  float8e8m0: Uint8Array,
  float4e2m1: Uint8Array,
  int4: Uint8Array,
  uint4: Uint8Array,
  int2: Uint8Array,
  uint2: Uint8Array,
  complex64: Float32Array,
  complex128: Float64Array,
} as const;

/** Entries of the array for one value, where not one: complex values have two parts, the smallest share a byte. */
const ENTRIES: Readonly<Record<string, number>> = {
  complex64: 2,
  complex128: 2,
  float4e2m1: 1 / 2,
  int4: 1 / 2,
  uint4: 1 / 2,
  int2: 1 / 4,
  uint2: 1 / 4,
};

export type NumberElement = keyof typeof ARRAYS;
export type ElementType = NumberElement | "string";
export type NumberData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;
export type TensorData = NumberData | readonly string[];

export interface Tensor {
  readonly element: ElementType;
  readonly dims: readonly number[];
  readonly data: TensorData;
  readonly foreign?: Foreign;
}

/**
 * A tensor from plain numbers, strings or a fitting typed array (which is kept, not copied).
 * @throws OnnxError ONNX_INVALID when the count of values is not the product of `dims`
 */
export function tensor(
  element: ElementType,
  dims: readonly number[],
  values: TensorData | readonly number[] | readonly bigint[],
): Tensor {
  const count = arrayLength(element, dims);
  if (values.length !== count) {
    throw new OnnxError("ONNX_INVALID", `a tensor of [${dims.join(", ")}] holds ${count} values, not ${values.length}`);
  }
  return { element, dims: [...dims], data: dataOf(element, values) };
}

/** A tensor without dimensions, holding one value. */
export function scalar(element: ElementType, value: number | bigint | string): Tensor {
  return tensor(element, [], [value] as readonly number[] | readonly bigint[] | readonly string[]);
}

/** Product of the dimensions; 1 for none. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** How long the array is that holds a tensor's data: the count of elements, for all but complex and the smallest ones. */
export function arrayLength(element: ElementType, dims: readonly number[]): number {
  return Math.ceil(elementCount(dims) * (ENTRIES[element] ?? 1));
}

function dataOf(element: ElementType, values: TensorData | readonly number[] | readonly bigint[]): TensorData {
  if (element === "string") return values as readonly string[];
  const array = ARRAYS[element];
  if (values instanceof array) return values;
  if (array === BigInt64Array || array === BigUint64Array) return array.from(Array.from(values, BigInt));
  return (array as typeof Float64Array).from(Array.from(values, Number)) as NumberData;
}
