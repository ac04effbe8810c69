/**
 * The journal of a study: bytes that only grow. A line of text, then frames: length and CRC-32C of what follows, CRC-32C
 * of those two, the records of trials that were put together, and one byte that ends it. So that what a process or a
 * machine left unwritten when it stopped, which is at the end and is cut off, can be told from damage, which is an error.
 */
import { HyperparameterError } from "../errors.js";
import type { FrozenTrial } from "../types.js";
import { ByteSink, ByteSource } from "./bytes.js";
import { crc32c } from "./crc32c.js";
import { readTrial, Vocabulary, writeTrial } from "./records.js";

/** What every journal of this format begins with. */
export const JOURNAL_START: Uint8Array = Uint8Array.from("hyperparameter-js journal 1\n", (each) => each.charCodeAt(0));

const HEAD = 12;
/** Not zero, as what was never written is. */
const FRAME_END = 0xa5;

/** Disks write sectors of at least so many bytes, whole or not at all. */
const SECTOR = 512;
/** So many zeros at the end or the beginning of a sector are taken for one that was never written. */
const UNWRITTEN = 16;

/** Makes frames of records. */
export class JournalWriter {
  readonly #vocabulary: Vocabulary;
  readonly #frame = new ByteSink();

  /** `vocabulary`: of the records that the journal has already. */
  constructor(vocabulary = new Vocabulary()) {
    this.#vocabulary = vocabulary;
    this.#begin();
  }

  #begin(): void {
    this.#frame.length = 0;
    for (let word = 0; word < HEAD; word += 4) this.#frame.word(0);
  }

  /** Takes a trial into the next frame; `before` is what was last put under its number. Where it throws, nothing is taken. */
  add(trial: FrozenTrial, before: FrozenTrial | undefined): void {
    const undo = this.#vocabulary.mark();
    const { length } = this.#frame;
    try {
      writeTrial(this.#frame, this.#vocabulary, trial, before);
    } catch (error) {
      this.#frame.length = length;
      undo();
      throw error;
    }
  }

  /** The frame of all trials that were added since the last one, to be written whole behind it. */
  take(): Uint8Array {
    const frame = this.#frame;
    const size = frame.length - HEAD;
    frame.setWord(0, size);
    frame.setWord(4, crc32c(frame.written(), HEAD));
    frame.setWord(8, crc32c(frame.written(), 0, 8));
    frame.byte(FRAME_END);
    const bytes = frame.written().slice();
    this.#begin();
    return bytes;
  }
}

export interface JournalContents {
  /** Each trial as it was last put, by number. */
  readonly trials: Map<number, FrozenTrial>;
  readonly vocabulary: Vocabulary;
  /** How many of the bytes are whole: what follows was never written to its end. */
  readonly length: number;
}

function invalid(where: string, expected: string, got: string): HyperparameterError {
  return new HyperparameterError({ code: "STORAGE_INVALID", where, expected, got });
}

interface Bytes {
  readonly all: Uint8Array;
  readonly view: DataView;
}

/** Where the frame at an offset ends; null: its head isn't whole, or not right. */
function frameEnd({ all, view }: Bytes, at: number): number | null {
  if (at + HEAD > all.length || view.getUint32(at + 8, true) !== crc32c(all, at, at + 8)) return null;
  return at + HEAD + view.getUint32(at, true) + 1;
}

/** Where the frame at an offset ends, if it is whole and right; else null. */
function wholeFrameEnd(bytes: Bytes, at: number): number | null {
  const { all, view } = bytes;
  const end = frameEnd(bytes, at);
  if (end === null || end > all.length || all[end - 1] !== FRAME_END) return null;
  return view.getUint32(at + 4, true) === crc32c(all, at + HEAD, end - 1) ? end : null;
}

/** Whether the bytes from an offset on were begun and not finished; else they are damaged. */
function isTorn(bytes: Bytes, at: number): boolean {
  const { length } = bytes.all;
  const end = frameEnd(bytes, at);
  if (end === null ? at + HEAD > length : end > length) return true;
  if (!hasUnwrittenSector(bytes.all, at, end ?? length)) return false;
  for (let later = at + 1; later < length; later++) if (wholeFrameEnd(bytes, later) !== null) return false;
  return true;
}

/** Whether a sector, or the part of it that lies between the offsets, is all zeros. */
function hasUnwrittenSector(all: Uint8Array, from: number, to: number): boolean {
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / SECTOR) + 1) * SECTOR);
    if (end - start >= UNWRITTEN && all.subarray(start, end).every((byte) => byte === 0)) return true;
    start = end;
  }
  return false;
}

function checkStart(bytes: Uint8Array): void {
  const wrong = JOURNAL_START.findIndex((byte, at) => at < bytes.length && bytes[at] !== byte);
  if (wrong < 0) return;
  const got = JSON.stringify(String.fromCharCode(...bytes.subarray(0, JOURNAL_START.length)));
  throw invalid("byte 0 of the journal", "the first line of a hyperparameter-js journal, version 1", got);
}

/**
 * All trials of a journal. Throws STORAGE_INVALID with the offset where bytes are damaged, or aren't a journal's; bytes at
 * the end that were never fully written are no damage, but left out of `length`.
 */
export function readJournal(all: Uint8Array): JournalContents {
  checkStart(all);
  const trials = new Map<number, FrozenTrial>();
  const vocabulary = new Vocabulary();
  if (all.length < JOURNAL_START.length) return { trials, vocabulary, length: 0 };
  const bytes = { all, view: new DataView(all.buffer, all.byteOffset, all.length) };
  const source = new ByteSource(all);
  let at = JOURNAL_START.length;
  for (let end: number; at < all.length; at = end) {
    const found = wholeFrameEnd(bytes, at);
    if (found === null && isTorn(bytes, at)) break;
    if (found === null) throw invalid(`byte ${at} of the journal`, "a record that its checksum fits", "a damaged one");
    end = found;
    source.at = at + HEAD;
    source.end = end - 1;
    readFrame(source, vocabulary, trials);
  }
  return { trials, vocabulary, length: at };
}

function readFrame(source: ByteSource, vocabulary: Vocabulary, trials: Map<number, FrozenTrial>): void {
  const { at } = source;
  try {
    while (source.at < source.end) {
      readTrial(source, vocabulary, trials);
    }
  } catch (error) {
    throw invalid(`byte ${at} of the journal`, "records of this version", String(error));
  }
}
