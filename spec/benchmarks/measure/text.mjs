/** Figures as plain text. */
import { availableParallelism, cpus } from "node:os";

export function machine() {
  return `${availableParallelism()} × ${cpus()[0]?.model ?? "?"}, Node ${process.version}`;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Three figures, as short as they go. */
export function short(value) {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** Columns as wide as they must be: the first to the left, the others to the right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** Says on the terminal how far it is, and nothing where the output goes to a file. */
export function progress(done, total) {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${done}/${total}${done === total ? "\n" : ""}`);
}
