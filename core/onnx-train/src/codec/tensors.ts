/** Tensors in files: in raw bytes, in the field of their type, or in another file. */
import { ELEMENT_CODES, ELEMENTS } from "../elements.js";
import { OnnxError } from "../errors.js";
import { ARRAYS, arrayLength, type ElementType, type NumberElement, type Tensor, type TensorData } from "../tensor.js";
import { foreignOf, keptOf } from "./kept.js";
import { EXTERNAL, type TensorProto } from "./messages.js";
import { countNumbers, packedRun, readNumbers } from "./numbers.js";
import { malformed } from "./reader.js";
import type { NumberKind } from "./wire.js";

/** Where the bytes of a tensor lie: `location` is a path relative to the model's folder, as the file says it. */
export interface ExternalPlace {
  readonly location: string;
  /** In bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/**
 * Reads bytes of another file. What it is given comes from the model and must not be trusted.
 * @throws OnnxError ONNX_MALFORMED for a place that isn't there
 */
export type ReadExternal = (place: ExternalPlace) => Uint8Array;

/** Takes a tensor's bytes and says where they lie; null to leave them in the model. */
export type WriteExternal = (data: Uint8Array, name: string) => Omit<ExternalPlace, "length"> | null;

export function decodeTensor(proto: TensorProto, external: ReadExternal | null): Tensor {
  const element = elementOf(proto.data_type ?? 0);
  const dims = (proto.dims ?? []).map(safe);
  const count = arrayLength(element, dims);
  const name = JSON.stringify(proto.name ?? "");
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(count))
    throw malformed(`tensor ${name} is of [${dims.join(", ")}]`);
  const place = { name, dims, count, external };
  const data = element === "string" ? (proto.string_data ?? []) : numbersOf(proto, element, place);
  if (data.length !== count) throw wrongCount(place, data.length);
  const typed = element !== "string" && proto.raw_data === undefined && proto.data_location !== EXTERNAL;
  return { element, dims, data, ...foreignOf({ rest: proto.rest, typed: typed || undefined }) };
}

interface Place {
  readonly name: string;
  readonly dims: readonly number[];
  /** How long the array is to be. */
  readonly count: number;
  readonly external: ReadExternal | null;
}

function wrongCount({ name, dims }: Place, count: number): OnnxError {
  return malformed(`tensor ${name} of [${dims.join(", ")}] has ${count} values`);
}

function numbersOf(proto: TensorProto, element: NumberElement, place: Place): TensorData {
  const filled = Object.values(FIELDS).filter(({ field }) => proto[field] !== undefined);
  const forms = new Set(filled.map(({ field }) => field)).size + (proto.raw_data === undefined ? 0 : 1);
  if (forms > 1) throw malformed(`tensor ${place.name} has its values twice`);
  if (proto.data_location === EXTERNAL) return externalValues(proto, element, place);
  return proto.raw_data === undefined ? typedValues(proto, element, place) : rawValues(proto.raw_data, element);
}

function rawValues(raw: Uint8Array, element: NumberElement): TensorData {
  const array = ARRAYS[element];
  const length = raw.byteLength / array.BYTES_PER_ELEMENT;
  if (!Number.isInteger(length)) throw malformed(`${raw.byteLength} bytes are no whole number of ${element} values`);
  // A copy that is one for Node's Buffer as well, whose slice() is a view.
  const aligned = raw.byteOffset % array.BYTES_PER_ELEMENT === 0 ? raw : new Uint8Array(raw);
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, length);
}

