import fc from "fast-check";
import { alikeColumns, groupsOf } from "../../core/evaluator/alike.js";
import { type Cells, tableOf } from "../support/tables.js";

const likeness = (a: Cells, b: Cells) => alikeColumns(tableOf({ a, b }), () => {});

/** Spearman's correlation as its textbook has it: Pearson's, of midranks found by counting. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]) =>
    values.map((x) => values.filter((y) => y < x).length + (values.filter((y) => y === x).length + 1) / 2);
  const centred = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [centred(ranks(a)), centred(ranks(b))];
  const dot = (p: readonly number[], q: readonly number[]) =>
    p.reduce((sum, value, at) => sum + value * (q[at] ?? 0), 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

/** As many rows of each pair of levels as the table of counts says. */
function crossed(counts: readonly (readonly number[])[]): [string[], string[]] {
  const pairs = counts.flatMap((row, i) => row.flatMap((count, j) => Array.from({ length: count }, () => [i, j])));
  return [pairs.map(([i]) => `row ${i}`), pairs.map(([, j]) => `column ${j}`)];
}

describe("columns that are alike", () => {
  test("two numbers, by the size of their rank correlation, ties and all", () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -1, max: 1 })), {
      minLength: 12,
      maxLength: 40,
    });
    fc.assert(
      fc.property(values, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([x, noise]) => x + noise)];
        const wanted = Math.abs(spearman(a, b));
        const [found] = likeness(a, b);
        if (wanted > 0.8001) expect(found?.strength).toBeCloseTo(wanted, 9);
        else if (!(wanted > 0.7999)) expect(found).toBeUndefined();
      }),
    );
  });

  test("a number that rises where another falls, however bent", () => {
    const a = Array.from({ length: 30 }, (_, row) => row);
    expect(
      likeness(
        a,
        a.map((x) => -(x ** 3)),
      ),
    ).toEqual([{ columns: ["a", "b"], strength: expect.closeTo(1, 12), measure: "rank correlation" }]);
  });

  test("two of levels, by Cramér's V: that of a table of two by two is |ad − bc| by the root of the margins", () => {
    const [a, b] = crossed([
      [45, 3],
      [2, 50],
    ]);
    const wanted = (45 * 50 - 3 * 2) / Math.sqrt(48 * 52 * 47 * 53);
    expect(likeness(a, b)).toEqual([
      { columns: ["a", "b"], strength: expect.closeTo(wanted, 12), measure: "Cramér's V" },
    ]);
    expect(
      likeness(
        ...crossed([
          [25, 25],
          [25, 25],
        ]),
      ),
    ).toEqual([]);
  });

  test("a number and levels, by the share of its ranks' spread between the levels", () => {
    const levels = ["low", "low", "low", "low", "low", "high", "high", "high", "high", "high"];
    const [found] = likeness([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], levels);
    expect(found).toMatchObject({ measure: "correlation ratio" });
    expect(found?.strength).toBeCloseTo(Math.sqrt((10 * 2.5 ** 2) / 82.5), 12);
  });

  test("a gap counts as a value: two columns that are missing together", () => {
    const a = [null, null, null, null, 3, 4, 1, 2, 6, 5];
    const b = [null, null, null, null, 4, 3, 2, 1, 5, 6];
    expect(likeness(a, b)[0]?.strength).toBeGreaterThan(0.9);
  });

  test("not a column without variation, nor one whose levels are nearly a key", () => {
    const numbers = Array.from({ length: 20 }, (_, row) => row);
    expect(
      likeness(
        numbers,
        numbers.map(() => 1),
      ),
    ).toEqual([]);
    expect(
      likeness(
        numbers,
        numbers.map((row) => `level ${row}`),
      ),
    ).toEqual([]);
  });

  test("groups are what hangs together by pairs", () => {
    const pair = (a: string, b: string) => ({ columns: [a, b], strength: 1, measure: "rank correlation" }) as const;
    const names = ["a", "b", "c", "d", "e", "f"];
    expect(groupsOf(names, [pair("c", "e"), pair("a", "f"), pair("e", "f")])).toEqual([["a", "c", "e", "f"]]);
    expect(groupsOf(names, [pair("a", "b"), pair("c", "d")])).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(groupsOf(names, [])).toEqual([]);
  });
});
