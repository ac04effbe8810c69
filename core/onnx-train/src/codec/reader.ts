import { OnnxError } from "../errors.js";

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

export function malformed(what: string): OnnxError {
  return new OnnxError("ONNX_MALFORMED", `not a whole ONNX model: ${what}`);
}

/**
 * How many things one file may describe: the numbers and strings in lists, and messages, which count sixteen. A node of five
 * bytes becomes objects of about 300, so a file of 100 MB could else fill the heap, which nothing catches. This is room for a
 * graph of 400,000 nodes with types for all their values, or for trees with 5,000,000 leaves; tensors aren't counted.
 */
const MOST = 2 ** 26;
export const MESSAGE = 16;

/** Reads forward through bytes; what it hands out are views, so nothing is allocated for a length that is not there. */
export class Reader {
  constructor(
    readonly source: Uint8Array,
    public at = 0,
    private readonly end = source.length,
    private readonly budget = { left: MOST },
  ) {}

  /** @throws OnnxError ONNX_TOO_LARGE */
  spend(count: number): void {
    this.budget.left -= count;
    if (this.budget.left < 0)
      throw new OnnxError(
        "ONNX_TOO_LARGE",
        `the file describes more than ${MOST / MESSAGE} nodes, values and attributes`,
      );
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** The next field's number and wire type, as number · 8 + type. */
  tag(): number {
    const tag = this.size();
    if (tag < 8 || tag > 0xffffffff) throw malformed(`field tag ${tag} at byte ${this.at}`);
    return tag;
  }

  varint(): bigint {
    const low = this.short();
    return low >= 0 ? BigInt(low) : this.long(BigInt(-1 - low));
  }

  /** A varint as an int32. */
  int32(): number {
    const low = this.short();
    return low >= 0 ? low : Number(BigInt.asIntN(32, this.long(BigInt(-1 - low))));
  }

  bytes(): Uint8Array {
    const { source, at, end } = this.part();
    return source.subarray(at, end);
  }

  /** A reader of the next length-delimited field alone. */
  part(): Reader {
    const length = this.size();
    const left = this.end - this.at;
    if (length > left) throw malformed(`${length} bytes are announced at byte ${this.at}, ${left} are left`);
    this.at += length;
    return new Reader(this.source, this.at - length, this.at, this.budget);
  }

  fixed(length: number): DataView {
    if (this.end - this.at < length) throw malformed(`it ends inside a number at byte ${this.at}`);
    this.at += length;
    return new DataView(this.source.buffer, this.source.byteOffset + this.at - length, length);
  }

  skip(wire: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === BYTES) this.part();
    else if (wire === FIXED32) this.fixed(4);
    else if (wire === FIXED64) this.fixed(8);
    else throw malformed(`wire type ${wire} at byte ${this.at}`);
  }

  /** A varint that counts something; exact up to 2^53, and too large for any file behind that. */
  private size(): number {
    const low = this.short();
    return low >= 0 ? low : Number(this.long(BigInt(-1 - low)));
  }

  /** A varint of at most four bytes, which nearly all are; else -1 - its first 28 bits. */
  private short(): number {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low;
    }
    return -1 - low;
  }

  private byte(): number {
    const byte = this.done ? undefined : this.source[this.at];
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
