/**
 * The bytes of one side (docs/data.md has the format with an example): 8 bytes "SOUSIDE1", the length of the layout as
 * a uint32, the layout as JSON, zeros up to a multiple of 8, and then the arrays that the layout names, each beginning at
 * a multiple of 8, little-endian as on every platform that Node runs on.
 */
import type { Column, Labelled, LevelColumn, NumberColumn } from "../plugin/index.js";

const MAGIC = "SOUSIDE1";

/** Offsets are in bytes from the end of the padded layout. */
interface NumberLayout {
  readonly name: string;
  readonly type: NumberColumn["type"];
  readonly values: number;
}

interface LevelLayout {
  readonly name: string;
  readonly type: LevelColumn["type"];
  /** Left out where the levels stand by code point. */
  readonly ordered?: boolean;
  readonly codes: number;
  readonly levels: number;
  /** Where each level ends in `text`, as `levels` uint32. */
  readonly ends: number;
  /** The levels as UTF-8, one after another. */
  readonly text: number;
}

interface SideLayout {
  readonly rows: number;
  readonly columns: readonly (NumberLayout | LevelLayout)[];
  readonly truth: number;
  readonly weight: number | null;
  readonly group: number | null;
}

export interface LevelsBytes {
  readonly count: number;
  readonly ends: Uint32Array;
  readonly text: Uint8Array;
}

export type ColumnPlan =
  | { readonly name: string; readonly type: NumberColumn["type"] }
  | {
      readonly name: string;
      readonly type: LevelColumn["type"];
      readonly ordered: boolean;
      readonly levels: LevelsBytes;
    };

export interface SidePlan {
  readonly rows: number;
  readonly columns: readonly ColumnPlan[];
  readonly weighted: boolean;
  readonly grouped: boolean;
}

/** The file of a side with its levels written and its arrays zero, for the rows to be written through `viewSideFile`. */
export function blankSideFile(plan: SidePlan): Uint8Array {
  const { layout, length } = layOut(plan);
  const json = Buffer.from(JSON.stringify(layout));
  const start = padded(MAGIC.length + 4 + json.length);
  const bytes = new Uint8Array(start + length);
  bytes.set(Buffer.from(MAGIC), 0);
  new DataView(bytes.buffer).setUint32(MAGIC.length, json.length, true);
  bytes.set(json, MAGIC.length + 4);
  for (const [index, column] of layout.columns.entries()) {
    const planned = plan.columns[index];
    if (!("levels" in column) || planned === undefined || !("levels" in planned)) continue;
    new Uint32Array(bytes.buffer, start + column.ends, column.levels).set(planned.levels.ends);
    bytes.set(planned.levels.text, start + column.text);
  }
  return bytes;
}

function layOut({ rows, columns, weighted, grouped }: SidePlan): { layout: SideLayout; length: number } {
  let length = 0;
  const place = (bytes: number) => {
    const at = length;
    length += padded(bytes);
    return at;
  };
  const layout = {
    rows,
    columns: columns.map((column) => {
      const { name } = column;
      if (!("levels" in column)) return { name, type: column.type, values: place(4 * rows) };
      const { count, ends, text } = column.levels;
      const codes = place(4 * rows);
      const rest = { codes, levels: count, ends: place(ends.byteLength), text: place(text.length) };
      return { name, type: column.type, ...(column.ordered ? { ordered: true } : {}), ...rest };
    }),
    truth: place(8 * rows),
    weight: weighted ? place(8 * rows) : null,
    group: grouped ? place(4 * rows) : null,
  };
  return { layout, length };
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** Views of a side's bytes; nothing is copied, and levels are decoded when they are first read. Throws RangeError on other bytes. */
export function viewSideFile(buffer: ArrayBufferLike): Labelled {
  const { layout, start } = readLayout(buffer);
  const { rows } = layout;
  const columns = layout.columns.map((column): Column => {
    if ("values" in column) {
      return { name: column.name, type: column.type, values: new Float32Array(buffer, start + column.values, rows) };
    }
    return new SharedLevels(buffer, start, rows, column);
  });
  return {
    table: { rows, columns },
    truth: new Float64Array(buffer, start + layout.truth, rows),
    weight: layout.weight === null ? null : new Float64Array(buffer, start + layout.weight, rows),
    group: layout.group === null ? null : new Int32Array(buffer, start + layout.group, rows),
  };
}

function readLayout(buffer: ArrayBufferLike): { layout: SideLayout; start: number } {
  if (Buffer.from(buffer, 0, MAGIC.length).toString() !== MAGIC) throw new RangeError(`no ${MAGIC} file`);
  const length = new DataView(buffer).getUint32(MAGIC.length, true);
  const layout: SideLayout = JSON.parse(Buffer.from(buffer, MAGIC.length + 4, length).toString());
  return { layout, start: padded(MAGIC.length + 4 + length) };
}

class SharedLevels implements LevelColumn {
  readonly name: string;
  readonly type: LevelColumn["type"];
  readonly ordered: boolean;
  readonly codes: Int32Array;
  #decode: () => readonly string[];
  #levels: readonly string[] | null = null;

  constructor(buffer: ArrayBufferLike, start: number, rows: number, layout: LevelLayout) {
    this.name = layout.name;
    this.type = layout.type;
    this.ordered = layout.ordered === true;
    this.codes = new Int32Array(buffer, start + layout.codes, rows);
    this.#decode = () => decodeLevels(buffer, start, layout);
  }

  get levels(): readonly string[] {
    this.#levels ??= this.#decode();
    return this.#levels;
  }
}

function decodeLevels(buffer: ArrayBufferLike, start: number, { ends, text, levels }: LevelLayout): readonly string[] {
  let from = 0;
  return Array.from(new Uint32Array(buffer, start + ends, levels), (end) => {
    const level = Buffer.from(buffer, start + text + from, end - from).toString();
    from = end;
    return level;
  });
}

/** A dictionary as bytes; its first levels alone are the dictionary of an earlier side. */
export function encodeLevels(levels: readonly string[]): LevelsBytes {
  const parts = levels.map((level) => Buffer.from(level));
  const ends = new Uint32Array(parts.length);
  let end = 0;
  for (const [index, part] of parts.entries()) ends[index] = end += part.length;
  return { count: parts.length, ends, text: Buffer.concat(parts) };
}
