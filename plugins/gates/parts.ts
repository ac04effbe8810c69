/** Parts of the rows that a column makes. */
import type { Column, Evidence, Json, LevelColumn, NumberColumn } from "../../core/plugin/index.js";
import { brief } from "./words.js";

export interface Part {
  readonly column: string;
  /** A level, or a range, for people: "yes", "23 to 41", "missing". */
  readonly value: string;
  /** Row numbers, ascending. */
  readonly rows: Int32Array;
}

/** Numbers of so few values are parts each; of more values, their quarters. */
const FEW_VALUES = 8;
const QUARTERS = [0.25, 0.5, 0.75];
const DAY = 86_400_000;

/** The schema of an option that names columns, of which gates are shown those that models do not see as well. */
export function columnsOption(words: { readonly "x-expected": string; readonly description: string }) {
  return {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    uniqueItems: true,
    "x-columns": true,
    ...words,
  } as const;
}

export interface Named {
  /** In the order of the option. */
  readonly columns: readonly Column[];
  /** Names that no column has. */
  readonly missing: readonly string[];
}

/** What an option says that `columnsOption` is the schema of; left out: none. */
export function columnsNamed(evidence: Pick<Evidence, "table" | "context">, option: Json | undefined): Named {
  const names = Array.isArray(option) ? option.map(String) : [];
  const byName = new Map([...evidence.table.columns, ...evidence.context].map((column) => [column.name, column]));
  return {
    columns: names.flatMap((name) => byName.get(name) ?? []),
    missing: names.filter((name) => !byName.has(name)),
  };
}

/**
 * Every row is in one part. Levels, booleans, and numbers of at most 8 values are parts each, larger sets of numbers
 * are cut at their quartiles, and missing cells are a part of their own. By the column alone, never by what models say
 * of the rows: so the parts that were looked at are known, and can be counted.
 */
export function partsOf(column: Column): readonly Part[] {
  const keys = "codes" in column ? levelKeys(column) : numberKeys(column);
  const byKey = new Map<number, number[]>();
  for (const [row, key] of keys.of.entries()) {
    const rows = byKey.get(key);
    if (rows === undefined) byKey.set(key, [row]);
    else rows.push(row);
  }
  const ordered = [...byKey].sort(([a], [b]) => a - b);
  return ordered.map(([key, rows]) => ({
    column: column.name,
    value: key < 0 ? "missing" : brief(keys.name(key)),
    rows: Int32Array.from(rows),
  }));
}

/** "plan = yes" */
export function partName({ column, value }: Pick<Part, "column" | "value">): string {
  return `${brief(column)} = ${value}`;
}

interface Keys {
  /** Part of each row, −1 where the cell is missing. [rows] */
  readonly of: ArrayLike<number> & { entries(): IterableIterator<[number, number]> };
  name(key: number): string;
}

function levelKeys({ codes, levels }: LevelColumn): Keys {
  return { of: codes, name: (key) => levels[key] ?? "" };
}

function numberKeys({ values, type }: NumberColumn): Keys {
  const present = values.filter(Number.isFinite).sort();
  const distinct = present.filter((value, at) => at === 0 || value !== present[at - 1]);
  const cuts = distinct.length <= FEW_VALUES ? distinct.subarray(1) : quartersOf(present);
  const starts = [present[0] ?? 0, ...cuts];
  const text = (value: number) => numberText(value, type);
  return {
    of: Int32Array.from(values, (value) => (Number.isFinite(value) ? partAt(cuts, value) : -1)),
    name: (key) => {
      const start = text(starts[key] as number);
      if (distinct.length <= FEW_VALUES) return start;
      return key < cuts.length ? `${start} to below ${text(cuts[key] as number)}` : `${start} and more`;
    },
  };
}

/** Values at which a part ends and the next begins; fewer where many are equal. */
function quartersOf(sorted: Float32Array): Float32Array {
  const cuts = QUARTERS.map((share) => sorted[Math.floor(share * sorted.length)] as number);
  return Float32Array.from(cuts.filter((cut, at) => cut > (sorted[0] as number) && cut !== cuts[at - 1]));
}

function partAt(cuts: Float32Array, value: number): number {
  let part = 0;
  while (part < cuts.length && value >= (cuts[part] as number)) part++;
  return part;
}

function numberText(value: number, type: NumberColumn["type"]): string {
  if (type === "boolean") return value === 0 ? "false" : "true";
  if (type === "date" && Math.abs(value) < 1e6) return new Date(value * DAY).toISOString().slice(0, 10);
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
