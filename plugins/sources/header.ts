/**
 * The first line of a CSV file, read before DuckDB sees the file: DuckDB would rename a repeated column in silence, and
 * would guess the delimiter from the rows, so that a new row could change it.
 */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { SourceFailure } from "../../core/plugin/index.js";

export interface Header {
  readonly delimiter: string;
  readonly columns: readonly string[];
}

/** A header longer than this is none: DuckDB's own limit for a line is 2 MB. */
const LIMIT = 2_000_000;

/** @throws {SourceFailure} when there is no line that can be a header */
export async function readHeader(file: string, delimiter: string | null): Promise<Header> {
  const line = firstLine(decode(file, await head(file)));
  if (line.trim() === "") throw new SourceFailure("empty", file, "there is no line of column names");
  const used = delimiter ?? likelyDelimiter(line);
  const columns = fields(line, used);
  if (columns === null) throw new SourceFailure("header", file, "a quoted name is not closed", 1);
  return { delimiter: used, columns: named(file, columns) };
}

/** The bytes up to the first line break outside quotes, at least. */
async function head(file: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of contents(file)) {
      parts.push(part);
      length += part.length;
      if (length >= LIMIT || complete(Buffer.concat(parts))) break;
    }
  } catch (error) {
    throw new SourceFailure("unreadable", file, error instanceof Error ? error.message : String(error));
  }
  return Buffer.concat(parts);
}

function contents(file: string): AsyncIterable<Buffer> {
  const bytes = createReadStream(file);
  if (!file.toLowerCase().endsWith(".gz")) return bytes;
  const plain = createGunzip();
  bytes.on("error", (error) => plain.destroy(error));
  return bytes.pipe(plain);
}

function complete(bytes: Buffer): boolean {
  return lineEnd(bytes.toString("latin1")) !== null;
}

function decode(file: string, bytes: Buffer): string {
  const end = lineEnd(bytes.toString("latin1")) ?? bytes.length;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end)); // drops a byte order mark
  } catch {
    throw new SourceFailure("encoding", file, "the column names are not UTF-8", 1);
  }
}

function firstLine(text: string): string {
  return text.slice(0, lineEnd(text) ?? text.length);
}

/** Where the first line break outside quotes is; null when there is none. */
function lineEnd(text: string): number | null {
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "\n" || character === "\r")) return index;
  }
  return null;
}

/** Of comma, semicolon, tab and bar the one that stands in the header most often outside quotes; a comma when none does. */
function likelyDelimiter(line: string): string {
  const bare = line.replace(/"[^"]*"/g, "");
  const count = (delimiter: string) => bare.split(delimiter).length;
  return [",", ";", "\t", "|"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/** The fields of one line by RFC 4180; null when a quote is left open. */
function fields(line: string, delimiter: string): string[] | null {
  const found: string[] = [];
  let field = "";
  let quoted = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index] ?? "";
    if (character === '"' && quoted && line[index + 1] === '"') field += line[++index];
    else if (character === '"' && (quoted || field === "")) quoted = !quoted;
    else if (character === delimiter && !quoted) {
      found.push(field);
      field = "";
    } else field += character;
  }
  return quoted ? null : [...found, field];
}

/** Row names have no header where R and pandas write them: such a column is called after its place. */
function named(file: string, columns: readonly string[]): readonly string[] {
  const names = columns.map((column, index) => (column.trim() === "" ? `column_${index + 1}` : column));
  const seen = new Map<string, string>();
  for (const column of names) {
    const other = seen.get(column.toLowerCase());
    if (other !== undefined) throw new SourceFailure("header", file, twice(column, other), 1);
    seen.set(column.toLowerCase(), column);
  }
  return names;
}

function twice(column: string, other: string): string {
  return column === other ? `"${column}" stands there twice` : `"${other}" and "${column}" differ only in letter case`;
}
