import { tensor, type Value } from "onnx-train";
import { spread } from "../autodiff/differences.js";
import { type Case, expectSame } from "./models.js";

const ROWS = 2;
const TIME = 3;
const queries = (model: number) => ({
  a: spread([ROWS, TIME, 4], 0.37 * model),
  b: spread([ROWS, TIME, 4], 0.1 + 0.23 * model),
  c: spread([ROWS, TIME, 4], 0.2 + 0.11 * model),
});
const apart = (model: number) => ({
  a: spread([ROWS, 2, TIME, 2], 0.37 * model),
  b: spread([ROWS, 2, TIME, 2], 0.1 + 0.23 * model),
  c: spread([ROWS, 2, TIME, 2], 0.2 + 0.11 * model),
});
const heads = { q_num_heads: 2, kv_num_heads: 2 };

const masked = (dims: readonly number[], inputs = apart): Case => ({
  inputs: (model) => ({ ...inputs(model), w: spread(dims, 0.6 + model / 7) }),
  opset: 23,
  shared: ["b", "c"],
  tolerance: 1e-5,
  build: (g, { a, b, c, w }) => g.op("Attention", [a, b, c, w]),
});

const CASES: Readonly<Record<string, Case>> = {
  "heads together": {
    inputs: queries,
    opset: 23,
    tolerance: 1e-5,
    build: (g, { a, b, c }) => g.op("Attention", [a, b, c], { ...heads, is_causal: 1 }),
  },
  "heads apart": {
    inputs: apart,
    opset: 23,
    shared: ["c"],
    tolerance: 1e-5,
    build: (g, { a, b, c }) => g.op("Attention", [a, b, c]),
  },
  "a mask of places": masked([TIME, TIME]),
  "a mask for each row": masked([ROWS, 1, TIME, TIME]),
  "a mask for each head": masked([1, 2, TIME, TIME]),
  "a mask, rows as many as there are": {
    ...masked([TIME, TIME]),
    shapes: { a: ["N", 2, TIME, 2], b: ["N", 2, TIME, 2], c: ["N", 2, TIME, 2] },
  },
  "a mask of truth values": {
    inputs: (model) => ({ ...apart(model), i: tensor("int64", [TIME, TIME], [1, 0, model, 1, 1, 0, 1, 1, 1]) }),
    opset: 23,
    shared: ["b", "c"],
    smooth: ["a"],
    tolerance: 1e-5,
    build: (g, { a, b, c, i }): Value => g.op("Attention", [a, b, c, g.cast(i, "bool")]),
  },
};

describe("attention, for several models", () => {
  it.each(Object.entries(CASES))("gives what each model gives: %s", (_, one) => expectSame(one));
});
