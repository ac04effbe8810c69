/**
 * Protocol buffers, driven by tables: a schema says number and kind of each field, and these two functions do the rest.
 * Encoding: https://protobuf.dev/programming-guides/encoding. Fields are written in the order of their numbers; both the
 * packed and the unpacked form of repeated numbers are read, the unpacked one is written (onnx.proto is proto2).
 */
import { OnnxError } from "../errors.js";

/** A message type as a table from its fields' names; the type parameter ties the table to the interface. */
export type Schema<M> = { readonly [K in keyof M]-?: Field<NonNullable<M[K]>> };

type Field<T> = T extends readonly (infer E)[]
  ? { readonly id: number; readonly kind: KindOf<E>; readonly repeated: true }
  : { readonly id: number; readonly kind: KindOf<T> };

type KindOf<T> = T extends bigint
  ? "int64" | "uint64"
  : T extends number
    ? "int32" | "float" | "double"
    : T extends string
      ? "string"
      : T extends Uint8Array
        ? "bytes"
        : () => Schema<T>;

type Scalar = "int64" | "uint64" | "int32" | "float" | "double" | "string" | "bytes";

/** A schema's field without its types. */
interface Row {
  readonly id: number;
  readonly kind: Scalar | (() => Rows);
  readonly repeated?: true;
}
type Rows = Readonly<Record<string, Row>>;
type Fields = Record<string, unknown>;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Wire type of each kind; messages, strings and bytes are length-delimited. */
const WIRE = {
  int64: VARINT,
  uint64: VARINT,
  int32: VARINT,
  float: FIXED32,
  double: FIXED64,
  string: BYTES,
  bytes: BYTES,
};

/** Deep enough for any model seen (a graph inside a graph costs four), and far from the stack's end. */
const DEEPEST = 200;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const TO_UTF8 = new TextEncoder();

/** @throws OnnxError ONNX_MALFORMED for anything that is no such message */
export function decodeMessage<M>(bytes: Uint8Array, schema: Schema<M>): M {
  return decodeRows(new Reader(bytes), schema as Rows, 0) as M;
}

export function encodeMessage<M>(message: M, schema: Schema<M>): Uint8Array {
  const writer = new Writer();
  encodeRows(writer, message as Fields, schema as Rows);
  return writer.finish();
}

const byId = new WeakMap<Rows, ReadonlyMap<number, readonly [string, Row]>>();

function rowsById(rows: Rows): ReadonlyMap<number, readonly [string, Row]> {
  const known = byId.get(rows);
  if (known !== undefined) return known;
  const sorted = Object.entries(rows).sort(([, a], [, b]) => a.id - b.id);
  const made = new Map(sorted.map((entry) => [entry[1].id, entry] as const));
  byId.set(rows, made);
  return made;
}

function decodeRows(reader: Reader, rows: Rows, depth: number): Fields {
  if (depth > DEEPEST) throw malformed(`messages nest deeper than ${DEEPEST}`);
  const message: Fields = {};
  const known = rowsById(rows);
  while (!reader.done) {
    const tag = reader.tag();
    const entry = known.get(Math.floor(tag / 8));
    if (entry === undefined) reader.skip(tag % 8);
    else decodeField(reader, { message, name: entry[0], row: entry[1], wire: tag % 8, depth });
  }
  return message;
}

interface FieldPlace {
  readonly message: Fields;
  readonly name: string;
  readonly row: Row;
  readonly wire: number;
  readonly depth: number;
}

function decodeField(reader: Reader, place: FieldPlace): void {
  const { message, name, row, wire, depth } = place;
  const expected = typeof row.kind === "string" ? WIRE[row.kind] : BYTES;
  const packed = row.repeated && expected !== BYTES && wire === BYTES;
  if (wire !== expected && !packed) throw malformed(`field ${name} has wire type ${wire}, not ${expected}`);
  if (!row.repeated) {
    message[name] = decodeValue(reader, row.kind, depth);
    return;
  }
  const values = (message[name] ?? []) as unknown[];
  message[name] = values;
  const source = packed ? new Reader(reader.bytes()) : reader;
  do {
    if (packed && source.done) return;
    values.push(decodeValue(source, row.kind, depth));
  } while (packed);
}

function decodeValue(reader: Reader, kind: Row["kind"], depth: number): unknown {
  return typeof kind === "string" ? READ[kind](reader) : decodeRows(new Reader(reader.bytes()), kind(), depth + 1);
}

