/** Nets of sequences [rows, time, width]: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762. */
import type { Value } from "../graph.js";
import { attend, hiddenPlaces, turnsOf, type VisibleOptions } from "./attention.js";
import { ACTIVATIONS, type Activation, dense, dropout, sizeOf } from "./dense.js";
import { layerNorm } from "./normalization.js";
import { checkCounts, checkDivides } from "./options.js";
import type { Scope } from "./scope.js";

export interface EmbeddingOptions {
  /** How many different numbers there are, from 0. */
  readonly count: number;
  readonly width: number;
}

function tableOf(scope: Scope, { count, width }: EmbeddingOptions): Value {
  checkCounts("embedding", { count, width });
  return scope.weight("table", [count, width], "small");
}

/** Rows of a trained table by number: int64 [rows, time] → [rows, time, width]. */
export function embedding(scope: Scope, numbers: Value, options: EmbeddingOptions): Value {
  return scope.g.gather(tableOf(scope, options), numbers);
}

interface BlockOptions {
  readonly heads: number;
  readonly blocks: number;
  /** Width inside a block's feed-forward part, as a multiple; default 4. */
  readonly expansion?: number;
  /** Default gelu. */
  readonly activation?: Activation;
  /** Of the embedded tokens, of shares of attention, and of what each part of a block adds; default 0. */
  readonly dropout?: number;
  /** Whether attention tells places apart by turning (Su et al. 2021) rather than by trained vectors; default false. */
  readonly rotary?: boolean;
}

export interface TransformerOptions extends BlockOptions, VisibleOptions {}

/**
 * Blocks of attention and feed-forward, each added to what it gets: [rows, time, width] stays. Norms come first in each part
 * (Xiong et al. 2020, https://arxiv.org/abs/2002.04745: trains without a warm-up), and once behind all.
 * @throws OnnxError ONNX_OPTION where the width doesn't divide among the heads
 */
export function transformer(scope: Scope, x: Value, options: TransformerOptions): Value {
  const { blocks, heads, rotary = false } = options;
  checkCounts("transformer", { blocks });
  const [time, width] = [sizeOf(x, 1), sizeOf(x, 2)];
  checkDivides("transformer.heads", heads, width);
  const turns = rotary ? turnsOf(scope.g, time, width / heads) : null;
  const hidden = hiddenPlaces(scope.g, time, options);
  let h = x;
  for (let index = 0; index < blocks; index++)
    h = transformerBlock(scope.within(`block${index}`), h, { ...options, turns, hidden });
  return layerNorm(scope.within("norm"), h);
}

function transformerBlock(scope: Scope, x: Value, options: BlockOptions & Parameters<typeof attend>[2]): Value {
  const { expansion = 4, activation = "gelu", dropout: rate = 0 } = options;
  checkCounts("transformer", { expansion });
  const { g } = scope;
  const width = sizeOf(x, 2);
  const attended = attend(scope.within("attention"), layerNorm(scope.within("norm0"), x), options);
  const h = g.add(x, dropout(scope, attended, rate));
  const wide = dense(scope.within("wide"), layerNorm(scope.within("norm1"), h), { units: width * expansion });
  const narrow = dense(scope.within("narrow"), ACTIVATIONS[activation](g, wide), { units: width });
  return g.add(h, dropout(scope, narrow, rate));
}

export interface SequenceOptions extends BlockOptions {
  /** How many different tokens there are. */
  readonly tokens: number;
  readonly width: number;
}

export interface EncoderOptions extends SequenceOptions, Pick<VisibleOptions, "mask"> {}

export interface DecoderOptions extends SequenceOptions {
  /** Whether scores are products with the tokens' own vectors: Press and Wolf 2017, https://arxiv.org/abs/1608.05859. */
  readonly tied?: boolean;
}

/** Tokens, and places unless attention tells them, embedded and added: int64 [rows, time] → [rows, time, width]. */
function placed(scope: Scope, tokens: Value, table: Value, { rotary = false, dropout: rate = 0 }: BlockOptions): Value {
  const { g } = scope;
  const found = g.gather(table, tokens);
  if (rotary) return dropout(scope, found, rate);
  const places = scope.weight("places", [sizeOf(tokens, 1), sizeOf(table, 1)], "small");
  return dropout(scope, g.add(found, places), rate);
}

function tokenTable(scope: Scope, { tokens, width }: SequenceOptions): Value {
  return tableOf(scope.within("tokens"), { count: tokens, width });
}

/** Each place sees all but padding: int64 [rows, time] → [rows, time, width]. */
export function transformerEncoder(scope: Scope, tokens: Value, options: EncoderOptions): Value {
  return transformer(scope, placed(scope, tokens, tokenTable(scope, options), options), { ...options, causal: false });
}

/** Scores of the next token at each place, which sees what came before: int64 [rows, time] → [rows, time, tokens]. */
export function transformerDecoder(scope: Scope, tokens: Value, options: DecoderOptions): Value {
  const { g } = scope;
  const table = tokenTable(scope, options);
  const h = transformer(scope, placed(scope, tokens, table, options), { ...options, causal: true });
  if (options.tied) return g.matmul(h, g.transpose(table, [1, 0]));
  return dense(scope.within("output"), h, { units: options.tokens, bias: false });
}
