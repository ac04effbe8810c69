/** Gradients of operators that move elements as a whole: shapes, parts, joins, borders. */
import type { Value } from "../graph.js";
import { sliceLength } from "../operators/layout.js";
import {
  axesOf,
  axisFromFront,
  FLAT,
  type GradientRow,
  intOf,
  intsOf,
  missing,
  reshapeLike,
  type Step,
  shapeOf,
  stringOf,
  sumTo,
} from "./gradient.js";
import { addedAlong } from "./pick.js";
import { numeric } from "./window.js";

const reshaped: GradientRow = (step) => [() => reshapeLike(step.g, step.dy(), step.x(0)), null];

/** The size of an axis, as a vector of one. */
function sizeAlong({ g }: Step, value: Value, axis: number): Value {
  const size = value.type?.shape?.[axis];
  return typeof size === "number" ? g.vector("int64", [size]) : g.op("Shape", [value], { start: axis, end: axis + 1 });
}

/** Parts of dy, in the order of the inputs. */
const joined: GradientRow = (step) => {
  const { g, node } = step;
  let parts: readonly Value[] | undefined;
  const cut = () => {
    const axis = axisFromFront(intOf(step, "axis", 0), shapeOf(step, step.y()).length);
    const sizes = node.inputs.map((_, index) => shapeOf(step, step.x(index))[axis]);
    const along = sizes.every((size) => typeof size === "number")
      ? g.vector("int64", sizes)
      : g.concat(
          sizes.map((_, index) => sizeAlong(step, step.x(index), axis)),
          0,
        );
    return g.ops("Split", [step.dy(), along], { axis }, { outputs: sizes.length });
  };
  return node.inputs.map((_, index) => () => {
    parts ??= node.inputs.length === 1 ? [step.dy()] : cut();
    return parts[index] as Value;
  });
};

/** dy of each part, in a row. */
const split: GradientRow = (step) => {
  const { g, node } = step;
  const parts = () => node.outputs.map((_, index) => step.dy(index));
  return [() => g.concat(parts(), intOf(step, "axis", 0)), null];
};

interface Cut {
  readonly axis: number;
  /** Which one it is in the operator's lists. */
  readonly at: number;
}

/** What was cut off comes back as zeros. */
const sliced: GradientRow = (step) => {
  const { g, node } = step;
  const cuts = (): readonly Cut[] | null => {
    const rank = shapeOf(step, step.x(0)).length;
    const count = step.x(1).type?.shape?.[0];
    const all = typeof count === "number" ? axesOf(count) : null;
    const axes = node.inputs[3] ? g.known(step.x(3)) : all;
    return axes?.map((axis, at) => ({ axis: axisFromFront(Number(axis), rank), at })) ?? null;
  };
  const gradient = () => {
    const known = cuts();
    if (known === null) return missing(step, 0)();
    return bordered(step, known) ?? known.reduce((found, cut) => unsliced(step, found, cut), step.dy());
  };
  return [gradient, null, null, null, null];
};

/** With zeros around it, where sizes and places are known and no step leaves places out. */
function bordered(step: Step, cuts: readonly Cut[]): Value | null {
  const { g, node } = step;
  const shape = shapeOf(step, step.x(0));
  const [before, behind] = [shape.map(() => 0), shape.map(() => 0)];
  for (const { axis, at } of cuts) {
    const [size, by] = [shape[axis], node.inputs[4] ? g.known(step.x(4))?.[at] : 1];
    const [start, end] = [g.known(step.x(1))?.[at], g.known(step.x(2))?.[at]];
    if (by !== 1 || typeof size !== "number" || typeof start !== "number" || typeof end !== "number") return null;
    before[axis] = Math.min(Math.max(start < 0 ? start + size : start, 0), size);
    behind[axis] = size - (before[axis] ?? 0) - sliceLength(size, [start, end, 1]);
  }
  const found = g.op("Pad", [step.dy(), g.vector("int64", [...before, ...behind])]);
  found.type = step.x(0).type;
  return found;
}

/** Which places were taken is found by slicing their numbers. */
function unsliced(step: Step, value: Value, { axis, at }: Cut): Value {
  const { g, node } = step;
  const only = (index: number) => g.gather(step.x(index), g.vector("int64", [at]));
  const size = sizeAlong(step, step.x(0), axis);
  const all = g.op("Range", [g.scalar("int64", 0), g.squeeze(size, [0]), g.scalar("int64", 1)]);
  const steps = node.inputs[4] ? [g.cast(only(4), "int64")] : [];
  const [start, end] = [g.cast(only(1), "int64"), g.cast(only(2), "int64")];
  const places = g.op("Slice", [all, start, end, g.vector("int64", [0]), ...steps]);
  const back = addedAlong(step, value, { axis, places, size });
  const shape = shapeOf(step, step.x(0));
  back.type = { element: step.y().type?.element ?? "float", shape: shapeOf(step, value).with(axis, shape[axis] ?? "") };
  return back;
}

/** Padding taken off again is padding by the negative; the value that was put there gets all that isn't inside. */
const bordering: GradientRow = (step) => {
  const { g, node } = step;
  if (stringOf(step, "mode", "constant") !== "constant") return [() => folded(step), null, null, null];
  const axes = node.inputs[3] ? [step.x(3)] : [];
  const value = (filled: Value | null) => (axes.length > 0 ? [filled, ...axes] : []);
  const inner = () => {
    const less = g.known(step.x(1))?.map((pad) => -Number(pad));
    const pads = less === undefined ? g.neg(step.x(1)) : g.vector("int64", less);
    const found = g.op("Pad", [step.dy(), pads, ...value(null)]);
    found.type = step.x(0).type;
    return found;
  };
  const outer = () => reshapeLike(g, g.sub(g.reduceSum(step.dy()), g.reduceSum(inner())), step.x(2));
  return [inner, null, outer, null];
};

