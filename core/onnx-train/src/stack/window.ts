/** Stackings of operators that move a window: K models are more rows, or more channels in more groups. */
import type { Value } from "../graph.js";
import { differ } from "../operators/dimensions.js";
import { intAttribute, intsAttribute } from "../operators/operator.js";
import { numbersIn } from "./axes.js";
import {
  again,
  ascending,
  given,
  mustShare,
  rankOf,
  refused,
  regrouped,
  type Site,
  type Size,
  type StackingRow,
  shapeOf,
  spread,
} from "./site.js";

/** Axes from `first` on, one by one. */
function each(first: number, rank: number): Size[] {
  return ascending(rank - first, first).map((axis) => [axis]);
}

/** [K, rows, …] → [K · rows, …]. */
export function asRows(site: Site, value: Value): Value {
  return regrouped(site.g, value, [[0, 1], ...each(2, value.type?.shape?.length ?? rankOf(site, 0) + 1)]);
}

/** [K · rows, …] → [K, rows, …]. */
export function fromRows(site: Site, value: Value): Value {
  const rank = value.type?.shape?.length ?? rankOf(site, 0);
  return regrouped(site.g, value, [site.models, "rest", ...each(1, rank)]);
}

/** Of operators that work on each row by itself, or each channel of each row. */
const rowwise: StackingRow = (site) =>
  again(site, [asRows(site, given(site, 0))]).map((value) => fromRows(site, value));

/** Places of maxima are numbered through all rows; those of each model start at 0 again. */
const maxPool: StackingRow = (site) => {
  const { g, models } = site;
  const [y = null, places] = rowwise(site) as Value[];
  if (places === undefined) return [y];
  const sizes = g.op("Shape", [given(site, 0)], { start: 1 });
  const first = g.mul(
    g.unsqueeze(g.vector("int64", ascending(models)), ascending(rankOf(site, 0), 1)),
    g.op("ReduceProd", [sizes], { keepdims: 0 }),
  );
  return [y, g.sub(places, first)];
};

/** Sizes are listed by axis, from the rows on unless axes are named; with K models there are K times the rows. */
const resize: StackingRow = (site) => {
  mustShare(site, 1, 2, 3);
  const { node, models } = site;
  const rank = rankOf(site, 0);
  const axes = intsAttribute(node, "axes") ?? ascending(rank);
  const first = axes.findIndex((axis) => axis === 0 || axis === -rank);
  const mode = node.attributes.coordinate_transformation_mode;
  if (first >= 0 && mode?.kind === "string" && mode.value === "tf_crop_and_resize")
    throw refused(site, "cuts a region out of its rows");
  const rows = asRows(site, given(site, 0));
  const [, roi = null, scales = null] = site.inputs;
  const sizes = site.inputs[3]
    ? [
        multiplied(
          site,
          3,
          axes.map((_, at) => (at === first ? models : 1)),
        ),
      ]
    : [];
  const [y] = again(site, [rows, roi, scales, ...sizes]) as [Value];
  const [before, behind] = [rows, y].map(({ type }) => type?.shape?.[0]);
  if (before !== undefined && behind !== undefined && differ(before, behind)) throw refused(site, "resizes rows");
  return [fromRows(site, y)];
};

/** Whole numbers that an input holds, each by its factor. */
function multiplied(site: Site, index: number, factors: readonly number[]): Value {
  const { g } = site;
  const known = numbersIn(site, index)?.map((size, at) => size * (factors[at] ?? 1));
  return known ? g.vector("int64", known) : g.mul(given(site, index), g.vector("int64", factors));
}

/** Where a kernel has its channels: those that it takes and those that it makes. */
interface Kernel {
  /** Channels that come out of each group. */
  readonly made: number;
  readonly groups: number;
}

function sizeAt(site: Site, index: number, axis: number): number {
  const size = shapeOf(site, index)[axis];
  if (typeof size === "number") return size;
  throw refused(site, `has a kernel of which axis ${axis} has no known size`);
}

/** [K, rows, channels, …] → [rows, K · channels, …]. */
function asChannels(site: Site, value: Value): Value {
  const rank = rankOf(site, 0) + 1;
  const swapped = site.g.transpose(value, [1, 0, ...ascending(rank - 2, 2)]);
  return regrouped(site.g, swapped, [[0], [1, 2], ...each(3, rank)]);
}

/** [rows, groups · K · made, …] → [K, rows, groups · made, …]. */
function fromChannels(site: Site, value: Value, { groups, made }: Kernel): Value {
  const { g, models } = site;
  const rank = rankOf(site, 0);
  if (groups === 1) {
    const parts = regrouped(g, value, [[0], models, made, ...each(2, rank)]);
    return g.transpose(parts, [1, 0, ...ascending(rank - 1, 2)]);
  }
  const parts = regrouped(g, value, [[0], groups, models, made, ...each(2, rank)]);
  const swapped = g.transpose(parts, [2, 0, 1, ...ascending(rank - 1, 3)]);
  return regrouped(g, swapped, [[0], [1], [2, 3], ...each(4, rank + 2)]);
}

