import fc from "fast-check";
import { LearnerFailure, type LevelColumn } from "../../../../core/plugin/index.js";
import {
  binsOf,
  encode,
  fitFeatures,
  type LevelFeature,
  type NumberFeature,
} from "../../../../plugins/learners/gbdt/encoding.js";
import { tableOf } from "../../../support/tables.js";

const cell = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constant(null),
);

function numbers(values: readonly (number | null)[], maxBins: number) {
  const table = tableOf({ x: values });
  const [feature] = fitFeatures(table, maxBins) as [NumberFeature];
  return { feature, table };
}

describe("bins of numbers", () => {
  test("a row is in one of the bins 0 … b exactly where its value is at most threshold b, infinities included", () => {
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: 2, maxLength: 80 }),
        fc.integer({ min: 2, max: 255 }),
        (values, maxBins) => {
          fc.pre(new Set(values.map((value) => value && Math.fround(value))).size > 1);
          const { feature } = numbers(values, maxBins);
          const asked = [...values, Infinity, -Infinity, 3.4e38, -0, 2 ** -149];
          const { codes } = encode([feature], tableOf({ x: asked }));
          const { thresholds } = feature;
          expect(thresholds.length + 1).toBeLessThanOrEqual(maxBins);
          asked.forEach((value, row) => {
            const bin = codes[row] as number;
            if (value === null) {
              expect(bin).toBe(binsOf(feature) - 1);
              return;
            }
            const x = Math.fround(value);
            if (bin < thresholds.length) expect(x).toBeLessThanOrEqual(thresholds[bin] as number);
            if (bin > 0) expect(x).toBeGreaterThan(thresholds[bin - 1] as number);
          });
        },
      ),
    );
  });

  test("as few different values as bins have a bin each", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 2, maxLength: 300 }), (values) => {
        const different = new Set(values).size;
        fc.pre(different > 1);
        const { feature, table } = numbers(values, 255);
        expect(feature.thresholds).toHaveLength(different - 1);
        expect(new Set(encode([feature], table).codes).size).toBe(different);
      }),
    );
  });

  test("neighbours in single precision are told apart", () => {
    const next = Math.fround(1 + 2 ** -23);
    expect(numbers([1, next], 255).feature.thresholds).toEqual(Float32Array.of(1));
  });

  test("many different values are parted into bins of about as many rows, and a frequent one is alone", () => {
    const values = Array.from({ length: 10_000 }, (_, row) => (row % 2 === 0 ? 0 : Math.sin(row)));
    const { feature, table } = numbers(values, 64);
    const counts = new Map<number, number>();
    for (const bin of encode([feature], table).codes) counts.set(bin, (counts.get(bin) ?? 0) + 1);
    const sizes = [...counts.values()].sort((a, b) => b - a);
    expect(counts.size).toBeGreaterThan(55);
    expect(sizes[0]).toBeLessThan(5_200);
    expect(sizes[1]).toBeLessThan(250);
  });
});

describe("bins of levels", () => {
  const cells = [..."aaaabbbbccc", "rare", "rare", ...Array(4).fill(null)];

  test("frequent levels and the missing have their own, rare and unseen ones share the last", () => {
    const [feature] = fitFeatures(tableOf({ x: cells }), 255) as [LevelFeature];
    expect(feature.keys).toEqual(["", "a", "b", "c"]);
    const { codes } = encode([feature], tableOf({ x: ["a", "rare", "unseen", null, "", "c"] }));
    expect([...codes]).toEqual([1, 4, 4, 0, 0, 3]);
  });

  test("with more levels than a byte tells apart, the most frequent ones have bins", () => {
    const many = Array.from({ length: 400 }, (_, level) =>
      Array<string>(3 + (level % 100)).fill(`level ${level}`),
    ).flat();
    const [feature] = fitFeatures(tableOf({ x: many }), 255) as [LevelFeature];
    expect(binsOf(feature)).toBe(256);
    expect(feature.keys).not.toContain("level 200");
    expect(feature.keys).toContain("level 299");
  });
});

describe("features", () => {
  test("columns that never vary and text columns are none; one that only misses values is one", () => {
    const table = tableOf({ flat: [1, 1, 1], gaps: [5, null, 5], nothing: [null, null, null], same: ["a", "a", "a"] });
    const text: LevelColumn = { name: "t", type: "text", codes: Int32Array.of(0, 1, 0), levels: ["x y", "z"] };
    const features = fitFeatures({ ...table, columns: [...table.columns, text] }, 255);
    expect(features.map(({ name }) => name)).toEqual(["gaps"]);
  });

  test("a table without any is a labelled failure", () => {
    expect(() => fitFeatures(tableOf({ flat: [1, 1] }), 255)).toThrow(LearnerFailure);
  });
});
