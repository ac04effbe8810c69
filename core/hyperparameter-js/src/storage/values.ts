/** JSON values as bytes that keep what JSON drops: NaN, infinities and −0. Text that comes again is a number. */
import { HyperparameterError } from "../errors.js";
import type { ByteSink, ByteSource } from "./bytes.js";

const TAG = {
  null: 0,
  false: 1,
  true: 2,
  double: 3,
  /** Text that was seen before, by number. */
  known: 4,
  text: 5,
  /** Text that is remembered under the next number. */
  word: 6,
  array: 7,
  object: 8,
  whole: 9,
  negative: 10,
  /** This and all above: the whole number that it is more by. */
  small: 16,
} as const;

/** Text is remembered up to this length, and so many of them. */
const LONGEST_WORD = 48;
const MOST_WORDS = 65_536;
const DEEPEST = 256;

/** Things numbered in the order in which they first came. What was numbered since a mark can be taken back. */
export class Numbering<T> {
  readonly #numbers = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #things: T[] = [];

  get count(): number {
    return this.#things.length;
  }

  numberOf(key: string): number | undefined {
    return this.#numbers.get(key);
  }

  add(key: string, thing: T): void {
    this.#numbers.set(key, this.#things.length);
    this.#keys.push(key);
    this.#things.push(thing);
  }

  at(number: number): T {
    if (number >= this.#things.length) throw new RangeError(`nothing has the number ${number}`);
    return this.#things[number] as T;
  }

  backTo(count: number): void {
    for (const key of this.#keys.splice(count)) this.#numbers.delete(key);
    this.#things.length = count;
  }
}

export type Words = Numbering<string>;

export function writeText(sink: ByteSink, words: Words, text: string): void {
  const known = words.numberOf(text);
  const remembered = text.length <= LONGEST_WORD && words.count < MOST_WORDS;
  if (known !== undefined) {
    sink.byte(TAG.known);
    sink.whole(known);
  } else {
    sink.byte(remembered ? TAG.word : TAG.text);
    sink.text(text);
    if (remembered) words.add(text, text);
  }
}

export function writeNumber(sink: ByteSink, value: number): void {
  const whole = Number.isSafeInteger(value) && !Object.is(value, -0);
  if (!whole) {
    sink.byte(TAG.double);
    sink.double(value);
  } else if (value >= 0 && value <= 255 - TAG.small) sink.byte(TAG.small + value);
  else {
    sink.byte(value < 0 ? TAG.negative : TAG.whole);
    sink.whole(Math.abs(value));
  }
}

/** As JSON.stringify takes values: `toJSON` is called, what has no JSON is left out of objects and null in arrays. */
export function writeValue(sink: ByteSink, words: Words, given: unknown, depth = 0): void {
  const value = plainOf(given);
  if (typeof value === "number") writeNumber(sink, value);
  else if (typeof value === "string") writeText(sink, words, value);
  else if (typeof value === "boolean") sink.byte(value ? TAG.true : TAG.false);
  else if (typeof value === "bigint" || depth > DEEPEST)
    throw notJson(typeof value === "bigint" ? "a bigint" : "deeper");
  else if (Array.isArray(value)) {
    sink.byte(TAG.array);
    sink.whole(value.length);
    for (const member of value) writeValue(sink, words, member, depth + 1);
  } else if (typeof value === "object" && value !== null) writeObject(sink, words, value, depth);
  else sink.byte(TAG.null);
}

function notJson(got: string): HyperparameterError {
  const expected = `JSON values, at most ${DEEPEST} deep`;
  return new HyperparameterError({ code: "TRIAL_INVALID", where: "storage", expected, got });
}

function plainOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("toJSON" in value)) return value;
  return typeof value.toJSON === "function" ? (value.toJSON() as unknown) : value;
}

function isJson(value: unknown): boolean {
  return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
}

function writeObject(sink: ByteSink, words: Words, object: object, depth: number): void {
  const members = Object.entries(object).filter(([, value]) => isJson(value));
  sink.byte(TAG.object);
  sink.whole(members.length);
  for (const [key, value] of members) {
    writeText(sink, words, key);
    writeValue(sink, words, value, depth + 1);
  }
}

/** Sets a member of its own, whatever its name. */
export function setMember<T>(object: Record<string, T>, key: string, value: T): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

export function readText(source: ByteSource, words: Words): string {
  const text = readValue(source, words);
  if (typeof text === "string") return text;
  throw new RangeError("text was to be here");
}

export function readNumber(source: ByteSource, words: Words): number {
  const value = readValue(source, words);
  if (typeof value === "number") return value;
  throw new RangeError("a number was to be here");
}

const READERS: Readonly<Record<number, (source: ByteSource, words: Words) => unknown>> = {
  [TAG.null]: () => null,
  [TAG.false]: () => false,
  [TAG.true]: () => true,
  [TAG.known]: (source, words) => words.at(source.whole()),
  [TAG.text]: (source) => source.text(),
  [TAG.word]: (source, words) => {
    const text = source.text();
    words.add(text, text);
    return text;
  },
  [TAG.array]: (source, words) => readArray(source, words),
  [TAG.object]: (source, words) => readObject(source, words),
  [TAG.whole]: (source) => source.whole(),
  [TAG.negative]: (source) => -source.whole(),
};

export function readValue(source: ByteSource, words: Words): unknown {
  const tag = source.byte();
  if (tag === TAG.double) return source.double();
  if (tag >= TAG.small) return tag - TAG.small;
  const read = READERS[tag];
  if (read === undefined) throw new RangeError(`no value begins with ${tag}`);
  return read(source, words);
}

/** Arrays of more members than this grow as they are read, so that no wrong count asks for all memory at once. */
const PLAIN_COUNT = 1024;

/** So many things, in an array with room for no more: one that has grown keeps up to seventeen times its size in memory. */
export function readList<T>(count: number, read: () => T): T[] {
  if (count > PLAIN_COUNT) {
    const list: T[] = [];
    for (let at = 0; at < count; at++) list.push(read());
    return list.slice();
  }
  const list = new Array<T>(count);
  for (let at = 0; at < count; at++) list[at] = read();
  return list;
}

function readArray(source: ByteSource, words: Words): unknown[] {
  return readList(source.whole(), () => readValue(source, words));
}

function readObject(source: ByteSource, words: Words): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let left = source.whole(); left > 0; left--) {
    const key = readText(source, words);
    setMember(object, key, readValue(source, words));
  }
  return object;
}
