import fc from "fast-check";
import type { Table } from "../../../../core/plugin/index.js";
import { kernelOf } from "../../../../plugins/learners/gbdt/compiled-kernel.js";
import { encode, fitFeatures } from "../../../../plugins/learners/gbdt/encoding.js";
import { Grower, type GrowthRules } from "../../../../plugins/learners/gbdt/grow.js";
import { Coins } from "../../../../plugins/learners/gbdt/sampling.js";
import { addTree, goesLeft, type Tree } from "../../../../plugins/learners/gbdt/tree.js";
import { tableOf } from "../../../support/tables.js";
import { bestGain, gainOf } from "./twin.js";

const RULES: GrowthRules = {
  leaves: 2,
  depth: Infinity,
  growth: "leaf",
  rate: 1,
  l1: 0,
  l2: 1,
  minRows: 1,
  minBend: 0,
  levelSmoothing: 10,
  nodeSample: 1,
  randomCuts: false,
};
const ROWS = 24;

function grown(table: Table, pairs: readonly number[], rules: Partial<GrowthRules>, slots = 40) {
  const features = fitFeatures(table, 255);
  const kernel = kernelOf({ rows: table.rows, width: features.length, bins: 256, slots });
  const { codes } = encode(features, table, kernel.codes);
  kernel.turn();
  kernel.pairs.set(pairs);
  kernel.order.set(kernel.order.map((_, row) => row));
  const { tree, addTo } = new Grower(kernel, features, { ...RULES, ...rules }).grow(
    table.rows,
    Int32Array.from(features, (_, at) => at),
    new Coins(1, 0),
  );
  const binned = { rows: table.rows, width: features.length, codes };
  const scores = new Float64Array(table.rows);
  addTo(scores);
  return { tree, binned, scores, pairs: kernel.pairs };
}

/** Which rows go left in the root. */
function rootSide({ tree, binned }: ReturnType<typeof grown>): boolean[] {
  const feature = tree.feature[0] as number;
  return Array.from({ length: binned.rows }, (_, row) =>
    goesLeft(tree, 0, binned.codes[row * binned.width + feature] as number),
  );
}

const gradients = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: ROWS, maxLength: ROWS });
const column = fc.array(fc.oneof(fc.integer({ min: 0, max: 7 }), fc.constant(null)), {
  minLength: ROWS,
  maxLength: ROWS,
});
const levels = fc.array(fc.constantFrom("a", "b", "c"), { minLength: ROWS, maxLength: ROWS });
const whole = fc.record({ x: column, z: column, level: levels }).map(tableOf);
const varies = (table: Table) => table.columns.some((one) => "values" in one && new Set(one.values).size > 1);

function unitPairs(slopes: readonly number[]): number[] {
  return slopes.flatMap((slope) => [slope, 1]);
}

describe("the best split", () => {
  test("gains what the best of all splits gains, with missing values and levels", () => {
    fc.assert(
      fc.property(whole, gradients, fc.constantFrom(0, 2), fc.constantFrom(1, 4), (table, slopes, l1, minRows) => {
        fc.pre(varies(table));
        const rules = { l1, l2: 0, minRows };
        const made = grown(table, unitPairs(slopes), rules);
        const best = bestGain(table, made.pairs, rules);
        const gain = made.tree.feature.length === 1 ? 0 : gainOf(rootSide(made), made.pairs, rules);
        expect(gain).toBeCloseTo(best, 6);
      }),
      { numRuns: 300 },
    );
  });

  test("none is made where none gains, and none leaves a side with fewer rows than it must have", () => {
    const table = tableOf({ x: [1, 2, 3, 4, 5, 6] });
    expect(grown(table, unitPairs([1, 1, 1, 1, 1, 1]), {}).tree.feature).toHaveLength(1);
    const { scores } = grown(table, unitPairs([9, 0, 0, 0, 0, 0]), { minRows: 3 });
    [-9 / 4, -9 / 4, -9 / 4, 0, 0, 0].forEach((value, row) => {
      expect(scores[row]).toBeCloseTo(value, 10);
    });
  });

  test("levels and missing values that a node doesn't have go where most of its rows go", () => {
    const cells = ["a", "a", "a", "a", "b", "b", "b", ...Array<string>(3).fill("c")];
    const made = grown(tableOf({ level: cells }), unitPairs([4, 4, 4, 4, -4, -4, -4, 4, 4, 4]), {});
    const unknown = goesLeft(made.tree, 0, 3);
    const [first] = rootSide(made);
    expect(unknown).toBe(first);
  });
});

describe("a tree", () => {
  const rows = 200;
  const table = tableOf({
    x: Array.from({ length: rows }, (_, row) => Math.sin(row * 7)),
    z: Array.from({ length: rows }, (_, row) => (row % 11 === 0 ? null : Math.cos(row * 3))),
    level: Array.from({ length: rows }, (_, row) => `level ${(row * row) % 13}`),
  });
  const pairs = Array.from({ length: rows }, (_, row) => [
    Math.sin(row) + Math.sin(row * 7),
    0.5 + (row % 3) / 2,
  ]).flat();

  function depths({ feature, left, right }: Tree): number[] {
    const go = (node: number, depth: number): number[] =>
      (feature[node] as number) < 0
        ? [depth]
        : [...go(left[node] as number, depth + 1), ...go(right[node] as number, depth + 1)];
    return go(0, 0);
  }

  test.each([
    ["leaf by leaf", { leaves: 12 }],
    ["level by level", { leaves: 12, growth: "level" }],
    ["no deeper than told", { leaves: 64, depth: 3 }],
  ] as const)(
    "%s: each leaf's value is that of its rows, and rows routed by their bins come to their leaf",
    (_, rules) => {
      const made = grown(table, pairs, rules);
      const routed = new Float64Array(rows);
      addTree(made.tree, made.binned, routed);
      expect(routed).toEqual(made.scores);
      const sums = new Map<number, [number, number]>();
      routed.forEach((value, row) => {
        const [g, h] = sums.get(value) ?? [0, 0];
        sums.set(value, [g + (made.pairs[2 * row] as number), h + (made.pairs[2 * row + 1] as number)]);
      });
      for (const [value, [g, h]] of sums) expect(value).toBeCloseTo(-g / (h + 1), 8);
      expect(depths(made.tree).length).toBeLessThanOrEqual(rules.leaves);
      if ("depth" in rules) expect(Math.max(...depths(made.tree))).toBe(3);
      if ("growth" in rules) expect(new Set(depths(made.tree)).size).toBeLessThanOrEqual(2);
    },
  );

  test("histograms that are not kept are made anew: the same tree", () => {
    const rules = { leaves: 20 };
    const [few, many] = [grown(table, pairs, rules, 3).tree, grown(table, pairs, rules, 40).tree];
    expect(few.feature).toEqual(many.feature);
    few.value.forEach((value, node) => {
      expect(value).toBeCloseTo(many.value[node] as number, 10);
    });
  });
});
