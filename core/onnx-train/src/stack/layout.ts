/** Stackings of operators that move elements without changing them. */
import type { Value } from "../graph.js";
import { intAttribute, intsAttribute } from "../operators/operator.js";
import { numbersIn, shiftedAxes } from "./axes.js";
import {
  again,
  ascending,
  given,
  levelled,
  mustShare,
  rankOf,
  refused,
  regrouped,
  type Shared,
  type Site,
  type StackingRow,
  shapeOf,
  shifted,
  spread,
} from "./site.js";

/** Sizes that an input holds, with one more in front. */
function sizesBehind(site: Site, index: number, first: number): Value {
  mustShare(site, index);
  const { g } = site;
  const known = numbersIn(site, index);
  if (known !== null) return g.vector("int64", [first, ...known]);
  return g.concat([g.vector("int64", [first]), g.cast(given(site, index), "int64")], 0);
}

/** How many numbers an input of one dimension holds. */
function countIn(site: Site, index: number): number {
  const [count] = shapeOf(site, index);
  if (typeof count === "number") return count;
  throw refused(site, `has an input ${index} of unknown length`);
}

/** Sizes of 0 ("as it was") mean the right axes: both lists have grown by K in front. */
const reshape: StackingRow = (site) => again(site, [given(site, 0), sizesBehind(site, 1, site.models)]);

const expand: StackingRow = (site) => {
  const rank = Math.max(rankOf(site, 0), countIn(site, 1));
  return again(site, [levelled(site, 0, rank), sizesBehind(site, 1, 1)]);
};

const flatten: StackingRow = (site) => {
  const rank = rankOf(site, 0);
  const axis = intAttribute(site.node, "axis", 1);
  const cut = axis < 0 ? axis + rank : axis;
  return [regrouped(site.g, given(site, 0), [site.models, ascending(cut, 1), ascending(rank - cut, cut + 1)])];
};

/** Axes of size 1 that go: those named, or all of one model's. */
const squeeze: StackingRow = (site) => {
  if (site.inputs[1]) return again(site, [given(site, 0), shiftedAxes(site, 1)]);
  const shape = shapeOf(site, 0);
  if (shape.some((size) => typeof size !== "number")) throw refused(site, "names no axes, and sizes aren't known");
  const axes = ascending(shape.length, 1).filter((axis) => shape[axis - 1] === 1);
  return [axes.length === 0 ? given(site, 0) : site.g.squeeze(given(site, 0), axes)];
};

const unsqueeze: StackingRow = (site) => again(site, [given(site, 0), shiftedAxes(site, 1)]);

const transpose: StackingRow = (site) => {
  const rank = rankOf(site, 0);
  const perm = intsAttribute(site.node, "perm") ?? ascending(rank).reverse();
  return again(site, site.inputs, { perm: [0, ...perm.map((axis) => axis + 1)] });
};

const tile: StackingRow = (site) => again(site, [given(site, 0), sizesBehind(site, 1, 1)]);

/** Pads are listed before all axes, then behind all, unless axes are named. */
const pad: StackingRow = (site) => {
  mustShare(site, 1, 2, 3);
  const { g } = site;
  const [x, pads, fill = null] = [given(site, 0), given(site, 1), site.inputs[2]];
  if (site.inputs[3]) return again(site, [x, pads, fill, shiftedAxes(site, 3)]);
  const rank = rankOf(site, 0);
  const known = numbersIn(site, 1);
  const zero = g.vector("int64", [0]);
  const wider =
    known === null
      ? g.concat([zero, g.slice(pads, 0, 0, rank), zero, g.slice(pads, 0, rank, 2 * rank)], 0)
      : g.vector("int64", [0, ...known.slice(0, rank), 0, ...known.slice(rank)]);
  return again(site, fill === null ? [x, wider] : [x, wider, fill]);
};

const slice: StackingRow = (site) => {
  mustShare(site, 1, 2, 3, 4);
  const { g } = site;
  const whole = (value: Value) => (value.type?.element === "int64" ? value : g.cast(value, "int64"));
  const axes = site.inputs[3] ? shiftedAxes(site, 3) : g.vector("int64", ascending(countIn(site, 1), 1));
  const steps = site.inputs[4] ? [whole(given(site, 4))] : [];
  return again(site, [given(site, 0), whole(given(site, 1)), whole(given(site, 2)), axes, ...steps]);
};

/** What is shared among the parts is repeated. */
const concat: StackingRow = (site) =>
  again(
    site,
    site.inputs.map((_, index) => spread(site, index)),
    { axis: shifted(intAttribute(site.node, "axis", 0)) },
  );

/** Of one model, which is the same for all. */
const shape: StackingRow = (site) => {
  const rank = rankOf(site, 0);
  const place = (name: string, otherwise: number) => {
    const at = intAttribute(site.node, name, otherwise);
    return Math.min(Math.max(at < 0 ? at + rank : at, 0), rank) + 1;
  };
  return [{ shared: site.g.op("Shape", [given(site, 0)], { start: place("start", 0), end: place("end", rank) }) }];
};

const size: StackingRow = (site): Shared[] => {
  const sizes = site.g.op("Shape", [given(site, 0)], { start: 1 });
  return [{ shared: site.g.op("ReduceProd", [sizes], { keepdims: 0 }) }];
};

/** Of an operator that looks at nothing but its input's shape. */
const shapeOnly: StackingRow = (site) => {
  const first = site.g.gather(given(site, 0), site.g.scalar("int64", 0));
  return again(site, [first]).map((shared) => ({ shared }));
};

/** The new axis is counted among the result's. */
const oneHot: StackingRow = (site) => {
  mustShare(site, 1, 2);
  return again(site, site.inputs, { axis: shifted(intAttribute(site.node, "axis", -1)) });
};

/** The last two axes. */
const triangle: StackingRow = (site) => {
  mustShare(site, 1);
  return again(site, site.inputs);
};

export const LAYOUT_STACKINGS: Readonly<Record<string, StackingRow>> = {
  Concat: concat,
  Expand: expand,
  EyeLike: shapeOnly,
  Flatten: flatten,
  OneHot: oneHot,
  Pad: pad,
  Reshape: reshape,
  Shape: shape,
  Size: size,
  Slice: slice,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Trilu: triangle,
  Unsqueeze: unsqueeze,
};
