import fc from "fast-check";
import { probeTable } from "../../core/evaluator/parity.js";
import { FOLDS, foldsOf } from "../../core/features/folds.js";
import {
  type FeatureKind,
  type FeatureStep,
  fitFeatures,
  type Labelled,
  type LevelColumn,
  type Table,
  type TaskSpec,
} from "../../core/plugin/index.js";
import { columnOf, labelled, tableOf } from "../support/tables.js";
import { bytesOf, farthest, throughOnnx } from "./parity.js";

const REGRESSION: TaskSpec = { task: "regression", target: "y", classes: [] };
const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const THREE: TaskSpec = { task: "multiclass", target: "y", classes: ["a", "b", "c"] };

type Level = string | null;

/** Also where the cells are all missing, which a list alone doesn't show. */
function one(name: string, cells: readonly Level[]): Table {
  const column = columnOf(name, [...cells, "so that it is a column of strings"]) as LevelColumn;
  return { rows: cells.length, columns: [{ ...column, codes: column.codes.slice(0, -1) }] };
}

function fitted(step: FeatureStep, train: Labelled, spec = BINARY) {
  return fitFeatures([step], { spec, train, seed: 1 });
}

const KINDS: readonly FeatureKind[] = ["one_hot", "hashed", "ordinal", "scale", "frequency", "target"];
const step = (kind: FeatureKind): FeatureStep => ({ kind, columns: ["x"] }) as FeatureStep;

const LEVELS = [
  "",
  " ",
  "a",
  "A",
  "b",
  "Größe",
  "日本語",
  "👩🏽‍🚀",
  "e\u0301",
  "é",
  "\ufeff",
  "nul\0inside",
  "nul\ufffdinside",
];
const LEVEL = fc.oneof(fc.constantFrom<Level>(null, ...LEVELS), fc.string({ unit: "binary", maxLength: 3 }));

