import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { judgedRows, originsOf } from "../../core/resampling/origins.js";

it("judges each part by all rows before it: ten rows and two origins", () => {
  const found = originsOf(10, 2).map(({ train, select }) => [[...train], [...select]]);
  expect(found).toEqual([
    [
      [0, 1, 2, 3, 4],
      [5, 6, 7],
    ],
    [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [8, 9],
    ],
  ]);
});

it("judges the later half once, in its order, by nothing that comes later", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 500 }), (origins, more) => {
      const rows = 2 * origins + more;
      const divisions = originsOf(rows, origins);
      expect(divisions.flatMap(({ select }) => [...select])).toEqual([...judgedRows(rows)]);
      for (const { train, select } of divisions) {
        expect(select.length).toBeGreaterThan(0);
        expect([...train]).toEqual(Array.from({ length: select[0] as number }, (_, row) => row));
      }
    }),
  );
});
