/** Gradients of arithmetic and of functions of single elements; activations.ts has those that networks are built of. */
import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";
import { FLAT, type GradientRow, intOf, missing, type Step, sumTo } from "./gradient.js";

type Slope = (step: Step, g: GraphBuilder) => Value;

/** A row of one input: dy times the derivative. */
export function slope(derivative: Slope): GradientRow {
  return (step) => [() => step.g.mul(step.dy(), derivative(step, step.g))];
}

/** A row of one input: dy divided by this. */
function over(divisor: Slope): GradientRow {
  return (step) => [() => step.g.div(step.dy(), divisor(step, step.g))];
}

export const square = (g: GraphBuilder, x: Value) => g.mul(x, x);

/** √(x² + by), or √(by - x²) for a negative sign. */
function root(step: Step, sign: 1 | -1, by: number): Value {
  const { g } = step;
  const squared = square(g, step.x(0));
  return g.sqrt(sign === 1 ? g.add(squared, step.number(by)) : g.sub(step.number(by), squared));
}

/** The gradient goes to the first of the inputs that equals the output. */
const extreme: GradientRow = (step) => {
  const { g, node } = step;
  const hits: Value[] = [];
  const hit = (index: number) => (hits[index] ??= g.equal(step.x(index), step.y()));
  const chosen = (index: number): Value => {
    if (index === 0) return g.where(hit(0), step.dy(), step.number(0));
    const taken = Array.from({ length: index }, (_, at) => hit(at)).reduce((any, one) => g.op("Or", [any, one]));
    if (index === node.inputs.length - 1) return g.where(taken, step.number(0), step.dy());
    return g.where(g.op("And", [hit(index), g.op("Not", [taken])]), step.dy(), step.number(0));
  };
  if (node.inputs.length === 1) return [() => step.dy()];
  return node.inputs.map((_, index) => () => sumTo(step, chosen(index), step.x(index)));
};

/** Between the limits, which belong to it (as in PyTorch); beyond, to the limit. */
const clip: GradientRow = (step) => {
  const { g, node } = step;
  const [, low, high] = node.inputs;
  const below = () => g.op("Less", [step.x(0), step.x(1)]);
  const above = () => g.greater(step.x(0), step.x(2));
  const inside = () => {
    const outside = [...(low ? [below()] : []), ...(high ? [above()] : [])];
    const [first, second] = outside;
    return second && first ? g.op("Or", [first, second]) : first;
  };
  const only = (where: Value, limit: number) => sumTo(step, g.where(where, step.dy(), step.number(0)), step.x(limit));
  return [
    () => {
      const outside = inside();
      return outside === undefined ? step.dy() : g.where(outside, step.number(0), step.dy());
    },
    () => only(high ? g.op("And", [below(), g.op("Not", [above()])]) : below(), 1),
    () => only(above(), 2),
  ];
};

/** d x^p = p x^(p-1) dx + x^p log x dp, the latter 0 where x isn't positive; the former 0 for p = 0, whatever x is. */
const pow: GradientRow = (step) => {
  const { g } = step;
  return [
    () => {
      const power = constantPower(step);
      return sumTo(step, power === null ? byVaryingPower(step) : byFixedPower(step, power), step.x(0));
    },
    () => {
      const positive = g.greater(step.x(0), step.number(0));
      const logarithm = g.log(g.where(positive, step.x(0), step.number(1)));
      const share = g.mul(g.where(positive, step.y(), step.number(0)), logarithm);
      const found = sumTo(step, g.mul(step.dy(), share), step.x(1));
      return sameElement(step, step.x(1)) ? found : g.cast(found, step.x(1).type?.element ?? "float");
    },
  ];
};

function sameElement(step: Step, value: Value): boolean {
  return value.type?.element === step.y().type?.element;
}

function constantPower({ g, x }: Step): number | null {
  const [power, ...others] = g.known(x(1)) ?? [];
  return typeof power === "number" && others.length === 0 ? power : null;
}

function byFixedPower(step: Step, power: number): Value {
  const { g } = step;
  if (power === 1) return step.dy();
  if (power === 2) return g.mul(step.dy(), g.mul(step.x(0), step.number(2)));
  if (power === 0) return g.mul(step.dy(), step.number(0));
  const less = g.op("Pow", [step.x(0), step.number(power - 1)]);
  return g.mul(step.dy(), g.mul(less, step.number(power)));
}

