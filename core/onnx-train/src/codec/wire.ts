/**
 * Protocol buffers, driven by tables: a schema says number and kind of each field, and these functions do the rest.
 * Encoding: https://protobuf.dev/programming-guides/encoding. Fields are written in the order of their numbers. Fields that
 * a schema doesn't know are kept as they lie in the file, and written again in their place.
 */
import { OnnxError } from "../errors.js";
import { BYTES, FIXED32, FIXED64, MESSAGE, malformed, Reader, VARINT } from "./reader.js";
import { Writer } from "./writer.js";

/** A field, or a repeated one's values one after another, as they lie in a file with their tags. */
export interface Run {
  readonly source: Uint8Array;
  /** The field's number. */
  readonly id: number;
  readonly start: number;
  end: number;
}

export interface Message {
  /** What the schema doesn't know, and defaults that were written though they need not be. */
  rest?: Run[];
}

/** A message type as a table from its fields' names; the type parameter ties the table to the interface. */
export type Schema<M> = { readonly [K in Exclude<keyof M, "rest">]-?: Field<NonNullable<M[K]>> };

type Field<T> = T extends readonly Run[]
  ? { readonly id: number; readonly kind: NumberKind; readonly runs: true }
  : T extends readonly (infer E)[]
    ? { readonly id: number; readonly kind: KindOf<E>; readonly repeated: true }
    : { readonly id: number; readonly kind: KindOf<T>; readonly implicit?: true; readonly needed?: true };

type KindOf<T> = T extends bigint
  ? "int64" | "uint64"
  : T extends number
    ? "int32" | "float" | "double"
    : T extends string
      ? "string"
      : T extends Uint8Array
        ? "bytes"
        : () => Schema<T>;

export type NumberKind = "int64" | "uint64" | "int32" | "float" | "double";
type Scalar = NumberKind | "string" | "bytes";

/** A schema's field without its types. */
interface Row {
  readonly id: number;
  readonly kind: Scalar | (() => Rows);
  readonly repeated?: true;
  /** Many numbers, which stay in the file until numbers.ts reads them. */
  readonly runs?: true;
  /** Not written where it holds the default. */
  readonly implicit?: true;
  /** No message is whole without it. */
  readonly needed?: true;
}
type Rows = Readonly<Record<string, Row>>;
type Fields = Record<string, unknown> & Message;

