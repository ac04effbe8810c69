/** Gradients of activations: the functions of single elements between the layers of networks. */
import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";
import { slope, square } from "./elementwise.js";
import { floatOf, type GradientRow, numberOf, type Step, stringOf, sumTo } from "./gradient.js";

/** Times this, the smallest normal float32 (1.2e-38) is above 1. */
const STEEP = 3.4e38;

/**
 * 1 where x is above 0, else 0, as numbers. For float32 by a HardSigmoid that is steep enough to be a step: it and the
 * product with dy take 1.8 µs for [64, 64], where Greater and Where take 6.7 µs (onnxruntime 1.30).
 */
export function isPositive(g: GraphBuilder, x: Value): Value {
  const element = x.type?.element ?? "float";
  if (element === "float") return g.op("HardSigmoid", [x], { alpha: STEEP, beta: 0 });
  return g.cast(g.greater(x, numberOf(g, x, 0)), element);
}

/** 1 where a float32, never above 0, is 0; else 0. */
export function isZero(g: GraphBuilder, x: Value): Value {
  return g.op("HardSigmoid", [x], { alpha: STEEP, beta: 1 });
}

/** dy where x is above a limit, else what `low` makes. */
function above(limit: (step: Step) => number, high: (step: Step) => Value, low: (step: Step) => Value): GradientRow {
  return (step) => [() => step.g.where(step.g.greater(step.x(0), step.number(limit(step))), high(step), low(step))];
}

const atZero = () => 0;
const passed = (step: Step) => step.dy();
const nothing = (step: Step) => step.number(0);

/** Φ(x) + x φ(x): Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415, differentiated. */
function geluSlope(step: Step, g: GraphBuilder): Value {
  const x = step.x(0);
  const below = g.mul(g.add(g.op("Erf", [g.mul(x, step.number(Math.SQRT1_2))]), step.number(1)), step.number(0.5));
  const density = g.mul(g.exp(g.mul(square(g, x), step.number(-0.5))), step.number(1 / Math.sqrt(2 * Math.PI)));
  return g.add(below, g.mul(x, density));
}

/** Of x (1 + tanh u) / 2 with u = √(2/π) (x + 0.044715 x³), §2 of the same. */
function tanhGeluSlope(step: Step, g: GraphBuilder): Value {
  const x = step.x(0);
  const [scale, cube] = [Math.sqrt(2 / Math.PI), 0.044715];
  const squared = square(g, x);
  const u = g.mul(x, g.add(g.mul(squared, step.number(scale * cube)), step.number(scale)));
  const t = g.tanh(u);
  const rise = g.mul(x, g.add(g.mul(squared, step.number(3 * scale * cube)), step.number(scale)));
  const turn = g.mul(g.sub(step.number(1), square(g, t)), rise);
  return g.mul(g.add(g.add(t, turn), step.number(1)), step.number(0.5));
}

export const ACTIVATION_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  Celu: (step) => {
    const { g } = step;
    const share = () => g.add(g.div(step.y(), step.number(floatOf(step, "alpha", 1))), step.number(1));
    return [() => g.mul(step.dy(), g.op("Min", [share(), step.number(1)]))];
  },
  Elu: above(atZero, passed, (step) =>
    step.g.mul(step.dy(), step.g.add(step.y(), step.number(floatOf(step, "alpha", 1)))),
  ),
  Gelu: slope((step, g) =>
    stringOf(step, "approximate", "none") === "tanh" ? tanhGeluSlope(step, g) : geluSlope(step, g),
  ),
  HardSigmoid: (step) => {
    const { g } = step;
    const alpha = step.number(floatOf(step, "alpha", 0.2));
    const isBetween = () =>
      g.op("And", [g.greater(step.y(), step.number(0)), g.op("Less", [step.y(), step.number(1)])]);
    return [() => g.where(isBetween(), g.mul(step.dy(), alpha), step.number(0))];
  },
  // Of x · max(0, min(1, x/6 + 1/2)): 0 below -3, 1 above 3, between them x/3 + 1/2.
  HardSwish: (step) => {
    const { g } = step;
    const [low, high] = [-3, 3].map((limit) => step.number(limit)) as [Value, Value];
    const line = () => g.add(g.div(step.x(0), high), step.number(0.5));
    const share = () => g.where(g.greater(step.x(0), high), step.number(1), line());
    return [() => g.where(g.greater(step.x(0), low), g.mul(step.dy(), share()), step.number(0))];
  },
  LeakyRelu: above(atZero, passed, (step) => step.g.mul(step.dy(), step.number(floatOf(step, "alpha", 0.01)))),
  // Of x tanh(softplus x): Misra 2019, https://arxiv.org/abs/1908.08681.
  Mish: slope((step, g) => {
    const t = g.tanh(g.op("Softplus", [step.x(0)]));
    const turn = g.mul(g.sub(step.number(1), square(g, t)), g.mul(step.x(0), g.sigmoid(step.x(0))));
    return g.add(t, turn);
  }),
  PRelu: (step) => {
    const { g } = step;
    const isAbove = () => g.greater(step.x(0), step.number(0));
    return [
      () => g.where(isAbove(), step.dy(), g.mul(step.dy(), step.x(1))),
      () => sumTo(step, g.where(isAbove(), step.number(0), g.mul(step.dy(), step.x(0))), step.x(1)),
    ];
  },
  // At 0 the slope is taken as 0, as everywhere (PyTorch, TensorFlow).
  Relu: slope((step, g) => isPositive(g, step.y())),
  Selu: (step) => {
    const { g } = step;
    const alpha = floatOf(step, "alpha", 1.6732631921768188);
    const gamma = floatOf(step, "gamma", 1.0507010221481323);
    const low = () => g.add(step.y(), step.number(alpha * gamma));
    return [() => g.mul(step.dy(), g.where(g.greater(step.x(0), step.number(0)), step.number(gamma), low()))];
  },
  Shrink: (step) => {
    const limit = step.number(floatOf(step, "lambd", 0.5));
    return [() => step.g.where(step.g.greater(step.g.abs(step.x(0)), limit), step.dy(), step.number(0))];
  },
  Sigmoid: slope((step, g) => g.mul(step.y(), g.sub(step.number(1), step.y()))),
  Softplus: slope((step, g) => g.sigmoid(step.x(0))),
  Softsign: (step) => {
    const { g } = step;
    return [() => g.div(step.dy(), square(g, g.add(g.abs(step.x(0)), step.number(1))))];
  },
  // Of x σ(αx): σ(αx) (1 + α (x - y)).
  Swish: slope((step, g) => {
    const alpha = step.number(floatOf(step, "alpha", 1));
    const gate = g.sigmoid(g.mul(step.x(0), alpha));
    return g.mul(gate, g.add(g.mul(g.sub(step.x(0), step.y()), alpha), step.number(1)));
  }),
  Tanh: slope((step, g) => g.sub(step.number(1), square(g, step.y()))),
  ThresholdedRelu: above((step) => floatOf(step, "alpha", 1), passed, nothing),
};
