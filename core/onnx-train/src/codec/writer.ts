import { OnnxError } from "../errors.js";

/** What one protobuf message may take: 2^31 - 1 bytes. */
const LARGEST = 0x7fffffff;

/** @throws OnnxError ONNX_TOO_LARGE */
export function assertFits(bytes: number, what: string): void {
  if (bytes <= LARGEST) return;
  const mend = "keep large tensors in a file beside it (writeModelFile, or the option `external` of encodeModel)";
  throw new OnnxError("ONNX_TOO_LARGE", `${what} ${bytes} bytes, and protobuf allows ${LARGEST}: ${mend}`);
}

/** Collects parts; tensor bytes are copied once, at the end. */
export class Writer {
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

  /** Bytes as they are, without their length. */
  push(part: Uint8Array): void {
    this.parts.push(part);
    this.length += part.length;
  }

  finish(): Uint8Array {
    assertFits(this.length, "the model takes");
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
