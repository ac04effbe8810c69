/** From strings to codes: the levels of the training rows, and one code more for all that they don't have. */

import type { GraphBuilder, Value } from "onnx-train";
import type { LevelColumn, Table } from "../../plugin/table.js";
import { joined, levelsOf, type RawColumn, rawColumn, type Training } from "../part.js";
import { spelling } from "../spelling.js";

/** The code of rare levels and of unseen ones: what training has of the former is what is known of the latter. */
export const REST = 0;

export interface Dictionary {
  readonly column: RawColumn;
  /** Sorted; "" is missing. */
  readonly keys: readonly string[];
  /** The code of each key, 1 … size − 1; several may have the same one. */
  readonly codes: readonly number[];
  /** How many codes there are, the rest's too. */
  readonly size: number;
}

export interface DictionaryOptions {
  /** Rows that a level needs for a code of its own. */
  readonly minCount: number;
  /** Most codes besides the rest's; the levels with most rows get them. */
  readonly limit: number;
}

/** A column with the codes of its training rows. */
export interface Coded {
  readonly dictionary: Dictionary;
  /** [rows] */
  readonly codes: Int32Array;
}

/** Columns that have one and the same code in all training rows are left out. */
export function fitDictionaries(
  { train }: Training,
  names: readonly string[],
  make: (column: RawColumn, counts: ReadonlyMap<string, number>) => Dictionary,
): Coded[] {
  return names.flatMap((name): Coded[] => {
    const column = levelsOf(train.table, name);
    const dictionary = make(rawColumn(train.table, name), countsOf(column));
    const codes = codesOf(dictionary, train.table);
    return codes.some((code) => code !== codes[0]) ? [{ dictionary, codes }] : [];
  });
}

/** A code for each level that has enough rows. */
export function ownCodes({ minCount, limit }: DictionaryOptions) {
  return (column: RawColumn, counts: ReadonlyMap<string, number>): Dictionary => {
    const enough = [...counts].filter(([, count]) => count >= minCount);
    // by rows; where these are the same, by spelling: never by the order in which rows came
    const most = enough.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, limit);
    const keys = most.map(([level]) => level).sort();
    return { column, keys, codes: keys.map((_, at) => at + 1), size: keys.length + 1 };
  };
}

function countsOf({ codes, levels }: LevelColumn): Map<string, number> {
  const byCode = new Float64Array(levels.length + 1);
  for (const code of codes) byCode[code + 1] = (byCode[code + 1] as number) + 1;
  const counts = new Map<string, number>();
  byCode.forEach((count, at) => {
    const level = spelling(levels, at - 1);
    if (count > 0) counts.set(level, (counts.get(level) ?? 0) + count);
  });
  return counts;
}

/** [rows] */
export function codesOf({ column, keys, codes }: Dictionary, table: Table): Int32Array {
  const known = new Map(keys.map((key, at) => [key, codes[at] as number]));
  const cells = levelsOf(table, column.name);
  const codeOf = (at: number) => known.get(spelling(cells.levels, at)) ?? REST;
  const byCell = Int32Array.from(cells.levels, (_, at) => codeOf(at));
  const missing = codeOf(-1);
  return cells.codes.map((cell) => byCell[cell] ?? missing);
}

/**
 * The codes as int64 [N, dictionaries].
 * @param offsets what is added to the codes of each
 */
export function codeNodes(
  graph: GraphBuilder,
  inputs: readonly Value[],
  dictionaries: readonly Dictionary[],
  offsets: readonly number[] = [],
): Value {
  const found = dictionaries.map(({ keys, codes }, at) =>
    graph.op("LabelEncoder", [inputs[at] as Value], {
      keys_strings: keys,
      values_int64s: codes.map((code) => code + (offsets[at] ?? 0)),
      default_int64: REST + (offsets[at] ?? 0),
    }),
  );
  return joined(graph, found);
}