describe.each(KINDS)("%s", (kind) => {
  it("gives the same bits through onnxruntime, whatever the strings", async () => {
    const cells = fc.array(LEVEL, { minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(cells, cells, async (train, other) => {
        const all = [...train, ..."aaaaaaaaabbbbb"];
        const features = fitted(
          step(kind),
          labelled(
            one("x", all),
            all.map((_, row) => row % 2),
          ),
        );
        const table = one("x", other);
        const own = features.encode(table);
        expect(own.every((value) => Number.isFinite(value))).toBe(true);
        expect(farthest(own, await throughOnnx(features, table))).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  it("leaves out columns with one level, none, or a new one in each row", () => {
    const columns = {
      one: ["a", "a", "a", "a"],
      each: ["a", "b", "c", "d"],
      x: ["u", "u", "v", "v"],
    };
    const table = tableOf(columns);
    const empty = one("empty", [null, null, null, null]);
    const all = { rows: 4, columns: [...table.columns, ...empty.columns] };
    const train = labelled(all, [0, 1, 1, 0]);
    const names = ["x", "one", "each", "empty"];
    const wide = { kind, columns: names, ...(kind === "one_hot" ? { minCount: 2 } : {}) } as FeatureStep;
    expect(fitted(wide, train).columns.map(({ name }) => name)).toEqual(["x"]);
  });

  it("takes unseen levels, and no rows at all", async () => {
    const features = fitted(
      step(kind),
      labelled(one("x", ["a", "a", "a", "a", "a", "b", "b", "c"]), [0, 1, 1, 0, 1, 0, 1, 0]),
    );
    const unseen = one("x", ["never seen", null]);
    expect(farthest(features.encode(unseen), await throughOnnx(features, unseen))).toBe(0);
    expect(await throughOnnx(features, one("x", []))).toHaveLength(0);
  });

  it("knows nothing of the order of rows nor of dictionaries", () => {
    const cells = ["b", "a", "c", "a", "b", "a", null, "a", "b", "d", "b", "b", "a"];
    const truth = cells.map((cell) => (cell === "a" ? 1 : 0));
    const bytes = (order: readonly Level[], answers: readonly number[]) =>
      bytesOf(fitted(step(kind), labelled(one("x", order), answers)));
    const there = bytes(cells, truth);
    expect(bytes([...cells].reverse(), [...truth].reverse())).toEqual(there);
  });
});

describe("one-hot numbers", () => {
  it("are one for each level with enough rows, one for missing cells, and one for the rest where training has any", () => {
    const cells = ["u", "u", "v", "v", null, null, "rare"];
    const features = fitted(
      { ...step("one_hot"), minCount: 2 } as FeatureStep,
      labelled(one("x", cells), [0, 1, 0, 1, 0, 1, 0]),
    );
    expect(features.names).toEqual(["x:other", "x:missing", "x=u", "x=v"]);
    const found = features.encode(one("x", ["u", "rare", "unseen", null]));
    expect([...found]).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]);
  });

  it("are all 0 for unseen levels where training has no rare ones", () => {
    const features = fitted(step("one_hot"), labelled(one("x", [..."aaaaabbbbb"]), new Array(10).fill(0)));
    expect([...features.encode(one("x", ["c"]))]).toEqual([0, 0]);
  });
});

it("ordinal numbers are codes whose count is known", () => {
  const { encode, parts } = fitted(step("ordinal"), labelled(one("x", ["b", "b", "a", "a", "c"]), [0, 1, 0, 1, 0]));
  expect([...encode(one("x", ["a", "b", "c", "d"]))]).toEqual([1, 2, 0, 0]);
  expect(parts).toEqual([{ kind: "ordinal", from: 0, to: 1, sizes: [3] }]);
});

it("scale numbers stand where the column's own order has the level, and in the middle where it has none", () => {
  const { columns } = one("x", ["Low", "Low", "High", "High", "Medium", "Medium", null, "odd"]);
  const [column] = columns as [LevelColumn];
  const order = ["Low", "Medium", "High", "odd"];
  const codes = column.codes.map((code) => order.indexOf(column.levels[code] ?? "-"));
  const ordered = { rows: 8, columns: [{ ...column, ordered: true, levels: order, codes }] };
  const { encode, names } = fitted(step("scale"), labelled(ordered, [0, 1, 0, 1, 0, 1, 0, 1]));
  expect(names).toEqual(["x:scale"]);
  const found = [...encode(one("x", ["Low", "Medium", "High", null, "odd", "never seen"]))];
  const far = Math.sqrt(3 / 2);
  [-far, 0, far, 0, 0, 0].forEach((value, at) => {
    expect(found[at]).toBeCloseTo(value, 6);
  });
});

describe("target numbers", () => {
  const cells = Array.from({ length: 60 }, (_, row) => "aabbbcdef"[(row * 7) % 9] as string);

  /** The average of a level's answers among rows, with `smoothing` rows of the mean of all. */
  function average(rows: readonly number[], level: string, answers: readonly number[], smoothing: number): number {
    const mean = (of: readonly number[]) => of.reduce((sum, row) => sum + (answers[row] as number), 0) / of.length;
    const own = rows.filter((row) => cells[row] === level);
    return (own.length * (own.length > 0 ? mean(own) : 0) + smoothing * mean(rows)) / (own.length + smoothing);
  }

  it("are a level's smoothed average, and in training that of the other folds", () => {
    const answers = cells.map((_, row) => (row % 3 === 0 ? 1 : 0));
    const train = labelled(one("x", cells), answers);
    const features = fitted({ ...step("target"), smoothing: 3 } as FeatureStep, train);
    const folds = foldsOf({ spec: BINARY, train, seed: 1 });
    const rows = cells.map((_, row) => row);
    const whole = features.encode(train.table);
    const outside = features.encodeTraining();
    for (const row of rows) {
      const level = cells[row] as string;
      const others = rows.filter((other) => folds[other] !== folds[row]);
      expect(whole[row]).toBeCloseTo(average(rows, level, answers, 3), 6);
      expect(outside[row]).toBeCloseTo(average(others, level, answers, 3), 6);
    }
    expect(new Set(folds).size).toBe(FOLDS);
  });

  it.each([BINARY, THREE, REGRESSION])(
    "of $task training rows don't see the row's own answer, nor its group's",
    (spec) => {
      const group = Int32Array.from(cells, (_, row) => Math.floor(row / 4));
      const numbers = (answers: readonly number[]) => {
        const train = { ...labelled(one("x", cells), answers), group };
        // of a regression the scale is the standard deviation of all answers; a swap of two answers keeps it
        return fitted({ ...step("target"), smoothing: 1 } as FeatureStep, train, spec);
      };
      const answers = cells.map((_, row) => row % Math.max(2, spec.classes.length));
      const before = numbers(answers);
      for (const first of [0, 20, 56]) {
        const swapped = [...answers];
        [swapped[first], swapped[first + 1]] = [answers[first + 1] as number, answers[first] as number];
        const after = numbers(swapped);
        const of = (all: Float32Array) => all.subarray(first * before.width, (first + 4) * before.width);
        expect(of(after.encodeTraining())).toEqual(of(before.encodeTraining()));
      }
    },
  );

  it("draw levels to the mean as far as their own variance says", () => {
    // within levels the variance is 2, between them 1: the mean of all counts for two rows
    const features = fitted(step("target"), labelled(one("x", ["a", "a", "b", "b"]), [0, 2, 2, 4]), REGRESSION);
    expect(features.encode(one("x", ["a"]))[0]).toBeCloseTo((1.5 - 2) / Math.sqrt(2), 6);
  });

  it("have a number for each of more than two classes", () => {
    const answers = cells.map((_, row) => row % 3);
    const features = fitted(step("target"), labelled(one("x", cells), answers), THREE);
    expect(features.names).toEqual(["x:target=a", "x:target=b", "x:target=c"]);
    const numbers = features.encode(one("x", ["a", "unseen"]));
    expect((numbers[0] as number) + (numbers[1] as number) + (numbers[2] as number)).toBeCloseTo(1, 5);
  });
});

it("all kinds at once are the same through onnxruntime on odd rows of several columns", async () => {
  const cells = { x: [..."aabbbccddd"], y: ["u", "v", "u", "v", "u", "v", "w", "w", "w", "w"] };
  const train = labelled(tableOf(cells), [0, 1, 0, 1, 1, 1, 0, 0, 1, 0]);
  const plan = KINDS.map((kind) => ({ ...step(kind), columns: ["x", "y"] }));
  const features = fitFeatures(plan, { spec: BINARY, train, seed: 1 });
  const table = probeTable(train.table, { seed: 5 });
  expect(farthest(features.encode(table), await throughOnnx(features, table))).toBe(0);
});
