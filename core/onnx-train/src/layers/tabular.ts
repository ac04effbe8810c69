/** Layers of tables: columns of numbers and of categories, and nets over them. */
import { refuse } from "../given.js";
import type { Value } from "../graph.js";
import { constant } from "./constant.js";
import { dense, dropout, sizeOf } from "./dense.js";
import { layerNorm } from "./normalization.js";
import { checkCounts } from "./options.js";
import type { Scope } from "./scope.js";

export interface NumericEmbeddingOptions {
  /** Frequencies per feature; default 16. */
  readonly frequencies?: number;
  /** Units per feature; default 8. */
  readonly units?: number;
}

/**
 * Each number on waves of its own trained frequencies, then a linear layer of its own and a Relu: Gorishniy, Rubachev,
 * Babenko 2022, https://arxiv.org/abs/2203.05556, §3.3 ("PLR"). [rows, features] → [rows, features · units].
 */
export function numericEmbedding(scope: Scope, x: Value, options: NumericEmbeddingOptions = {}): Value {
  const { frequencies = 16, units = 8 } = options;
  checkCounts("numericEmbedding", { frequencies, units });
  const { g } = scope;
  const features = sizeOf(x, -1);
  const turns = scope.weight("frequencies", [features, frequencies], "standard");
  const angle = g.mul(g.mul(g.unsqueeze(x, [-1]), turns), g.float(2 * Math.PI));
  const waves = g.concat([g.op("Cos", [angle]), g.op("Sin", [angle])], -1);
  return ofEachFeature(scope, waves, units);
}

/** A linear layer of each feature's own and a Relu: [rows, features, numbers] → [rows, features · units]. */
function ofEachFeature(scope: Scope, x: Value, units: number): Value {
  const { g } = scope;
  const [features, numbers] = [sizeOf(x, 1), sizeOf(x, 2)];
  const weight = scope.weight("weight", [features, numbers, units], "he", { inputs: numbers, outputs: units });
  const bias = scope.weight("bias", [features, 1, units], "zeros");
  const found = g.relu(g.add(g.matmul(g.transpose(x, [1, 0, 2]), weight), bias));
  return g.reshape(g.transpose(found, [1, 0, 2]), [-1, features * units]);
}

export interface PiecewiseEmbeddingOptions {
  /** Where bins begin and end: two or more finite numbers that ascend, the same for all features. */
  readonly edges: readonly number[];
  /** Units per feature; default 8. */
  readonly units?: number;
}

/**
 * How much of each bin lies below a number, from 0 to 1 and beyond the outer edges on along the line, then a linear layer of each
 * feature's own and a Relu: Gorishniy, Rubachev, Babenko 2022, https://arxiv.org/abs/2203.05556, §3.2, eq. 1. Edges never train.
 * [rows, features] → [rows, features · units].
 * @throws OnnxError ONNX_OPTION for edges that aren't finite or don't ascend in float32
 */
export function piecewiseEmbedding(scope: Scope, x: Value, { edges, units = 8 }: PiecewiseEmbeddingOptions): Value {
  checkCounts("piecewiseEmbedding", { units });
  const { starts, sizes } = binsOf(edges);
  const bins = starts.length;
  const { g } = scope;
  const vector = (values: Float32Array) => constant(g, [bins], values);
  const shares = g.div(g.sub(g.unsqueeze(x, [-1]), vector(starts)), vector(sizes));
  const least = vector(starts.map((_, bin) => (bin === 0 ? -LARGEST : 0)));
  const most = vector(starts.map((_, bin) => (bin === bins - 1 ? LARGEST : 1)));
  return ofEachFeature(scope, g.op("Min", [g.op("Max", [shares, least]), most]), units);
}

/** As good as no limit. */
const LARGEST = 1e30;

function binsOf(edges: readonly number[]): { readonly starts: Float32Array; readonly sizes: Float32Array } {
  const all = Float32Array.from(edges);
  const starts = all.slice(0, -1);
  const sizes = starts.map((start, bin) => (all[bin + 1] as number) - start);
  if (starts.length > 0 && sizes.every((size) => size > 0 && Number.isFinite(size))) return { starts, sizes };
  return refuse("piecewiseEmbedding.edges", "two or more finite numbers, each above the one before", edges);
}

export interface CategoricalEmbeddingOptions {
  /** How many categories each column has: its numbers go from 0 to below that. */
  readonly counts: readonly number[];
  /** Units per column; default 8. */
  readonly units?: number;
}

/**
 * A trained vector for each category of each column, side by side: int64 [rows, columns] → [rows, columns · units]. All lie in
 * one table, that of a column behind those before it; they start as in the code of Gorishniy et al. 2021,
 * https://arxiv.org/abs/2106.11959.
 * @throws OnnxError ONNX_OPTION where there isn't one count for each column
 */
export function categoricalEmbedding(scope: Scope, numbers: Value, options: CategoricalEmbeddingOptions): Value {
  const { counts, units = 8 } = options;
  checkCounts("categoricalEmbedding", {
    units,
    ...Object.fromEntries(counts.map((count, at) => [`counts[${at}]`, count])),
  });
  const { g } = scope;
  const columns = sizeOf(numbers, 1);
  if (columns !== counts.length)
    refuse("categoricalEmbedding.counts", `one for each of ${columns} columns`, counts.length);
  const starts = counts.map((_, column) => counts.slice(0, column).reduce((sum, count) => sum + count, 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const table = scope.weight("table", [total, units], "fanIn", { inputs: units, outputs: units });
  return g.reshape(g.gather(table, g.add(numbers, g.vector("int64", starts))), [-1, columns * units]);
}

export interface ResidualMlpOptions {
  /** Width between blocks; default 128. */
  readonly width?: number;
  /** Default 2. */
  readonly blocks?: number;
  /** Width inside a block, as a multiple; default 2. */
  readonly expansion?: number;
  readonly outputs: number;
  /** Inside a block, behind the Relu; default 0. */
  readonly dropout?: number;
}

/** Normalise, widen, Relu, narrow, add: Gorishniy et al. 2021, https://arxiv.org/abs/2106.11959, §3.2, with layer norm. */
export function residualMlp(scope: Scope, x: Value, options: ResidualMlpOptions): Value {
  const { width = 128, blocks = 2, expansion = 2, outputs, dropout: rate = 0 } = options;
  checkCounts("residualMlp", { blocks, expansion });
  const { g } = scope;
  let h = dense(scope.within("input"), x, { units: width });
  for (let index = 0; index < blocks; index++) {
    const block = scope.within(`block${index}`);
    const wide = dense(block.within("wide"), layerNorm(block.within("norm"), h), {
      units: width * expansion,
      initial: "he",
    });
    const inner = dropout(block, g.relu(wide), rate);
    h = g.add(h, dense(block.within("narrow"), inner, { units: width }));
  }
  return dense(scope.within("output"), g.relu(layerNorm(scope.within("norm"), h)), { units: outputs });
}