function byVaryingPower(step: Step): Value {
  const { g } = step;
  const power = sameElement(step, step.x(1)) ? step.x(1) : g.cast(step.x(1), step.y().type?.element ?? "float");
  const less = g.op("Pow", [step.x(0), g.sub(power, step.number(1))]);
  const isFlat = g.equal(power, step.number(0));
  return g.where(isFlat, step.number(0), g.mul(step.dy(), g.mul(power, less)));
}

/** x - y·⌊x/y⌋ where fmod rounds towards 0; whole numbers have no gradient. */
const remainder: GradientRow = (step) => {
  const { g } = step;
  if (intOf(step, "fmod", 0) === 0) return [missing(step, 0), missing(step, 1)];
  return [
    () => sumTo(step, step.dy(), step.x(0)),
    () => {
      const times = g.op("Round", [g.div(g.sub(step.y(), step.x(0)), step.x(1))]);
      return sumTo(step, g.mul(step.dy(), times), step.x(1));
    },
  ];
};

export const ELEMENTWISE_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  Abs: slope((step, g) => g.op("Sign", [step.x(0)])),
  Acos: (step) => [() => step.g.neg(step.g.div(step.dy(), root(step, -1, 1)))],
  Acosh: over((step) => root(step, 1, -1)),
  Add: (step) => [() => sumTo(step, step.dy(), step.x(0)), () => sumTo(step, step.dy(), step.x(1))],
  Asin: over((step) => root(step, -1, 1)),
  Asinh: over((step) => root(step, 1, 1)),
  Atan: over((step, g) => g.add(square(g, step.x(0)), step.number(1))),
  Atanh: over((step, g) => g.sub(step.number(1), square(g, step.x(0)))),
  Ceil: FLAT,
  Clip: clip,
  Cos: slope((step, g) => g.neg(g.op("Sin", [step.x(0)]))),
  Cosh: slope((step, g) => g.op("Sinh", [step.x(0)])),
  // Sums come before the division by what they were repeated for: one pass less over the larger shape.
  Div: (step) => {
    const { g } = step;
    return [
      () => sumTo(step, g.div(step.dy(), step.x(1)), step.x(0)),
      () => g.neg(g.div(sumTo(step, g.mul(step.dy(), step.y()), step.x(1)), step.x(1))),
    ];
  },
  Erf: slope((step, g) => g.mul(g.exp(g.neg(square(g, step.x(0)))), step.number(2 / Math.sqrt(Math.PI)))),
  Exp: slope((step) => step.y()),
  Floor: FLAT,
  Identity: (step) => [() => step.dy()],
  Log: over((step) => step.x(0)),
  Max: extreme,
  Mean: (step) => {
    const { g, node } = step;
    const share = () => g.div(step.dy(), step.number(node.inputs.length));
    return node.inputs.map((_, index) => () => sumTo(step, share(), step.x(index)));
  },
  Min: extreme,
  Mod: remainder,
  Mul: (step) => [
    () => sumTo(step, step.g.mul(step.dy(), step.x(1)), step.x(0)),
    () => sumTo(step, step.g.mul(step.dy(), step.x(0)), step.x(1)),
  ],
  Neg: (step) => [() => step.g.neg(step.dy())],
  Pow: pow,
  Reciprocal: slope((step, g) => g.neg(square(g, step.y()))),
  Round: FLAT,
  Sign: FLAT,
  Sin: slope((step, g) => g.op("Cos", [step.x(0)])),
  Sinh: slope((step, g) => g.op("Cosh", [step.x(0)])),
  Sqrt: over((step, g) => g.mul(step.y(), step.number(2))),
  Sub: (step) => [() => sumTo(step, step.dy(), step.x(0)), () => step.g.neg(sumTo(step, step.dy(), step.x(1)))],
  Sum: (step) => step.node.inputs.map((_, index) => () => sumTo(step, step.dy(), step.x(index))),
  Tan: slope((step, g) => g.add(square(g, step.y()), step.number(1))),
  Where: (step) => {
    const { g } = step;
    return [
      null,
      () => sumTo(step, g.where(step.x(0), step.dy(), step.number(0)), step.x(1)),
      () => sumTo(step, g.where(step.x(0), step.number(0), step.dy()), step.x(2)),
    ];
  },
};
