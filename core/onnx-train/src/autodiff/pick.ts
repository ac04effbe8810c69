/** Gradients of operators that take elements from places, or put them there. */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import {
  axesOf,
  axisFromFront,
  FLAT,
  filledLike,
  type GradientRow,
  type Gradients,
  intOf,
  missing,
  placeOf,
  type Step,
  shapeOf,
  stringOf,
} from "./gradient.js";

/** Sends the axis to the front, or from there back. */
function moved(g: GraphBuilder, value: Value, from: number, to: number): Value {
  if (from === to) return value;
  const axes = axesOf(value.type?.shape?.length ?? 0);
  const [axis = 0] = axes.splice(from, 1);
  return g.transpose(value, axes.toSpliced(to, 0, axis));
}

interface Along {
  readonly axis: number;
  /** For each place along the axis, where it goes. */
  readonly places: Value;
  /** How many places there are, as a vector of one. */
  readonly size: Value;
}

/** Zeros to which what lies along an axis is added, place by place. */
export function addedAlong({ g, number }: Step, value: Value, { axis, places, size }: Along): Value {
  const front = moved(g, value, axis, 0);
  const shape = g.concat([size, g.op("Shape", [front], { start: 1 })], 0);
  const empty = g.expand(number(0), shape);
  const sum = g.op("ScatterND", [empty, g.unsqueeze(places, [-1]), front], { reduction: "add" });
  sum.type = front.type && { ...front.type, shape: ["", ...(front.type.shape?.slice(1) ?? [])] };
  return moved(g, sum, 0, axis);
}

/** Rows of dy are added up where they came from. */
const gathered: GradientRow = (step) => {
  const { g } = step;
  return [
    () => {
      const rank = shapeOf(step, step.x(0)).length;
      const axis = axisFromFront(intOf(step, "axis", 0), rank);
      const places = shapeOf(step, step.x(1)).length;
      const axes = axesOf(shapeOf(step, step.y()).length);
      const picked = axes.slice(axis, axis + places);
      const others = axes.filter((at) => !picked.includes(at));
      const updates = axis === 0 ? step.dy() : g.transpose(step.dy(), [...picked, ...others]);
      const empty = moved(g, filledLike(g, step.x(0), 0), axis, 0);
      const sum = g.op("ScatterND", [empty, g.unsqueeze(step.x(1), [-1]), updates], { reduction: "add" });
      return moved(g, sum, 0, axis);
    },
    null,
  ];
};

/** How an operator reads and writes places. */
interface Places {
  take(from: Value): Value;
  put(into: Value, updates: Value, reduction: string): Value;
}

/** What is written over gets no gradient; what is written gets that of where it went. */
const PUT: Readonly<Record<string, (step: Step, places: Places) => Gradients>> = {
  none: (step, { take, put }) => [
    () => put(step.dy(), filledLike(step.g, step.x(2), 0), "none"),
    null,
    () => take(step.dy()),
  ],
  add: (step, { take }) => [() => step.dy(), null, () => take(step.dy())],
  // By what is multiplied: a place may be multiplied several times, once of them by 0.
  mul: (step, { put }) => [() => put(step.dy(), step.x(2), "mul"), null, missing(step, 2)],
  max: extreme,
  min: extreme,
};

/** All that equal the result share, as they do in PyTorch's scatter_reduce. */
function extreme(step: Step, { take, put }: Places): Gradients {
  const { g } = step;
  const element = step.y().type?.element ?? "float";
  let known: { readonly kept: Value; readonly written: Value; readonly share: Value } | undefined;
  const shared = () => {
    const kept = g.cast(g.equal(step.x(0), step.y()), element);
    const written = g.cast(g.equal(step.x(2), take(step.y())), element);
    return { kept, written, share: g.div(step.dy(), put(kept, written, "add")) };
  };
  const found = () => (known ??= shared());
  return [() => g.mul(found().kept, found().share), null, () => g.mul(found().written, take(found().share))];
}

