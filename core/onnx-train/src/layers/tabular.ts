/** Layers of tables: columns of numbers and of categories, and nets over them. */
import { refuse } from "../given.js";
import type { Value } from "../graph.js";
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
  const fan = { inputs: 2 * frequencies, outputs: units };
  const weight = scope.weight("weight", [features, 2 * frequencies, units], "he", fan);
  const bias = scope.weight("bias", [features, 1, units], "zeros");
  const perFeature = g.relu(g.add(g.matmul(g.transpose(waves, [1, 0, 2]), weight), bias));
  return g.reshape(g.transpose(perFeature, [1, 0, 2]), [-1, features * units]);
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
