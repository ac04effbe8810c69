/** The gradient of Resize: along each axis a product with the shares by which new places are made of old ones. */
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import { type Resized, resizedAxes, sharesOf } from "../operators/resize.js";
import { tensor } from "../tensor.js";
import { axesOf, type GradientRow, placeOf, type Step, shapeOf } from "./gradient.js";

function changes(step: Step): readonly Resized[] {
  const { g, node } = step;
  const { attributes } = node;
  const input = (index: number) => node.inputs[index] ?? null;
  const known = {
    attributes,
    contents: (index: number) => (input(index) ? g.known(step.x(index)) : null),
  };
  const found = resizedAxes(known, shapeOf(step, step.x(0)));
  if (found !== null) return found;
  throw new OnnxError("ONNX_NO_GRADIENT", `${placeOf(node)}: the sizes that it makes aren't known`);
}

/** Where each old place becomes `times` new ones in a row, those are added up; null for any other shares. */
function repeats(shares: Float64Array, { from, to }: Resized): number | null {
  const times = to / from;
  if (!Number.isInteger(times)) return null;
  const isRow = (value: number, at: number) =>
    value === (Math.floor(Math.floor(at / from) / times) === at % from ? 1 : 0);
  return shares.every(isRow) ? times : null;
}

function back(step: Step, value: Value, resized: Resized): Value {
  const { g } = step;
  const { axis, from, to } = resized;
  const shares = sharesOf(step.node, resized);
  if (shares === null)
    throw new OnnxError("ONNX_NO_GRADIENT", `${placeOf(step.node)} has no gradient with regions or smoothing`);
  const shape = shapeOf(step, value);
  const times = repeats(shares, resized);
  const open = shape.filter((size) => typeof size !== "number").length;
  if (times !== null && open <= 1) {
    const sizes = shape.map((size) => (typeof size === "number" ? size : -1));
    return g.reduceSum(g.reshape(value, sizes.toSpliced(axis, 1, from, times)), [axis + 1]);
  }
  const last = [...axesOf(shape.length).filter((at) => at !== axis), axis];
  const matrix = g.initializer(tensor(value.type?.element ?? "float", [to, from], Array.from(shares)), "shares");
  const product = g.matmul(axis === shape.length - 1 ? value : g.transpose(value, last), matrix);
  const perm = axesOf(shape.length).map((at) => last.indexOf(at));
  return axis === shape.length - 1 ? product : g.transpose(product, perm);
}

const resize: GradientRow = (step) => [
  () => changes(step).reduce((found, resized) => back(step, found, resized), step.dy()),
  null,
  null,
  null,
];

export const RESIZE_GRADIENTS: Readonly<Record<string, GradientRow>> = { Resize: resize };
