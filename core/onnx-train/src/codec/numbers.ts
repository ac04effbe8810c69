/** Long lists of numbers in a message, packed or one by one: read straight into the typed array that will hold them. */
import { BYTES, Reader } from "./reader.js";
import type { NumberKind, Run } from "./wire.js";
import { Writer } from "./writer.js";

/** How many numbers there are, without reading any. */
export function countNumbers(runs: readonly Run[], kind: NumberKind): number {
  return runs.reduce((sum, run) => sum + countOf(run, kind), 0);
}

function countOf({ source, start, end }: Run, kind: NumberKind): number {
  const reader = new Reader(source, start, end);
  let count = 0;
  while (!reader.done) {
    const wire = reader.tag() % 8;
    if (wire === BYTES) count += packedCount(reader.bytes(), kind);
    else {
      reader.skip(wire);
      count++;
    }
  }
  return count;
}

/** The last byte of each varint has its highest bit clear. What is left over at the end fails when it is read. */
function packedCount(bytes: Uint8Array, kind: NumberKind): number {
  if (kind === "float") return Math.ceil(bytes.length / 4);
  if (kind === "double") return Math.ceil(bytes.length / 8);
  let count = 0;
  for (const byte of bytes) if (byte < 0x80) count++;
  return count;
}

type Sink = { [index: number]: number } | { [index: number]: bigint };

const READ: Readonly<Record<NumberKind, (reader: Reader) => number | bigint>> = {
  int64: (reader) => reader.varint(),
  uint64: (reader) => reader.varint(),
  int32: (reader) => reader.int32(),
  float: (reader) => reader.fixed(4).getFloat32(0, true),
  double: (reader) => reader.fixed(8).getFloat64(0, true),
};

/**
 * Puts the numbers into an array, which takes each as its own type does (modulo its range).
 * @param convert for an array of another family than the kind's: numbers of 64-bit fields in 32 bits
 */
export function readNumbers(
  runs: readonly Run[],
  kind: NumberKind,
  into: Sink,
  convert: (value: never) => number | bigint = (value) => value,
): void {
  const sink = into as { [index: number]: number | bigint };
  let at = 0;
  const read = (reader: Reader) => {
    sink[at++] = convert(READ[kind](reader) as never);
  };
  for (const { source, start, end } of runs) {
    const reader = new Reader(source, start, end);
    while (!reader.done) {
      if (reader.tag() % 8 !== BYTES) read(reader);
      else for (const packed = reader.part(); !packed.done; ) read(packed);
    }
  }
}

/** A field of packed numbers, which is how onnx.proto declares those of tensors; no run for none. */
export function packedRun(id: number, kind: NumberKind, values: ArrayLike<number> | ArrayLike<bigint>): Run[] {
  if (values.length === 0) return [];
  const writer = new Writer();
  writer.varint(id * 8 + BYTES);
  writer.bytes(packedBytes(kind, values));
  const source = writer.finish();
  return [{ source, id, start: 0, end: source.length }];
}

/** Fixed sizes lie in a message as in memory: little-endian, which every platform of Node is. */
function packedBytes(kind: NumberKind, values: ArrayLike<number> | ArrayLike<bigint>): Uint8Array {
  if (kind === "float") return new Uint8Array(Float32Array.from(values as ArrayLike<number>).buffer);
  if (kind === "double") return new Uint8Array(Float64Array.from(values as ArrayLike<number>).buffer);
  // Ten bytes at most for one number; what isn't needed is cut off at the end.
  const bytes = new Uint8Array(values.length * 10);
  let at = 0;
  for (let index = 0; index < values.length; index++) {
    let left = BigInt.asUintN(64, BigInt(values[index] ?? 0));
    for (; left >= 0x80n; left >>= 7n) bytes[at++] = Number(left & 0x7fn) | 0x80;
    bytes[at++] = Number(left);
  }
  return bytes.slice(0, at);
}
