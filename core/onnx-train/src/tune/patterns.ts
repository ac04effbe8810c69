/** Names chosen by patterns. */
import { OnnxError } from "../errors.js";

/** A text in which `*` stands for any run of characters (also of separators) and `?` for one; or a RegExp. */
export type Pattern = string | RegExp;

function expressionOf(pattern: Pattern): RegExp {
  // Without the flags that make a RegExp remember where it stopped.
  if (pattern instanceof RegExp) return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

export interface Named<T> {
  /** By any of which it can be chosen. */
  readonly names: readonly string[];
  readonly item: T;
}

/**
 * What at least one of the patterns matches.
 * @param what it is, in the plural: for messages
 * @throws OnnxError ONNX_INVALID for a pattern that matches nothing, with the nearest names
 */
export function matching<T>(all: readonly Named<T>[], patterns: readonly Pattern[], what: string): Set<T> {
  const found = new Set<T>();
  for (const pattern of patterns) {
    const expression = expressionOf(pattern);
    const hits = all.filter(({ names }) => names.some((name) => expression.test(name)));
    if (hits.length === 0) throw noMatch(pattern, [...new Set(all.flatMap(({ names }) => names))], what);
    for (const { item } of hits) found.add(item);
  }
  return found;
}

function noMatch(pattern: Pattern, names: readonly string[], what: string): OnnxError {
  const asked = pattern instanceof RegExp ? String(pattern) : JSON.stringify(pattern);
  return new OnnxError("ONNX_INVALID", `${asked} matches none of the ${what}; ${suggestions(String(pattern), names)}`);
}

const MOST = 8;

/** "there are …", the names most like the one asked for first. */
export function suggestions(asked: string, names: readonly string[]): string {
  if (names.length === 0) return "there are none";
  const near = names.map((name) => ({ name, away: distance(asked, name) })).sort((a, b) => a.away - b.away);
  const shown = near.slice(0, MOST).map(({ name }) => JSON.stringify(name));
  const more = names.length > MOST ? ` and ${names.length - MOST} more` : "";
  return `there are ${shown.join(", ")}${more}`;
}

/** Of Levenshtein 1966: letters added, taken away and exchanged. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let at = 0; at < b.length; at++) {
      const exchanged = (row[at] ?? 0) + (letter === b[at] ? 0 : 1);
      next.push(Math.min(exchanged, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
