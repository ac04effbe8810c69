import fc from "fast-check";
import { differencesOf, type Exam, type RowLoss, rowLossFor, scaleOf } from "../../core/evaluator/row-losses.js";
import { uniforms } from "../benchmarks/random.mjs";

const BINARY = { task: "binary", target: "y", classes: ["no", "yes"] } as const;
const NUMBERS = { task: "regression", target: "y", classes: [] } as const;

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const row = fc.record({ code: fc.integer({ min: 0, max: 1 }), a: probability, b: probability });

function binary(rows: readonly { readonly code: number; readonly a: number; readonly b: number }[]): Exam {
  const said = (of: (one: (typeof rows)[number]) => number) => ({
    prediction: Float64Array.from(rows.flatMap((one) => [1 - of(one), of(one)])),
  });
  const truth = Float64Array.from(rows, ({ code }) => code);
  return { spec: BINARY, truth, group: null, a: said(({ a }) => a), b: said(({ b }) => b) };
}

function regression(rows: readonly { readonly y: number; readonly a: number; readonly b: number }[]): Exam {
  const numbers = (of: (one: (typeof rows)[number]) => number) => ({ prediction: Float64Array.from(rows, of) });
  const truth = Float64Array.from(rows, ({ y }) => y);
  return { spec: NUMBERS, truth, group: null, a: numbers(({ a }) => a), b: numbers(({ b }) => b) };
}

const CLASSED: readonly RowLoss[] = ["error", "class_error", "probability", "pairs"];

it("stays within −1 and 1, and turns its sign when the models change places", () => {
  fc.assert(
    fc.property(fc.constantFrom(...CLASSED), fc.array(row, { minLength: 1 }), (loss, rows) => {
      const exam = binary(rows);
      const scale = scaleOf(loss, exam);
      const { values } = differencesOf({ loss, scale, waiting: [] }, exam);
      const mirrored = differencesOf({ loss, scale, waiting: [] }, { ...exam, a: exam.b, b: exam.a }).values;
      for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      expect(mirrored.map((value) => 0 - value)).toEqual(values.map((value) => value + 0));
    }),
  );
});

it("is the same for rows that come at once and in parts", () => {
  fc.assert(
    fc.property(fc.constantFrom(...CLASSED), fc.array(row, { minLength: 2 }), fc.nat(), (loss, rows, cut) => {
      const at = 1 + (cut % (rows.length - 1));
      const scale = scaleOf(loss, binary(rows));
      const whole = differencesOf({ loss, scale, waiting: [] }, binary(rows));
      const first = differencesOf({ loss, scale, waiting: [] }, binary(rows.slice(0, at)));
      const second = differencesOf({ loss, scale, waiting: first.waiting }, binary(rows.slice(at)));
      expect([...first.values, ...second.values]).toEqual(whole.values);
      expect(second.waiting).toEqual(whole.waiting);
    }),
  );
});

it("pairs say what the areas under the curves differ by, on the rows that they are made of", () => {
  const random = uniforms("pairs");
  const rows = Array.from({ length: 6000 }, () => {
    const code = random() < 0.3 ? 1 : 0;
    return { code, a: (0.2 * code + random()) / 2, b: (0.6 * code + random()) / 2 };
  });
  const exam = binary(rows);
  const { values } = differencesOf({ loss: "pairs", scale: [], waiting: [] }, exam);
  const area = (of: "a" | "b") => {
    const [yes, no] = [1, 0].map((code) => rows.flatMap((one) => (one.code === code ? [one[of]] : [])));
    const wins = (yes as number[]).reduce((sum, p) => sum + (no as number[]).filter((n) => p > n).length, 0);
    return wins / ((yes as number[]).length * (no as number[]).length);
  };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean).toBeCloseTo(area("b") - area("a"), 1);
});

it("rows of a rare class count more where each class counts alike, by their share among known rows", () => {
  const rows = Array.from({ length: 100 }, (_, at) => ({ code: at < 10 ? 1 : 0, a: 0.9, b: 0.1 }));
  const scale = scaleOf("class_error", binary(rows));
  expect(scale[0]).toBeCloseTo(1 / 9, 12);
  expect(scale[1]).toBe(1);
  const { values } = differencesOf({ loss: "class_error", scale, waiting: [] }, binary(rows));
  // A is right on the rare rows and wrong on the others, B the other way round.
  expect(values[0]).toBe(-1);
  expect(values[99]).toBeCloseTo(1 / 9, 12);
});

it("a regression's errors count up to a bound of the known rows", () => {
  const known = Array.from({ length: 100 }, (_, at) => ({ y: 0, a: at, b: at }));
  const [bound = 0] = scaleOf("squared", regression(known));
  expect(bound).toBe(95);
  const { values } = differencesOf(
    { loss: "squared", scale: [bound], waiting: [] },
    regression([
      { y: 0, a: 95, b: 0 },
      { y: 0, a: 1e9, b: 47.5 },
    ]),
  );
  expect(values).toEqual([1, 0.75]);
  expect(scaleOf("absolute", regression([{ y: 1, a: 1, b: 1 }]))).toEqual([1]);
});

it("rows of one group count as one", () => {
  const exam = binary([
    { code: 1, a: 0.4, b: 0.6 },
    { code: 1, a: 0.4, b: 0.4 },
    { code: 0, a: 0.6, b: 0.4 },
  ]);
  const { values } = differencesOf(
    { loss: "error", scale: [], waiting: [] },
    { ...exam, group: Int32Array.of(7, 7, 2) },
  );
  expect(values).toEqual([0.5, 1]);
});

it("goes with the metric, and with what pairs can be made of", () => {
  expect(rowLossFor("ranking", "binary", false)).toBe("pairs");
  expect(rowLossFor("ranking", "binary", true)).toBe("probability");
  expect(rowLossFor("ranking", "multiclass", false)).toBe("probability");
  expect(rowLossFor("rate", "multiclass", false)).toBe("error");
  expect(rowLossFor(undefined, "regression", false)).toBe("absolute");
  expect(rowLossFor("explained", "regression", false)).toBe("squared");
});
