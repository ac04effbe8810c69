import fc from "fast-check";
import { permuted } from "../../../core/hyperparameter-js/src/random/permutation.js";

describe("a shuffled order", () => {
  it("has each place once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (size, key) => {
        const places = new Set(Array.from({ length: size }, (_, index) => permuted(index, size, key)));
        expect(places.size).toBe(size);
        expect(Math.min(...places)).toBe(0);
        expect(Math.max(...places)).toBe(size - 1);
      }),
    );
  });

  it("puts each index at each place equally often over keys", () => {
    const keys = 20_000;
    for (const index of [0, 3, 6]) {
      const found = new Float64Array(7);
      for (let key = 0; key < keys; key++) (found[permuted(index, 7, key)] as number)++;
      for (const count of found) expect(Math.abs(count - keys / 7)).toBeLessThan(5 * Math.sqrt(keys / 7));
    }
  });

  it("stays inside the largest range", () => {
    for (const index of [0, 1, 2 ** 52 - 1]) {
      const place = permuted(index, 2 ** 52, 9);
      expect(Number.isSafeInteger(place) && place >= 0 && place < 2 ** 52).toBe(true);
    }
  });
});
