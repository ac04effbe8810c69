/**
 * How far a number is above a knot, or 0 below, standardised: a weighted sum of them bends where the answers do (Friedman,
 * "Multivariate adaptive regression splines", Annals of Statistics 19, 1991). Knots are quantiles of the training rows.
 */
import type { GraphBuilder, Value } from "onnx-train";
import { type FittedPart, numbersOf, type RawColumn, rawColumn, type Training } from "../part.js";
import { medianOf, sortedFinite } from "../statistics.js";
import { filledInputs } from "./numbers.js";
import { type Standard, standard } from "./standard.js";

export interface HingeOptions {
  /** Most knots of a column; default 7, and one for each 100 rows. */
  readonly knots?: number;
}

const MOST_KNOTS = 7;
/** Rows that a knot needs. */
const ROWS_EACH = 100;

interface Hinge {
  readonly column: RawColumn;
  readonly fill: number;
  readonly knot: number;
  readonly fit: Standard;
}

export function fitHinges(training: Training, names: readonly string[], options: HingeOptions): FittedPart | null {
  const { knots = Math.min(MOST_KNOTS, Math.ceil(training.train.table.rows / ROWS_EACH)) } = options;
  const hinges = names.flatMap((name) => hingesOf(training, name, knots));
  return hinges.length === 0 ? null : partOf(hinges);
}

function hingesOf({ train: { table, weight } }: Training, name: string, knots: number): Hinge[] {
  const cells = numbersOf(table, name);
  const sorted = sortedFinite(cells);
  const fill = medianOf(sorted);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const shares = Array.from({ length: knots }, (_, knot) => (knot + 1) / (knots + 1));
  // at the least value a hinge would be the number itself, and at the largest one nothing
  const inner = [...new Set(shares.map(at))].filter((knot) => knot > at(0) && knot < at(1));
  return inner.flatMap((knot): Hinge[] => {
    const values = cells.map((cell) => above(knot, Number.isNaN(cell) ? fill : cell));
    const fit = standard.fit({ values, sorted: values, weight });
    return fit === null ? [] : [{ column: rawColumn(table, name), fill, knot, fit }];
  });
}

function above(knot: number, value: number): number {
  return Math.max(0, Math.fround(value - knot));
}

function partOf(hinges: readonly Hinge[]): FittedPart {
  return {
    columns: hinges.map(({ column }) => column),
    names: hinges.map(({ column, knot }) => `${column.name}>${knot}`),
    encode(table, { values, width, at }) {
      hinges.forEach(({ column, fill, knot, fit }, index) => {
        numbersOf(table, column.name).forEach((cell, row) => {
          values[row * width + at + index] = standard.apply(fit, above(knot, Number.isNaN(cell) ? fill : cell));
        });
      });
    },
    emit: (graph, inputs) => hingeNodes(graph, inputs, hinges),
  };
}

function hingeNodes(graph: GraphBuilder, inputs: readonly Value[], hinges: readonly Hinge[]): Value {
  const fills = hinges.map(({ fill }) => fill);
  const knots = hinges.map(({ knot }) => knot);
  const above = graph.relu(graph.sub(filledInputs(graph, inputs, fills), graph.vector("float", knots)));
  return standard.emit(
    graph,
    above,
    hinges.map(({ fit }) => fit),
  );
}
