/** Stackings of the operators that are losses: one number for each model, from operators that keep K apart. */
import type { Value } from "../graph.js";
import { intAttribute } from "../operators/operator.js";
import { tensor } from "../tensor.js";
import { ascending, given, rankOf, refused, type Shared, type Site, type StackingRow, shapeOf } from "./site.js";

/** A number that is no class. */
const NO_CLASS = -(2 ** 31);

/** Whether a place's label is each class: [(K,) rows, classes, …]. What is to be ignored is none of them. */
function hits(site: Site, classes: number): Value {
  const { g, node } = site;
  const labels = given(site, 1);
  const ignored = node.attributes.ignore_index === undefined ? NO_CLASS : intAttribute(node, "ignore_index", NO_CLASS);
  const numbers = ascending(classes).map((one) => (one === ignored ? NO_CLASS : one));
  const dims = [classes, ...ascending(rankOf(site, 0) - 2).map(() => 1)];
  const element = labels.type?.element ?? "int64";
  return g.equal(g.unsqueeze(labels, [site.isApart(1) ? 2 : 1]), g.initializer(tensor(element, dims, numbers)));
}

/** The classes' weights against [K, rows, classes, …]; 1 where there are none. */
function classWeights(site: Site): Value {
  const { g } = site;
  if (!site.inputs[2]) return g.float(1);
  const behind = rankOf(site, 0) - 2;
  const axes = site.isApart(2) ? [1, ...ascending(behind, 3)] : ascending(behind, 1);
  return axes.length === 0 ? given(site, 2) : g.unsqueeze(given(site, 2), axes);
}

/**
 * - Σ w log p over the places, each with its label's weight; "mean" divides by the sum of those weights
 * (https://onnx.ai/onnx/operators/onnx__NegativeLogLikelihoodLoss.html).
 */
function likelihood(site: Site, logs: Value): Value {
  const { g, node } = site;
  const classes = shapeOf(site, 0)[1];
  if (typeof classes !== "number") throw refused(site, "has an unknown number of classes");
  const rank = rankOf(site, 0);
  const hit = hits(site, classes);
  const weighted = site.inputs[2] ? g.mul(logs, classWeights(site)) : logs;
  const picked = g.where(hit, weighted, g.float(0));
  const all = ascending(rank, 1);
  const { reduction } = node.attributes;
  const kind = reduction?.kind === "string" ? reduction.value : "mean";
  if (kind === "none") return g.neg(g.reduceSum(picked, [2]));
  if (kind === "sum") return g.neg(g.reduceSum(picked, all));
  if (!site.inputs[2] && node.attributes.ignore_index === undefined)
    // Of all classes but one the terms are 0, and the mean counts them.
    return g.mul(g.reduceMean(picked, all), g.float(-classes));
  const weights = g.where(hit, classWeights(site), g.float(0));
  const total = site.isApart(1) || site.isApart(2) ? g.reduceSum(weights, all) : g.reduceSum(weights);
  return g.neg(g.div(g.reduceSum(picked, all), total));
}

const crossEntropy: StackingRow = (site) => {
  const apart = site.isApart(0);
  const logs = site.g.logSoftmax(given(site, 0), apart ? 2 : 1);
  const second: Value | Shared = apart ? logs : { shared: logs };
  return [likelihood(site, logs), second];
};

export const LOSS_STACKINGS: Readonly<Record<string, StackingRow>> = {
  NegativeLogLikelihoodLoss: (site) => [likelihood(site, given(site, 0))],
  SoftmaxCrossEntropyLoss: crossEntropy,
};
