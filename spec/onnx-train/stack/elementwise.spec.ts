import { tensor } from "onnx-train";
import { ELEMENTWISE } from "../../../core/onnx-train/src/operators/elementwise.js";
import { positive, spread } from "../autodiff/differences.js";
import { type Case, expectSame } from "./models.js";

const x = (model: number) => ({ x: spread([2, 3], 0.37 * model) });
const pair = (model: number) => ({ a: spread([2, 3], 0.37 * model), b: spread([3], 0.3 + 0.23 * model) });
const limits = (model: number) => ({
  ...x(model),
  a: tensor("float", [], [-0.7 - model / 9]),
  b: tensor("float", [], [0.6 + model / 9]),
});

const CASES: Readonly<Record<string, Case>> = {
  "sum with a row": { inputs: pair, build: (g, { a, b }) => g.add(a, b) },
  "sum with a column": {
    inputs: (model) => ({ a: spread([3, 1], 0.1 + model / 7), b: spread([2], model / 9) }),
    build: (g, { a, b }) => g.add(a, b),
  },
  "product with a scalar": {
    inputs: (model) => ({ a: spread([], model / 7), b: spread([2, 2, 2], model / 9) }),
    build: (g, { a, b }) => g.mul(a, b),
  },
  "product of scalars": {
    inputs: (model) => ({ a: spread([], model / 7), b: spread([], 0.2 + model / 9) }),
    build: (g, { a, b }) => g.mul(a, b),
  },
  "difference, sizes with names": {
    inputs: pair,
    shapes: { a: ["N", "M"], b: ["M"] },
    build: (g, { a, b }) => g.sub(a, b),
  },
  quotient: {
    inputs: (model) => ({ a: spread([3, 1], model / 7), b: positive([1, 4], model / 9) }),
    build: (g, { a, b }) => g.div(a, b),
  },
  powers: {
    inputs: (model) => ({ a: positive([2, 3], model / 7), b: spread([3], model / 9) }),
    build: (g, { a, b }) => g.op("Pow", [a, b]),
  },
  "largest of three": {
    inputs: (model) => ({ ...pair(model), c: spread([2, 1], 0.6 + model / 7) }),
    build: (g, { a, b, c }) => g.op("Max", [a, b, c]),
  },
  choice: { inputs: pair, build: (g, { a, b }) => g.where(g.greater(a, b), a, b) },
  "truth values": {
    inputs: pair,
    smooth: [],
    build: (g, { a, b }) => [g.greater(a, b), g.op("Not", [g.op("And", [g.greater(a, g.float(0)), g.equal(a, b)])])],
  },
  clip: {
    inputs: limits,
    build: (g, { x: value, a, b }) => g.op("Clip", [value, a, b]),
    shared: ["a", "b"],
    smooth: ["x"],
  },
  "clip between limits that differ": {
    inputs: limits,
    build: (g, { x: value, a, b }) => [
      g.op("Clip", [value, a, b]),
      g.op("Clip", [value, a]),
      g.op("Clip", [value, null, b]),
    ],
  },
  "slopes that differ": {
    inputs: (model) => ({ ...x(model), w: positive([3], model / 7) }),
    build: (g, { x: value, w }) => g.op("PRelu", [value, w]),
  },
  casts: {
    inputs: x,
    smooth: [],
    build: (g, { x: value }) => [g.cast(value, "int64"), g.cast(g.cast(value, "bool"), "float")],
  },
};

/** In the range where every function of one input is defined. */
const within = (model: number) => ({
  x: tensor(
    "float",
    [2, 2],
    [0.11, 0.23, 0.37, 0.61].map((value) => value + model / 8),
  ),
});
/** Those of two inputs or more, with cases of their own above; of truth values; and what other versions of ONNX have. */
const OTHERS = new Set([
  ..."Add And Clip Div Equal Greater GreaterOrEqual Less LessOrEqual Mod Mul Not Or PRelu Pow Sub Where Xor".split(" "),
  "Acosh",
  "BitShift",
  "Gelu",
  "Mish",
  "Swish",
]);
const UNARY = Object.keys(ELEMENTWISE).filter((opType) => !OTHERS.has(opType));

describe("operators on elements, for several models", () => {
  it.each(Object.entries(CASES))("give what each model gives: %s", (_, one) => expectSame(one));

  it("give what each model gives, each operator of one input", () =>
    expectSame({
      inputs: within,
      smooth: [],
      build: (g, { x: value }) => UNARY.map((opType) => g.op(opType, [value])),
    }));
});
