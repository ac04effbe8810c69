/** Stackings of operators that normalise. Scales and shifts that differ between models are applied behind the operator. */
import type { Value } from "../graph.js";
import { intAttribute, intsAttribute } from "../operators/operator.js";
import { elementCount, tensor } from "../tensor.js";
import {
  again,
  ascending,
  floatAttribute,
  given,
  levelled,
  rankOf,
  refused,
  type Site,
  type StackingRow,
  shapeOf,
  shifted,
  spread,
} from "./site.js";
import { asRows, fromRows } from "./window.js";

/** In the shape that one model's input has. */
function filled(site: Site, index: number, value: number): Value {
  const dims = shapeOf(site, index).filter((size) => typeof size === "number");
  if (dims.length < rankOf(site, index)) throw refused(site, `has an input ${index} of which the sizes aren't known`);
  return site.g.initializer(tensor("float", dims, new Float32Array(elementCount(dims)).fill(value)));
}

/** Also RMSNormalization, which has no shift. */
const layerNorm: StackingRow = (site) => {
  const { g, node } = site;
  const axis = intAttribute(node, "axis", -1);
  if (!site.isApart(1) && !site.isApart(2)) return again(site, site.inputs, { axis: shifted(axis) });
  const apart = site.isApart(0) || node.outputs.length > 1;
  const x = apart ? spread(site, 0) : given(site, 0);
  const [normal, ...rest] = again(site, [x, filled(site, 1, 1)], { axis: apart ? shifted(axis) : axis });
  const rank = rankOf(site, 0);
  const scaled = g.mul(normal as Value, levelled(site, 1, rank));
  return [site.inputs[2] ? g.add(scaled, levelled(site, 2, rank)) : scaled, ...rest];
};

/** One number for each channel, [channels] or [K, channels], against [K, rows, channels, …]. */
function perChannel(site: Site, value: Value, apart: boolean): Value {
  const behind = rankOf(site, 0) - 2;
  const axes = apart ? [1, ...ascending(behind, 3)] : ascending(behind, 1);
  return axes.length === 0 ? value : site.g.unsqueeze(value, axes);
}

/** Before opset 21 GroupNormalization has one number for each group: it is repeated for the group's channels. */
function channelwise(site: Site, index: number): Value {
  const { g } = site;
  const [count, channels] = [shapeOf(site, index)[0], shapeOf(site, 0)[1]];
  const value = given(site, index);
  const apart = site.isApart(index);
  if (count === channels || typeof count !== "number" || typeof channels !== "number")
    return perChannel(site, value, apart);
  const each = g.expand(g.unsqueeze(value, [-1]), [count, channels / count]);
  return perChannel(site, g.reshape(each, apart ? [site.models, channels] : [channels]), apart);
}

/** Each row is normalised by itself: K models are more rows. */
const channelNorm: StackingRow = (site) => {
  const { g } = site;
  const rowsOf = (inputs: readonly Value[]): Value => {
    const [found] = again(site, [site.isApart(0) ? asRows(site, given(site, 0)) : given(site, 0), ...inputs]);
    return site.isApart(0) ? fromRows(site, found as Value) : (found as Value);
  };
  if (!site.isApart(1) && !site.isApart(2)) return [rowsOf([given(site, 1), given(site, 2)])];
  const normal = rowsOf([filled(site, 1, 1), filled(site, 2, 0)]);
  return [g.add(g.mul(normal, channelwise(site, 1)), channelwise(site, 2))];
};

/** y = (x - mean) scale / √(variance + ε) + shift, as a factor and an offset for each channel. */
const batchNorm: StackingRow = (site) => {
  if (intAttribute(site.node, "training_mode", 0) === 1) return batchStatistics(site);
  const { g } = site;
  const [x, scale, shift, mean, variance] = [0, 1, 2, 3, 4].map((index) => given(site, index)) as FiveValues;
  const [first, second] = [[1, 4].some(site.isApart), [1, 2, 3, 4].some(site.isApart)];
  if (!second) return again(site, [asRows(site, x), scale, shift, mean, variance]).map((y) => fromRows(site, y));
  const factor = g.div(scale, g.sqrt(g.add(variance, g.float(epsilonOf(site)))));
  const offset = g.sub(shift, g.mul(mean, factor));
  return [g.add(g.mul(x, perChannel(site, factor, first)), perChannel(site, offset, second))];
};

type FiveValues = [Value, Value, Value, Value, Value];

function epsilonOf({ node }: Site): number {
  return floatAttribute(node, "epsilon", 1e-5);
}

/** By the mean and variance of each model's own batch; running ones move towards those by 1 - momentum. */
function batchStatistics(site: Site): Value[] {
  const { g, node } = site;
  const x = spread(site, 0);
  const axes = [1, ...ascending(rankOf(site, 0) - 2, 3)];
  const mean = g.reduceMean(x, axes, { keep: true });
  const centred = g.sub(x, mean);
  const variance = g.reduceMean(g.mul(centred, centred), axes, { keep: true });
  const normal = g.div(centred, g.sqrt(g.add(variance, g.float(epsilonOf(site)))));
  const [scale, shift] = [1, 2].map((index) => perChannel(site, given(site, index), site.isApart(index)));
  const y = g.add(g.mul(normal, scale as Value), shift as Value);
  const momentum = floatAttribute(node, "momentum", 0.9);
  const moved = ([index, now]: readonly [number, Value]) =>
    g.add(g.mul(given(site, index), g.float(momentum)), g.mul(g.squeeze(now, axes), g.float(1 - momentum)));
  const running = [[3, mean] as const, [4, variance] as const].slice(0, node.outputs.length - 1);
  return [y, ...running.map(moved)];
}

/** Its axes are counted from the front; rows, height and width by default. */
const meanVariance: StackingRow = (site) =>
  again(site, site.inputs, { axes: (intsAttribute(site.node, "axes") ?? [0, 2, 3]).map(shifted) });

/** Each place draws for itself; the rate has no axes. */
const dropout: StackingRow = (site) => {
  const { g, node } = site;
  const [, ratio, training] = site.inputs;
  if (ratio && site.isApart(1) && !training)
    return g.ops("Dropout", [spread(site, 0)], node.attributes, { outputs: node.outputs.length });
  if (site.isApart(1) || site.isApart(2)) throw refused(site, "has a rate that differs between models");
  return again(site, site.inputs);
};

export const NORMALIZATION_STACKINGS: Readonly<Record<string, StackingRow>> = {
  BatchNormalization: batchNorm,
  Dropout: dropout,
  GroupNormalization: channelNorm,
  InstanceNormalization: channelNorm,
  LayerNormalization: layerNorm,
  MeanVarianceNormalization: meanVariance,
  RMSNormalization: layerNorm,
};