/** Borders that repeat or mirror what is inside: each axis gathers from places that the same Pad of their numbers tells. */
function folded(step: Step): Value {
  const { g, node } = step;
  const rank = shapeOf(step, step.x(0)).length;
  const named = node.inputs[3] ? g.known(step.x(3)) : axesOf(rank);
  const pads = g.known(step.x(1));
  if (named === null || pads === null) return missing(step, 0)();
  return named.reduce<Value>((found, name, at) => {
    const axis = axisFromFront(Number(name), rank);
    const along = [Number(pads[at]), Number(pads[at + named.length])];
    if (along.every((pad) => pad === 0)) return found;
    const size = sizeAlong(step, step.x(0), axis);
    const all = g.op("Range", [g.scalar("int64", 0), g.squeeze(size, [0]), g.scalar("int64", 1)]);
    const places = g.op("Pad", [all, g.vector("int64", along)], { mode: stringOf(step, "mode", "constant") });
    const back = addedAlong(step, found, { axis, places, size });
    const shape = shapeOf(step, found).with(axis, shapeOf(step, step.x(0))[axis] ?? "");
    back.type = { element: step.y().type?.element ?? "float", shape };
    return back;
  }, step.dy());
}

/** Copies are added up: [r·s, …] seen as [r, s, …]. */
const tiled: GradientRow = (step) => {
  const { g } = step;
  const gradient = () => {
    const shape = shapeOf(step, step.x(0));
    const sizes = g.known(step.x(1))?.flatMap((count, axis) => [count, shape[axis] ?? ""]) ?? [""];
    const isKnown = sizes.every((size) => typeof size === "number");
    const found = g.reduceSum(
      g.reshape(step.dy(), isKnown ? sizes : interleaved(step)),
      shape.map((_, axis) => 2 * axis),
    );
    found.type = step.x(0).type;
    return found;
  };
  return [() => (shapeOf(step, step.x(0)).length === 0 ? step.dy() : gradient()), null];
};

/** Repeats and sizes by turns, read while running; the rank stays known. */
function interleaved(step: Step): Value {
  const { g } = step;
  const columns = [step.x(1), g.shape(step.x(0))].map((list) => g.unsqueeze(list, [1]));
  return g.reshape(g.concat(columns, 1), [2 * shapeOf(step, step.x(0)).length]);
}

/** Sums from the other end. */
const summed: GradientRow = (step) => {
  const reverse = 1 - intOf(step, "reverse", 0);
  const exclusive = intOf(step, "exclusive", 0);
  return [() => step.g.op("CumSum", [step.dy(), step.x(1)], { exclusive, reverse }), null];
};

/** Between numbers that aren't whole. */
const cast: GradientRow = (step) => {
  const element = step.x(0).type?.element;
  const isSmooth = element === "float" || element === "double" || element === "float16";
  return [isSmooth ? () => step.g.cast(step.dy(), element) : null, null];
};

const transposed: GradientRow = (step) => [
  () => {
    const rank = shapeOf(step, step.x(0)).length;
    const perm = intsOf(step, "perm") ?? axesOf(rank).reverse();
    return step.g.transpose(
      step.dy(),
      perm.map((_, axis) => perm.indexOf(axis)),
    );
  },
];

/** Blocks become channels again. With channels outermost in each block ("CRD") they are moved by hand. */
const blocks: GradientRow = (step) => {
  const { g } = step;
  const blocksize = intOf(step, "blocksize", 1);
  if (stringOf(step, "mode", "DCR") === "DCR") return [() => g.op("SpaceToDepth", [step.dy()], { blocksize })];
  return [
    () => {
      const [channels = 1, height = 1, width = 1] = numeric(step, step.x(0), 1);
      const deep = channels / blocksize ** 2;
      const apart = g.reshape(step.dy(), [-1, deep, height, blocksize, width, blocksize]);
      return g.reshape(g.transpose(apart, [0, 1, 3, 5, 2, 4]), [-1, channels, height, width]);
    },
  ];
};

export const LAYOUT_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  Bernoulli: FLAT,
  Cast: cast,
  CastLike: cast,
  Concat: joined,
  CumSum: summed,
  DepthToSpace: blocks,
  Expand: (step) => [() => sumTo(step, step.dy(), step.x(0)), null],
  EyeLike: FLAT,
  Flatten: reshaped,
  Pad: bordering,
  RandomNormalLike: FLAT,
  RandomUniformLike: FLAT,
  Reshape: reshaped,
  Slice: sliced,
  SpaceToDepth: (step) => [
    () => step.g.op("DepthToSpace", [step.dy()], { blocksize: intOf(step, "blocksize", 1), mode: "DCR" }),
  ],
  Split: split,
  Squeeze: reshaped,
  Tile: tiled,
  Transpose: transposed,
  Trilu: (step) => [
    () => step.g.op("Trilu", [step.dy(), step.node.inputs[1] ?? null], { upper: intOf(step, "upper", 1) }),
    null,
  ],
  Unsqueeze: reshaped,
};
