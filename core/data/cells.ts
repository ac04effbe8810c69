/** Cells of loaded columns, as models take them, in the order of the rows. */
import type { Column, ColumnType, Table } from "../plugin/index.js";
import type { LoadedColumn } from "./column.js";
import type { Database, Row } from "./database.js";
import { float } from "./extract.js";
import { booleanOf, dateOf, numberOf } from "./read-cell.js";
import { textOf } from "./sql.js";

export interface Asked {
  readonly name: string;
  readonly type: ColumnType;
  readonly column: LoadedColumn;
}

/** @param from what follows FROM, with the columns under their names in `data` */
export async function tableFrom(db: Database, asked: readonly Asked[], from: string): Promise<Table> {
  const cells = asked.map(({ type, column }, at) => `${CELLS[type](column)} as v${at}`);
  // without columns the rows still count
  const rows = await db.rows(`select ${[...cells, "1 as one"].join(", ")} from ${from}`);
  return { rows: rows.length, columns: asked.map(({ name, type }, at) => columnFrom(rows, { name, type, at })) };
}

/** A cell as SQL: FLOAT, NaN where it is missing, or text. */
const CELLS: Readonly<Record<ColumnType, (column: LoadedColumn) => string>> = {
  numeric: ({ sql, kind }) => float(numberOf(sql, kind)),
  boolean: ({ sql, kind }) => float(booleanOf(sql, kind)),
  date: ({ sql, kind }) => float(dateOf(sql, kind)),
  categorical: ({ sql, kind }) => textOf(sql, kind),
  text: ({ sql, kind }) => textOf(sql, kind),
};

interface Place {
  readonly name: string;
  readonly type: ColumnType;
  /** The cell's number in a row. */
  readonly at: number;
}

function columnFrom(rows: readonly Row[], { name, type, at }: Place): Column {
  const cells = rows.map((row) => row[`v${at}`]);
  if (type !== "categorical" && type !== "text") return { name, type, values: Float32Array.from(cells, Number) };
  const codes = new Map<unknown, number>([[null, -1]]);
  for (const cell of cells) if (!codes.has(cell)) codes.set(cell, codes.size - 1);
  const levels = [...codes.keys()].slice(1).map(String);
  return { name, type, codes: Int32Array.from(cells, (cell) => codes.get(cell) as number), levels };
}
