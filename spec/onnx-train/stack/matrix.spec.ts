import { spread } from "../autodiff/differences.js";
import { type Case, expectSame } from "./models.js";

function sides(a: readonly number[], b: readonly number[], c?: readonly number[]): Case["inputs"] {
  return (model) => ({
    a: spread(a, 0.37 * model),
    b: spread(b, 0.3 + 0.23 * model),
    ...(c ? { c: spread(c, 0.6 + 0.11 * model) } : {}),
  });
}

const product = (a: readonly number[], b: readonly number[]): Case => ({
  inputs: sides(a, b),
  build: (g, { a: left, b: right }) => g.matmul(left, right),
});

/** a [2, 3] by b [3, 4]. */
const gemm = (c?: readonly number[], options: Partial<Case> = {}): Case => ({
  inputs: sides([2, 3], [3, 4], c),
  build: (g, { a, b, c: added }) => g.gemm(a, b, added ?? null),
  ...options,
});

const einsum = (equation: string, a: readonly number[], b: readonly number[]): Case => ({
  inputs: sides(a, b),
  build: (g, { a: left, b: right }) => g.op("Einsum", [left, right], { equation }),
});

const CASES: Readonly<Record<string, Case>> = {
  "product of matrices": product([2, 3], [3, 4]),
  "product of vectors": product([3], [3]),
  "vector by matrix": product([3], [3, 4]),
  "matrix by vector": product([2, 3], [3]),
  "vector by batch": product([3], [2, 3, 4]),
  "batch by vector": product([2, 4, 3], [3]),
  "batch by matrix": product([2, 2, 3], [3, 2]),
  "matrix by batch": product([2, 3], [2, 3, 2]),
  "batches that broadcast": product([2, 1, 2, 3], [4, 3, 2]),
  "rows of a size that has a name": { ...product([2, 3], [3, 4]), shapes: { a: ["N", 3] } },
  gemm: gemm(),
  "gemm with a row": gemm([4]),
  "gemm with a matrix": gemm([2, 4], { shared: ["b"] }),
  "gemm with a column": gemm([2, 1], { shared: ["b"] }),
  "gemm with a scalar": gemm([], { shared: ["a"] }),
  "gemm, transposed and scaled": {
    inputs: sides([3, 2], [4, 3], [4]),
    build: (g, { a, b, c }) => g.gemm(a, b, c, { alpha: 0.5, beta: 2, transA: 1, transB: 1 }),
  },
  "gemm, rows of a size that has a name": gemm([4], { shapes: { a: ["N", 3] }, shared: ["b"] }),
  "einsum of matrices": einsum("ij,jk->ik", [2, 3], [3, 4]),
  "einsum without a result": einsum("ij, jk", [2, 3], [3, 4]),
  "einsum of batches": einsum("...ij,...jk->...ik", [2, 2, 3], [2, 3, 4]),
  "einsum to a number": einsum("ij,ij->", [2, 3], [2, 3]),
  "einsum of one": {
    inputs: (model) => ({ a: spread([2, 3], model / 7) }),
    build: (g, { a }) => g.op("Einsum", [a], { equation: "ij->ji" }),
  },
};

describe("products of matrices, for several models", () => {
  it.each(Object.entries(CASES))("give what each model gives: %s", (_, one) => expectSame(one));
});
