import { sparseRows } from "../../core/features/sparse.js";
import { defaultPlan, fitFeatures, type SparseRows } from "../../core/plugin/index.js";
import { exampleOf } from "../../core/testing/examples.js";

function dense({ rows, width, starts, places, values }: SparseRows): Float32Array {
  const all = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++)
      all[row * width + (places[at] as number)] = values[at] as number;
  }
  return all;
}

it("has the numbers of encode and encodeTraining, but no zeros", () => {
  const { spec, train, select } = exampleOf("multiclass");
  const plan = [
    ...defaultPlan(train.table, { family: "linear" }),
    { kind: "target", columns: ["colour"] } as const,
    { kind: "characters", columns: ["note"] } as const,
  ];
  const features = fitFeatures(plan, { spec, train, seed: 3 });
  const [own, training] = [features.encodeSparse(select.table), features.encodeTrainingSparse()];
  expect(dense(own)).toEqual(features.encode(select.table));
  expect(dense(training)).toEqual(features.encodeTraining());
  expect(dense(training)).not.toEqual(features.encode(train.table));
  expect(own.values.every((value) => value !== 0)).toBe(true);
});

it("is made in chunks of rows that fit together", () => {
  const [rows, width] = [5, 2 ** 21];
  const calls: number[][] = [];
  const made = sparseRows({ rows, width }, (values, from, to) => {
    calls.push([from, to]);
    for (let row = from; row < to; row++) values[(row - from) * width + row] = row;
  });
  expect(calls).toEqual([
    [0, 2],
    [2, 4],
    [4, 5],
  ]);
  expect([...made.places]).toEqual([1, 2, 3, 4]);
  expect([...made.values]).toEqual([1, 2, 3, 4]);
  expect([...made.starts]).toEqual([0, 0, 1, 2, 3, 4]);
});
