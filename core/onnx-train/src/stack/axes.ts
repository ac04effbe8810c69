/** Stackings of operators that work along axes, which lie one further back behind K. */
import type { Value } from "../graph.js";
import { intAttribute, intsAttribute } from "../operators/operator.js";
import { again, ascending, given, mustShare, rankOf, refused, type Site, type StackingRow, shifted } from "./site.js";

/** Of operators with one axis; everything but the first input is shared. */
export function alongAxis(otherwise: number): StackingRow {
  return (site) => {
    mustShare(site, ...ascending(site.inputs.length - 1, 1));
    return again(site, site.inputs, { axis: shifted(intAttribute(site.node, "axis", otherwise)) });
  };
}

/** Axes that an input holds: worked out here where they are known, else while running. */
export function shiftedAxes(site: Site, index: number): Value {
  mustShare(site, index);
  const { g } = site;
  const axes = given(site, index);
  const known = numbersIn(site, index);
  if (known !== null) {
    const moved = known.map(shifted);
    return axes.type?.shape?.length === 0 ? g.scalar("int64", moved[0] ?? 1) : g.vector("int64", moved);
  }
  const [zero, one] = [g.scalar("int64", 0), g.scalar("int64", 1)];
  const whole = g.cast(axes, "int64");
  return g.add(whole, g.where(g.op("Less", [whole, zero]), zero, one));
}

/** The whole numbers that an input holds, where all are known. */
export function numbersIn(site: Site, index: number): readonly number[] | null {
  const known = site.g.known(given(site, index));
  return known?.every((value) => typeof value === "number") ? known : null;
}

/** All axes of one model; one that has none gets an axis to fold. */
function foldAll(site: Site): Value[] {
  const rank = rankOf(site, 0);
  const x = given(site, 0);
  if (rank > 0) return folded(site, x, ascending(rank, 1));
  return folded(site, site.g.unsqueeze(x, [1]), [1], 0);
}

/** In the form that the version has: ReduceSum took axes as an input from opset 13 on, the others from 18 on. */
function folded(
  site: Site,
  x: Value,
  axes: readonly number[],
  keepdims = intAttribute(site.node, "keepdims", 1),
): Value[] {
  const { g, node } = site;
  const { axes: _, ...attributes } = node.attributes;
  const asInput = node.opType === "ReduceSum" || g.opset >= 18;
  return asInput
    ? g.ops(node.opType, [x, g.vector("int64", axes)], { ...attributes, keepdims })
    : g.ops(node.opType, [x], { ...attributes, axes, keepdims });
}

const reduction: StackingRow = (site) => {
  mustShare(site, 1);
  const { node } = site;
  const listed = intsAttribute(node, "axes") ?? (site.inputs[1] ? numbersIn(site, 1) : []);
  const keepsAll = intAttribute(node, "noop_with_empty_axes", 0) === 1;
  if (listed === null) {
    // Without axes, all of them would be folded, K too.
    if (!keepsAll) throw refused(site, "has axes that are not known before it runs");
    return again(site, [given(site, 0), shiftedAxes(site, 1)]);
  }
  if (listed.length > 0) return folded(site, given(site, 0), listed.map(shifted));
  return keepsAll ? again(site, site.inputs) : foldAll(site);
};

const sumsSoFar: StackingRow = (site) => again(site, [given(site, 0), shiftedAxes(site, 1)]);

const REDUCTIONS = [
  "ReduceL1",
  "ReduceL2",
  "ReduceLogSum",
  "ReduceLogSumExp",
  "ReduceMax",
  "ReduceMean",
  "ReduceMin",
  "ReduceProd",
  "ReduceSum",
  "ReduceSumSquare",
];

export const AXES_STACKINGS: Readonly<Record<string, StackingRow>> = {
  ...Object.fromEntries(REDUCTIONS.map((opType) => [opType, reduction])),
  ArgMax: alongAxis(0),
  ArgMin: alongAxis(0),
  CumSum: sumsSoFar,
  Hardmax: alongAxis(-1),
  LogSoftmax: alongAxis(-1),
  LpNormalization: alongAxis(-1),
  Softmax: alongAxis(-1),
  Split: alongAxis(0),
  TopK: alongAxis(-1),
};
