/** Gradients of operators that normalise along axes. */
import { batchNormTraining } from "../builder/batchNorm.js";
import { groupNorm } from "../builder/groupNorm.js";
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import {
  axesOf,
  axisFromFront,
  countAlong,
  fixedShape,
  floatOf,
  type GradientRow,
  intOf,
  intsOf,
  placeOf,
  type Step,
  shapeOf,
  sumTo,
} from "./gradient.js";

/** What is left of a value when its mean is taken off and its deviation divided out, over the axes from one on. */
interface Normal {
  readonly hat: Value;
  /** 1 / deviation; folded axes are there as 1. */
  readonly inverse: Value;
  readonly axes: readonly number[];
}

/**
 * In float32 by LayerNormalization, which gives both at once: dx takes 0.29 ms for [1024, 128] and 13 µs for [64, 64], with
 * means, differences and squares in its place 0.38 ms and 22 µs (onnxruntime 1.30).
 */
function normalOf(step: Step, first: number, epsilon: number): Normal {
  const { g } = step;
  const x = step.x(0);
  const axes = axesOf(shapeOf(step, x).length).slice(first);
  const sizes = shapeOf(step, x).slice(first);
  if (x.type?.element === "float" && sizes.every((size) => typeof size === "number")) {
    const [hat, , inverse] = g.ops(
      "LayerNormalization",
      [x, g.expand(g.float(1), sizes)],
      { axis: first, epsilon },
      { outputs: 3 },
    );
    return { hat: hat as Value, inverse: inverse as Value, axes };
  }
  const mean = (value: Value) => g.reduceMean(value, axes, { keep: true });
  const centred = g.sub(x, mean(x));
  const inverse = g.op("Reciprocal", [g.sqrt(g.add(mean(g.mul(centred, centred)), step.number(epsilon)))]);
  return { hat: g.mul(centred, inverse), inverse, axes };
}

/**
 * With x̂ = (x - mean) / deviation and d the gradient by x̂: dx = (d - mean d - x̂ mean (d x̂)) / deviation (Ba, Kiros, Hinton
 * 2016, https://arxiv.org/abs/1607.06450, differentiated).
 */
function throughNormal({ g }: Step, d: Value, { hat, inverse, axes }: Normal): Value {
  const mean = (value: Value) => g.reduceMean(value, axes, { keep: true });
  return g.mul(g.sub(g.sub(d, mean(d)), g.mul(hat, mean(g.mul(d, hat)))), inverse);
}

/** A number of float32, which goes with outputs of any element, as one of the first output's. */
function inElementOf({ g, y }: Step, value: Value): Value {
  const element = y().type?.element ?? "float";
  return value.type?.element === element ? value : g.cast(value, element);
}

/** Through the outputs of mean and 1 / deviation: dmean / n - x̂ (1 / deviation)² dinverse / n. */
function throughMoments(step: Step, { hat, inverse, axes }: Normal): Value | null {
  const { g } = step;
  const share = (index: number) => g.div(inElementOf(step, step.dy(index)), countAlong(step, axes));
  const byMean = step.isUsed(1) ? share(1) : null;
  const byInverse = step.isUsed(2) ? g.mul(hat, g.mul(g.mul(inverse, inverse), share(2))) : null;
  if (byInverse === null) return byMean;
  return byMean === null ? g.neg(byInverse) : g.sub(byMean, byInverse);
}

const layerNorm: GradientRow = (step) => {
  const { g } = step;
  const rank = shapeOf(step, step.x(0)).length;
  const first = axisFromFront(intOf(step, "axis", -1), rank);
  let known: Normal | undefined;
  const normal = () => (known ??= normalOf(step, first, floatOf(step, "epsilon", 1e-5)));
  return [
    () => {
      const found = throughNormal(step, g.mul(step.dy(), step.x(1)), normal());
      const more = throughMoments(step, normal());
      return more === null ? found : g.add(found, more);
    },
    () => sumTo(step, g.mul(step.dy(), normal().hat), step.x(1)),
    () => sumTo(step, step.dy(), step.x(2)),
  ];
};

/** A value per channel, beside [rows, channels, …]. */
function perChannel(step: Step, value: Value): Value {
  const behind = shapeOf(step, step.x(0)).slice(2);
  return behind.length === 0 ? value : step.g.reshape(value, [-1, ...behind.map(() => 1)]);
}

/** Of something in the shape of x, a sum per channel. */
function sumPerChannel(step: Step, value: Value): Value {
  const axes = axesOf(shapeOf(step, step.x(0)).length);
  return step.g.reduceSum(
    value,
    axes.filter((axis) => axis !== 1),
  );
}

const instanceNorm: GradientRow = (step) => {
  const { g } = step;
  let known: Normal | undefined;
  const normal = () => (known ??= normalOf(step, 2, floatOf(step, "epsilon", 1e-5)));
  return [
    () => throughNormal(step, g.mul(step.dy(), perChannel(step, step.x(1))), normal()),
    () => sumPerChannel(step, g.mul(step.dy(), normal().hat)),
    () => sumPerChannel(step, step.dy()),
  ];
};

