/** Attention over sequences [rows, time, width]: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762. */
import type { GraphBuilder } from "../builder/builder.js";
import { refuse } from "../given.js";
import type { Value } from "../graph.js";
import { constant } from "./constant.js";
import { dense, dropout, sizeOf } from "./dense.js";
import { checkDivides } from "./options.js";
import type { Scope } from "./scope.js";

/** A large negative number rather than -∞, of which the softmax of a row of nothing else would be NaN. */
const MASKED = -1e9;

/** Added to scores, hides what comes later: [1, 1, time, time], 0 up to the diagonal. */
function laterHidden(g: GraphBuilder, time: number): Value {
  const mask = new Float32Array(time * time);
  for (let row = 0; row < time; row++) mask.fill(MASKED, row * time + row + 1, (row + 1) * time);
  return constant(g, [1, 1, time, time], mask);
}

/** Added to scores, hides what is padding: [rows, time] of 1 and 0 → [rows, 1, 1, time]. */
function paddingHidden(g: GraphBuilder, mask: Value): Value {
  return g.unsqueeze(g.mul(g.sub(g.float(1), present(g, mask)), g.float(MASKED)), [1, 2]);
}

/** A mask of any type as floats of 1 and 0. */
export function present(g: GraphBuilder, mask: Value): Value {
  return mask.type?.element === "float" ? mask : g.cast(mask, "float");
}

/** What is added to scores; null: each place sees all. One value serves all blocks of a net. */
export function hiddenPlaces(g: GraphBuilder, time: number, { causal = false, mask }: VisibleOptions): Value | null {
  const later = causal ? laterHidden(g, time) : null;
  const padding = mask === undefined ? null : paddingHidden(g, mask);
  return later && padding ? g.add(later, padding) : (later ?? padding);
}

/** Cosines and sines of each place's angles, [time, size / 2]: see `turned`. */
export interface Turns {
  readonly cos: Value;
  readonly sin: Value;
}

/** Angles place · 10000^(-2 i / size): Su et al. 2021, https://arxiv.org/abs/2104.09864, eq. 15. */
export function turnsOf(g: GraphBuilder, time: number, size: number): Turns {
  if (size % 2 !== 0) refuse("attention.heads", "heads of an even size, as places turn pairs", `a size of ${size}`);
  const half = size / 2;
  const angles = Float64Array.from({ length: time * half }, (_, at) => {
    return Math.floor(at / half) * 10_000 ** ((-2 * (at % half)) / size);
  });
  const [cos, sin] = [Math.cos, Math.sin].map((wave) => constant(g, [time, half], Float32Array.from(angles, wave)));
  return { cos, sin } as Turns;
}

/** Each pair of the first half and the second turned by its angle, so that products tell how far apart places are. */
function turned(g: GraphBuilder, x: Value, { cos, sin }: Turns): Value {
  const half = sizeOf(x, 3) / 2;
  const [first, second] = g.split(x, [half, half], 3) as [Value, Value];
  const along = g.sub(g.mul(first, cos), g.mul(second, sin));
  return g.concat([along, g.add(g.mul(second, cos), g.mul(first, sin))], 3);
}

export interface VisibleOptions {
  /** Whether each place sees only itself and what came before; default false. */
  readonly causal?: boolean;
  /** [rows, time] of any type: 1 where there is something, 0 where there is padding, which nobody sees. */
  readonly mask?: Value;
}

export interface AttentionOptions extends VisibleOptions {
  readonly heads: number;
  /** Whether queries and keys are turned by their places, which then need no trained vectors; default false. */
  readonly rotary?: boolean;
  /** Of the shares by which values are mixed; default 0. */
  readonly dropout?: number;
}

/**
 * Scaled dot-product attention of a sequence to itself, by several heads.
 * @throws OnnxError ONNX_OPTION where the width doesn't divide among the heads
 */
export function attention(scope: Scope, x: Value, options: AttentionOptions): Value {
  const [time, width] = [sizeOf(x, 1), sizeOf(x, 2)];
  checkDivides("attention.heads", options.heads, width);
  const turns = options.rotary ? turnsOf(scope.g, time, width / options.heads) : null;
  return attend(scope, x, { ...options, turns, hidden: hiddenPlaces(scope.g, time, options) });
}

export interface AttendOptions {
  readonly heads: number;
  readonly dropout?: number;
  readonly turns: Turns | null;
  readonly hidden: Value | null;
}

/**
 * Queries, keys and values come from three products rather than one of three times the width: cutting that apart costs as
 * much as it saves (3 × [16, 64, 128], forward and back: 19.8 ms against 21.2).
 */
export function attend(scope: Scope, x: Value, { heads, dropout: rate = 0, turns, hidden }: AttendOptions): Value {
  const { g } = scope;
  const [time, width] = [sizeOf(x, 1), sizeOf(x, 2)];
  const size = width / heads;
  const part = (name: string) => {
    const projected = dense(scope.within(name), x, { units: width });
    return g.transpose(g.reshape(projected, [-1, time, heads, size]), [0, 2, 1, 3]);
  };
  const placed = (name: string) => (turns === null ? part(name) : turned(g, part(name), turns));
  const [query, key, value] = [placed("query"), g.transpose(placed("key"), [0, 1, 3, 2]), part("value")];
  const scores = g.matmul(g.mul(query, g.float(1 / Math.sqrt(size))), key);
  const shares = dropout(scope, g.softmax(hidden === null ? scores : g.add(scores, hidden)), rate);
  const mixed = g.reshape(g.transpose(g.matmul(shares, value), [0, 2, 1, 3]), [-1, time, width]);
  return dense(scope.within("output"), mixed, { units: width });
}
