import { type Case, expectGradients, positive, spread } from "./differences.js";

const X = { x: spread([3, 4]) };
const BOTH = { a: spread([3, 4]), b: spread([4], 0.3) };

const CASES: Readonly<Record<string, Case>> = {
  "sum with a row": { inputs: BOTH, build: (g, { a, b }) => g.add(a, b) },
  "difference of a row and a matrix": { inputs: BOTH, build: (g, { a, b }) => g.sub(b, a) },
  product: { inputs: { a: spread([2, 1, 3]), b: spread([4, 1], 0.3) }, build: (g, { a, b }) => g.mul(a, b) },
  quotient: { inputs: { a: spread([3, 1]), b: positive([3, 4]) }, build: (g, { a, b }) => g.div(a, b) },
  "product by a scalar": { inputs: { a: spread([2, 3]), b: spread([]) }, build: (g, { a, b }) => g.mul(a, b) },
  square: { inputs: X, build: (g, { x }) => g.mul(x, x) },
  negation: { inputs: X, build: (g, { x }) => g.neg(x) },
  exp: { inputs: X, build: (g, { x }) => g.exp(x) },
  log: { inputs: { x: positive([3, 4]) }, build: (g, { x }) => g.log(x) },
  sqrt: { inputs: { x: positive([3, 4]) }, build: (g, { x }) => g.sqrt(x) },
  relu: { inputs: X, build: (g, { x }) => g.relu(x) },
  "leaky relu": { inputs: X, build: (g, { x }) => g.op("LeakyRelu", [x], { alpha: 0.2 }) },
  sigmoid: { inputs: X, build: (g, { x }) => g.sigmoid(x) },
  tanh: { inputs: X, build: (g, { x }) => g.tanh(x) },
  abs: { inputs: X, build: (g, { x }) => g.abs(x) },
  sin: { inputs: X, build: (g, { x }) => g.op("Sin", [x]) },
  cos: { inputs: X, build: (g, { x }) => g.op("Cos", [x]) },
  erf: { inputs: X, build: (g, { x }) => g.op("Erf", [x]) },
  elu: { inputs: X, build: (g, { x }) => g.op("Elu", [x], { alpha: 0.7 }) },
  softplus: { inputs: X, build: (g, { x }) => g.op("Softplus", [x]) },
  reciprocal: { inputs: { x: positive([3, 4]) }, build: (g, { x }) => g.op("Reciprocal", [x]) },
  "clip on both sides": { inputs: X, build: (g, { x }) => g.op("Clip", [x, g.float(-0.77), g.float(0.81)]) },
  "clip from below": { inputs: X, build: (g, { x }) => g.op("Clip", [x, g.float(-0.77)]) },
  "largest of three": {
    inputs: { ...BOTH, c: spread([3, 1], 0.6) },
    build: (g, { a, b, c }) => g.op("Max", [a, b, c]),
  },
  "smallest of two": { inputs: BOTH, build: (g, { a, b }) => g.op("Min", [a, b]) },
  "sum of three": { inputs: { ...BOTH, c: spread([], 0.6) }, build: (g, { a, b, c }) => g.op("Sum", [a, b, c]) },
  "fixed powers": { inputs: X, build: (g, { x }) => g.op("Pow", [x, g.float(3)]) },
  "whole powers": { inputs: X, build: (g, { x }) => g.op("Pow", [x, g.scalar("int64", 2)]) },
  powers: { inputs: { a: positive([3, 4]), b: spread([4], 0.3) }, build: (g, { a, b }) => g.op("Pow", [a, b]) },
  choice: { inputs: BOTH, build: (g, { a, b }) => g.where(g.greater(a, g.float(0)), a, b) },
  "sum of sizes that have names": {
    inputs: { a: spread([3, 4]), b: spread([1, 4], 0.3) },
    shapes: { a: ["N", 4], b: ["M", 4] },
    build: (g, { a, b }) => g.mul(a, b),
  },
};

describe("gradients of operators on elements", () => {
  it.each(Object.entries(CASES))("are those of finite differences: %s", (_, one) => expectGradients(one));
});
