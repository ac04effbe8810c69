/** Batch normalisation as it trains: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167, algorithm 1. */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Node, Value } from "../graph.js";

export interface BatchNorm {
  readonly y: Value;
  readonly runningMean: Value;
  readonly runningVariance: Value;
}

function float(node: Node, name: string, otherwise: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "float" ? attribute.value : otherwise;
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
  const axes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
  const behind = axes.slice(1).map((axis) => axis - 1);
  const channels = (value: Value) => (behind.length === 0 ? value : g.unsqueeze(value, behind));
  const mean = g.reduceMean(x, axes, { keep: true });
  const centred = g.sub(x, mean);
  const variance = g.reduceMean(g.mul(centred, centred), axes, { keep: true });
  const deviation = g.sqrt(g.add(variance, g.float(float(node, "epsilon", 1e-5))));
  const y = g.add(g.mul(g.div(centred, deviation), channels(scale)), channels(shift));
  const keep = float(node, "momentum", 0.9);
  const blended = (old: Value, batch: Value) =>
    g.add(g.mul(old, g.float(keep)), g.mul(g.squeeze(batch, axes), g.float(1 - keep)));
  return { y, runningMean: blended(oldMean, mean), runningVariance: blended(oldVariance, variance) };
}
