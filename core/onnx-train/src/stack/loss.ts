/** Stackings of the operators that are losses: one number for each model, from operators that keep K apart. */
import type { Value } from "../graph.js";
import { intAttribute } from "../operators/operator.js";
import { ascending, given, rankOf, type Shared, type Site, type StackingRow, spread } from "./site.js";

/** Labels [K, rows, 1, …], against [K, rows, classes, …]. */
interface Labels {
  /** Class numbers, those to be ignored as 0. */
  readonly numbers: Value;
  /** 1 where a label counts, 0 where it is to be ignored; null where all count. */
  readonly counts: Value | null;
}

function labelsOf(site: Site): Labels {
  const { g, node } = site;
  const labels = g.unsqueeze(spread(site, 1), [2]);
  if (node.attributes.ignore_index === undefined) return { numbers: labels, counts: null };
  const element = labels.type?.element ?? "int64";
  const ignored = g.equal(labels, g.scalar(element, intAttribute(node, "ignore_index", 0)));
  const numbers = g.where(ignored, g.scalar(element, 0), labels);
  return { numbers, counts: g.cast(g.op("Not", [ignored]), "float") };
}

/** What each label weighs, [K, rows, 1, …]; null where all weigh 1. */
function weightsOf(site: Site, { numbers, counts }: Labels): Value | null {
  const { g, models } = site;
  const classes = site.inputs[2];
  if (!classes) return counts;
  const own = site.isApart(2)
    ? g.reshape(g.op("GatherElements", [classes, g.reshape(numbers, [models, -1])], { axis: 1 }), g.shape(numbers))
    : g.gather(classes, numbers);
  own.type = { element: "float", shape: numbers.type?.shape ?? null };
  return counts === null ? own : g.mul(own, counts);
}

/**
 * - Σ w log p over the places, with each label's weight w; "mean" divides by the sum of those weights
 * (https://onnx.ai/onnx/operators/onnx__NegativeLogLikelihoodLoss.html).
 * @param logs log p of each class, [K, rows, classes, …]
 */
function likelihood(site: Site, logs: Value): Value {
  const { g, node } = site;
  const labels = labelsOf(site);
  const weights = weightsOf(site, labels);
  const picked = g.op("GatherElements", [logs, labels.numbers], { axis: 2 });
  const weighted = weights === null ? picked : g.mul(picked, weights);
  const { reduction } = node.attributes;
  const kind = reduction?.kind === "string" ? reduction.value : "mean";
  if (kind === "none") return g.neg(g.squeeze(weighted, [2]));
  const all = ascending(rankOf(site, 0), 1);
  if (kind === "sum") return g.neg(g.reduceSum(weighted, all));
  if (weights === null) return g.neg(g.reduceMean(weighted, all));
  return g.neg(g.div(g.reduceSum(weighted, all), g.reduceSum(weights, all)));
}

const crossEntropy: StackingRow = (site) => {
  const { g, models } = site;
  const own = g.logSoftmax(given(site, 0), site.isApart(0) ? 2 : 1);
  if (site.isApart(0)) return [likelihood(site, own), own];
  const repeated = g.expand(own, [models, ...ascending(rankOf(site, 0)).map(() => 1)]);
  const second: Shared = { shared: own };
  return [likelihood(site, repeated), second];
};

export const LOSS_STACKINGS: Readonly<Record<string, StackingRow>> = {
  NegativeLogLikelihoodLoss: (site) => [likelihood(site, spread(site, 0))],
  SoftmaxCrossEntropyLoss: crossEntropy,
};