function externalValues({ external_data }: TensorProto, element: NumberElement, place: Place): TensorData {
  if (place.external === null)
    throw new OnnxError(
      "ONNX_UNSUPPORTED",
      `the data of tensor ${place.name} are in another file: read the model with readModelFile, or give \`external\``,
    );
  const entries = new Map((external_data ?? []).map(({ key, value }) => [key, value ?? ""]));
  const length = place.count * ARRAYS[element].BYTES_PER_ELEMENT;
  const said = sizeOf(entries.get("length") ?? String(length));
  const offset = sizeOf(entries.get("offset") ?? "0");
  const location = entries.get("location");
  if (!location || said !== length || !Number.isSafeInteger(offset))
    throw malformed(`tensor ${place.name} of ${length} bytes is not at ${JSON.stringify([...entries])}`);
  const bytes = place.external({ location, offset, length });
  if (bytes.byteLength !== length) throw wrongCount(place, bytes.byteLength / ARRAYS[element].BYTES_PER_ELEMENT);
  return rawValues(bytes, element);
}

function sizeOf(digits: string): number {
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

interface TypedField {
  readonly field: "float_data" | "double_data" | "int32_data" | "int64_data" | "uint64_data";
  readonly id: number;
  readonly kind: NumberKind;
}

/** The field of TensorProto that holds each element type when raw_data does not; int32_data for those not here. */
const FIELDS: Readonly<Record<"float" | "double" | "int32" | "int64" | "uint64", TypedField>> = {
  float: { field: "float_data", id: 4, kind: "float" },
  int32: { field: "int32_data", id: 5, kind: "int32" },
  int64: { field: "int64_data", id: 7, kind: "int64" },
  double: { field: "double_data", id: 10, kind: "double" },
  uint64: { field: "uint64_data", id: 11, kind: "uint64" },
};
const TYPED: Partial<Record<NumberElement, TypedField>> = {
  ...FIELDS,
  complex64: FIELDS.float,
  complex128: FIELDS.double,
  uint32: FIELDS.uint64,
};

/** Nothing is allocated before the count is known to be right. */
function typedValues(proto: TensorProto, element: NumberElement, place: Place): TensorData {
  const { field, kind } = TYPED[element] ?? FIELDS.int32;
  const runs = proto[field] ?? [];
  const count = countNumbers(runs, kind);
  if (count !== place.count) throw wrongCount(place, count);
  const data = new ARRAYS[element](count);
  if (element === "uint32") readNumbers(runs, kind, data, (value: bigint) => Number(BigInt.asUintN(32, value)));
  else readNumbers(runs, kind, data);
  return data;
}

/** Numbers go into raw_data, which the format defines as little-endian, unless the file had them otherwise. */
export function encodeTensor(tensor: Tensor, name?: string, external?: WriteExternal): TensorProto {
  const kept = keptOf(tensor);
  const known = name ?? kept.name;
  return {
    dims: tensor.dims.map(BigInt),
    data_type: ELEMENT_CODES[tensor.element],
    ...(known === undefined ? {} : { name: known }),
    ...valuesOf(tensor, kept.typed === true, external && ((data) => external(data, known ?? ""))),
    ...(kept.rest && { rest: kept.rest }),
  };
}

function valuesOf(
  { element, data }: Tensor,
  typed: boolean,
  external: ((data: Uint8Array) => ReturnType<WriteExternal>) | undefined,
): Partial<TensorProto> {
  if (!ArrayBuffer.isView(data)) return { string_data: [...data] };
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const place = external?.(bytes) ?? null;
  if (place !== null) {
    const entries = { location: place.location, offset: String(place.offset), length: String(bytes.length) };
    const external_data = Object.entries(entries).map(([key, value]) => ({ key, value }));
    return { external_data, data_location: EXTERNAL };
  }
  if (!typed) return { raw_data: bytes };
  const { field, id, kind } = TYPED[element as NumberElement] ?? FIELDS.int32;
  return { [field]: packedRun(id, kind, data) };
}

export function elementOf(code: number): ElementType {
  if (code === 0) throw malformed("a tensor has no element type");
  const element = ELEMENTS.get(code);
  if (element === undefined) throw new OnnxError("ONNX_UNSUPPORTED", `this library does not know element type ${code}`);
  return element;
}

export function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw malformed(`${value} is no size or version`);
  return number;
}
