/** Resize: from which places, and by which shares of them, each place of a resized axis is made. */
import type { Dimension } from "../graph.js";
import {
  axisOf,
  type Call,
  floatAttribute,
  intAttribute,
  intsAttribute,
  numbers,
  type Operator,
  shaped,
  stringAttribute,
} from "./operator.js";

type Attributes = Pick<Call, "attributes">;

/** An axis before and after: `scale` times `from` gives `to`, but for rounding. */
export interface Resized {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** What an operand of Resize, of whichever kind of node, is known to hold. */
type Known = Pick<Call, "attributes" | "contents">;

/** The axes that change; null where a size or scale isn't known. */
export function resizedAxes(call: Known, input: readonly Dimension[]): readonly Resized[] | null {
  const axes = intsAttribute(call, "axes")?.map((axis) => (axis < 0 ? axis + input.length : axis));
  const named = axes ?? input.map((_, axis) => axis);
  const scales = numbers(call, 2) ?? [];
  const sizes = call.contents(3);
  if (scales.length !== named.length && sizes?.length !== named.length) return null;
  const common = commonScale(
    call,
    named.map((axis, at) => [input[axis] ?? "", sizes?.[at] ?? 0] as const),
  );
  const found = named.map((axis, at) => {
    const [from, wanted, scale] = [input[axis], sizes?.[at], Number(scales[at])];
    if (typeof from !== "number") return scale === 1 || (from !== "" && wanted === from) ? undefined : null;
    if (wanted === undefined) return { axis, from, to: Math.floor(Math.fround(from * scale)), scale };
    if (typeof wanted !== "number") return null;
    const to = common === null ? wanted : Math.floor(common * from + 0.5);
    return { axis, from, to, scale: Math.fround(common ?? to / from) };
  });
  if (found.includes(null)) return null;
  return found.filter((one): one is Resized => !!one && (one.to !== one.from || one.scale !== 1));
}

/** The one scale of all axes, where the policy asks to keep proportions. */
function commonScale(call: Attributes, sizes: readonly (readonly [from: Dimension, to: Dimension])[]): number | null {
  const policy = stringAttribute(call, "keep_aspect_ratio_policy", "stretch");
  if (policy === "stretch") return null;
  const known = sizes.filter((pair): pair is readonly [number, number] =>
    pair.every((size) => typeof size === "number"),
  );
  const scales = known.map(([from, to]) => to / from);
  return policy === "not_larger" ? Math.min(...scales) : Math.max(...scales);
}

/** The place on the old axis, where the middle of the new one's place lies. */
const ORIGINS: Readonly<Record<string, (at: number, resized: Resized) => number>> = {
  half_pixel: (at, { scale }) => (at + 0.5) / scale - 0.5,
  half_pixel_symmetric: (at, { from, to, scale }) => (from / 2) * (1 - to / (scale * from)) + (at + 0.5) / scale - 0.5,
  pytorch_half_pixel: (at, { to, scale }) => (to > 1 ? (at + 0.5) / scale - 0.5 : 0),
  align_corners: (at, { from, to }) => (to > 1 ? (at * (from - 1)) / (to - 1) : 0),
  asymmetric: (at, { scale }) => at / scale,
};

const NEAREST: Readonly<Record<string, (place: number) => number>> = {
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

type Share = readonly [place: number, weight: number];

/** Keys 1981, https://doi.org/10.1109/TASSP.1981.1163711, eq. 4, for distances below 1 and below 2. */
function cubic(distance: number, a: number): number {
  const d = Math.abs(distance);
  return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
}

const SHARES: Readonly<Record<string, (call: Attributes, place: number, from: number) => readonly Share[]>> = {
  nearest: (call, place) => {
    const round = NEAREST[stringAttribute(call, "nearest_mode", "round_prefer_floor")] ?? Math.round;
    return [[round(Math.fround(place)), 1]];
  },
  linear: (_, place, from) => {
    const within = Math.min(Math.max(place, 0), from - 1);
    const first = Math.floor(within);
    return [
      [first, 1 - (within - first)],
      [first + 1, within - first],
    ];
  },
  cubic: (call, place, from) => {
    const first = Math.floor(place);
    const a = floatAttribute(call, "cubic_coeff_a", -0.75);
    const all = [-1, 0, 1, 2].map((by): Share => [first + by, cubic(place - first - by, a)]);
    if (intAttribute(call, "exclude_outside", 0) === 0) return all;
    const inside = all.filter(([at]) => at >= 0 && at < from);
    const sum = inside.reduce((total, [, weight]) => total + weight, 0);
    return inside.map(([at, weight]) => [at, weight / sum]);
  },
};

/**
 * How much of each old place goes into each new one: [to, from], row by row; https://onnx.ai/onnx/operators/onnx__Resize.html.
 * @returns null for what isn't made of such shares axis by axis (regions of interest, smoothing before shrinking)
 */
export function sharesOf(call: Attributes, resized: Resized): Float64Array | null {
  const origin = ORIGINS[stringAttribute(call, "coordinate_transformation_mode", "half_pixel")];
  const shares = SHARES[stringAttribute(call, "mode", "nearest")];
  if (origin === undefined || shares === undefined || intAttribute(call, "antialias", 0) === 1) return null;
  const { from, to } = resized;
  const all = new Float64Array(to * from);
  for (let at = 0; at < to; at++)
    for (const [place, weight] of shares(call, origin(at, resized), from)) {
      const index = at * from + Math.min(Math.max(place, 0), from - 1);
      all[index] = (all[index] ?? 0) + weight;
    }
  return all;
}

function resizedShape(call: Call, input: readonly Dimension[]): readonly Dimension[] {
  const changed = resizedAxes(call, input);
  if (changed === null) return input.map(() => "");
  const shape = [...input];
  for (const { axis, to } of changed) shape[axisOf(call, axis, input.length)] = to;
  return shape;
}

export const RESIZE: Readonly<Record<string, Operator>> = {
  Resize: {
    attributes: {
      antialias: "int",
      axes: "ints",
      coordinate_transformation_mode: "string",
      cubic_coeff_a: "float",
      exclude_outside: "int",
      extrapolation_value: "float",
      keep_aspect_ratio_policy: "string",
      mode: "string",
      nearest_mode: "string",
    },
    infer: shaped(resizedShape),
  },
};
