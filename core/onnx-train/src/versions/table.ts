/**
 * The operators of ai.onnx of which form or meaning changed between opset 7 and 17, one row per operator and version
 * (https://github.com/onnx/onnx/blob/main/docs/Changelog.md). What is not here took more types or more optional inputs and
 * attributes, or none, and needs no change.
 */
import type { Node, Value } from "../graph.js";
import { scalar, tensor } from "../tensor.js";
import {
  type Conversion,
  type ConversionRow,
  floatOf,
  intOf,
  intsInput,
  refused,
  textOf,
  without,
} from "./conversion.js";
import { resizeFrom10, resizeFrom11, upsampleAsResize } from "./resize.js";

/** Lists that were attributes and are inputs behind the first one, in this order. */
function asInputs(...names: readonly string[]): ConversionRow {
  return (conversion) => {
    const { node } = conversion;
    const inputs = [node.inputs[0] ?? null, ...names.map((name) => intsInput(conversion, name))];
    while (inputs.at(-1) === null) inputs.pop();
    return [{ ...node, inputs, attributes: without(node, ...names) }];
  };
}

/** A number that was an attribute, as an input of the same element type as the first: also one that isn't known. */
function numberInput({ node, constant, fresh }: Conversion, name: string): { value: Value | null; nodes: Node[] } {
  const number = floatOf(node, name);
  if (number === undefined) return { value: null, nodes: [] };
  const [like = null] = node.inputs;
  const element = like?.type?.element;
  const held = constant(scalar(element === "double" ? "double" : "float", number), `${node.name}_${name}`);
  if (element === "float" || element === "double") return { value: held, nodes: [] };
  const value = fresh(held.name);
  const cast = { name: value.name, opType: "CastLike", domain: "", attributes: {} };
  return { value, nodes: [{ ...cast, inputs: [held, like], outputs: [value] }] };
}

const clip: ConversionRow = (conversion) => {
  const { node } = conversion;
  const [low, high] = [numberInput(conversion, "min"), numberInput(conversion, "max")];
  const inputs = [node.inputs[0] ?? null, low.value, high.value];
  return [...low.nodes, ...high.nodes, { ...node, inputs, attributes: without(node, "min", "max") }];
};

const pad: ConversionRow = (conversion) => {
  const { node } = conversion;
  const fill = numberInput(conversion, "value");
  const inputs = [node.inputs[0] ?? null, intsInput(conversion, "pads"), fill.value];
  return [...fill.nodes, { ...node, inputs, attributes: without(node, "pads", "value") }];
};

const topK: ConversionRow = ({ node, constant }) => {
  const k = constant(tensor("int64", [1], [intOf(node, "k") ?? 0]), `${node.name}_k`);
  return [{ ...node, inputs: [node.inputs[0] ?? null, k], attributes: without(node, "k") }];
};

/** The mask of inference wasn't defined before opset 12 (onnxruntime gives zeros before and ones from there on). */
const dropout: ConversionRow = ({ node, constant, isUsed }) => {
  const [output = null, mask = null] = node.outputs;
  if (mask !== null && isUsed(mask)) refused(node, "its mask is used, which had no defined values before opset 12");
  const ratio = constant(scalar("float", floatOf(node, "ratio") ?? 0.5), `${node.name}_ratio`);
  return [{ ...node, inputs: [node.inputs[0] ?? null, ratio], outputs: [output], attributes: without(node, "ratio") }];
};

/**
 * Before opset 13 it worked on the matrix that Flatten makes at `axis` (default 1); since then along one axis. They are the
 * same for the last axis.
 */
const overMatrix: ConversionRow = ({ node, fresh }) => {
  const [input = null] = node.inputs;
  const axis = intOf(node, "axis") ?? 1;
  const last = { ...node, attributes: { ...node.attributes, axis: { kind: "int", value: -1n } as const } };
  if (axis === -1 || axis === (input?.type?.shape?.length ?? Number.NaN) - 1) return [last];
  const [shape, flat, done] = [fresh("shape"), fresh("flat"), fresh("done")];
  const part = (opType: string) => ({ name: fresh(`${node.name}_${opType}`).name, opType, domain: "" });
  return [
    { ...part("Shape"), inputs: [input], outputs: [shape], attributes: {} },
    {
      ...part("Flatten"),
      inputs: [input],
      outputs: [flat],
      attributes: { axis: { kind: "int", value: BigInt(axis) } },
    },
    { ...last, inputs: [flat], outputs: [done] },
    { ...part("Reshape"), inputs: [done, shape], outputs: node.outputs, attributes: {} },
  ];
};

const perPlace: ConversionRow = ({ node }) => {
  if (intOf(node, "spatial") === 0) refused(node, "statistics for each place (spatial = 0) ended with opset 9");
  return [{ ...node, attributes: without(node, "spatial") }];
};

/** More than one output meant training. What was saved for a backward pass is gone since opset 14. */
const trainingMode: ConversionRow = ({ node, isUsed }) => {
  const [, mean, variance, ...saved] = node.outputs;
  if (saved.some((value) => value && isUsed(value))) refused(node, "its saved mean and variance ended with opset 14");
  if (!mean && !variance && saved.every((value) => value === null))
    return [{ ...node, outputs: [node.outputs[0] ?? null] }];
  const attributes = { ...node.attributes, training_mode: { kind: "int", value: 1n } as const };
  return [{ ...node, outputs: node.outputs.slice(0, 3), attributes }];
};

const perSequence: ConversionRow = ({ node }) =>
  refused(node, "opset 8 scanned batches of sequences with their lengths; export the model with opset 9 or newer");

const outputHalfPixel: ConversionRow = ({ node }) => {
  const mode = {
    kind: "string",
    value: textOf(node, "coordinate_transformation_mode") ?? "output_half_pixel",
  } as const;
  return [{ ...node, attributes: { ...node.attributes, coordinate_transformation_mode: mode } }];
};

/** By operator, then by the version that its row leads to, in ascending order. */
export const CONVERSIONS: Readonly<Record<string, Readonly<Record<number, ConversionRow>>>> = {
  BatchNormalization: { 9: perPlace, 14: trainingMode },
  Clip: { 11: clip },
  Dropout: { 12: dropout },
  Hardmax: { 13: overMatrix },
  LogSoftmax: { 13: overMatrix },
  Pad: { 11: pad },
  ReduceSum: { 13: asInputs("axes") },
  Resize: { 11: resizeFrom10, 13: resizeFrom11 },
  RoiAlign: { 16: outputHalfPixel },
  Scan: { 9: perSequence },
  Scatter: { 11: ({ node }) => [{ ...node, opType: "ScatterElements" }] },
  Slice: { 10: asInputs("starts", "ends", "axes") },
  Softmax: { 13: overMatrix },
  Split: { 13: asInputs("split") },
  Squeeze: { 13: asInputs("axes") },
  TopK: { 10: topK },
  Unsqueeze: { 13: asInputs("axes") },
  Upsample: { 11: upsampleAsResize },
};
