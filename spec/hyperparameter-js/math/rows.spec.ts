import fc from "fast-check";
import { combineRows, projectOnRows } from "../../../core/hyperparameter-js/src/math/rows.js";

const cases = fc
  .integer({ min: 0, max: 11 })
  .chain((n) => fc.tuple(entries(n * n), entries(n)))
  .map(([rows, vector]) => ({ n: vector.length, rows, vector }));

function entries(length: number): fc.Arbitrary<Float64Array> {
  const entry = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  return fc.array(entry, { minLength: length, maxLength: length }).map((all) => Float64Array.from(all));
}

describe("products of the rows of a matrix", () => {
  it("combines rows to the bits of a plain loop", () => {
    fc.assert(
      fc.property(cases, ({ n, rows, vector }) => {
        const plain = new Float64Array(n);
        rows.forEach((entry, at) => {
          (plain[at % n] as number) += (vector[Math.floor(at / n)] as number) * entry;
        });
        const into = new Float64Array(n).fill(7);
        combineRows(rows, vector, into);
        expect(into).toEqual(plain);
      }),
    );
  });

  it("projects on rows to the bits of a plain loop", () => {
    fc.assert(
      fc.property(cases, ({ n, rows, vector }) => {
        const plain = new Float64Array(n);
        rows.forEach((entry, at) => {
          (plain[Math.floor(at / n)] as number) += entry * (vector[at % n] as number);
        });
        const into = new Float64Array(n).fill(7);
        projectOnRows(rows, vector, into);
        expect(into).toEqual(plain);
      }),
    );
  });
});
