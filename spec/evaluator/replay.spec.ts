import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { feedOf } from "../../core/evaluator/feeds.js";
import { decodeReplay, encodeReplay, REPLAYED_ROWS } from "../../core/evaluator/replay.js";
import type { Column, Table } from "../../core/plugin/index.js";

const cell = fc.oneof(fc.float(), fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, 2 ** -149));
const words = fc.constantFrom("", "a", "Größe", "👩🏽‍🚀", "x".repeat(300));

function tableOf(numbers: readonly number[], levels: readonly string[]): Table {
  const known = [...new Set(levels)].sort();
  const columns: Column[] = [
    { name: "number", type: "numeric", values: Float32Array.from(numbers) },
    { name: "unused", type: "numeric", values: Float32Array.from(numbers) },
    { name: "word", type: "text", levels: known, codes: Int32Array.from(levels, (word) => known.indexOf(word)) },
  ];
  return { rows: numbers.length, columns };
}

it("keeps every bit of the first rows of the columns that are asked for, and of the answers", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, words, cell), { minLength: 1, maxLength: 150 }), (rows) => {
      const table = tableOf(
        rows.map(([number]) => number),
        rows.map(([, word]) => word),
      );
      const answers = Float64Array.from(rows.flatMap(([, , answer]) => [Math.fround(answer), 0.5]));
      const found = decodeReplay(encodeReplay({ table, answers }, ["number", "word"]));
      const count = Math.min(rows.length, REPLAYED_ROWS);
      expect(found.table.rows).toBe(count);
      expect(found.table.columns.map(({ name, type }) => [name, type])).toEqual([
        ["number", "numeric"],
        ["word", "text"],
      ]);
      const fed = (column: Column | undefined) => Array.from<unknown>(feedOf(column as Column, 0, count).data);
      expect(fed(found.table.columns[0])).toEqual(fed(table.columns[0]));
      expect(fed(found.table.columns[1])).toEqual(fed(table.columns[2]));
      expect([...found.answers]).toEqual([...answers.slice(0, 2 * count)]);
    }),
  );
});

it("says that what isn't such rows can't be read", () => {
  expect(() => decodeReplay(Buffer.from("{}"))).toThrow("can't be read");
  expect(() => decodeReplay(Buffer.from("garbage"))).toThrow("can't be read");
});
