import type { Column, LevelColumn, Table } from "../plugin/index.js";

/** The rows of a table with these numbers, in this order, in memory of its own; a number may come more than once. */
export function rowsOf(table: Table, rows: Int32Array): Table {
  return { rows: rows.length, columns: table.columns.map((column) => cellsOf(column, rows)) };
}

/** The cells of a column at these rows, in this order. */
export function cellsOf(column: Column, rows: Int32Array): Column {
  if ("codes" in column) return levelsOf(column, rows);
  return { ...column, values: Float32Array.from(rows, (row) => column.values[row] as number) };
}

/** Only the levels that these rows have: of a text column every row may be a level, and each would be spelt for a few. */
function levelsOf({ name, type, codes, levels }: LevelColumn, rows: Int32Array): LevelColumn {
  const numbers = new Map<number, number>([[-1, -1]]);
  const kept: string[] = [];
  const own = rows.map((row) => {
    const code = codes[row] as number;
    const known = numbers.get(code);
    if (known !== undefined) return known;
    numbers.set(code, kept.length);
    return kept.push(levels[code] as string) - 1;
  });
  return { name, type, codes: own, levels: kept };
}
