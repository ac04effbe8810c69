/**
 * Who served when, recipe by recipe: a view of the log that is kept beside it, so that a question about one moment need not
 * read every line. It has the lines that put a version into service, and before the first of them every line on the recipe.
 * The log's key signs it together with the tree that it follows from. Nothing here touches a file.
 */
import { createHash, type Hash } from "node:crypto";
import { sha256 } from "../artifacts/digest.js";
import type { Entry } from "./entry.js";
import { isDecimal } from "./tlog/checkpoint.js";
import { HASH_BYTES } from "./tlog/merkle.js";
import { decode64 } from "./tlog/note.js";
import type { TreeHead } from "./tlog/proofs.js";

const FIRST_LINE = "sous/roster@v1";
/** Three times six bytes, then four and two; big-endian. */
export const SEAT_BYTES = 24;

const SPOKE = 0;
const PROMOTED = 1;
const PUT_BACK = 2;

/** A line of the log, as the roster has it. */
export interface Seat {
  readonly seq: number;
  /** Byte of the file of entries at which its line begins. */
  readonly offset: number;
  /** Unix time in milliseconds. */
  readonly time: number;
  /** The version that the line puts into service; 0: none was in service yet. */
  readonly version: number;
  readonly kind: number;
}

export const isPromotion = ({ kind }: Seat): boolean => kind === PROMOTED;

/** What is signed of a page: the first `seats` of its seats, by the SHA-256 of their bytes. */
interface PageMark {
  readonly seats: number;
  readonly digest: Uint8Array;
}

/** Line `seq` says a time before that of the line before it. */
interface Setback {
  readonly seq: number;
  readonly time: number;
}

/** The text that is signed, read. */
export interface RosterHead extends TreeHead {
  readonly origin: string;
  /** Of the file of entries. */
  readonly bytes: number;
  readonly setbacks: readonly Setback[];
  /** By `pageName`. */
  readonly pages: ReadonlyMap<string, PageMark>;
}

/** The name of a recipe's page: recipes have names of any length, and files have not. */
export function pageName(recipe: string): string {
  return sha256(recipe).slice(0, 32);
}

interface Due {
  readonly name: string;
  /** Byte of the page at which they belong. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** The seats of one recipe. */
class Page {
  readonly #hash: Hash = createHash("sha256");
  #seats = 0;
  #fresh: Buffer[] = [];
  #serves = false;
  #line: string | null = null;

  /** Whether a version was ever put into service. */
  get serves(): boolean {
    return this.#serves;
  }

  /** What is signed of it; made once for as long as it stays as it is, as all pages are in each text. */
  get line(): string {
    this.#line ??= `${this.#seats} ${this.#hash.copy().digest("base64")}`;
    return this.#line;
  }

