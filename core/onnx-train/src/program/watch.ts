/** How active the units of a model are while it trains: the mean of |h| over a batch, unit by unit. */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Graph, Node, Value } from "../graph.js";

export interface Watch {
  /** The model's name of the value. */
  readonly name: string;
  readonly units: number;
}

/** Operators whose outputs are what a layer of units says. */
const ACTIVATIONS = new Set(
  ["Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Gelu", "Mish", "Swish", "Softplus", "Softsign"].concat([
    "Tanh",
    "Sigmoid",
    "HardSigmoid",
    "HardSwish",
    "ThresholdedRelu",
  ]),
);
const NEVER_NEGATIVE = new Set(["Relu", "Sigmoid", "Softplus", "ThresholdedRelu", "HardSigmoid"]);
/** Their units are the channels, on axis 1; elsewhere units are on the last axis. */
const CHANNELS = new Set(["Conv", "ConvTranspose", "BatchNormalization", "InstanceNormalization"]);

/**
 * Adds outputs with the mean activity of values.
 * @param values the copies of the model's values in `g`
 * @param chosen true: of all activation functions; a list: values by name
 * @throws OnnxError ONNX_INVALID for a name that no value has, or a value whose number of units isn't known
 */
export function watched(
  g: GraphBuilder,
  model: Graph,
  values: ReadonlyMap<Value, Value>,
  chosen: boolean | readonly string[],
): Watch[] {
  if (chosen === false) return [];
  const made = new Map(model.nodes.flatMap((node) => node.outputs.flatMap((value) => (value ? [[value, node]] : []))));
  const wanted = chosen === true ? activations(model) : chosen.map((name) => named(made, name));
  return wanted.map((value) => {
    const node = made.get(value) as Node;
    const h = values.get(value) as Value;
    const axis = hasChannels(node, made) ? 1 : (h.type?.shape?.length ?? 0) - 1;
    const units = h.type?.shape?.[axis];
    if (typeof units !== "number" || axis < 1)
      throw new OnnxError("ONNX_INVALID", `value ${JSON.stringify(value.name)} has no known number of units`);
    const size = NEVER_NEGATIVE.has(node.opType) ? h : g.abs(h);
    const axes = (h.type?.shape ?? []).map((_, at) => at).filter((at) => at !== axis);
    g.output(g.reduceMean(size, axes), `activity ${value.name}`, { element: "float", shape: [units] });
    return { name: value.name, units };
  });
}

function activations(model: Graph): Value[] {
  return model.nodes
    .filter(({ opType, domain }) => domain === "" && ACTIVATIONS.has(opType))
    .map(({ outputs: [value] }) => value as Value);
}

function named(made: ReadonlyMap<Value, Node>, name: string): Value {
  const value = [...made.keys()].find((one) => one.name === name);
  if (value !== undefined) return value;
  throw new OnnxError("ONNX_INVALID", `the model makes no value called ${JSON.stringify(name)}, of which to tell`);
}

/** Whether a value comes from channels, through functions of single elements. */
function hasChannels(node: Node, made: ReadonlyMap<Value, Node>): boolean {
  if (CHANNELS.has(node.opType)) return true;
  const [input] = node.inputs;
  const before = input && made.get(input);
  return before != null && (ACTIVATIONS.has(node.opType) || ELEMENTWISE.has(node.opType)) && hasChannels(before, made);
}

const ELEMENTWISE = new Set(["Add", "Mul", "Clip", "Identity", "Dropout"]);

/**
 * The share of units that say nothing (Sokar et al. 2023, https://arxiv.org/abs/2302.12902, eq. 1): those whose activity is
 * at most `threshold` times the mean of the layer.
 * @param threshold 0: only units that were silent for every row
 */
export function deadShare(activity: ArrayLike<number>, threshold = 0): number {
  const all = Array.from(activity);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return all.filter((value) => value <= threshold * mean).length / all.length;
}
