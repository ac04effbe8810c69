/** What a row of the table of gradients is: how the loss's gradients by a node's inputs follow from those by its outputs. */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Attribute, Dimension, Node, Value } from "../graph.js";

/** One node on the way back. */
export interface Step {
  readonly g: GraphBuilder;
  readonly node: Node;
  /**
   * The inputs.
   * @throws OnnxError ONNX_INVALID where an input is asked for that the node leaves out
   */
  x(index: number): Value;
  /** The outputs. */
  y(index?: number): Value;
  /** The gradient by an output, of the output's shape; zeros where the loss doesn't depend on it. */
  dy(index?: number): Value;
}

/**
 * For each input how its gradient is made, of the input's shape; null where the operator has none by it (an index, a
 * shape). Only what is asked for gets made.
 */
export type GradientRow = (step: Step) => readonly ((() => Value) | null)[];

/** Of an operator whose outputs don't change with small changes of its inputs. */
export const FLAT: GradientRow = ({ node }) => node.inputs.map(() => null);

export function shapeOf(step: Step, value: Value): readonly Dimension[] {
  const shape = value.type?.shape;
  if (shape) return shape;
  throw new OnnxError("ONNX_INVALID", `${placeOf(step.node)}: the rank of ${value.name || "an input"} isn't known`);
}

/** The shape, where every size is a number. */
export function fixedShape(value: Value): readonly number[] | null {
  const shape = value.type?.shape;
  return shape?.every((size) => typeof size === "number") ? shape : null;
}

/** Of an input whose gradient isn't worked out: an error where it is asked for. */
export function missing({ node }: Step, index: number): () => never {
  return () => {
    throw new OnnxError(
      "ONNX_NO_GRADIENT",
      `${placeOf(node)} has no gradient by its input ${index}; keep that one fixed`,
    );
  };
}

export function placeOf(node: Node): string {
  return `${node.opType} of node ${JSON.stringify(node.name)}`;
}

export function intOf({ node }: Step, name: string, otherwise: number): number {
  const attribute: Attribute | undefined = node.attributes[name];
  return attribute?.kind === "int" ? Number(attribute.value) : otherwise;
}

export function floatOf({ node }: Step, name: string, otherwise: number): number {
  const attribute: Attribute | undefined = node.attributes[name];
  return attribute?.kind === "float" ? attribute.value : otherwise;
}

export function intsOf({ node }: Step, name: string): readonly number[] | null {
  const attribute: Attribute | undefined = node.attributes[name];
  return attribute?.kind === "ints" ? attribute.value.map(Number) : null;
}

/** An axis counted from the front. */
export function axisFromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** A shape as a value: constant where it is known, else read while running. */
export function shapeValue(g: GraphBuilder, like: Value): Value {
  const fixed = fixedShape(like);
  return fixed === null ? g.shape(like) : g.vector("int64", fixed);
}

/** `value` in the shape of `like`, which holds as many elements. */
export function reshapeLike(g: GraphBuilder, value: Value, like: Value): Value {
  return g.reshape(value, shapeValue(g, like));
}

/**
 * Undoes broadcasting: sums a gradient over the axes along which `like` was repeated. Which those are is decided here
 * where sizes tell, else while running.
 */
export function sumTo(step: Step, value: Value, like: Value): Value {
  const { g } = step;
  const wide = shapeOf(step, value);
  const narrow = shapeOf(step, like);
  const extra = wide.length - narrow.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const repeated: number[] = [];
  let open = false;
  for (const [axis, size] of narrow.entries()) {
    const other = wide[axis + extra] as Dimension;
    if (size === other && size !== "") continue;
    if (size === 1) repeated.push(axis + extra);
    else if (typeof size === "string") open = true;
  }
  const folded = leading.length + repeated.length === 0 ? value : foldTo(g, value, { leading, repeated, like });
  return open ? sumToAtRunTime(g, folded, like) : folded;
}

interface Fold {
  readonly leading: readonly number[];
  readonly repeated: readonly number[];
  readonly like: Value;
}

function foldTo(g: GraphBuilder, value: Value, { leading, repeated, like }: Fold): Value {
  if (repeated.length === 0) return g.reduceSum(value, leading);
  if (leading.length === 0) return g.reduceSum(value, repeated, { keep: true });
  const kept = g.reduceSum(value, [...leading, ...repeated], { keep: true });
  return like.type?.shape?.length === 0 ? g.reshape(kept, []) : g.squeeze(kept, leading);
}

/** The axes that differ from `like`'s, of equal rank, are worked out from the shapes. */
function sumToAtRunTime(g: GraphBuilder, value: Value, like: Value): Value {
  const differs = g.op("Not", [g.equal(g.shape(value), g.shape(like))]);
  const axes = g.reshape(g.op("NonZero", [differs]), [-1]);
  const sum = g.op("ReduceSum", [value, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  if (like.type !== null) sum.type = like.type;
  return sum;
}
