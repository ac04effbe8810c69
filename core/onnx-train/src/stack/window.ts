/** Stackings of operators that move a window: K models are more rows, or more channels in more groups. */
import type { Value } from "../graph.js";
import { intAttribute } from "../operators/operator.js";
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
  return regrouped(site.g, value, [[0, 1], ...each(2, rankOf(site, 0) + 1)]);
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

/**
 * What differs decides. x alone: more rows. The kernel alone: more channels come out of each group. Both: each model has
 * groups of its own. The bias goes with the kernel where models follow one another, else it is added behind.
 */
function convolution({ kernel: kernelOf, beside }: Convolution): StackingRow {
  return (site) => {
    const { g, node, models } = site;
    const [x, w] = [given(site, 0), given(site, 1)];
    const bias = site.inputs[2] ?? null;
    const inside = site.isApart(2) ? null : bias;
    if (!site.isApart(0) && !site.isApart(1)) return biased(site, again(site, [x, w])[0] as Value);
    if (!site.isApart(1)) {
      const [y] = again(site, inside ? [asRows(site, x), w, inside] : [asRows(site, x), w]);
      const found = fromRows(site, y as Value);
      return inside ? [found] : biased(site, found);
    }
    const kernel = kernelOf(site);
    if (!site.isApart(0)) return sharedRows(site, beside(site, kernel), kernel);
    const all = regrouped(g, w, [[0, 1], ...each(2, rankOf(site, 1) + 1)]);
    const inputs = [asChannels(site, x), all, ...offsets(site)];
    const group = models * intAttribute(node, "group", 1);
    const [y] = again(site, inputs, { group });
    return [fromChannels(site, y as Value, { groups: 1, made: kernel.groups * kernel.made })];
  };
}

/** Kernels that differ, on an x that doesn't. */
function sharedRows(site: Site, kernels: Value, kernel: Kernel): Value[] {
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

/** Where sizes are listed, K models are as many times the rows. */
const resize: StackingRow = (site) => {
  mustShare(site, 1, 2, 3);
  const { g, node } = site;
  const mode = node.attributes.coordinate_transformation_mode;
  if (node.attributes.axes !== undefined) throw refused(site, "names its axes");
  if (mode?.kind === "string" && mode.value === "tf_crop_and_resize") throw refused(site, "cuts a region out");
  const rows = asRows(site, given(site, 0));
  const [roi = null, scales = null] = site.inputs.slice(1, 3);
  if (!site.inputs[3]) return again(site, [rows, roi, scales]).map((value) => fromRows(site, value));
  const behind = g.slice(given(site, 3), 0, 1, rankOf(site, 0));
  const sizes = g.concat([g.op("Shape", [rows], { start: 0, end: 1 }), behind], 0);
  return again(site, [rows, roi, scales, sizes]).map((value) => fromRows(site, value));
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
