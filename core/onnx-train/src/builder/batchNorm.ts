/** Batch normalisation as it trains: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167, algorithm 1. */
import { OnnxError } from "../errors.js";
import type { Node, Value } from "../graph.js";
import { floatAttribute } from "../operators/operator.js";
import type { GraphBuilder } from "./builder.js";

export interface BatchNorm {
  readonly y: Value;
  readonly runningMean: Value;
  readonly runningVariance: Value;
}

/**
 * Mean and variance of the batch, channel by channel (axis 1); running ones as ONNX defines them for training mode: old ·
 * momentum + batch · (1 - momentum), of the variance with n, not n - 1, in its divisor.
 * @param inputs x [rows, channels, …], and scale, shift, running mean, running variance [channels]
 */
export function batchNormTraining(g: GraphBuilder, node: Node, inputs: readonly Value[]): BatchNorm {
  const [x, scale, shift, oldMean, oldVariance] = inputs as [Value, Value, Value, Value, Value];
  const rank = x.type?.shape?.length;
  if (rank === undefined)
    throw new OnnxError("ONNX_INVALID", `BatchNormalization of node ${JSON.stringify(node.name)}: of unknown rank`);
  const number = (value: number) => g.scalar(x.type?.element ?? "float", value);
  const axes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
  const behind = axes.slice(1).map((axis) => axis - 1);
  const channels = (value: Value) => (behind.length === 0 ? value : g.unsqueeze(value, behind));
  const mean = g.reduceMean(x, axes, { keep: true });
  const centred = g.sub(x, mean);
  const variance = g.reduceMean(g.mul(centred, centred), axes, { keep: true });
  const deviation = g.sqrt(g.add(variance, number(floatAttribute(node, "epsilon", 1e-5))));
  const y = g.add(g.mul(g.div(centred, deviation), channels(scale)), channels(shift));
  const keep = floatAttribute(node, "momentum", 0.9);
  const blended = (old: Value, batch: Value) =>
    g.add(g.mul(old, number(keep)), g.mul(g.squeeze(batch, axes), number(1 - keep)));
  return { y, runningMean: blended(oldMean, mean), runningVariance: blended(oldVariance, variance) };
}
