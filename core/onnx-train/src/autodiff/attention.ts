/** The gradient of attention, by the operators that it is made of. */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import { tensor } from "../tensor.js";
import { floatOf, type GradientRow, intOf, numberOf, placeOf, type Step, shapeOf } from "./gradient.js";
import { numeric } from "./window.js";

/** [batch, time, heads · size] → [batch, heads, time, size]; four axes are so already. */
function headsApart(step: Step, value: Value, heads: number): Value {
  if (shapeOf(step, value).length === 4) return value;
  const [time = 1, width = 1] = numeric(step, value, 1);
  return step.g.transpose(step.g.reshape(value, [-1, time, heads, width / heads]), [0, 2, 1, 3]);
}

/** Heads that several queries share, once for each. */
function repeated(step: Step, value: Value, heads: number): Value {
  const [own = 1, time = 1, size = 1] = numeric(step, value, 1);
  if (own === heads) return value;
  const { g } = step;
  const wide = g.expand(g.unsqueeze(value, [2]), [1, 1, heads / own, 1, 1]);
  return g.reshape(wide, [-1, heads, time, size]);
}

/** 0 where a place may be looked at, -∞ where not. */
function causalMask(g: GraphBuilder, like: Value, [queries, keys]: readonly [number, number]): Value {
  const mask = new Float32Array(queries * keys);
  for (let row = 0; row < queries; row++) mask.fill(-Infinity, row * keys + Math.min(row + 1, keys), (row + 1) * keys);
  const element = like.type?.element ?? "float";
  const value = g.initializer(tensor("float", [queries, keys], mask), "later");
  return element === "float" ? value : g.cast(value, element);
}

function masked(step: Step, scores: Value, mask: Value | null): Value {
  const { g } = step;
  const [queries = 1, keys = 1] = numeric(step, scores, 2);
  const seen = intOf(step, "is_causal", 0) === 1 ? g.add(scores, causalMask(g, scores, [queries, keys])) : scores;
  if (mask === null) return seen;
  return mask.type?.element === "bool" ? g.where(mask, seen, numberOf(g, scores, -Infinity)) : g.add(seen, mask);
}

function assertPlain({ node, isUsed }: Step): void {
  const isPlain = node.inputs.slice(4).every((input) => input === null) && ![1, 2, 3].some(isUsed);
  if (isPlain && node.attributes.softcap === undefined) return;
  throw new OnnxError(
    "ONNX_NO_GRADIENT",
    `${placeOf(node)} has no gradient with past keys, with a softcap, or through other outputs than the first`,
  );
}

/** softmax(q kᵀ · scale + mask) v, head by head: https://onnx.ai/onnx/operators/onnx__Attention.html. */
const attention: GradientRow = (step) => {
  const { g } = step;
  assertPlain(step);
  return step.through(([query, key, value, mask = null]) => {
    const q = headsApart(step, query as Value, intOf(step, "q_num_heads", 1));
    const heads = numeric(step, q, 1)[0] ?? 1;
    const [k, v] = [key, value].map((each) =>
      repeated(step, headsApart(step, each as Value, intOf(step, "kv_num_heads", 1)), heads),
    ) as [Value, Value];
    const [time = 1, size = 1] = numeric(step, q, 2);
    const scale = floatOf(step, "scale", 1 / Math.sqrt(size));
    const scores = g.matmul(g.mul(q, step.number(scale)), g.transpose(k, [0, 1, 3, 2]));
    const mixed = g.matmul(g.softmax(masked(step, scores, mask)), v);
    if (shapeOf(step, query as Value).length === 4) return [mixed];
    const width = (numeric(step, v, 3)[0] ?? 1) * heads;
    return [g.reshape(g.transpose(mixed, [0, 2, 1, 3]), [-1, time, width])];
  });
};

export const ATTENTION_GRADIENTS: Readonly<Record<string, GradientRow>> = { Attention: attention };
