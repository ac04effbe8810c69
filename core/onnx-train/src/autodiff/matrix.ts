/** Gradients of products of matrices. */
import type { Value } from "../graph.js";
import { einsum } from "./einsum.js";
import { axesOf, floatOf, type GradientRow, intOf, type Step, shapeOf, sumTo } from "./gradient.js";

/** y = α A' B' + β C with A' = A or its transpose, B' likewise: dA' = α dy B'ᵀ, dB' = α A'ᵀ dy. */
const gemm: GradientRow = (step) => {
  const { g } = step;
  const alpha = floatOf(step, "alpha", 1);
  const [a, b] = [intOf(step, "transA", 0), intOf(step, "transB", 0)];
  const product = (left: Value, right: Value, transA: number, transB: number) =>
    g.gemm(left, right, null, { alpha, transA, transB });
  return [
    () => (a ? product(step.x(1), step.dy(), b, 1) : product(step.dy(), step.x(1), 0, 1 - b)),
    () => (b ? product(step.dy(), step.x(0), 1, a) : product(step.x(0), step.dy(), 1 - a, 0)),
    () => {
      const beta = floatOf(step, "beta", 1);
      const gradient = sumTo(step, step.dy(), step.x(2));
      return beta === 1 ? gradient : g.mul(gradient, step.number(beta));
    },
  ];
};

/** The last two axes exchanged. */
function transposed(step: Step, value: Value): Value {
  const rank = shapeOf(step, value).length;
  return step.g.transpose(value, [...axesOf(rank - 2), rank - 1, rank - 2]);
}

/**
 * Products of vectors are those of matrices with an axis of 1. A matrix on the right that serves every matrix of a batch
 * gets its gradient from one product over all of their rows.
 */
const matmul: GradientRow = (step) => {
  const { g } = step;
  const a = shapeOf(step, step.x(0));
  const b = shapeOf(step, step.x(1));
  const left = () => (a.length === 1 ? g.unsqueeze(step.x(0), [0]) : step.x(0));
  const right = () => (b.length === 1 ? g.unsqueeze(step.x(1), [1]) : step.x(1));
  const outer = () => {
    const dy = b.length === 1 ? g.unsqueeze(step.dy(), [-1]) : step.dy();
    return a.length === 1 ? g.unsqueeze(dy, [-2]) : dy;
  };
  return [
    () => {
      const gradient = g.matmul(outer(), transposed(step, right()));
      return sumTo(step, a.length === 1 ? g.squeeze(gradient, [-2]) : gradient, step.x(0));
    },
    () => {
      if (b.length === 2 && a.length > 2) return rowsProduct(step);
      const gradient = g.matmul(transposed(step, left()), outer());
      return sumTo(step, b.length === 1 ? g.squeeze(gradient, [-1]) : gradient, step.x(1));
    },
  ];
};

function rowsProduct(step: Step): Value {
  const { g } = step;
  const [inner, columns] = shapeOf(step, step.x(1));
  if (typeof inner !== "number" || typeof columns !== "number") {
    const gradient = g.matmul(transposed(step, step.x(0)), step.dy());
    return sumTo(step, gradient, step.x(1));
  }
  return g.gemm(g.reshape(step.x(0), [-1, inner]), g.reshape(step.dy(), [-1, columns]), null, { transA: 1 });
}

export const MATRIX_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  Einsum: einsum,
  Gemm: gemm,
  MatMul: matmul,
};
