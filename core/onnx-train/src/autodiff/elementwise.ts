/** Gradients of operators that work on each element by itself. */
import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";
import { FLAT, floatOf, type GradientRow, missing, type Step, sumTo } from "./gradient.js";

/** A row of one input: dy times the derivative. */
function slope(derivative: (step: Step, g: GraphBuilder) => Value): GradientRow {
  return (step) => [() => step.g.mul(step.dy(), derivative(step, step.g))];
}

/** A row of one input: dy divided by this. */
function over(divisor: (step: Step, g: GraphBuilder) => Value): GradientRow {
  return (step) => [() => step.g.div(step.dy(), divisor(step, step.g))];
}

const square = (g: GraphBuilder, x: Value) => g.mul(x, x);

/** The gradient goes to the first of the inputs that equals the output. */
const extreme: GradientRow = (step) => {
  const { g, node } = step;
  const hits: Value[] = [];
  const hit = (index: number) => (hits[index] ??= g.equal(step.x(index), step.y()));
  return node.inputs.map((_, index) => () => {
    const earlier = Array.from({ length: index }, (__, at) => hit(at));
    const taken = earlier.reduce<Value | null>((any, one) => (any === null ? one : g.op("Or", [any, one])), null);
    const own = taken === null ? hit(index) : g.op("And", [hit(index), g.op("Not", [taken])]);
    return sumTo(step, g.where(own, step.dy(), g.float(0)), step.x(index));
  });
};

/** Between the limits, which belong to it (as in PyTorch). */
const clip: GradientRow = (step) => {
  const { g, node } = step;
  const [, low, high] = node.inputs;
  const inside = () => {
    const above = low ? g.op("GreaterOrEqual", [step.x(0), low]) : null;
    const below = high ? g.op("LessOrEqual", [step.x(0), high]) : null;
    return above && below ? g.op("And", [above, below]) : (above ?? below);
  };
  const gradient = () => {
    const within = inside();
    return within === null ? step.dy() : g.where(within, step.dy(), g.float(0));
  };
  return [gradient, missing(step, 1), missing(step, 2)];
};

/** d x^p = p x^(p-1) dx + x^p log x dp, the latter 0 where x isn't positive. */
const pow: GradientRow = (step) => {
  const { g } = step;
  return [
    () => {
      const less = g.op("Pow", [step.x(0), g.sub(step.x(1), g.scalar(step.x(1).type?.element ?? "float", 1))]);
      const exponent = step.x(1).type?.element === "float" ? step.x(1) : g.cast(step.x(1), "float");
      return sumTo(step, g.mul(step.dy(), g.mul(exponent, less)), step.x(0));
    },
    () => {
      const positive = g.greater(step.x(0), g.float(0));
      const logarithm = g.log(g.where(positive, step.x(0), g.float(1)));
      return sumTo(step, g.mul(step.dy(), g.mul(g.where(positive, step.y(), g.float(0)), logarithm)), step.x(1));
    },
  ];
};

export const ELEMENTWISE_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  Abs: slope((step, g) => g.op("Sign", [step.x(0)])),
  Add: (step) => [() => sumTo(step, step.dy(), step.x(0)), () => sumTo(step, step.dy(), step.x(1))],
  Ceil: FLAT,
  Clip: clip,
  Cos: slope((step, g) => g.neg(g.op("Sin", [step.x(0)]))),
  Div: (step) => {
    const { g } = step;
    return [
      () => sumTo(step, g.div(step.dy(), step.x(1)), step.x(0)),
      () => sumTo(step, g.neg(g.div(g.mul(step.dy(), step.y()), step.x(1))), step.x(1)),
    ];
  },
  Elu: (step) => {
    const { g } = step;
    const alpha = g.float(floatOf(step, "alpha", 1));
    return [() => g.where(g.greater(step.x(0), g.float(0)), step.dy(), g.mul(step.dy(), g.add(step.y(), alpha)))];
  },
  Equal: FLAT,
  Erf: slope((step, g) => g.mul(g.float(2 / Math.sqrt(Math.PI)), g.exp(g.neg(square(g, step.x(0)))))),
  Exp: slope((step) => step.y()),
  Floor: FLAT,
  Greater: FLAT,
  Identity: (step) => [() => step.dy()],
  LeakyRelu: (step) => {
    const { g } = step;
    const alpha = g.float(floatOf(step, "alpha", 0.01));
    return [() => g.where(g.greater(step.x(0), g.float(0)), step.dy(), g.mul(step.dy(), alpha))];
  },
  Log: over((step) => step.x(0)),
  Max: extreme,
  Min: extreme,
  Mul: (step) => [
    () => sumTo(step, step.g.mul(step.dy(), step.x(1)), step.x(0)),
    () => sumTo(step, step.g.mul(step.dy(), step.x(0)), step.x(1)),
  ],
  Neg: (step) => [() => step.g.neg(step.dy())],
  Pow: pow,
  Reciprocal: slope((step, g) => g.neg(square(g, step.y()))),
  // At 0 the slope is taken as 0, as everywhere (PyTorch, TensorFlow).
  Relu: (step) => {
    const { g } = step;
    return [() => g.where(g.greater(step.y(), g.float(0)), step.dy(), g.float(0))];
  },
  Sigmoid: slope((step, g) => g.mul(step.y(), g.sub(g.float(1), step.y()))),
  Sign: FLAT,
  Sin: slope((step, g) => g.op("Cos", [step.x(0)])),
  Softplus: slope((step, g) => g.sigmoid(step.x(0))),
  Sqrt: over((step, g) => g.mul(g.float(2), step.y())),
  Sub: (step) => [() => sumTo(step, step.dy(), step.x(0)), () => sumTo(step, step.g.neg(step.dy()), step.x(1))],
  Sum: (step) => step.node.inputs.map((_, index) => () => sumTo(step, step.dy(), step.x(index))),
  Tanh: slope((step, g) => g.sub(g.float(1), square(g, step.y()))),
  Where: (step) => {
    const { g } = step;
    const zero = g.float(0);
    return [
      null,
      () => sumTo(step, g.where(step.x(0), step.dy(), zero), step.x(1)),
      () => sumTo(step, g.where(step.x(0), zero, step.dy()), step.x(2)),
    ];
  },
};
