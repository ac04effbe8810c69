/** What of a loaded model could train, and the choice of what does. */
import { OnnxError } from "../errors.js";
import type { Graph, Model, Node, Value } from "../graph.js";
import { elementCount } from "../tensor.js";
import { matching, type Named, type Pattern } from "./patterns.js";
import { type HeldUses, type Holder, type Use, usesIn } from "./uses.js";

export interface WeightUse {
  /** The node's name; null where the graph returns it, or a graph within a node reads it. */
  readonly node: string | null;
  readonly opType: string | null;
  /** Which of the node's inputs. */
  readonly input: number;
}

/** One constant of a model: what a person needs to know to choose. */
export interface WeightInfo {
  readonly name: string;
  readonly element: string;
  readonly dims: readonly number[];
  readonly count: number;
  /** What a Constant node holds trains after `liftWeights`. */
  readonly holder: Holder;
  readonly uses: readonly WeightUse[];
  /**
   * From 0, in the order in which they run: a layer is a node that multiplies with a weight (matrix, kernel, table), with
   * all that follows until the next one, as bias and norm. -1 for what comes before the first.
   */
  readonly layer: number;
  /** Why it can't train; null where it can. */
  readonly fixed: string | null;
}

/** Inputs of operators that stay as they are while training, and why. */
const FIXED: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  // In the form of inference, a fixed affine map; PyTorch calls these buffers.
  BatchNormalization: { 3: "a running mean", 4: "a running variance" },
  Clip: { 1: "a limit", 2: "a limit" },
  ConstantOfShape: { 0: "a shape" },
  DequantizeLinear: { 1: "a quantization's scale", 2: "a quantization's zero point" },
  Dropout: { 1: "a rate", 2: "a switch" },
  Expand: { 1: "a shape" },
  Pad: { 2: "padding" },
  QuantizeLinear: { 1: "a quantization's scale", 2: "a quantization's zero point" },
  Range: { 0: "a limit", 1: "a limit", 2: "a step" },
  Resize: { 1: "a region", 2: "a scale", 3: "a size" },
  Upsample: { 1: "a scale" },
};

function fixedBy({ node, input, form }: Use): string | null {
  if (!form.plain) return "stored in another type, and converted";
  return (node?.domain === "" ? FIXED[node.opType]?.[input] : undefined) ?? null;
}

/** Why a constant can't train; null where it can. */
export function fixedReason({ tensor, uses }: HeldUses): string | null {
  if (tensor.element !== "float") return `of ${tensor.element}; only float trains`;
  if (uses.length === 0) return "used nowhere";
  const reasons = uses.map(fixedBy);
  return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
}

/** Every constant of the main graph, initializers first. */
export function weightsOf({ graph }: Model): WeightInfo[] {
  const all = usesIn(graph);
  const layers = layersOf(graph, all);
  return all.map((held) => ({
    name: held.value.name,
    element: held.tensor.element,
    dims: held.tensor.dims,
    count: elementCount(held.tensor.dims),
    holder: held.holder,
    uses: held.uses.map(({ node, input }) => ({ node: node?.name ?? null, opType: node?.opType ?? null, input })),
    layer: Math.min(...held.uses.map(({ node }) => (node && layers.get(node)) ?? -1), Number.POSITIVE_INFINITY),
    fixed: fixedReason(held),
  }));
}

const OPENS_LAYER = new Set(["MatMul", "Gemm", "Conv", "ConvTranspose", "Gather", "Einsum", "LSTM", "GRU", "RNN"]);

/** The number of each node's layer: its own where it multiplies with a weight, else the latest of what it reads. */
function layersOf({ nodes }: Graph, held: readonly HeldUses[]): ReadonlyMap<Node, number> {
  const weighted = new Set(
    held
      .filter((one) => fixedReason(one) === null && one.tensor.dims.length > 1)
      .flatMap(({ uses }) => uses.map(({ node }) => node)),
  );
  const layers = new Map<Node, number>();
  const ofValue = new Map<Value, number>();
  let last = -1;
  for (const node of nodes) {
    const opens = OPENS_LAYER.has(node.opType) && weighted.has(node);
    if (opens) last += 1;
    const layer = opens ? last : Math.max(-1, ...node.inputs.map((value) => (value && ofValue.get(value)) ?? -1));
    layers.set(node, layer);
    for (const value of node.outputs) if (value !== null) ofValue.set(value, layer);
  }
  return layers;
}

export interface Choice {
  /**
   * Default: all that can train, but for tensors without dimensions, which are rather numbers of a formula (an exponent, an
   * epsilon) that other tools hold as initializers.
   */
  readonly train?: readonly Pattern[];
  /** Of those, what stays as it is. */
  readonly freeze?: readonly Pattern[];
  /** Only the last so many layers: see WeightInfo.layer. */
  readonly last?: number;
}

/**
 * Which initializers train, for `trainingProgram({ trains })`.
 * @throws OnnxError ONNX_INVALID for a pattern that matches nothing, with the nearest names; ONNX_UNSUPPORTED for one that
 * only matches what can't train, with the reason
 */
export function chosen(model: Model, { train, freeze = [], last }: Choice): (name: string) => boolean {
  const all = weightsOf(model);
  const named = all.map((item): Named<WeightInfo> => ({ names: [item.name], item }));
  const wanted =
    train === undefined
      ? all.filter((one) => canTrain(one) && one.dims.length > 0)
      : train.flatMap((pattern) => able([...matching(named, [pattern], "weights")], pattern));
  const frozen = matching(named, freeze, "weights");
  const from = last === undefined ? -1 : firstOfLast(wanted, last);
  const names = new Set(wanted.filter((one) => !frozen.has(one) && one.layer >= from).map(({ name }) => name));
  if (names.size === 0) throw new OnnxError("ONNX_INVALID", "nothing is left to train: freeze less");
  return (name) => names.has(name);
}

function firstOfLast(weights: readonly WeightInfo[], last: number): number {
  const layers = [...new Set(weights.map(({ layer }) => layer).filter((layer) => layer >= 0))].sort((a, b) => a - b);
  if (Number.isInteger(last) && last >= 1 && last <= layers.length) return layers.at(-last) ?? -1;
  throw new OnnxError("ONNX_INVALID", `there are ${layers.length} layers to take the last ${last} of`);
}

function canTrain({ fixed, holder }: WeightInfo): boolean {
  return fixed === null && holder === "initializer";
}

function able(found: readonly WeightInfo[], pattern: Pattern): WeightInfo[] {
  const trains = found.filter(canTrain);
  const [first] = found;
  if (trains.length > 0 || first === undefined) return trains;
  const why = first.fixed ?? "held by a Constant node: take liftWeights(model)";
  throw new OnnxError(
    "ONNX_UNSUPPORTED",
    `what ${pattern} matches can't train: ${JSON.stringify(first.name)} is ${why}`,
  );
}