  get due(): Omit<Due, "name"> {
    const bytes = Buffer.concat(this.#fresh);
    return { at: this.#seats * SEAT_BYTES - bytes.length, bytes };
  }

  add(seat: Seat): void {
    const bytes = seatBytes(seat);
    this.#line = null;
    this.#hash.update(bytes);
    this.#fresh.push(bytes);
    this.#seats += 1;
    this.#serves ||= seat.kind !== SPOKE;
  }

  settle(): void {
    this.#fresh = [];
  }
}

/** The roster of a log that grows. */
export class Roster {
  readonly #pages = new Map<string, Page>();
  readonly #changed = new Set<string>();
  /** Times of these rise: of an earlier one with a later time nothing is to be told any more. */
  readonly #setbacks: Setback[] = [];
  #bytes = 0;
  #time = 0;

  /** @param length bytes of its line, without the newline */
  add(entry: Entry, length: number): void {
    const time = Date.parse(entry.time);
    if (time < this.#time) this.#setBack({ seq: entry.seq, time });
    this.#time = time;
    if ("recipe" in entry) this.#seat(entry, { seq: entry.seq, offset: this.#bytes, time });
    this.#bytes += length + 1;
  }

  /** Seats that no file has yet, by the names of their pages. */
  due(): readonly Due[] {
    return [...this.#changed].map((name) => ({ name, ...(this.#pages.get(name) as Page).due }));
  }

  settle(name: string): void {
    this.#pages.get(name)?.settle();
    this.#changed.delete(name);
  }

  has(name: string): boolean {
    return this.#pages.has(name);
  }

  /** The text to sign. */
  text(origin: string, { size, root }: TreeHead): string {
    const setbacks = this.#setbacks.map(({ seq, time }) => `back ${seq} ${time}`);
    const pages = [...this.#pages].map(([name, { line }]) => `${name} ${line}`);
    return `${[FIRST_LINE, origin, size, text64(root), this.#bytes, ...setbacks, ...pages].join("\n")}\n`;
  }

  #setBack(setback: Setback): void {
    while ((this.#setbacks.at(-1)?.time ?? -1) >= setback.time) this.#setbacks.pop();
    this.#setbacks.push(setback);
  }

  #seat(entry: Entry & { readonly recipe: { readonly name: string } }, place: Omit<Seat, "version" | "kind">): void {
    const name = pageName(entry.recipe.name);
    const page = this.#pages.get(name) ?? new Page();
    const found = service(entry);
    if (found === null && page.serves) return;
    page.add({ ...place, ...(found ?? { version: 0, kind: SPOKE }) });
    this.#pages.set(name, page);
    this.#changed.add(name);
  }
}

/** Which version the line puts into service; null: none. */
function service(entry: Entry): Pick<Seat, "version" | "kind"> | null {
  if (entry.kind === "rollback") return { version: entry.to, kind: PUT_BACK };
  if (entry.kind === "decision" && entry.version !== null) return { version: entry.version.number, kind: PROMOTED };
  return null;
}

/** Null where the text is no roster. */
export function parseRoster(text: string): RosterHead | null {
  const [first, origin = "", size = "", hash = "", bytes = "", ...rest] = text.split("\n");
  const root = decode64(hash);
  if (first !== FIRST_LINE || rest.pop() !== "" || root?.length !== HASH_BYTES) return null;
  if (!isDecimal(size) || !isDecimal(bytes)) return null;
  const [setbacks, pages] = [rest.map(setbackIn), rest.map(pageIn)];
  if (rest.some((_, i) => setbacks[i] === null && pages[i] === null)) return null;
  return {
    ...{ origin, size: Number(size), root, bytes: Number(bytes) },
    setbacks: setbacks.filter((one) => one !== null),
    pages: new Map(pages.filter((one) => one !== null)),
  };
}

function setbackIn(line: string): Setback | null {
  const [, seq, time] = /^back (\d{1,15}) (\d{1,15})$/.exec(line) ?? [];
  return seq === undefined ? null : { seq: Number(seq), time: Number(time) };
}

function pageIn(line: string): readonly [string, PageMark] | null {
  const [, name, seats, text] = /^([0-9a-f]{32}) (\d{1,15}) (\S+)$/.exec(line) ?? [];
  const digest = decode64(text ?? "");
  return name === undefined || digest?.length !== HASH_BYTES ? null : [name, { seats: Number(seats), digest }];
}

export function seatsIn(page: Uint8Array): readonly Seat[] {
  const bytes = Buffer.from(page.buffer, page.byteOffset, page.length);
  return Array.from({ length: Math.floor(page.length / SEAT_BYTES) }, (_, i) => {
    const at = i * SEAT_BYTES;
    const [seq = 0, offset = 0, time = 0] = [0, 6, 12].map((from) => bytes.readUIntBE(at + from, 6));
    return { seq, offset, time, version: bytes.readUInt32BE(at + 18), kind: bytes.readUInt16BE(at + 22) };
  });
}

/**
 * The last of the seats that was taken by then, or null. Lines order, and their times are a record: a line was there by
 * then if it, or one after it, says so.
 */
export function seatAt(seats: readonly Seat[], setbacks: readonly Setback[], time: number): Seat | null {
  const isBy = (seat: Seat) =>
    seat.time <= time || (setbacks.find(({ seq }) => seq > seat.seq)?.time ?? Number.POSITIVE_INFINITY) <= time;
  let [low, high] = [0, seats.length]; // seats before `low` were taken by then, those from `high` on were not
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBy(seats[middle] as Seat)) low = middle + 1;
    else high = middle;
  }
  return seats[low - 1] ?? null;
}

function seatBytes({ seq, offset, time, version, kind }: Seat): Buffer {
  const bytes = Buffer.alloc(SEAT_BYTES);
  for (const [i, value] of [seq, offset, time].entries()) bytes.writeUIntBE(value, i * 6, 6);
  bytes.writeUInt32BE(version, 18);
  bytes.writeUInt16BE(kind, 22);
  return bytes;
}

function text64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
