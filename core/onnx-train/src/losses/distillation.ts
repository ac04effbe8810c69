/** Losses between distributions over classes. */
import { checkKnown, checkNumber, RANGES } from "../given.js";
import type { Value } from "../graph.js";
import { type CountedOptions, checkLoss, cleanTarget, countedData, countedMean } from "./counted.js";
import { crossEntropy } from "./crossEntropy.js";
import type { Loss, LossContext } from "./loss.js";
import { sumOf } from "./sumOf.js";

export interface DivergenceOptions extends CountedOptions {
  /** The model's output of [rows, …shape, classes]: scores before the softmax. Targets (float) are chances of the same shape. */
  readonly logits: string;
}

/** The smallest chance of which a logarithm is taken; 0 log 0 counts as 0. */
const LEAST = 1e-37;

/** Σ p (log p - log q) over the classes. */
function divergence({ g }: LossContext, [p, logP, logQ]: readonly [Value, Value, Value]): Value {
  return g.reduceSum(g.mul(p, g.sub(logP, logQ)), [-1]);
}

/**
 * The mean of KL(target ‖ softmax(logits)): Kullback and Leibler 1951, https://doi.org/10.1214/aoms/1177729694.
 * @throws OnnxError ONNX_OPTION
 */
export function klDivergence(options: DivergenceOptions): Loss {
  checkLoss("klDivergence", options, ["logits"]);
  const { logits, target = "target", shape = [] } = options;
  return {
    data: { [target]: { element: "float", shape: [...shape, "classes"] }, ...countedData(options) },
    build: (context) => {
      const { g, output } = context;
      const p = cleanTarget(context, options, 1);
      const logP = g.log(g.op("Max", [p, g.float(LEAST)]));
      return countedMean(context, divergence(context, [p, logP, g.logSoftmax(output(logits))]), options);
    },
  };
}

export interface DistillationOptions extends Omit<DivergenceOptions, "target"> {
  /** What the teacher's scores (float, of the logits' shape) are called among the data; default "teacher". */
  readonly teacher?: string;
  /** Both are divided by it before the softmax; default 1. */
  readonly temperature?: number;
  /** The share of the cross entropy with class numbers, and what these are called among the data; default no share. */
  readonly hard?: { readonly share: number; readonly target?: string };
}

/**
 * T² KL(softmax(teacher / T) ‖ softmax(logits / T)), so that gradients are of the same size at all temperatures: Hinton,
 * Vinyals, Dean 2015, https://arxiv.org/abs/1503.02531, §2; with hard targets share · crossEntropy + (1 - share) · that.
 * @throws OnnxError ONNX_OPTION
 */
export function distillation({ hard, ...options }: DistillationOptions): Loss {
  checkKnown("distillation", options, ["logits", "teacher", "temperature", "shape", "weights", "mask"]);
  checkKnown("distillation.hard", hard ?? {}, ["share", "target"]);
  const { teacher = "teacher", temperature = 1, logits, ...counted } = options;
  checkNumber("distillation.temperature", temperature, RANGES.positive);
  const soft = softened({ logits, ...counted, target: teacher }, temperature);
  if (hard === undefined) return soft;
  checkNumber("distillation.hard.share", hard.share, RANGES.portion);
  const { target = "target" } = hard;
  return sumOf([
    { loss: crossEntropy({ logits, ...counted, target }), weight: hard.share },
    { loss: soft, weight: 1 - hard.share },
  ]);
}

function softened(options: DivergenceOptions & { readonly target: string }, temperature: number): Loss {
  const { logits, target, shape = [] } = options;
  return {
    data: { [target]: { element: "float", shape: [...shape, "classes"] }, ...countedData(options) },
    build: (context) => {
      const { g, output } = context;
      const cooled = (scores: Value) => (temperature === 1 ? scores : g.mul(scores, g.float(1 / temperature)));
      const logP = g.logSoftmax(cooled(cleanTarget(context, options, 1)));
      const each = divergence(context, [g.exp(logP), logP, g.logSoftmax(cooled(output(logits)))]);
      const mean = countedMean(context, each, options);
      return temperature === 1 ? mean : g.mul(mean, g.float(temperature ** 2));
    },
  };
}