/** Wire type of each kind; messages, strings and bytes are length-delimited. */
export const WIRE = {
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

/** @throws OnnxError ONNX_MALFORMED for anything that is no such message */
export function decodeMessage<M>(bytes: Uint8Array, schema: Schema<M>): M {
  return decodeRows(new Reader(bytes), schema as Rows, 0) as M;
}

/** @throws OnnxError ONNX_TOO_LARGE */
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

/** @param message what the same field held before: a message that is there in parts is the sum of them */
function decodeRows(reader: Reader, rows: Rows, depth: number, message: Fields = {}): Fields {
  if (depth > DEEPEST) throw malformed(`messages nest deeper than ${DEEPEST}`);
  reader.spend(MESSAGE);
  const known = rowsById(rows);
  /** The unknown field that ends where the reader stands: its repetitions are one run. */
  let open: Run | null = null;
  while (!reader.done) {
    const start = reader.at;
    const tag = reader.tag();
    const entry = known.get(Math.floor(tag / 8));
    if (entry !== undefined) {
      decodeField(reader, { message, name: entry[0], row: entry[1], wire: tag % 8, depth, start });
      open = null;
      continue;
    }
    reader.skip(tag % 8);
    const id = Math.floor(tag / 8);
    if (open?.id !== id) open = keep(message, "rest", { source: reader.source, id, start, end: start });
    open.end = reader.at;
  }
  for (const [name, row] of known.values())
    if (row.needed && message[name] === undefined) throw malformed(`a message at byte ${reader.at} has no ${name}`);
  return message;
}

function keep(message: Fields, name: string, run: Run): Run {
  const runs = (message[name] ?? []) as Run[];
  message[name] = runs;
  runs.push(run);
  return run;
}

interface FieldPlace {
  readonly message: Fields;
  readonly name: string;
  readonly row: Row;
  readonly wire: number;
  readonly depth: number;
  /** Where the field's tag begins. */
  readonly start: number;
}

function decodeField(reader: Reader, place: FieldPlace): void {
  const { message, name, row, wire, depth, start } = place;
  const expected = typeof row.kind === "string" ? WIRE[row.kind] : BYTES;
  const numbers = (row.repeated || row.runs) && expected !== BYTES;
  if (wire !== expected && !(numbers && wire === BYTES))
    throw malformed(`field ${name} has wire type ${wire}, not ${expected}`);
  if (row.runs) extend(reader, place);
  else if (numbers && wire === BYTES) decodePacked(reader.part(), place);
  else if (row.repeated) {
    reader.spend(1);
    listOf(message, name).push(decodeValue(reader, row.kind, depth));
  } else if (typeof row.kind !== "string") {
    message[name] = decodeRows(reader.part(), row.kind(), depth + 1, message[name] as Fields | undefined);
  } else {
    message[name] = READ[row.kind](reader);
    if (row.implicit && isDefault(message[name]))
      keep(message, "rest", { source: reader.source, id: row.id, start, end: reader.at });
  }
}

/** One run for all that lie together, however many there are. */
function extend(reader: Reader, { message, name, row, wire, start }: FieldPlace): void {
  reader.skip(wire);
  const last = (message[name] as Run[] | undefined)?.at(-1);
  if (last?.end === start) last.end = reader.at;
  else keep(message, name, { source: reader.source, id: row.id, start, end: reader.at });
}

function decodePacked(reader: Reader, { message, name, row, depth }: FieldPlace): void {
  const values = listOf(message, name);
  while (!reader.done) {
    reader.spend(1);
    values.push(decodeValue(reader, row.kind, depth));
  }
}

function listOf(message: Fields, name: string): unknown[] {
  const values = (message[name] ?? []) as unknown[];
  message[name] = values;
  return values;
}

function decodeValue(reader: Reader, kind: Row["kind"], depth: number): unknown {
  return typeof kind === "string" ? READ[kind](reader) : decodeRows(reader.part(), kind(), depth + 1);
}

const READ: Readonly<Record<Scalar, (reader: Reader) => unknown>> = {
  int64: (reader) => BigInt.asIntN(64, reader.varint()),
  uint64: (reader) => reader.varint(),
  int32: (reader) => reader.int32(),
  float: (reader) => reader.fixed(4).getFloat32(0, true),
  double: (reader) => reader.fixed(8).getFloat64(0, true),
  string: (reader) => text(reader.bytes()),
  bytes: (reader) => reader.bytes(),
};

function isDefault(value: unknown): boolean {
  return value === "" || value === 0n || value === 0;
}

function encodeRows(writer: Writer, message: Fields, rows: Rows): void {
  const rest = [...(message.rest ?? [])].sort((a, b) => a.id - b.id);
  let next = 0;
  for (const [name, row] of rowsById(rows).values()) {
    for (; (rest[next]?.id ?? row.id) < row.id; next++) pushRun(writer, rest[next]);
    const value = message[name];
    if (row.implicit && (value === undefined || isDefault(value))) continue;
    // The default that the file had written out is no more.
    while (rest[next]?.id === row.id) next++;
    if (value === undefined) continue;
    if (row.runs) for (const run of value as readonly Run[]) pushRun(writer, run);
    else for (const item of row.repeated ? (value as readonly unknown[]) : [value]) encodeField(writer, row, item);
  }
  for (; next < rest.length; next++) pushRun(writer, rest[next]);
}

function pushRun(writer: Writer, run: Run | undefined): void {
  if (run !== undefined) writer.push(run.source.subarray(run.start, run.end));
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

/** As 64 bits without a sign; most numbers of a model are small and have none. */
function unsigned(value: bigint): bigint {
  return value >= 0n && value <= 0x7fffffffn ? value : BigInt.asUintN(64, value);
}

export const WRITE: { readonly [K in Scalar]: (writer: Writer, value: never) => void } = {
  int64: (writer, value: bigint) => writer.varint(unsigned(value)),
  uint64: (writer, value: bigint) => writer.varint(unsigned(value)),
  int32: (writer, value: number) =>
    writer.varint(Number.isSafeInteger(value) && value >= 0 ? value : unsigned(BigInt(value))),
  float: (writer, value: number) => writer.fixed(4, (view) => view.setFloat32(0, value, true)),
  double: (writer, value: number) => writer.fixed(8, (view) => view.setFloat64(0, value, true)),
  string: (writer, value: string) => writer.text(value),
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