const READ: Readonly<Record<Scalar, (reader: Reader) => unknown>> = {
  int64: (reader) => BigInt.asIntN(64, reader.varint()),
  uint64: (reader) => reader.varint(),
  int32: (reader) => Number(BigInt.asIntN(32, reader.varint())),
  float: (reader) => reader.fixed(4).getFloat32(0, true),
  double: (reader) => reader.fixed(8).getFloat64(0, true),
  string: (reader) => text(reader.bytes()),
  bytes: (reader) => reader.bytes(),
};

function encodeRows(writer: Writer, message: Fields, rows: Rows): void {
  for (const [name, row] of rowsById(rows).values()) {
    const value = message[name];
    if (value === undefined) continue;
    for (const item of row.repeated ? (value as readonly unknown[]) : [value]) encodeField(writer, row, item);
  }
}

function encodeField(writer: Writer, row: Row, value: unknown): void {
  const { kind } = row;
  if (typeof kind === "string") {
    writer.varint(row.id * 8 + WIRE[kind]);
    WRITE[kind](writer, value as never);
    return;
  }
  const inner = new Writer();
  encodeRows(inner, value as Fields, kind());
  writer.varint(row.id * 8 + BYTES);
  writer.nest(inner);
}

const WRITE: { readonly [K in Scalar]: (writer: Writer, value: never) => void } = {
  int64: (writer, value: bigint) => writer.varint(BigInt.asUintN(64, value)),
  uint64: (writer, value: bigint) => writer.varint(BigInt.asUintN(64, value)),
  int32: (writer, value: number) => writer.varint(BigInt.asUintN(64, BigInt(value))),
  float: (writer, value: number) => writer.fixed(4, (view) => view.setFloat32(0, value, true)),
  double: (writer, value: number) => writer.fixed(8, (view) => view.setFloat64(0, value, true)),
  string: (writer, value: string) => writer.bytes(TO_UTF8.encode(value)),
  bytes: (writer, value: Uint8Array) => writer.bytes(value),
};

/** The text of UTF-8 bytes; a byte order mark is part of it. */
export function text(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    throw new OnnxError("ONNX_MALFORMED", "a string is not UTF-8", { cause: error });
  }
}

export function malformed(what: string): OnnxError {
  return new OnnxError("ONNX_MALFORMED", `not a whole ONNX model: ${what}`);
}

/** Reads forward through bytes; what it hands out are views, so nothing is allocated for a length that is not there. */
class Reader {
  private at = 0;
  constructor(private readonly source: Uint8Array) {}

  get done(): boolean {
    return this.at >= this.source.length;
  }

  tag(): number {
    const tag = this.varint();
    if (tag < 8n || tag > 0xffffffffn) throw malformed(`field tag ${tag} at byte ${this.at}`);
    return Number(tag);
  }

  varint(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
    }
    return this.long(BigInt(low));
  }

  bytes(): Uint8Array {
    const length = this.varint();
    const left = this.source.length - this.at;
    if (length > BigInt(left)) throw malformed(`${length} bytes are announced at byte ${this.at}, ${left} are left`);
    this.at += Number(length);
    return this.source.subarray(this.at - Number(length), this.at);
  }

  fixed(length: number): DataView {
    if (this.source.length - this.at < length) throw malformed(`it ends inside a number at byte ${this.at}`);
    this.at += length;
    return new DataView(this.source.buffer, this.source.byteOffset + this.at - length, length);
  }

  skip(wire: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === BYTES) this.bytes();
    else if (wire === FIXED32) this.fixed(4);
    else if (wire === FIXED64) this.fixed(8);
    else throw malformed(`wire type ${wire} at byte ${this.at}`);
  }

  private byte(): number {
    const byte = this.source[this.at];
    if (byte === undefined) throw malformed(`it ends inside a number at byte ${this.at}`);
    this.at++;
    return byte;
  }

  private long(low: bigint): bigint {
    let value = low;
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed(`a number of more than ten bytes at byte ${this.at}`);
  }
}

/** Collects parts; tensor bytes are copied once, at the end. */
class Writer {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  varint(value: number | bigint): void {
    const out: number[] = [];
    let rest = BigInt(value);
    for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
    out.push(Number(rest));
    this.push(Uint8Array.from(out));
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.push(value);
  }

  fixed(length: number, set: (view: DataView) => void): void {
    const part = new Uint8Array(length);
    set(new DataView(part.buffer));
    this.push(part);
  }

  nest(inner: Writer): void {
    this.varint(inner.length);
    for (const part of inner.parts) this.push(part);
  }

  finish(): Uint8Array {
    if (this.length > 0x7fffffff) {
      throw new OnnxError("ONNX_TOO_LARGE", `the model takes ${this.length} bytes; protobuf allows 2147483647`);
    }
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  private push(part: Uint8Array): void {
    this.parts.push(part);
    this.length += part.length;
  }
}
