/**
 * Which rows are which: a number for each row that depends on the row alone, so that rows that came later are known from
 * those that were there. A file of them is 8 bytes "SOUSROWS", the length of the layout as a uint32, the layout as JSON,
 * zeros up to a multiple of 8, and the numbers as doubles, little-endian as on every platform that Node runs on.
 */
import type { Side } from "./snapshot.js";
import { SIDES } from "./split.js";

const MAGIC = "SOUSROWS";

/** By what a row is known: the columns of data.key, or else all of its cells but those that the recipe ignores. */
export interface IdRule {
  /** Sorted. */
  readonly columns: readonly string[];
  readonly isKey: boolean;
}

/** Ids are whole numbers of 53 bits of an MD5: that two of a million rows share one has a chance of 1 in 20,000. */
export interface RowIds extends IdRule {
  /** In the order of the side's rows. */
  readonly sides: Readonly<Record<Side, Float64Array>>;
}

/** Rows that are known, whatever side they were on. */
export interface KnownRows extends IdRule {
  /** Ascending, each once. */
  readonly ids: Float64Array;
}

/** What can be said of the rows of a snapshot beside those that are known. */
export type Arrivals =
  | { readonly rows: Readonly<Record<Side, Int32Array>>; readonly unsure: null }
  /** A sentence that says why they can't be told apart. */
  | { readonly rows: null; readonly unsure: string };

/**
 * The rows of each side that are not among the known ones, in their side's order. Where rows are known by their cells, another
 * column makes all of them look new, and so does a number that is written in another way: nothing counts as new then.
 */
export function arrivalsOf(now: RowIds, known: KnownRows): Arrivals {
  if (now.isKey !== known.isKey || now.columns.join("\n") !== known.columns.join("\n")) {
    const by = (rule: IdRule) => (rule.isKey ? "by data.key" : "by their cells");
    const reason =
      now.isKey === known.isKey ? "the columns are others" : `rows were known ${by(known)} and are ${by(now)}`;
    return { rows: null, unsure: `Which rows are new can't be told: ${reason}.` };
  }
  const isKnown = memberOf(known.ids);
  const fresh = (side: Side) => indicesOf(now.sides[side], (id) => !isKnown(id));
  const rows = { train: fresh("train"), select: fresh("select"), confirm: fresh("confirm") };
  const all = SIDES.reduce((sum, side) => sum + now.sides[side].length, 0);
  const found = SIDES.reduce((sum, side) => sum + rows[side].length, 0);
  if (!now.isKey && found === all && known.ids.length > 0) {
    return {
      rows: null,
      unsure:
        "Which rows are new can't be told: none of the earlier ones is there any more; data.key names the columns that know a row.",
    };
  }
  return { rows, unsure: null };
}

function memberOf(sorted: Float64Array): (id: number) => boolean {
  return (id) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] as number) < id) low = middle + 1;
      else high = middle;
    }
    return sorted[low] === id;
  };
}

function indicesOf(ids: Float64Array, is: (id: number) => boolean): Int32Array {
  const found = new Int32Array(ids.length);
  let count = 0;
  for (let row = 0; row < ids.length; row++) if (is(ids[row] as number)) found[count++] = row;
  return found.slice(0, count);
}

/** What is known once a snapshot was seen too; of another rule what was known before says nothing. */
export function knownWith(known: KnownRows | null, now: RowIds): KnownRows {
  const { columns, isKey, sides } = now;
  const isSame = known !== null && known.isKey === isKey && known.columns.join("\n") === columns.join("\n");
  const parts = [...(isSame ? [known.ids] : []), ...SIDES.map((side) => sides[side])];
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  all.sort();
  return { columns, isKey, ids: all.filter((id, place) => place === 0 || id !== all[place - 1]) };
}

interface Layout extends IdRule {
  /** Of each part of the numbers. */
  readonly lengths: readonly number[];
}

export function encodeRowIds({ columns, isKey, sides }: RowIds): Uint8Array {
  return written(
    { columns, isKey },
    SIDES.map((side) => sides[side]),
  );
}

/** @throws RangeError on other bytes */
export function decodeRowIds(bytes: Uint8Array): RowIds {
  const { rule, parts } = read(bytes);
  const [train, select, confirm] = parts;
  if (train === undefined || select === undefined || confirm === undefined) throw new RangeError("no three sides");
  return { ...rule, sides: { train, select, confirm } };
}

export function encodeKnownRows({ columns, isKey, ids }: KnownRows): Uint8Array {
  return written({ columns, isKey }, [ids]);
}

/** @throws RangeError on other bytes */
export function decodeKnownRows(bytes: Uint8Array): KnownRows {
  const { rule, parts } = read(bytes);
  const [ids] = parts;
  if (ids === undefined || parts.length !== 1) throw new RangeError("no one set of rows");
  return { ...rule, ids };
}

function written(rule: IdRule, parts: readonly Float64Array[]): Uint8Array {
  const layout: Layout = { ...rule, lengths: parts.map(({ length }) => length) };
  const json = Buffer.from(JSON.stringify(layout));
  const start = startOf(json.length);
  const bytes = new Uint8Array(start + 8 * layout.lengths.reduce((sum, length) => sum + length, 0));
  bytes.set(Buffer.from(MAGIC), 0);
  new DataView(bytes.buffer).setUint32(MAGIC.length, json.length, true);
  bytes.set(json, MAGIC.length + 4);
  let at = start;
  for (const part of parts) {
    new Float64Array(bytes.buffer, at, part.length).set(part);
    at += part.byteLength;
  }
  return bytes;
}

function read(bytes: Uint8Array): { readonly rule: IdRule; readonly parts: readonly Float64Array[] } {
  if (Buffer.from(bytes.subarray(0, MAGIC.length)).toString() !== MAGIC) throw new RangeError(`no ${MAGIC} file`);
  // the file's own memory need not begin at a multiple of 8
  const { buffer } = Uint8Array.from(bytes);
  const length = new DataView(buffer).getUint32(MAGIC.length, true);
  const { columns, isKey, lengths }: Layout = JSON.parse(Buffer.from(buffer, MAGIC.length + 4, length).toString());
  let at = startOf(length);
  const parts = lengths.map((count) => {
    const part = new Float64Array(buffer, at, count);
    at += part.byteLength;
    return part;
  });
  return { rule: { columns, isKey }, parts };
}

function startOf(length: number): number {
  return Math.ceil((MAGIC.length + 4 + length) / 8) * 8;
}
