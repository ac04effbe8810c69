import { shareBounds } from "../../core/statistics/share.js";

const FREE = { weight: null, group: null };
const marked = (count: number, rows: number) => Float64Array.from({ length: rows }, (_, row) => Number(row < count));

// scipy 1.10.1: beta.ppf(alpha, k, n − k + 1) and beta.ppf(1 − alpha, k + 1, n − k)
test.each([
  [0, 20, 0.05, 0, 0.13910834066826516],
  [3, 150, 0.025, 0.0041436252812205475, 0.05733422228820578],
  [20, 20, 0.01, 0.7943282347242815, 1],
  [7, 1000, 0.03, 0.0029323256624826446, 0.014045403943704763],
  [450, 1000, 0.0304, 0.42017413058004255, 0.4800991048307691],
])("%d of %d at %d", (count, rows, alpha, lower, upper) => {
  const bounds = shareBounds(marked(count, rows), FREE, alpha);
  expect(bounds.share).toBe(count / rows);
  expect(bounds.lower).toBeCloseTo(lower, 10);
  expect(bounds.upper).toBeCloseTo(upper, 10);
});

test("of no rows nothing is known", () => {
  expect(shareBounds(new Float64Array(0), FREE, 0.05)).toEqual({ share: Number.NaN, lower: 0, upper: 1 });
});

test("rows that come in groups which agree are as sure as their groups", () => {
  const rows = 400;
  const group = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 20));
  const agreeing = Float64Array.from(group, (code) => (code % 4 === 0 ? 1 : 0));
  const grouped = shareBounds(agreeing, { weight: null, group }, 0.05);
  const single = shareBounds(marked(5, 20), FREE, 0.05);
  // the standard error divides by groups − 1, so it is as if there were 19
  expect(grouped.lower).toBeCloseTo(single.lower, 1);
  expect(grouped.upper).toBeCloseTo(single.upper, 1);
  expect(grouped.upper - grouped.lower).toBeGreaterThan(single.upper - single.lower);
  expect(shareBounds(new Float64Array(rows), { weight: null, group }, 0.05).upper).toBeCloseTo(
    shareBounds(new Float64Array(20), FREE, 0.05).upper,
    10,
  );
});

test("weights that differ make it less sure, and weights that are all alike don't", () => {
  const own = shareBounds(marked(30, 100), FREE, 0.05);
  const same = shareBounds(marked(30, 100), { weight: new Float64Array(100).fill(3), group: null }, 0.05);
  expect(same.lower).toBeCloseTo(own.lower, 10);
  const weight = Float64Array.from({ length: 100 }, (_, row) => (row % 2 === 0 ? 9 : 1));
  const uneven = shareBounds(marked(30, 100), { weight, group: null }, 0.05);
  expect(uneven.upper - uneven.lower).toBeGreaterThan(own.upper - own.lower);
});
