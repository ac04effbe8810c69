/** Products of two standardised columns, standardised again: of those pairs that screening.ts finds in the training rows. */
import type { GraphBuilder, Value } from "onnx-train";
import { type Answers, answersOf } from "../answers.js";
import { filledInputs } from "../numbers/numbers.js";
import { type Standard, standard } from "../numbers/standard.js";
import { type FittedPart, numbersOf, type RawColumn, rawColumn, type Training } from "../part.js";
import { medianOf, sortedFinite, varies } from "../statistics.js";
import { type Pair, tellingPairs } from "./screening.js";

export interface ProductOptions {
  /** Most products; default 10. */
  readonly limit?: number;
}

/** Rows that pairs are screened on, evenly spread. */
const SAMPLE = 5_000;
/** Columns that are screened: the first of the plan. 30 make 465 pairs. */
const MOST_COLUMNS = 30;

interface Factor {
  readonly column: RawColumn;
  readonly fill: number;
  readonly fit: Standard;
}

interface Product {
  readonly pair: Pair;
  readonly fit: Standard;
}

export function fitProducts(
  training: Training,
  names: readonly string[],
  { limit = 10 }: ProductOptions,
): FittedPart | null {
  const { table, weight } = training.train;
  const all = names.slice(0, MOST_COLUMNS).flatMap((name) => factorOf(training, name));
  const rows = sampled(table.rows);
  const sample = all.map((factor) => {
    const cells = numbersOf(table, factor.column.name);
    return Float32Array.from(rows, (row) => standardOf(factor, cells[row] as number));
  });
  const pairs = tellingPairs(sample, answersFor(answersOf(training), rows), limit);
  const used = [...new Set(pairs.flatMap(({ left, right }) => [left, right]))].sort((a, b) => a - b);
  const factors = used.map((at) => all[at] as Factor);
  const cells = factors.map(({ column }) => numbersOf(table, column.name));
  const products = pairs.flatMap(({ left, right }): Product[] => {
    const pair = { left: used.indexOf(left), right: used.indexOf(right) };
    const values = Float32Array.from({ length: table.rows }, (_, row) => productOf(factors, cells, pair, row));
    const fit = standard.fit({ values, sorted: values, weight });
    return fit === null ? [] : [{ pair, fit }];
  });
  return products.length === 0 ? null : partOf(factors, products);
}

function factorOf({ train: { table, weight } }: Training, name: string): Factor[] {
  const values = numbersOf(table, name);
  const sorted = sortedFinite(values);
  const fit = varies(sorted) ? standard.fit({ values, sorted, weight }) : null;
  return fit === null ? [] : [{ column: rawColumn(table, name), fill: medianOf(sorted), fit }];
}

function sampled(rows: number): Uint32Array {
  const count = Math.min(rows, SAMPLE);
  return Uint32Array.from({ length: count }, (_, at) => Math.floor((at * rows) / count));
}

function answersFor({ values, each }: Answers, rows: Uint32Array): Pick<Answers, "values" | "each"> {
  const cell = (at: number) => (rows[Math.floor(at / each)] as number) * each + (at % each);
  return { values: Float64Array.from({ length: rows.length * each }, (_, at) => values[cell(at)] as number), each };
}

function standardOf({ fill, fit }: Factor, value: number): number {
  return standard.apply(fit, Number.isNaN(value) ? fill : value);
}

function productOf(
  factors: readonly Factor[],
  cells: readonly Float32Array[],
  { left, right }: Pair,
  row: number,
): number {
  const of = (at: number) => standardOf(factors[at] as Factor, cells[at]?.[row] as number);
  return Math.fround(of(left) * of(right));
}

function partOf(factors: readonly Factor[], products: readonly Product[]): FittedPart {
  const nameOf = (at: number) => factors[at]?.column.name ?? "";
  return {
    columns: factors.map(({ column }) => column),
    names: products.map(({ pair }) => `${nameOf(pair.left)}*${nameOf(pair.right)}`),
    encode(table, { values, width, at }) {
      const cells = factors.map(({ column }) => numbersOf(table, column.name));
      products.forEach(({ pair, fit }, index) => {
        for (let row = 0, cell = at + index; row < table.rows; row++, cell += width) {
          values[cell] = standard.apply(fit, productOf(factors, cells, pair, row));
        }
      });
    },
    emit: (graph, inputs) => productNodes(graph, inputs, factors, products),
  };
}

function productNodes(
  graph: GraphBuilder,
  inputs: readonly Value[],
  factors: readonly Factor[],
  products: readonly Product[],
): Value {
  const fills = factors.map(({ fill }) => fill);
  const fits = factors.map(({ fit }) => fit);
  const standardised = standard.emit(graph, filledInputs(graph, inputs, fills), fits);
  const side = (of: (pair: Pair) => number) => {
    const places = products.map(({ pair }) => of(pair));
    return graph.gather(standardised, graph.vector("int64", places), 1);
  };
  const product = graph.mul(
    side(({ left }) => left),
    side(({ right }) => right),
  );
  return standard.emit(
    graph,
    product,
    products.map(({ fit }) => fit),
  );
}
