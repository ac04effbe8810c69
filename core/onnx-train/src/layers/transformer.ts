/** Layers of sequences [rows, time, width]: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, with the norms first. */
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import { tensor } from "../tensor.js";
import { ACTIVATIONS, type Activation, dense, dropout, layerNorm, sizeOf } from "./dense.js";
import type { Scope } from "./scope.js";

/** Rows of a trained table by number: [rows, time] → [rows, time, width]. */
export function embedding(
  scope: Scope,
  numbers: Value,
  options: { readonly count: number; readonly width: number },
): Value {
  return scope.g.gather(scope.weight("table", [options.count, options.width], "small"), numbers);
}

/** A large negative number rather than -∞, of which the softmax of a row of nothing else would be NaN. */
const MASKED = -1e9;

/** Scores that hide what comes later: [1, 1, time, time], 0 up to the diagonal. */
function laterMask(scope: Scope, time: number): Value {
  const mask = new Float32Array(time * time);
  for (let row = 0; row < time; row++) mask.fill(MASKED, row * time + row + 1, (row + 1) * time);
  return scope.g.initializer(tensor("float", [1, 1, time, time], mask), "later");
}

export interface AttentionOptions {
  readonly heads: number;
  /** Whether each place sees only itself and what came before; default false. */
  readonly causal?: boolean;
}

/** Scaled dot-product attention of a sequence to itself, by several heads. */
export function attention(scope: Scope, x: Value, { heads, causal = false }: AttentionOptions): Value {
  const { g } = scope;
  const [time, width] = [sizeOf(x, 1), sizeOf(x, 2)];
  const size = width / heads;
  if (!Number.isInteger(size))
    throw new OnnxError("ONNX_INVALID", `a width of ${width} doesn't divide among ${heads} heads`);
  const part = (name: string, perm: readonly number[]) => {
    const projected = dense(scope.within(name), x, { units: width });
    return g.transpose(g.reshape(projected, [-1, time, heads, size]), perm);
  };
  const [query, key, value] = [part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1]), part("value", [0, 2, 1, 3])];
  const scores = g.matmul(g.mul(query, g.float(1 / Math.sqrt(size))), key);
  const chances = g.softmax(causal ? g.add(scores, laterMask(scope, time)) : scores);
  const mixed = g.reshape(g.transpose(g.matmul(chances, value), [0, 2, 1, 3]), [-1, time, width]);
  return dense(scope.within("output"), mixed, { units: width });
}

export interface TransformerOptions extends AttentionOptions {
  readonly blocks: number;
  /** Width inside a block's feed-forward part, as a multiple; default 4. */
  readonly expansion?: number;
  /** Default gelu. */
  readonly activation?: Activation;
  readonly dropout?: number;
}

/** Blocks of attention and feed-forward, each added to what it gets: [rows, time, width] stays. */
export function transformer(scope: Scope, x: Value, options: TransformerOptions): Value {
  const { blocks, expansion = 4, activation = "gelu", dropout: rate = 0 } = options;
  const { g } = scope;
  const width = sizeOf(x, 2);
  let h = x;
  for (let index = 0; index < blocks; index++) {
    const block = scope.within(`block${index}`);
    const attended = attention(block.within("attention"), layerNorm(block.within("norm0"), h), options);
    h = g.add(h, dropout(block, attended, rate));
    const wide = dense(block.within("wide"), layerNorm(block.within("norm1"), h), { units: width * expansion });
    const narrow = dense(block.within("narrow"), ACTIVATIONS[activation](g, wide), { units: width });
    h = g.add(h, dropout(block, narrow, rate));
  }
  return layerNorm(scope.within("norm"), h);
}

export interface SequenceOptions extends TransformerOptions {
  /** How many different tokens there are. */
  readonly tokens: number;
  readonly width: number;
}

/** Tokens and their places, embedded and added: int64 [rows, time] → [rows, time, width]. */
function placed(scope: Scope, tokens: Value, { tokens: count, width }: SequenceOptions): Value {
  const place = scope.weight("places", [sizeOf(tokens, 1), width], "small");
  return scope.g.add(embedding(scope.within("tokens"), tokens, { count, width }), place);
}

/** Each place sees all: int64 [rows, time] → [rows, time, width]. */
export function transformerEncoder(scope: Scope, tokens: Value, options: SequenceOptions): Value {
  return transformer(scope, placed(scope, tokens, options), { ...options, causal: false });
}

/** Scores of the next token at each place, which sees what came before: int64 [rows, time] → [rows, time, tokens]. */
export function transformerDecoder(scope: Scope, tokens: Value, options: SequenceOptions): Value {
  const h = transformer(scope, placed(scope, tokens, options), { ...options, causal: true });
  return dense(scope.within("output"), h, { units: options.tokens, bias: false });
}
