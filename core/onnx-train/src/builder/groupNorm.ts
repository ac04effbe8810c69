/** Group normalisation as operators that every opset has. */
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import type { GraphBuilder } from "./builder.js";

export interface GroupNormOptions {
  readonly groups: number;
  /** Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Normalises each row's groups of channels, scales and shifts: Wu and He 2018, https://arxiv.org/abs/1803.08494.
 * @param x [rows, channels, …]
 * @param scale and shift: one per channel (as GroupNormalization from opset 21 on) or one per group (18 to 20)
 * @throws OnnxError ONNX_INVALID where it isn't known how many scales there are
 */
export function groupNorm(
  g: GraphBuilder,
  x: Value,
  [scale, shift]: readonly [scale: Value, shift: Value],
  { groups, epsilon = 1e-5 }: GroupNormOptions,
): Value {
  const element = x.type?.element ?? "float";
  const count = scale.type?.shape?.[0];
  const shape = x.type?.shape;
  if (typeof count !== "number" || !shape)
    throw new OnnxError("ONNX_INVALID", "GroupNormalization needs to know its rank and how many scales there are");
  const apart = g.reshape(x, [0, groups, -1]);
  const perGroup = count === groups && shape[1] !== groups;
  const [ones, zeros] = [1, 0].map((fill) =>
    g.vector(
      element,
      Array.from({ length: groups }, () => fill),
    ),
  );
  const inner = perGroup ? [scale, shift] : [ones as Value, zeros as Value];
  const normal = g.op("InstanceNormalization", [apart, ...inner], { epsilon });
  const fixed = shape.every((size) => typeof size === "number") ? shape : g.shape(x);
  const back = g.reshape(normal, fixed);
  if (perGroup) return back;
  const [a, b] = [scale, shift].map((each) => g.reshape(each, [-1, ...shape.slice(2).map(() => 1)]));
  return g.add(g.mul(back, a as Value), b as Value);
}
