import { OnnxError } from "../errors.js";

/** What one protobuf message may take: 2^31 - 1 bytes. */
const LARGEST = 0x7fffffff;

/** @throws OnnxError ONNX_TOO_LARGE */
export function assertFits(bytes: number, what: string): void {
  if (bytes <= LARGEST) return;
  const mend = "keep large tensors in a file beside it (writeModelFile, or the option `external` of encodeModel)";
  throw new OnnxError("ONNX_TOO_LARGE", `${what} ${bytes} bytes, and protobuf allows ${LARGEST}: ${mend}`);
}

/** Characters up to which a text is written one by one, and its length in one byte. */
const SHORT = 64;
const TO_UTF8 = new TextEncoder();

/** From this many bytes on, a part is kept as it is until the end, when it is copied once. */
const LARGE = 1024;

/** Collects parts: small ones in one buffer that grows, large ones by reference. */
export class Writer {
  private readonly parts: Uint8Array[] = [];
  private buffer = new Uint8Array(64);
  private used = 0;
  length = 0;

  /** @param value 0 or more */
  varint(value: number | bigint): void {
    if (value <= LARGEST) this.short(Number(value));
    else this.long(BigInt(value));
  }

  /** With its length. */
  text(value: string): void {
    if (value.length > SHORT || !this.ascii(value)) this.bytes(TO_UTF8.encode(value));
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.push(value);
  }

  fixed(length: number, set: (view: DataView) => void): void {
    this.room(length);
    set(new DataView(this.buffer.buffer, this.used, length));
    this.used += length;
    this.length += length;
  }

  nest(inner: Writer): void {
    this.varint(inner.length);
    for (const part of inner.all()) this.push(part);
  }

  /** Bytes as they are, without their length. */
  push(part: Uint8Array): void {
    if (part.length < LARGE) {
      this.room(part.length);
      this.buffer.set(part, this.used);
      this.used += part.length;
    } else {
      this.parts.push(this.buffer.subarray(0, this.used), part);
      this.buffer = new Uint8Array(64);
      this.used = 0;
    }
    this.length += part.length;
  }

  finish(): Uint8Array {
    assertFits(this.length, "the model takes");
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.all()) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  private *all(): Iterable<Uint8Array> {
    yield* this.parts;
    yield this.buffer.subarray(0, this.used);
  }

  private short(value: number): void {
    this.room(5);
    const start = this.used;
    let rest = value;
    for (; rest >= 0x80; rest >>= 7) this.buffer[this.used++] = (rest & 0x7f) | 0x80;
    this.buffer[this.used++] = rest;
    this.length += this.used - start;
  }

  /** Writes a short text if it has ASCII alone: trees name the mode of each of their nodes. */
  private ascii(value: string): boolean {
    this.room(value.length + 1);
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code >= 0x80) return false;
      this.buffer[this.used + 1 + at] = code;
    }
    this.buffer[this.used] = value.length;
    this.used += value.length + 1;
    this.length += value.length + 1;
    return true;
  }

  private long(value: bigint): void {
    this.room(10);
    const start = this.used;
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) this.buffer[this.used++] = Number(rest & 0x7fn) | 0x80;
    this.buffer[this.used++] = Number(rest);
    this.length += this.used - start;
  }

  private room(length: number): void {
    if (this.used + length <= this.buffer.length) return;
    const wider = new Uint8Array(Math.max(this.buffer.length * 2, this.used + length));
    wider.set(this.buffer.subarray(0, this.used));
    this.buffer = wider;
  }
}
