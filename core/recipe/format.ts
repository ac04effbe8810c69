import type { Position, SousError } from "../errors.js";
import type { RecipeRejected } from "./rejected.js";

/** Nobody reads more; the first ones are mostly the cause of the rest. */
const MOST_SHOWN = 50;

/** A line of a recipe may be 1 MiB long: this much of it is shown, in characters. */
const WIDTH = 100;

/** For a terminal: each problem with its place, the line in question with a caret below it, and how to mend it. */
export function formatRecipeErrors({ errors, text }: RecipeRejected): string {
  const lines = text.split("\n");
  const shown = errors.slice(0, MOST_SHOWN).map((error) => formatError(error, lines));
  const more = errors.length - shown.length;
  return printable([...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("\n\n"));
}

function formatError(error: SousError, lines: readonly string[]): string {
  const { position, code, message, mend } = error;
  if (position === null) return `${code} ${message}\n  ${mend}`;
  const place = `${position.file}:${position.line}:${position.column}`;
  return [`${place} ${code} ${message}`, ...excerpt(position, lines), `  ${mend}`].join("\n");
}

function excerpt({ line, column }: Position, lines: readonly string[]): string[] {
  const text = lines[line - 1]?.replace(/\r$/, "") ?? "";
  if (text === "") return [];
  const from = Math.max(0, Math.min(column - 1 - WIDTH / 2, text.length - WIDTH));
  const margin = " ".repeat(String(line).length);
  const caret = " ".repeat(column - 1 - from);
  return [`  ${line} | ${text.slice(from, from + WIDTH)}`, `  ${margin} | ${caret}^`];
}

/** Without what would steer the terminal: a recipe may be a stranger's. A tab becomes one space, so that carets fit. */
function printable(text: string): string {
  return text.replaceAll("\t", " ").replace(/(?!\n)\p{Cc}/gu, "\uFFFD");
}
