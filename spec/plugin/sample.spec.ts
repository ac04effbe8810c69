import { sampleOf } from "../../core/plugin/index.js";
import { exampleOf } from "../../core/testing/examples.js";

it("is the side itself where it has no more rows, and else some of them, each once, in their order", () => {
  const { train } = exampleOf("regression");
  expect(sampleOf(train, train.table.rows, 1)).toBe(train);
  const part = sampleOf(train, 50, 1);
  expect(part.table.rows).toBe(50);
  const places = Array.from(part.truth, (value) => train.truth.indexOf(value));
  expect(new Set(places).size).toBe(50);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(sampleOf(train, 50, 1).truth).toEqual(part.truth);
  expect(sampleOf(train, 50, 2).truth).not.toEqual(part.truth);
});
