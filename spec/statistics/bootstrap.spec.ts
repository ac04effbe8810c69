import fc from "fast-check";
import { bootstrap, exceedance, lowerBound, type Units, unitsOf, upperBound } from "../../core/statistics/bootstrap.js";
import { normalQuantile } from "../../core/statistics/normal.js";

const fill = (length: number, value: (at: number) => number) => Float64Array.from({ length }, (_, at) => value(at));
const drawsOf = (units: Units, count: number): number[][] => {
  const draws: number[][] = [];
  bootstrap(units, 3, (rows) => {
    if (draws.length < count) draws.push([...rows]);
    return 0;
  });
  return draws;
};

describe("what is drawn", () => {
  test("is as many rows as there are, each as likely as any other", () => {
    const counts = new Array<number>(7).fill(0);
    for (const rows of drawsOf(
      unitsOf(
        fill(7, () => 0.5),
        0,
        { group: null },
      ),
      2000,
    )) {
      expect(rows).toHaveLength(7);
      for (const row of rows) counts[row] = (counts[row] ?? 0) + 1;
    }
    // 2,000 expected of each; χ² with 6 degrees of freedom is below 22.5 in 99.9 % of cases.
    expect(counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(22.5);
  });

  test("keeps the number of rows of each class where one has fewer than 50", () => {
    const truth = fill(60, (row) => (row % 5 === 0 ? 1 : 0));
    for (const rows of drawsOf(unitsOf(truth, 2, { group: null }), 20))
      expect(rows.filter((row) => truth[row] === 1)).toHaveLength(12);
  });

  test("lets the classes vary where both are large", () => {
    const truth = fill(110, (row) => (row % 2 === 0 ? 1 : 0));
    const counts = drawsOf(unitsOf(truth, 2, { group: null }), 20).map(
      (rows) => rows.filter((row) => truth[row] === 1).length,
    );
    expect(new Set(counts).size).toBeGreaterThan(3);
  });

  test("is whole groups where there are groups, of whatever size", () => {
    const group = Int32Array.from([5, 5, 5, 2, 9, 9, 2, 2, 2, 7]);
    for (const rows of drawsOf(
      unitsOf(
        fill(10, () => 0),
        0,
        { group },
      ),
      50,
    )) {
      const times = [...group].map((_, row) => rows.filter((drawn) => drawn === row).length);
      const byGroup = [5, 2, 9, 7].map((code) => times.filter((_, row) => group[row] === code));
      for (const counts of byGroup) expect(new Set(counts).size).toBe(1);
      expect(byGroup.reduce((sum, counts) => sum + (counts[0] ?? 0), 0)).toBe(4);
    }
  });

  test("is the same for the same seed", () => {
    const units = unitsOf(
      fill(30, (row) => row),
      0,
      { group: null },
    );
    const sum = (rows: Int32Array) => rows.reduce((total, row) => total + row, 0);
    expect(bootstrap(units, 3, sum)).toEqual(bootstrap(units, 3, sum));
    expect(bootstrap(units, 4, sum)).not.toEqual(bootstrap(units, 3, sum));
  });
});

test("the mean's distribution has the deviation that its formula gives", () => {
  const values = fill(100, (row) => Math.sin(row) ** 3);
  const mean = (rows: Iterable<number>) => [...rows].reduce((sum, row) => sum + (values[row] ?? 0), 0) / 100;
  const drawn = bootstrap(unitsOf(values, 0, { group: null }), 1, mean) ?? new Float64Array();
  const centre = mean(values.keys());
  const formula = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0)) / 100;
  const deviation = Math.sqrt(drawn.reduce((sum, value) => sum + (value - centre) ** 2, 0) / drawn.length);
  expect(deviation / formula).toBeGreaterThan(0.95);
  expect(deviation / formula).toBeLessThan(1.05);
});

test("too many draws without a score give no distribution", () => {
  const units = unitsOf(
    fill(20, (row) => row),
    0,
    { group: null },
  );
  let call = 0;
  expect(bootstrap(units, 1, () => (call++ % 10 === 0 ? Number.NaN : 1))).toBeNull();
  call = 0;
  expect(bootstrap(units, 1, () => (call++ % 50 === 0 ? Number.NaN : 1))).toHaveLength(1960);
});

describe("bounds", () => {
  // The quantiles of a normal distribution, as 1,999 draws would have them.
  const normal = fill(1999, (at) => 10 + 2 * normalQuantile((at + 1) / 2000));

  test.each([0.3, 0.05, 0.025, 0.01, 0.0076, 0.001, 1e-5])("at alpha %p are those of the distribution", (alpha) => {
    const reach = -2 * normalQuantile(alpha);
    expect(lowerBound(normal, 10, alpha)).toBeCloseTo(10 - reach, 6);
    expect(upperBound(normal, 10, alpha)).toBeCloseTo(10 + reach, 6);
  });

  test("are above a margin exactly where the p-value is below alpha, also far below one draw in 2,000", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-7, max: 0.4, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (alpha, shift) => {
          const margin = 10 + shift;
          const p = exceedance(normal, 10, margin);
          // Ranks are whole: a p-value within one draw of alpha may fall on either side.
          if (Math.abs(p - alpha) > 1 / 2000) expect(lowerBound(normal, 10, alpha) > margin).toBe(p <= alpha);
        },
      ),
    );
  });

  test("of draws that are all the same are that value", () => {
    const same = fill(1999, () => 3);
    expect([lowerBound(same, 3, 0.001), upperBound(same, 3, 0.05)]).toEqual([3, 3]);
    expect([exceedance(same, 3, 3), exceedance(same, 3, 4)]).toEqual([1, 1]);
    expect(exceedance(same, 3, 2)).toBe(1 / 2000);
  });
});
