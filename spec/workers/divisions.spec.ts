import { dividedSides } from "../../workers/divisions.js";
import { labelled, tableOf } from "../support/tables.js";

const all = labelled(tableOf({ a: [1, 2, 3, 4], b: ["x", "y", "x", "z"] }), [1, 2, 3, 4]);
const divisions = [
  { train: Int32Array.of(0, 1), select: Int32Array.of(2, 3) },
  { train: Int32Array.of(2, 3), select: Int32Array.of(0, 1) },
];

it("are the same sides each time, by the name of the divisions", () => {
  const [first, second] = [...dividedSides(all, "two", divisions)];
  expect(first?.sides.train.truth).toEqual(Float64Array.of(1, 2));
  expect(second?.sides.select.truth).toEqual(Float64Array.of(1, 2));
  const again = [...dividedSides(all, "two", divisions)];
  expect(again.map((one, at) => one === [first, second][at])).toEqual([true, true]);
  expect([...dividedSides(all, "others", divisions)][0]).not.toBe(first);
});

it("of a large table are made anew each time, one at a time", () => {
  const rows = Int32Array.from({ length: 2 ** 20 }, () => 0);
  const many = Array.from({ length: 17 }, () => ({ train: rows, select: Int32Array.of() }));
  const firstOf = () => dividedSides(all, "many", many)[Symbol.iterator]().next().value;
  const first = firstOf();
  expect(first?.sides.train.truth).toHaveLength(rows.length);
  expect(firstOf()).not.toBe(first);
});
