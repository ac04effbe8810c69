/** Low-rank adapters (LoRA): Hu et al. 2021, https://arxiv.org/abs/2106.09685. */
import { OnnxError } from "../../errors.js";
import { checkKnown, checkNumber, RANGES, refuse } from "../../given.js";
import type { Model } from "../../graph.js";
import { drawn } from "../../layers/initial.js";
import { randomNumbers } from "../../random.js";
import { elementCount, type Tensor } from "../../tensor.js";
import { matching, type Pattern } from "../patterns.js";
import { factorDims } from "./delta.js";
import { type Plan, placed } from "./place.js";
import { type Adapter, openRecord } from "./record.js";
import { type Adaptable, adaptablesIn, strayUse } from "./sites.js";

export interface LoraOptions {
  /** Weights, by their own name or that of a node that uses them. */
  readonly targets: readonly Pattern[];
  /** Default 8. */
  readonly rank?: number;
  /** Default the rank: what is added isn't scaled then. */
  readonly alpha?: number;
  /**
   * Scale by alpha / √rank rather than alpha / rank (rsLoRA: Kalajdzievski 2023, https://arxiv.org/abs/2312.03732); default
   * false.
   */
  readonly stabilised?: boolean;
  /** Rate of dropout on what reaches an adapter while training, but for tables; default 0. */
  readonly dropout?: number;
  readonly seed: number;
}

/**
 * The model with an adapter on each weight that the targets match: MatMul and Gemm with a constant matrix on the right,
 * Gather from a table, Conv with any groups (the rank is that of each group). A weight that serves several nodes gets one
 * adapter that serves them too. Outputs are what they were, to the bit (but where onnxruntime folds a batch norm into the
 * convolution before it, which it can't any more: to a rounding), as one factor is zero: B, [rank, out], and of a table A (the
 * others as in PEFT: A uniform within ±1/√in, a table's B standard normal). Adapters are called like the weight with
 * `.lora_A` and `.lora_B`: train these and nothing else by `chosen(model, { train: ["*.lora_A", "*.lora_B"] })`.
 * @throws OnnxError ONNX_OPTION; ONNX_INVALID for a target that matches nothing; ONNX_UNSUPPORTED for a weight that is
 * also used where no adapter can be
 */
export function withLora(model: Model, options: LoraOptions): Model {
  const { rank = 8, seed } = options;
  const settings = checked(model, options);
  const targets = targetsOf(model, options.targets);
  return placed(
    model,
    targets.map((target) => {
      const adapter = adapterOn(target, settings);
      const dims = factorDims(adapter, rank);
      return { adapter, target, ...initial(adapter, dims, seed) };
    }),
  );
}

type Settings = Pick<Adapter, "rank" | "alpha" | "scale" | "dropout">;

/** From opset 12 on Dropout takes its rate as an input. */
const DROPOUT_INPUT = 12;
/** From opset 7 on sums broadcast as in numpy. */
const BROADCASTS = 7;

const RULES = {
  rank: RANGES.count,
  alpha: RANGES.number,
  dropout: RANGES.share,
  seed: RANGES.steps,
} as const;

function checked({ opsets }: Model, options: LoraOptions): Settings {
  const { rank = 8, alpha = rank, stabilised = false, dropout = 0, seed } = options;
  checkKnown("withLora", options, [...Object.keys(RULES), "targets", "stabilised"]);
  for (const [name, value] of Object.entries({ rank, alpha, dropout, seed }))
    checkNumber(`withLora: ${name}`, value, RULES[name as keyof typeof RULES]);
  const opset = opsets[""] ?? 0;
  const least = dropout === 0 ? BROADCASTS : DROPOUT_INPUT;
  if (opset < least)
    throw new OnnxError("ONNX_UNSUPPORTED", `the model is of opset ${opset}; this takes ${least}: convert it first`);
  return { rank, alpha, scale: alpha / (stabilised ? Math.sqrt(rank) : rank), dropout };
}

function targetsOf(model: Model, patterns: readonly Pattern[]): Adaptable[] {
  const record = openRecord(model);
  const own = new Set(record.adapters.flatMap(({ a, b }) => [a, b]));
  const all = adaptablesIn(model.graph).filter(({ value }) => !own.has(value.name));
  const named = all.map((item) => ({
    names: [item.value.name, ...item.sites.map(({ node }) => node.name).filter((name) => name !== "")],
    item,
  }));
  const targets = [...matching(named, patterns, "weights and nodes that can be adapted")];
  if (targets.length === 0) refuse("withLora: targets", "at least one pattern", "none");
  const adapted = new Set(record.adapters.map(({ weight }) => weight));
  for (const { value } of targets)
    if (adapted.has(value.name))
      throw new OnnxError("ONNX_INVALID", `${JSON.stringify(value.name)} has an adapter already: merge it first`);
  targets.forEach(assertWhole);
  return targets;
}

/** An adapter stands for a change of the weight, everywhere. */
export function assertWhole(target: Adaptable): void {
  const stray = strayUse(target);
  if (stray === undefined) return;
  const { node, input } = stray;
  const place =
    node === null
      ? "is an output, or used within a node's graph"
      : `is input ${input} of ${node.opType} ${JSON.stringify(node.name)}`;
  throw new OnnxError(
    "ONNX_UNSUPPORTED",
    `${JSON.stringify(target.value.name)} also ${place}, where an adapter has no place: leave it out of the targets`,
  );
}

function adapterOn({ value, tensor, sites: [{ kind, flipped, groups }] }: Adaptable, settings: Settings): Adapter {
  const weight = value.name;
  return {
    weight,
    dims: tensor.dims,
    a: `${weight}.lora_A`,
    b: `${weight}.lora_B`,
    ...settings,
    kind,
    flipped,
    groups,
  };
}

function initial(adapter: Adapter, dims: ReturnType<typeof factorDims>, seed: number): Pick<Plan, "a" | "b"> {
  const random = (name: string) => randomNumbers(seed, name);
  const fan = { inputs: 1, outputs: 1 };
  if (adapter.kind === "lookup") return { a: zeros(dims.a), b: drawn("standard", dims.b, fan, random(adapter.b)) };
  return { a: uniform(dims.a, adapter, random(adapter.a)), b: zeros(dims.b) };
}

function zeros(dims: readonly number[]): Tensor {
  return { element: "float", dims, data: new Float32Array(elementCount(dims)) };
}

/** He et al. 2015, https://arxiv.org/abs/1502.01852, with slope √5: the deviation that PyTorch and PEFT begin with. */
function uniform(dims: readonly number[], { kind }: Adapter, random: () => number): Tensor {
  const [first = 1, ...rest] = dims;
  const limit = 1 / Math.sqrt(kind === "convolution" ? elementCount(rest) : first);
  return {
    element: "float",
    dims,
    data: Float32Array.from({ length: elementCount(dims) }, () => (2 * random() - 1) * limit),
  };
}
