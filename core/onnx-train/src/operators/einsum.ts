/** The notation of Einstein: "ij,jk->ik" says what becomes of each axis. */
import { OnnxError } from "../errors.js";

export interface Equation {
  /** For each operand a label per axis. Axes under "..." are called "0", "1", … from the last one on. */
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const ELLIPSIS = "...";

/** Labels of one term, with "..." in place of the axes that its letters leave over. */
function labelsOf(term: string, open: number): string[] {
  const [before = "", after] = term.split(ELLIPSIS);
  if (after === undefined) return [...term];
  const covered = Array.from({ length: open }, (_, at) => String(open - 1 - at));
  return [...before, ...covered, ...after];
}

function openAxes(term: string, rank: number): number {
  return term.includes(ELLIPSIS) ? rank - (term.length - ELLIPSIS.length) : 0;
}

/** Without an arrow: the axes under "...", then each letter that occurs once, in order of the alphabet. */
function impliedOutput(terms: readonly string[], open: number): string[] {
  const letters = [...terms.join("").replaceAll(".", "")];
  const single = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter)).sort();
  return [...labelsOf(ELLIPSIS, open), ...single];
}

/**
 * @param ranks of the operands
 * @throws OnnxError ONNX_INVALID where the equation doesn't fit them
 */
export function equationOf(text: string, ranks: readonly number[]): Equation {
  const [left = "", right] = text.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  const open = terms.map((term, index) => openAxes(term, ranks[index] ?? 0));
  const operands = terms.map((term, index) => labelsOf(term, open[index] ?? 0));
  if (operands.length !== ranks.length || operands.some((labels, index) => labels.length !== ranks[index]))
    throw new OnnxError("ONNX_INVALID", `Einsum of ${JSON.stringify(text)} doesn't fit ranks of ${ranks.join(", ")}`);
  const widest = Math.max(0, ...open);
  const output = right === undefined ? impliedOutput(terms, widest) : labelsOf(right, widest);
  return { operands, output };
}
