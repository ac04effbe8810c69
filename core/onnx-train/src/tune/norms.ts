import { freshNames } from "../freshNames.js";
import { type Model, type Node, Value } from "../graph.js";
import { edited, valuesOf } from "./edit.js";

/**
 * The same model with its batch norms as the fixed maps that they are outside of training, also where scale and shift
 * train: few rows tell less of means and variances than what the model was made from. (Else a batch norm of which scale or
 * shift trains takes the statistics of each batch, as in training from scratch.) Names stay, so that what trained goes back
 * into the model as it was: `withWeights(original, trained)`.
 * @throws OnnxError ONNX_INVALID where the model breaks a rule
 */
export function fixNorms(model: Model): Model {
  const { graph } = model;
  const valueName = freshNames(Array.from(valuesOf(graph), ({ name }) => name));
  const nodeName = freshNames(graph.nodes.map(({ name }) => name));
  // A program looks for scales and shifts among the initializers: behind an Identity they are a batch norm's plain inputs.
  const behind = (value: Value): Node => ({
    name: nodeName(`${value.name}.fixed`),
    opType: "Identity",
    domain: "",
    inputs: [value],
    outputs: [new Value(valueName(`${value.name}.fixed`), value.type)],
    attributes: {},
  });
  const nodes = graph.nodes.flatMap((node) => {
    const [x, scale, shift, ...statistics] = node.inputs;
    if (node.opType !== "BatchNormalization" || node.domain !== "" || !x || !scale || !shift) return [node];
    const [first, second] = [behind(scale), behind(shift)];
    const inputs = [x, first.outputs[0] as Value, second.outputs[0] as Value, ...statistics];
    return [first, second, { ...node, inputs }];
  });
  return edited(model, { ...graph, nodes });
}
