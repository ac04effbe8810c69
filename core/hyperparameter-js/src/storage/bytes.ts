/** Whole numbers, doubles and text as bytes, and back. */

const WIDEST = 24;

/** Bytes that grow as they are written to. */
export class ByteSink {
  length = 0;
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);

  #room(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.length + count));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.length++] = value;
  }

  /** 0 … 2^53 − 1, seven bits a byte, the lowest first. */
  whole(value: number): void {
    this.#room(WIDEST);
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.#bytes[this.length++] = (left % 0x80) | 0x80;
    this.#bytes[this.length++] = left;
  }

  /** 32 bits, the lowest byte first. */
  word(value: number): void {
    this.#room(4);
    this.length += 4;
    this.setWord(this.length - 4, value);
  }

  /** Writes over a word that is there. */
  setWord(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Its length, then each UTF-16 unit as a whole number: ASCII is a byte each, and lone surrogates stay as they are. */
  text(text: string): void {
    this.whole(text.length);
    for (let at = 0; at < text.length; at++) this.whole(text.charCodeAt(at));
  }

  /** What has been written, as long as nothing else is. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** Reads what a `ByteSink` wrote, from `at` to `end`. Throws RangeError where the bytes end too early. */
export class ByteSource {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;
  end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = bytes.length;
  }

  #take(count: number): number {
    const from = this.at;
    if (!(from + count <= this.end)) throw new RangeError("the bytes end too early");
    this.at += count;
    return from;
  }

  byte(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  whole(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  word(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  text(): string {
    let text = "";
    for (let left = this.whole(); left > 0; left--) text += String.fromCharCode(this.whole());
    return text;
  }
}