function put(step: Step, places: Places): Gradients {
  const reduction = stringOf(step, "reduction", "none");
  const row = Object.hasOwn(PUT, reduction) ? PUT[reduction] : undefined;
  if (row !== undefined) return row(step, places);
  throw new OnnxError("ONNX_NO_GRADIENT", `${placeOf(step.node)} has no gradient for its reduction ${reduction}`);
}

const scatteredPoints: GradientRow = (step) =>
  put(step, {
    take: (from) => step.g.op("GatherND", [from, step.x(1)]),
    put: (into, updates, reduction) => step.g.op("ScatterND", [into, step.x(1), updates], { reduction }),
  });

const scatteredElements: GradientRow = (step) => {
  const axis = intOf(step, "axis", 0);
  return put(step, {
    take: (from) => step.g.op("GatherElements", [from, step.x(1)], { axis }),
    put: (into, updates, reduction) => step.g.op("ScatterElements", [into, step.x(1), updates], { axis, reduction }),
  });
};

const gatheredPoints: GradientRow = (step) => {
  const { g } = step;
  const added = () => {
    const points = withBatch(step, intOf(step, "batch_dims", 0));
    return g.op("ScatterND", [filledLike(g, step.x(0), 0), points, step.dy()], { reduction: "add" });
  };
  return [added, null];
};

/** Points with the numbers of their batch in front: ScatterND knows no batches. */
function withBatch(step: Step, batch: number): Value {
  const { g } = step;
  const points = step.x(1);
  if (batch === 0) return points;
  const rank = shapeOf(step, points).length;
  const single = g.concat([g.op("Shape", [points], { start: 0, end: rank - 1 }), g.vector("int64", [1])], 0);
  const numbers = axesOf(batch).map((axis) => {
    const size = g.squeeze(g.op("Shape", [points], { start: axis, end: axis + 1 }), [0]);
    const all = g.op("Range", [g.scalar("int64", 0), size, g.scalar("int64", 1)]);
    return g.expand(g.reshape(all, [-1, ...axesOf(rank - 1 - axis).map(() => 1)]), single);
  });
  return g.concat([...numbers, g.cast(points, "int64")], -1);
}

const gatheredElements: GradientRow = (step) => {
  const { g } = step;
  const attributes = { axis: intOf(step, "axis", 0), reduction: "add" };
  return [() => g.op("ScatterElements", [filledLike(g, step.x(0), 0), step.x(1), step.dy()], attributes), null];
};

/** To where the largest came from. */
const largest: GradientRow = (step) => {
  const { g, node } = step;
  return [
    () => {
      const places = node.outputs[1] ?? g.ops("TopK", node.inputs, node.attributes, { outputs: 2 })[1];
      const empty = filledLike(g, step.x(0), 0);
      return g.op("ScatterElements", [empty, places as Value, step.dy()], { axis: intOf(step, "axis", -1) });
    },
    null,
  ];
};

/** The pair of values: what fills the other places, then what stands at the numbers. */
const oneHot: GradientRow = (step) => {
  const { g, node } = step;
  const gradient = () => {
    const [none, one] = [0, 1].map((value) => step.number(value)) as [Value, Value];
    const pair = g.concat([g.reshape(none, [1]), g.reshape(one, [1])], 0);
    const hit = g.op("OneHot", [step.x(0), step.x(1), pair], node.attributes);
    const on = g.reduceSum(g.mul(step.dy(), hit));
    const off = g.sub(g.reduceSum(step.dy()), on);
    return g.concat([g.reshape(off, [1]), g.reshape(on, [1])], 0);
  };
  return [null, null, gradient];
};

export const PICK_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  Gather: gathered,
  GatherElements: gatheredElements,
  GatherND: gatheredPoints,
  Hardmax: FLAT,
  OneHot: oneHot,
  ScatterElements: scatteredElements,
  ScatterND: scatteredPoints,
  TopK: largest,
};
