import { sparseRows } from "../../core/features/sparse.js";
import { defaultPlan, fitFeatures, type LevelColumn, type SparseRows } from "../../core/plugin/index.js";
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

/** As a worker has them: levels are decoded when they are first asked for, so the column is no plain object. */
class LazyLevels implements LevelColumn {
  readonly type = "categorical";
  constructor(
    readonly name: string,
    readonly codes: Int32Array,
    private readonly decode: () => readonly string[],
  ) {}

  get levels(): readonly string[] {
    return this.decode();
  }
}

it("reads columns of shared memory, also where rows are too many for one chunk", () => {
  const [rows, levels] = [4_500, 1_500];
  const codes = Int32Array.from({ length: rows }, (_, row) => row % levels);
  const names = Array.from({ length: levels }, (_, level) => `level ${String(level).padStart(4, "0")}`);
  const table = { rows, columns: [new LazyLevels("many", codes, () => names)] };
  const train = { table, truth: new Float64Array(rows), weight: null, group: null };
  const spec = { task: "regression", target: "y", classes: [] } as const;
  const plan = [{ kind: "one_hot", columns: ["many"], minCount: 1, limit: levels }] as const;
  const made = fitFeatures(plan, { spec, train, seed: 1 }).encodeSparse(table);
  expect(made.width * rows).toBeGreaterThan(2 ** 22);
  expect(made.values).toHaveLength(rows);
  expect(Array.from(made.places.subarray(0, 3))).toEqual(Array.from(made.places.subarray(levels, levels + 3)));
});
