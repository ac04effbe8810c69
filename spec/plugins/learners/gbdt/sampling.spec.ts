import { drawBootstrap, drawColumns, drawRows } from "../../../../plugins/learners/gbdt/sampling.js";

describe("rows of a round", () => {
  test("each row is on one side, in its order; about the share is drawn, and another one in every round", () => {
    const draw = (round: number) => {
      const order = new Int32Array(10_000);
      return { order, drawn: drawRows(order, { seed: 5, round, share: 0.3 }) };
    };
    const [first, second] = [draw(0), draw(1)];
    expect(first.drawn).toBeGreaterThan(2_800);
    expect(first.drawn).toBeLessThan(3_200);
    for (const side of [first.order.subarray(0, first.drawn), first.order.subarray(first.drawn)])
      expect(side).toEqual(side.slice().sort());
    expect(first.order.slice().sort()).toEqual(Int32Array.from({ length: 10_000 }, (_, row) => row));
    const common = new Set(first.order.subarray(0, first.drawn));
    const both = second.order.subarray(0, second.drawn).filter((row) => common.has(row)).length;
    // drawn by chance from 0.3 × 0.3 of the rows
    expect(both).toBeGreaterThan(780);
    expect(both).toBeLessThan(1_020);
    expect(draw(0)).toEqual(first);
  });

  test("all of them where the share is 1, or so small that none is drawn", () => {
    const order = new Int32Array(3);
    expect(drawRows(order, { seed: 5, round: 0, share: 1 })).toBe(3);
    expect(drawRows(order, { seed: 5, round: 0, share: 1e-9 })).toBe(3);
    expect(order).toEqual(Int32Array.of(0, 1, 2));
  });
});

test("a bootstrap: as many draws as rows, a row weighs as often as it is drawn, and 1/e of them aren't", () => {
  const rows = 10_000;
  const draw = (round: number) => {
    const [order, pairs] = [new Int32Array(rows), new Float32Array(2 * rows).fill(1)];
    const drawn = drawBootstrap(order, pairs, { seed: 5, round });
    const times = Array.from({ length: rows }, (_, row) => pairs[2 * row] as number);
    return { order, drawn, times, bends: Array.from({ length: rows }, (_, row) => pairs[2 * row + 1] as number) };
  };
  const first = draw(0);
  expect(first.times.reduce((sum, weight) => sum + weight, 0)).toBe(rows);
  expect(first.bends).toEqual(first.times);
  expect([...first.order.subarray(0, first.drawn)]).toEqual([...first.times.keys()].filter((row) => first.times[row]));
  expect([...first.order.subarray(first.drawn)]).toEqual([...first.times.keys()].filter((row) => !first.times[row]));
  // of a binomial count with mean 1: e^-1 / k!, within four standard deviations
  [Math.exp(-1), Math.exp(-1), Math.exp(-1) / 2, Math.exp(-1) / 6].forEach((share, count) => {
    const found = first.times.filter((weight) => weight === count).length / rows;
    expect(Math.abs(found - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / rows));
  });
  expect(draw(0)).toEqual(first);
  expect(draw(1).times).not.toEqual(first.times);
});

test("columns of a round: as many as the share says, each as often as the others", () => {
  const seen = new Int32Array(10);
  for (let round = 0; round < 1_000; round++) {
    const columns = drawColumns(10, { seed: 3, round, share: 0.4 });
    expect(columns).toHaveLength(4);
    expect(columns).toEqual(columns.slice().sort());
    for (const column of columns) seen[column] = (seen[column] as number) + 1;
  }
  expect(Math.min(...seen)).toBeGreaterThan(330);
  expect(drawColumns(10, { seed: 3, round: 0, share: 0.01 })).toHaveLength(1);
});
