import { OnnxError } from "../errors.js";
import { checkNumber, checkOneOf, RANGES } from "../given.js";
import type { Value } from "../graph.js";
import { type CountedOptions, checkLoss, cleanTarget, countedData, countedMean } from "./counted.js";
import type { Loss, LossContext } from "./loss.js";

export interface CrossEntropyOptions extends CountedOptions {
  /** The model's output of [rows, …shape, classes]: scores before the softmax. */
  readonly logits: string;
  /**
   * Whether targets are numbers of classes (int64; default) or chances of all of them (float, of [rows, …shape, classes]).
   */
  readonly targets?: "numbers" | "chances";
  /** This share of a target is spread over all classes: Szegedy et al. 2016, https://arxiv.org/abs/1512.00567, §7. */
  readonly smoothing?: number;
  /** One for each class. Means are over the weights of the targets' classes, but of `chances` over rows, as in PyTorch. */
  readonly classWeights?: readonly number[];
  /** A number of a class, or any other, that marks targets that don't count, beside those that a mask leaves out. */
  readonly ignore?: number;
}

const OWN = ["logits", "targets", "smoothing", "classWeights", "ignore"];

/**
 * The mean of -log softmax(logits)[target] over what counts.
 * @throws OnnxError ONNX_OPTION
 */
export function crossEntropy(options: CrossEntropyOptions): Loss {
  checkLoss("crossEntropy", options, OWN);
  const { target = "target", shape = [], targets = "numbers", smoothing = 0, classWeights = [], ignore } = options;
  checkOneOf("crossEntropy.targets", targets, ["numbers", "chances"]);
  checkNumber("crossEntropy.smoothing", smoothing, RANGES.portion);
  for (const [at, weight] of classWeights.entries())
    checkNumber(`crossEntropy.classWeights[${at}]`, weight, RANGES.amount);
  if (ignore !== undefined) checkNumber("crossEntropy.ignore", ignore, RANGES.whole);
  const numbers = targets === "numbers";
  const extras = [options.smoothing, options.classWeights, options.weights, options.mask, ignore];
  const plain = numbers && extras.every((extra) => extra === undefined);
  const allCount = options.mask === undefined && ignore === undefined;
  const labels = { element: "int64", shape, ...(allCount ? { classesOf: options.logits } : {}) } as const;
  return {
    data: {
      [target]: numbers ? labels : { element: "float", shape: [...shape, "classes"] },
      ...countedData(options),
    },
    build: (context) => {
      if (plain) return plainCrossEntropy(context, options);
      return numbers ? ofNumbers(context, options) : ofChances(context, options);
    },
  };
}

/** The operator knows classes on the second axis only, so that all positions become rows. */
function plainCrossEntropy(
  { g, output, data }: LossContext,
  { logits, target = "target" }: CrossEntropyOptions,
): Value {
  const scores = output(logits);
  if (scores.type?.shape?.length === 2) return g.op("SoftmaxCrossEntropyLoss", [scores, data(target)]);
  const rows = g.reshape(scores, [-1, classCount(logits, scores)]);
  return g.op("SoftmaxCrossEntropyLoss", [rows, g.reshape(data(target), [-1])]);
}

function classCount(name: string, scores: Value): number {
  const count = scores.type?.shape?.at(-1);
  if (typeof count === "number") return count;
  throw new OnnxError(
    "ONNX_INVALID",
    `the last axis of output ${JSON.stringify(name)} must be a known number of classes`,
  );
}

/** Weights of all classes, or none. */
function weightsOfClasses({ logits, classWeights }: CrossEntropyOptions, classes: number): readonly number[] | null {
  if (classWeights === undefined || classWeights.length === classes) return classWeights ?? null;
  const found = `output ${JSON.stringify(logits)} has ${classes} classes`;
  throw new OnnxError("ONNX_INVALID", `${found}, but there are ${classWeights.length} class weights`);
}

/** Σ share · log softmax over the classes: [rows, …shape]. */
function logLikelihood({ g, output }: LossContext, logits: string, shares: Value): Value {
  return g.reduceSum(g.mul(g.logSoftmax(output(logits)), shares), [-1]);
}

function ofNumbers(context: LossContext, options: CrossEntropyOptions): Value {
  const { g, output, data } = context;
  const { logits, target = "target", smoothing = 0, ignore } = options;
  const classes = classCount(logits, output(logits));
  const weights = weightsOfClasses(options, classes);
  const each = Array.from({ length: classes }, (_, index) => index);
  const hit = g.equal(g.unsqueeze(data(target), [-1]), g.vector("int64", each));
  const share = (value: number): Value =>
    weights === null
      ? g.float(value)
      : g.vector(
          "float",
          weights.map((weight) => weight * value),
        );
  const shares = g.where(hit, share(1 - smoothing + smoothing / classes), share(smoothing / classes));
  const taken = () => g.cast(g.op("Not", [g.equal(data(target), g.scalar("int64", ignore ?? 0))]), "float");
  const held = () => g.reduceSum(g.where(hit, g.vector("float", weights ?? []), g.float(0)), [-1]);
  return g.neg(
    countedMean(context, logLikelihood(context, logits, shares), options, {
      ...(ignore === undefined ? {} : { counts: taken() }),
      ...(weights === null ? {} : { held: held() }),
    }),
  );
}

function ofChances(context: LossContext, options: CrossEntropyOptions): Value {
  const { g, output } = context;
  const { logits, smoothing = 0 } = options;
  const classes = classCount(logits, output(logits));
  const weights = weightsOfClasses(options, classes);
  const given = cleanTarget(context, options, 1);
  const smooth = smoothing === 0 ? given : g.add(g.mul(given, g.float(1 - smoothing)), g.float(smoothing / classes));
  const shares = weights === null ? smooth : g.mul(smooth, g.vector("float", weights));
  return g.neg(countedMean(context, logLikelihood(context, logits, shares), options));
}
