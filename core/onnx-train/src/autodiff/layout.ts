/** Gradients of operators that move elements. */
import type { GraphBuilder } from "../builder/builder.js";
import { ELEMENT_CODES } from "../elements.js";
import type { Value } from "../graph.js";
import {
  axisFromFront,
  type GradientRow,
  intOf,
  intsOf,
  missing,
  reshapeLike,
  type Step,
  shapeOf,
  shapeValue,
  sumTo,
} from "./gradient.js";

const reshaped: GradientRow = (step) => [() => reshapeLike(step.g, step.dy(), step.x(0)), null];

/** Parts of dy, in the order of the inputs. */
const joined: GradientRow = (step) => {
  const { g, node } = step;
  const axis = axisFromFront(intOf(step, "axis", 0), shapeOf(step, step.y()).length);
  const sizes = node.inputs.map((_, index) => shapeOf(step, step.x(index))[axis]);
  let parts: ReturnType<Step["g"]["ops"]> | undefined;
  const part = (index: number) => {
    const along = g.concat(
      sizes.map((size, at) =>
        typeof size === "number"
          ? g.vector("int64", [size])
          : g.op("Shape", [step.x(at)], { start: axis, end: axis + 1 }),
      ),
      0,
    );
    parts ??= g.ops("Split", [step.dy(), along], { axis }, { outputs: sizes.length });
    return parts[index] ?? step.dy();
  };
  return node.inputs.map((_, index) => () => part(index));
};

/** Zeros in the shape of an input. */
function zerosLike({ g }: Step, value: Value): Value {
  return g.expand(g.float(0), shapeValue(g, value));
}

/** Sends the axis to the front, or from there back. */
function moved(g: GraphBuilder, value: Value, [from, to]: readonly [number, number], rank: number): Value {
  if (from === to) return value;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const [axis = 0] = axes.splice(from, 1);
  return g.transpose(value, axes.toSpliced(to, 0, axis));
}

/** Rows of dy are added up where they came from. */
const gathered: GradientRow = (step) => {
  const { g } = step;
  return [
    () => {
      const rank = shapeOf(step, step.x(0)).length;
      const axis = axisFromFront(intOf(step, "axis", 0), rank);
      const places = shapeOf(step, step.x(1)).length;
      const count = shapeOf(step, step.y()).length;
      const axes = Array.from({ length: count }, (_, at) => at);
      const picked = axes.slice(axis, axis + places);
      const others = axes.filter((at) => !picked.includes(at));
      const updates = axis === 0 ? step.dy() : g.transpose(step.dy(), [...picked, ...others]);
      const empty = moved(g, zerosLike(step, step.x(0)), [axis, 0], rank);
      const sum = g.op("ScatterND", [empty, g.unsqueeze(step.x(1), [-1]), updates], { reduction: "add" });
      return moved(g, sum, [0, axis], rank);
    },
    null,
  ];
};

/** What was cut off comes back as zeros; places that a step left out are found by slicing their numbers. */
const sliced: GradientRow = (step) => {
  const { g, node } = step;
  const gradient = () => {
    const starts = g.known(step.x(1)) ?? [];
    const axes = node.inputs[3] ? g.known(step.x(3)) : starts.map((_, at) => at);
    if (axes === null || axes.length === 0) return missing(step, 0)();
    const shape = shapeOf(step, step.x(0));
    return axes.reduce<Value>((found, named, at) => {
      const axis = axisFromFront(Number(named), shape.length);
      return unsliced(step, found, { axis, at });
    }, step.dy());
  };
  return [gradient, null, null, null, null];
};

function unsliced(step: Step, value: Value, { axis, at }: { readonly axis: number; readonly at: number }): Value {
  const { g, node } = step;
  const shape = shapeOf(step, step.x(0));
  const only = (index: number) => g.gather(step.x(index), g.vector("int64", [at]));
  const size = g.op("Shape", [step.x(0)], { start: axis, end: axis + 1 });
  const all = g.op("Range", [g.scalar("int64", 0), g.squeeze(size, [0]), g.scalar("int64", 1)]);
  const steps = node.inputs[4] ? [only(4)] : [];
  const places = g.op("Slice", [all, only(1), only(2), g.vector("int64", [0]), ...steps]);
  const front = moved(g, value, [axis, 0], shape.length);
  const rest = g.op("Slice", [g.shape(front), g.vector("int64", [1]), g.vector("int64", [shape.length])]);
  const empty = g.expand(g.float(0), g.concat([size, rest], 0));
  const spread = g.op("ScatterND", [empty, g.unsqueeze(places, [-1]), front]);
  const back = moved(g, spread, [0, axis], shape.length);
  back.type = { element: "float", shape: (value.type?.shape ?? shape).with(axis, shape[axis] ?? "") };
  return back;
}

