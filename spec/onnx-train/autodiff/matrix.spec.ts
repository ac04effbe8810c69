import { type Case, expectGradients, spread } from "./differences.js";

const product = (a: readonly number[], b: readonly number[]): Case => ({
  inputs: { a: spread(a), b: spread(b, 0.3) },
  build: (g, { a: left, b: right }) => g.matmul(left, right),
});
const gemm = (a: readonly number[], b: readonly number[], attributes: Record<string, number>): Case => ({
  inputs: { a: spread(a), b: spread(b, 0.3), c: spread([4], 0.7) },
  build: (g, { a: left, b: right, c }) => g.gemm(left, right, c, attributes),
});

const CASES: Readonly<Record<string, Case>> = {
  matrices: product([2, 3], [3, 4]),
  batches: product([2, 2, 3], [2, 3, 2]),
  "one matrix for a batch": product([2, 2, 3], [3, 2]),
  "one matrix on the left of a batch": product([2, 3], [2, 3, 2]),
  "batches that broadcast": product([2, 1, 2, 3], [2, 3, 2]),
  "vector and matrix": product([3], [3, 2]),
  "matrix and vector": product([2, 3], [3]),
  "batch and vector": product([2, 2, 3], [3]),
  vectors: product([3], [3]),
  gemm: gemm([2, 3], [3, 4], { alpha: 2, beta: 0.5 }),
  "gemm, left transposed": gemm([3, 2], [3, 4], { transA: 1 }),
  "gemm, right transposed": gemm([2, 3], [4, 3], { transB: 1 }),
  "gemm, both transposed": gemm([3, 2], [4, 3], { transA: 1, transB: 1, alpha: 3 }),
};

describe("gradients of products of matrices", () => {
  it.each(Object.entries(CASES))("are those of finite differences: %s", (_, one) => expectGradients(one));
});