/** The kernels of K models beside one another, for a shared x: within each group, one model behind the other. */
type Beside = (site: Site, kernel: Kernel) => Value;

interface Convolution {
  readonly kernel: (site: Site) => Kernel;
  readonly beside: Beside;
}

/** What differs decides; the bias goes into the operator where its channels are in order there, else it is added behind. */
function convolution({ kernel, beside }: Convolution): StackingRow {
  return (site) => {
    if (!site.isApart(1)) return moreRows(site);
    const own = kernel(site);
    return site.isApart(0) ? moreGroups(site, own) : moreChannels(site, beside(site, own), own);
  };
}

/** The same kernel for all. */
function moreRows(site: Site): Value[] {
  const [x, w, bias] = [given(site, 0), given(site, 1), site.inputs[2]];
  const inside = bias && !site.isApart(2) ? [bias] : [];
  const [y] = again(site, [site.isApart(0) ? asRows(site, x) : x, w, ...inside]) as [Value];
  const found = site.isApart(0) ? fromRows(site, y) : y;
  return inside.length > 0 ? [found] : biased(site, found);
}

/** Kernels that differ, on channels that do. */
function moreGroups(site: Site, { groups, made }: Kernel): Value[] {
  const { g, node, models } = site;
  const kernels = regrouped(g, given(site, 1), [[0, 1], ...each(2, rankOf(site, 1) + 1)]);
  const group = models * intAttribute(node, "group", 1);
  const [y] = again(site, [asChannels(site, given(site, 0)), kernels, ...offsets(site)], { group }) as [Value];
  return [fromChannels(site, y, { groups: 1, made: groups * made })];
}

/** Kernels that differ, on channels that don't. */
function moreChannels(site: Site, kernels: Value, kernel: Kernel): Value[] {
  const inside = kernel.groups === 1;
  const [y] = again(site, [given(site, 0), kernels, ...(inside ? offsets(site) : [])]);
  const found = fromChannels(site, y as Value, kernel);
  return inside ? [found] : biased(site, found);
}

/** The bias of all models in a row, where there is one. */
function offsets(site: Site): Value[] {
  return site.inputs[2] ? [site.g.reshape(spread(site, 2), [-1])] : [];
}

/** Behind the convolution: [K, rows, channels, …] + [K, 1, channels, 1, …]. */
function biased(site: Site, y: Value): Value[] {
  const bias = site.inputs[2];
  if (!bias) return [y];
  const { g } = site;
  const behind = g.unsqueeze(bias, ascending(rankOf(site, 0) - 2, site.isApart(2) ? 2 : 1));
  return [g.add(y, site.isApart(2) ? g.unsqueeze(behind, [1]) : behind)];
}

/** Kernels [made by all groups, taken by each, …]. */
const CONV: Convolution = {
  kernel: (site) => {
    const groups = intAttribute(site.node, "group", 1);
    return { groups, made: sizeAt(site, 1, 0) / groups };
  },
  beside: (site, { groups, made }) => {
    const { g, models } = site;
    const rank = rankOf(site, 1);
    const w = given(site, 1);
    if (groups === 1) return regrouped(g, w, [[0, 1], ...each(2, rank + 1)]);
    const parts = regrouped(g, w, [models, groups, made, ...each(2, rank + 1)]);
    const swapped = g.transpose(parts, [1, 0, ...ascending(rank, 2)]);
    return regrouped(g, swapped, [[0, 1, 2], ...each(3, rank + 2)]);
  },
};

/** Kernels [taken by all groups, made by each, …]. */
const TRANSPOSED: Convolution = {
  kernel: (site) => ({ groups: intAttribute(site.node, "group", 1), made: sizeAt(site, 1, 1) }),
  beside: (site) => {
    const { g } = site;
    const rank = rankOf(site, 1);
    const swapped = g.transpose(given(site, 1), [1, 0, ...ascending(rank - 1, 2)]);
    return regrouped(g, swapped, [[0], [1, 2], ...each(3, rank + 1)]);
  },
};

const ROWWISE = [
  "AveragePool",
  "DepthToSpace",
  "GlobalAveragePool",
  "GlobalLpPool",
  "GlobalMaxPool",
  "LpPool",
  "LRN",
  "SpaceToDepth",
];

export const WINDOW_STACKINGS: Readonly<Record<string, StackingRow>> = {
  ...Object.fromEntries(ROWWISE.map((opType) => [opType, rowwise])),
  Conv: convolution(CONV),
  ConvTranspose: convolution(TRANSPOSED),
  MaxPool: maxPool,
  Resize: resize,
};