/** With statistics that are given: (x - mean) / √(variance + ε) · scale + shift. */
const fixedBatchNorm: GradientRow = (step) => {
  const { g } = step;
  let known: Value | undefined;
  const deviation = () => (known ??= g.sqrt(g.add(step.x(4), step.number(floatOf(step, "epsilon", 1e-5)))));
  const centred = () => g.sub(step.x(0), perChannel(step, step.x(3)));
  const byHat = () => g.div(sumPerChannel(step, g.mul(step.dy(), centred())), deviation());
  const slope = () => g.div(step.x(1), deviation());
  return [
    () => g.mul(step.dy(), perChannel(step, slope())),
    byHat,
    () => sumPerChannel(step, step.dy()),
    () => g.neg(g.mul(sumPerChannel(step, step.dy()), slope())),
    () => {
      const spread = g.add(step.x(4), step.number(floatOf(step, "epsilon", 1e-5)));
      return g.mul(g.div(g.mul(byHat(), step.x(1)), spread), step.number(-0.5));
    },
  ];
};

const batchNorm: GradientRow = (step) => {
  if (intOf(step, "training_mode", 0) === 0) return fixedBatchNorm(step);
  return step.through((inputs) => {
    const { y, runningMean, runningVariance } = batchNormTraining(step.g, step.node, inputs as readonly Value[]);
    return [y, runningMean, runningVariance];
  });
};

const groupNormRow: GradientRow = (step) =>
  step.through(([x, scale, shift]) => {
    const options = { groups: intOf(step, "num_groups", 1), epsilon: floatOf(step, "epsilon", 1e-5) };
    return [groupNorm(step.g, x as Value, [scale as Value, shift as Value], options)];
  });

/** x / √(mean x² + ε) · scale: Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467. */
const rmsNorm: GradientRow = (step) => {
  const { g } = step;
  const rank = shapeOf(step, step.x(0)).length;
  const axes = axesOf(rank).slice(axisFromFront(intOf(step, "axis", -1), rank));
  return step.through(([x, scale]) => {
    const squares = g.reduceMean(g.mul(x as Value, x as Value), axes, { keep: true });
    const size = g.sqrt(g.add(squares, step.number(floatOf(step, "epsilon", 1e-5))));
    return [g.mul(g.div(x as Value, size), scale as Value)];
  });
};

const lpNorm: GradientRow = (step) => {
  const { g } = step;
  const axes = [intOf(step, "axis", -1)];
  return step.through(([x]) => {
    const options = { keep: true };
    const p = intOf(step, "p", 2);
    return [g.div(x as Value, p === 1 ? g.reduceL1(x as Value, axes, options) : g.reduceL2(x as Value, axes, options))];
  });
};

/** Off goes the mean, out the deviation, over rows and places unless axes are named. */
const meanVarianceNorm: GradientRow = (step) => {
  const { g } = step;
  const axes = intsOf(step, "axes") ?? [0, 2, 3];
  return step.through(([x]) => {
    const centred = g.sub(x as Value, g.reduceMean(x as Value, axes, { keep: true }));
    const deviation = g.sqrt(g.reduceMean(g.mul(centred, centred), axes, { keep: true }));
    return [g.div(centred, g.add(deviation, step.number(1e-9)))];
  });
};

/** x / (bias + alpha · mean of the squares of `size` channels around)^beta; the mean is a pool along the channels. */
const localNorm: GradientRow = (step) => {
  const { g } = step;
  const size = intOf(step, "size", 1);
  const before = Math.floor((size - 1) / 2);
  return step.through(([x]) => {
    const shape = fixedShape(x as Value);
    if (shape === null) throw new OnnxError("ONNX_INVALID", `${placeOf(step.node)} needs fixed sizes`);
    const [rows = 1, channels = 1] = shape;
    const squares = g.reshape(g.mul(x as Value, x as Value), [rows, 1, channels, -1]);
    const around = { kernel_shape: [size, 1], pads: [before, 0, size - 1 - before, 0], count_include_pad: 1 };
    const mean = g.reshape(g.op("AveragePool", [squares], around), shape);
    const inner = g.add(g.mul(mean, step.number(floatOf(step, "alpha", 1e-4))), step.number(floatOf(step, "bias", 1)));
    return [g.div(x as Value, g.op("Pow", [inner, step.number(floatOf(step, "beta", 0.75))]))];
  });
};

/** In training what the mask leaves out gets nothing, and the rest more; else all pass. */
const dropout: GradientRow = (step) => {
  const { g, node } = step;
  const [, ratio, mode] = node.inputs;
  if (!mode || g.known(mode)?.[0] === 0) return [() => step.dy(), null, null];
  const mask = () => {
    if (node.outputs[1]) return node.outputs[1];
    throw new OnnxError(
      "ONNX_NO_GRADIENT",
      `${placeOf(node)} drops in training; its second output, the mask, is needed`,
    );
  };
  const kept = () => g.sub(step.number(1), ratio ? inElementOf(step, ratio) : step.number(0.5));
  return [() => g.where(mask(), g.div(step.dy(), kept()), step.number(0)), null, null];
};

export const NORMALIZATION_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  BatchNormalization: batchNorm,
  Dropout: dropout,
  GroupNormalization: groupNormRow,
  InstanceNormalization: instanceNorm,
  LayerNormalization: layerNorm,
  // dx = dy - softmax(x) Σ dy
  LogSoftmax: (step) => {
    const { g } = step;
    const axis = intOf(step, "axis", -1);
    return [() => g.sub(step.dy(), g.mul(g.exp(step.y()), g.reduceSum(step.dy(), [axis], { keep: true })))];
  },
  LpNormalization: lpNorm,
  LRN: localNorm,
  MeanVarianceNormalization: meanVarianceNorm,
  RMSNormalization: rmsNorm,
  // dx = y (dy - Σ dy y)
  Softmax: (step) => {
    const { g } = step;
    const axis = intOf(step, "axis", -1);
    return [() => g.mul(step.y(), g.sub(step.dy(), g.reduceSum(g.mul(step.dy(), step.y()), [axis], { keep: true })))];
  },
};
