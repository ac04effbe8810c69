/**
 * What kinds of one number for each column of numbers have in common: missing cells are filled, then a function that
 * grows with its argument. Both sides use single precision, step by step, so that they give the same bits.
 */
import type { GraphBuilder, Value } from "onnx-train";
import { type FittedPart, joined, numbersOf, type RawColumn, rawColumn, type Training } from "../part.js";
import { medianOf, momentsOf, sortedFinite, varies } from "../statistics.js";

/** How missing cells are filled; the median by default, as it doesn't mind outliers. */
export interface Imputation {
  readonly impute?: "mean" | "median";
}

/** A column that varies, as its kind's `fit` sees it. */
interface NumberSample {
  readonly values: Float32Array;
  /** The finite values, ascending; two of them differ. */
  readonly sorted: Float32Array;
  readonly weight: Float64Array | null;
}

/** A column with what was fitted to it. */
interface NumberFeature<F> {
  readonly column: RawColumn;
  readonly fill: number;
  readonly fit: F;
}

/** One number of a column, without missing cells. */
export interface NumberKind<F> {
  /** Behind the column's name in the name of the number. */
  readonly suffix: string;
  /** Null where the column can't be used. */
  fit(sample: NumberSample): F | null;
  apply(fit: F, value: number): number;
  /** @param filled float [N, fits], none of them NaN @returns float [N, fits] */
  emit(graph: GraphBuilder, filled: Value, fits: readonly F[]): Value;
}

/** Columns that don't vary in the training rows are left out; null where none does. */
export function fitNumbers<F>(
  kind: NumberKind<F>,
  { train }: Training,
  names: readonly string[],
  { impute = "median" }: Imputation,
): FittedPart | null {
  const features = names.flatMap((name): NumberFeature<F>[] => {
    const values = numbersOf(train.table, name);
    const sorted = sortedFinite(values);
    const fit = varies(sorted) ? kind.fit({ values, sorted, weight: train.weight }) : null;
    if (fit === null) return [];
    const fill = impute === "median" ? medianOf(sorted) : Math.fround(momentsOf(values, train.weight).mean);
    return [{ column: rawColumn(train.table, name), fill, fit }];
  });
  return features.length === 0 ? null : partOf(kind, features);
}

function partOf<F>(kind: NumberKind<F>, features: readonly NumberFeature<F>[]): FittedPart {
  const columns = features.map(({ column }) => column);
  return {
    columns,
    names: columns.map(({ name }) => `${name}${kind.suffix}`),
    encode(table, { values, width, at }) {
      features.forEach(({ column, fill, fit }, index) => {
        const cells = numbersOf(table, column.name);
        for (let row = 0, cell = at + index; row < table.rows; row++, cell += width) {
          const value = cells[row] as number;
          values[cell] = kind.apply(fit, Number.isNaN(value) ? fill : value);
        }
      });
    },
    emit(graph, inputs) {
      const fills = features.map(({ fill }) => fill);
      const filled = filledInputs(graph, inputs, fills);
      return kind.emit(
        graph,
        filled,
        features.map(({ fit }) => fit),
      );
    },
  };
}

/** The inputs side by side with NaN replaced, [N, fills]. */
export function filledInputs(graph: GraphBuilder, inputs: readonly Value[], fills: readonly number[]): Value {
  const raw = joined(graph, inputs);
  return graph.where(graph.op("IsNaN", [raw]), graph.vector("float", fills), raw);
}

/** Cuts to the same two ends in every column. */
export function clipped(graph: GraphBuilder, x: Value, low: number, high: number): Value {
  return graph.op("Clip", [x, graph.scalar("float", low), graph.scalar("float", high)]);
}

export function clip(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
