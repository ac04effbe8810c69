/**
 * Resize and what came before it. Until opset 10 the place of an output in the input was its index over the scale ("asymmetric"
 * since); the nearest place lay below when growing and above when shrinking (onnxruntime, upsamplebase.h: SIMPLE).
 */
import type { Node, Value } from "../graph.js";
import { type Tensor, tensor } from "../tensor.js";
import { type Conversion, type ConversionRow, refused, textOf, without } from "./conversion.js";

function text(value: string) {
  return { kind: "string", value } as const;
}

function asymmetric(node: Node, scales: Value | null, rounding: "floor" | "ceil"): Node {
  // Some early exporters wrote the name of the two-dimensional case.
  const mode = textOf(node, "mode") === "bilinear" ? "linear" : (textOf(node, "mode") ?? "nearest");
  const attributes = {
    ...without(node, "scales"),
    mode: text(mode),
    coordinate_transformation_mode: text("asymmetric"),
    ...(mode === "nearest" ? { nearest_mode: text(rounding) } : {}),
  };
  return { ...node, opType: "Resize", inputs: [node.inputs[0] ?? null, null, scales], attributes };
}

/** It only grows; its scales were an attribute before opset 9. */
export const upsampleAsResize: ConversionRow = ({ node, constant }) => {
  const { scales } = node.attributes;
  const held =
    scales?.kind === "floats"
      ? constant(tensor("float", [scales.value.length], scales.value), `${node.name}_scales`)
      : (node.inputs[1] ?? null);
  return [asymmetric(node, held, "floor")];
};

export const resizeFrom10: ConversionRow = ({ node, held }) => {
  const scales = node.inputs[1] ?? null;
  if (textOf(node, "mode") === "linear") return [asymmetric(node, scales, "floor")];
  const factors = factorsOf(held(scales));
  if (factors.every((factor) => factor >= 1)) return [asymmetric(node, scales, "floor")];
  if (factors.every((factor) => factor <= 1)) return [asymmetric(node, scales, "ceil")];
  return refused(node, "opset 10 rounded another way along axes that grow than along those that shrink");
};

/** Scales that are only known at run time may do both. */
function factorsOf(scales: Tensor | null): readonly number[] {
  return scales === null ? [0, 2] : Array.from(scales.data as Float32Array);
}

/** With sizes there are no scales, which needed an empty tensor before opset 13. */
export const resizeFrom11: ConversionRow = (conversion) => {
  const { node } = conversion;
  const [x = null, roi = null, scales = null, sizes = null] = node.inputs;
  const inputs = sizes === null ? [x, roi, scales] : [x, roi, null, sizes];
  return [{ ...node, inputs, attributes: { ...node.attributes, ...halfPixels(conversion) } }];
};

/**
 * tf_half_pixel_for_nn, gone since opset 13, is half_pixel without the half taken off at the end: rounding that down is
 * rounding half_pixel to the nearest, and up in the middle.
 */
function halfPixels({ node }: Conversion): Node["attributes"] {
  if (textOf(node, "coordinate_transformation_mode") !== "tf_half_pixel_for_nn") return {};
  if (textOf(node, "nearest_mode") !== "floor") refused(node, "tf_half_pixel_for_nn ended with opset 13");
  return { coordinate_transformation_mode: text("half_pixel"), nearest_mode: text("round_prefer_ceil") };
}
