/** Products of two standardised numbers or levels, standardised again: of those pairs that screening.ts finds in the training rows. */
import type { GraphBuilder, Value } from "onnx-train";
import { type Standard, standard } from "../numbers/standard.js";
import { byName, distinct, type FittedPart, type Training } from "../part.js";
import { cellsOf, type Factor, factorNodes, factorsOf, inOrder } from "./factors.js";
import { sampleOf } from "./sample.js";
import { type Pair, tellingPairs } from "./screening.js";

export interface ProductOptions {
  /** Most products; default 30, and one for each 50 rows. */
  readonly limit?: number;
}

const MOST_PRODUCTS = 30;
/** Rows that a product needs: with fewer, those that are found by chance outweigh what the others tell. */
const ROWS_EACH = 50;
/** Numbers and levels that are screened: the first of the plan. 60 make 1,830 pairs. */
const MOST_FACTORS = 60;

interface Product {
  readonly pair: Pair;
  readonly fit: Standard;
}

export function fitProducts(training: Training, names: readonly string[], options: ProductOptions): FittedPart | null {
  const { table, weight } = training.train;
  const { limit = Math.min(MOST_PRODUCTS, Math.ceil(table.rows / ROWS_EACH)) } = options;
  const all = inOrder(names.flatMap((name) => factorsOf(training, name)).slice(0, MOST_FACTORS));
  const cells = all.map((factor) => cellsOf(factor, table));
  const sample = sampleOf(training);
  const pairs = tellingPairs(cells.map(sample.of), sample.answers, limit);
  const used = [...new Set(pairs.flatMap(({ left, right }) => [left, right]))].sort((a, b) => a - b);
  const products = pairs.flatMap((pair): Product[] => {
    const values = productOf(cells, pair);
    const fit = standard.fit({ values, sorted: values, weight });
    return fit === null ? [] : [{ pair: { left: used.indexOf(pair.left), right: used.indexOf(pair.right) }, fit }];
  });
  const factors = used.map((at) => all[at] as Factor);
  return products.length === 0 ? null : partOf(factors, products);
}

function productOf(cells: readonly Float32Array[], { left, right }: Pair): Float32Array {
  const other = cells[right] as Float32Array;
  return (cells[left] as Float32Array).map((value, row) => value * (other[row] as number));
}

function partOf(factors: readonly Factor[], products: readonly Product[]): FittedPart {
  const nameOf = (at: number) => factors[at]?.name ?? "";
  const columns = distinct(factors.map(({ column }) => column));
  return {
    columns,
    names: products.map(({ pair }) => `${nameOf(pair.left)}*${nameOf(pair.right)}`),
    encode(table, { values, width, at }) {
      const cells = factors.map((factor) => cellsOf(factor, table));
      products.forEach(({ pair, fit }, index) => {
        productOf(cells, pair).forEach((product, row) => {
          values[row * width + at + index] = standard.apply(fit, product);
        });
      });
    },
    emit(graph, inputs) {
      return productNodes(graph, factorNodes(graph, byName(columns, inputs), factors), products);
    },
  };
}

function productNodes(graph: GraphBuilder, factors: Value, products: readonly Product[]): Value {
  const side = (of: (pair: Pair) => number) => {
    const places = products.map(({ pair }) => of(pair));
    return graph.gather(factors, graph.vector("int64", places), 1);
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
