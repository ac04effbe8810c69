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

const gemm = (dims: Parameters<typeof sides>, attributes: Record<string, number> = {}): Case => ({
  inputs: sides(...dims),
  build: (g, { a, b, c }) => g.gemm(a, b, c ?? null, attributes),
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
  gemm: gemm([
    [2, 3],
    [3, 4],
  ]),
  "gemm with a row": gemm([[2, 3], [3, 4], [4]]),
  "gemm with a matrix": gemm([
    [2, 3],
    [3, 4],
    [2, 4],
  ]),
  "gemm with a column": gemm([
    [2, 3],
    [3, 4],
    [2, 1],
  ]),
  "gemm with a scalar": gemm([[2, 3], [3, 4], []]),
  "gemm, transposed and scaled": gemm([[3, 2], [4, 3], [4]], { alpha: 0.5, beta: 2, transA: 1, transB: 1 }),
  "gemm, rows of a size that has a name": { ...gemm([[2, 3], [3, 4], [4]]), shapes: { a: ["N", 3] } },
};

describe("products of matrices, for several models", () => {
  it.each(Object.entries(CASES))("give what each model gives: %s", (_, one) => expectSame(one));
});