/** The part that isn't padding. */
const padded: GradientRow = (step) => {
  const { g, node } = step;
  const gradient = () => {
    const mode = node.attributes.mode;
    if (mode?.kind === "string" && mode.value !== "constant") return missing(step, 0)();
    const rank = shapeOf(step, step.x(0)).length;
    const before = g.slice(step.x(1), 0, 0, rank);
    const axes = g.vector(
      "int64",
      Array.from({ length: rank }, (_, axis) => axis),
    );
    const found = g.op("Slice", [step.dy(), before, g.add(before, g.shape(step.x(0))), axes]);
    found.type = step.x(0).type;
    return found;
  };
  return [gradient, null, missing(step, 2), null];
};

/** Copies are added up: [r·s, …] seen as [r, s, …]. */
const tiled: GradientRow = (step) => {
  const { g } = step;
  const gradient = () => {
    const shape = shapeOf(step, step.x(0));
    const repeats = g.known(step.x(1));
    const apart = repeats?.flatMap((count, axis) => [count, shape[axis] ?? ""]);
    const open = apart?.filter((size) => typeof size !== "number").length ?? 2;
    if (!apart || open > 1) return missing(step, 0)();
    const sizes = apart.map((size) => (typeof size === "number" ? size : -1));
    return g.reduceSum(
      g.reshape(step.dy(), sizes),
      shape.map((_, axis) => 2 * axis),
    );
  };
  return [gradient, null];
};

/** Sums from the other end. */
const summed: GradientRow = (step) => {
  const reverse = 1 - intOf(step, "reverse", 0);
  const exclusive = intOf(step, "exclusive", 0);
  return [() => step.g.op("CumSum", [step.dy(), step.x(1)], { exclusive, reverse }), null];
};

function reductionOf({ node }: Step): string {
  const { reduction } = node.attributes;
  return reduction?.kind === "string" ? reduction.value : "none";
}

/** What is written over gets no gradient; what is written gets that of where it went. */
const scattered: GradientRow = (step) => {
  const { g } = step;
  const reduction = reductionOf(step);
  if (reduction !== "none" && reduction !== "add") return [missing(step, 0), null, missing(step, 2)];
  const zeros = () => zerosLike(step, step.x(2));
  return [
    () => (reduction === "add" ? step.dy() : g.op("ScatterND", [step.dy(), step.x(1), zeros()])),
    null,
    () => g.op("GatherND", [step.dy(), step.x(1)]),
  ];
};

const gatheredPoints: GradientRow = (step) => {
  const { g } = step;
  if (intOf(step, "batch_dims", 0) !== 0) return [missing(step, 0), null];
  const empty = () => zerosLike(step, step.x(0));
  return [() => g.op("ScatterND", [empty(), step.x(1), step.dy()], { reduction: "add" }), null];
};

const gatheredElements: GradientRow = (step) => {
  const { g } = step;
  const attributes = { axis: intOf(step, "axis", 0), reduction: "add" };
  return [() => g.op("ScatterElements", [zerosLike(step, step.x(0)), step.x(1), step.dy()], attributes), null];
};

/** dy of each part, in a row. */
const split: GradientRow = (step) => {
  const { g, node } = step;
  const parts = () => node.outputs.map((_, index) => step.dy(index));
  return [() => g.concat(parts(), intOf(step, "axis", 0)), null];
};

export const LAYOUT_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  Cast: (step) => [
    step.x(0).type?.element === "float" && intOf(step, "to", 0) === ELEMENT_CODES.float ? () => step.dy() : null,
  ],
  Concat: joined,
  CumSum: summed,
  Expand: (step) => [() => sumTo(step, step.dy(), step.x(0)), null],
  Flatten: reshaped,
  Gather: gathered,
  GatherElements: gatheredElements,
  GatherND: gatheredPoints,
  Pad: padded,
  Reshape: reshaped,
  ScatterND: scattered,
  Slice: sliced,
  Split: split,
  Squeeze: reshaped,
  Tile: tiled,
  Transpose: (step) => {
    const rank = shapeOf(step, step.x(0)).length;
    const perm = intsOf(step, "perm") ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
    return [
      () =>
        step.g.transpose(
          step.dy(),
          perm.map((_, axis) => perm.indexOf(axis)),
        ),
    ];
  },
  Unsqueeze: reshaped,
};
