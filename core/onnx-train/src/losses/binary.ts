import { checkNumber, RANGES } from "../given.js";
import { type CountedOptions, checkLoss, cleanTarget, countedData, countedMean, outputLike } from "./counted.js";
import type { Loss } from "./loss.js";

export interface BinaryOptions extends CountedOptions {
  /** The model's output of [rows, …shape]: scores before the sigmoid. Targets (float) are 0, 1 or chances between. */
  readonly logits: string;
  /** How much a positive counts against a negative; default 1. */
  readonly positiveWeight?: number;
  /** This share of a target is moved to one half; default 0. */
  readonly smoothing?: number;
}

/**
 * The mean of -t log σ(x) - (1 - t) log(1 - σ(x)), as softplus(x) - t x, which no score makes overflow; a positive's term
 * times its weight.
 * @throws OnnxError ONNX_OPTION
 */
export function binaryCrossEntropy(options: BinaryOptions): Loss {
  checkLoss("binaryCrossEntropy", options, ["logits", "positiveWeight", "smoothing"]);
  const { logits, target = "target", shape = [], positiveWeight = 1, smoothing = 0 } = options;
  checkNumber("binaryCrossEntropy.positiveWeight", positiveWeight, RANGES.amount);
  checkNumber("binaryCrossEntropy.smoothing", smoothing, RANGES.portion);
  return {
    data: { [target]: { element: "float", shape }, ...countedData(options) },
    build: (context) => {
      const { g } = context;
      const scores = outputLike(context, logits, shape);
      const given = cleanTarget(context, options);
      const truth = smoothing === 0 ? given : g.add(g.mul(given, g.float(1 - smoothing)), g.float(smoothing / 2));
      const softplus = g.op("Softplus", [scores]);
      const plain = g.sub(softplus, g.mul(scores, truth));
      if (positiveWeight === 1) return countedMean(context, plain, options);
      // A positive costs softplus(-x) in itself.
      const positive = g.mul(g.mul(truth, g.float(positiveWeight - 1)), g.op("Softplus", [g.neg(scores)]));
      return countedMean(context, g.add(plain, positive), options);
    },
  };
}
