import { type Json, type Scan, type Source, SourceFailure } from "../../core/plugin/index.js";
import { type Header, readHeader } from "./header.js";
import { identifier, paths, string } from "./sql.js";

/** Files with the same header, which one scan can read. */
interface Sheet extends Header {
  readonly files: string[];
}

/**
 * Delimited text with a line of column names. Every cell is read as text, so that a value means the same whatever rows
 * stand around it; files may have different columns, and the ones that a file lacks are missing in its rows.
 */
export class Csv implements Source {
  readonly name = "csv";
  readonly extensions = [".csv", ".tsv", ".csv.gz", ".tsv.gz"];
  readonly options = {
    type: "object",
    properties: {
      delimiter: { type: "string", minLength: 1, maxLength: 1, description: "Taken from the header when not given." },
    },
    additionalProperties: false,
  };

  async scan(files: readonly string[], options: { readonly [key: string]: Json }): Promise<Scan> {
    const delimiter = typeof options.delimiter === "string" ? options.delimiter : null;
    const sheets = await sheetsOf(files, delimiter);
    const columns = union(sheets);
    return {
      kind: "sql",
      typed: false,
      relation: `(${sheets.map((sheet) => select(sheet, columns)).join(" union all ")})`,
    };
  }
}

async function sheetsOf(files: readonly string[], delimiter: string | null): Promise<readonly Sheet[]> {
  const sheets = new Map<string, Sheet>();
  for (const file of files) {
    const header = await readHeader(file, delimiter);
    const key = JSON.stringify([header.delimiter, header.columns]);
    const sheet = sheets.get(key) ?? { ...header, files: [] };
    sheet.files.push(file);
    sheets.set(key, sheet);
  }
  return [...sheets.values()];
}

/** Every column of any sheet, in order of first appearance. */
function union(sheets: readonly Sheet[]): readonly string[] {
  const byFold = new Map<string, string>();
  for (const sheet of sheets) {
    for (const column of sheet.columns) {
      const known = byFold.get(column.toLowerCase()) ?? column;
      if (known !== column) {
        const reason = `"${column}" is called "${known}" in another file`;
        throw new SourceFailure("header", sheet.files[0] ?? "", reason, 1);
      }
      byFold.set(column.toLowerCase(), column);
    }
  }
  return [...byFold.values()];
}

function select(sheet: Sheet, columns: readonly string[]): string {
  const own = new Set(sheet.columns);
  const items = columns.map((column) => `${own.has(column) ? "" : "null::varchar as "}${identifier(column)}`);
  return `select ${items.join(", ")} from ${relation(sheet)}`;
}

/** No guessing: what DuckDB would detect from the rows could change with them. */
function relation({ delimiter, columns, files }: Sheet): string {
  const types = columns.map((column) => `${string(column)}: 'VARCHAR'`).join(", ");
  return `read_csv(${paths(files)}, auto_detect = false, header = true, delim = ${string(delimiter)}, quote = '"',
    escape = '"', strict_mode = true, columns = {${types}})`;
}
