import fc from "fast-check";
import { holmAdjusted } from "../../core/statistics/holm.js";

test("adjusts as R's p.adjust does", () => {
  // p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm"), and out of order with a tie
  const close = (got: readonly number[], wanted: readonly number[]) =>
    wanted.forEach((value, index) => void expect(got[index]).toBeCloseTo(value, 12));
  close(holmAdjusted([0.01, 0.02, 0.03, 0.04, 0.05]), [0.05, 0.08, 0.09, 0.09, 0.09]);
  close(holmAdjusted([0.4, 0.004, 0.03, 0.03]), [0.4, 0.016, 0.09, 0.09]);
  expect(holmAdjusted([])).toEqual([]);
});

test("rejects what the step-down procedure rejects", () => {
  const rejected = (p: readonly number[], alpha: number) => {
    const sorted = p.toSorted((a, b) => a - b);
    const stop = sorted.findIndex((value, rank) => value * (p.length - rank) > alpha);
    const kept = new Set(stop < 0 ? [] : sorted.slice(stop));
    return p.map((value) => !kept.has(value));
  };
  const distinct = fc.uniqueArray(fc.double({ min: 1e-6, max: 1, noNaN: true }), { maxLength: 12 });
  fc.assert(
    fc.property(distinct, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (p, alpha) => {
      expect(holmAdjusted(p).map((value) => value <= alpha)).toEqual(rejected(p, alpha));
    }),
  );
});
