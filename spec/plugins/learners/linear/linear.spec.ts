import { compareParity, probeTable } from "../../../../core/evaluator/parity.js";
import { type OpenModel, openModel } from "../../../../core/evaluator/scoring.js";
import type {
  FitRequest,
  Fitted,
  Labelled,
  LevelColumn,
  NumberColumn,
  TaskSpec,
} from "../../../../core/plugin/index.js";
import linear from "../../../../plugins/learners/linear/linear.js";
import { fitLearner, learnerOf, recording } from "../../../support/fitting.js";
import { example, labelled, rowsWhere, tableOf } from "../../../support/tables.js";
import { coefficientsOf, gradientOf, noise, solveLinear, standardised } from "./oracle.js";

const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const THREE: TaskSpec = { task: "multiclass", target: "y", classes: ["a", "b", "c"] };
const VALUE: TaskSpec = { task: "regression", target: "y", classes: [] };

const ROWS = 240;
const [u, v, w] = [noise(1, ROWS), noise(2, ROWS), noise(3, ROWS)];
/** `twin` says nearly the same as `u`; the answers depend on u, v and the town. */
const TABLE = tableOf({
  u,
  v: v.map((value) => 100 + 20 * value),
  twin: u.map((value, row) => 3 * value + 0.01 * (w[row] as number)),
  town: u.map((_, row) => ["Oslo", "Rome", "Lima"][(row * 7) % 3] as string),
});
const SIGNAL = u.map(
  (value, row) => value - 0.5 * (v[row] as number) + 0.3 * ((row * 7) % 3) + 0.4 * (w[row] as number),
);
const BINARY_TRAIN = labelled(
  TABLE,
  SIGNAL.map((value) => (value > 0.3 ? 1 : 0)),
);
const THREE_TRAIN = labelled(
  TABLE,
  SIGNAL.map((value) => (value > 0.6 ? 2 : value > -0.3 ? 1 : 0)),
);
const VALUE_TRAIN = labelled(
  TABLE,
  SIGNAL.map((value) => 1_000 + 50 * value),
);
/** Without select rows nothing ends a fit before its minimum. */
const NO_ROWS = rowsWhere(BINARY_TRAIN, () => false);

/** Numbers as the formulas have them. */
const PLAIN = { numbers: "standard", crosses: false } as const;

function fitted(spec: TaskSpec, train: Labelled, params: FitRequest["params"] = {}): Promise<Fitted> {
  return fitLearner(linear, { spec, train, select: NO_ROWS, params: { ...PLAIN, ...params } });
}

async function withModel<T>(made: Fitted, spec: TaskSpec, use: (model: OpenModel) => Promise<T>): Promise<T> {
  const model = await openModel(made.model, spec);
  return use(model).finally(() => model.release());
}

/** Equal to 4 digits after the point. */
function expectClose(values: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(values.length).toBe(expected.length);
  Array.from(values).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 4);
  });
}

describe("linear: the minimum, by independent formulas", () => {
  test("ridge regression is the solution of its normal equations", async () => {
    const l2 = 0.03;
    const numbers = { ...TABLE, columns: TABLE.columns.slice(0, 3) };
    const train = { ...VALUE_TRAIN, table: numbers };
    const made = await fitted(VALUE, train, { penalty: "l2", l2 });
    const z = standardised(numbers);
    const mean = train.truth.reduce((sum, value) => sum + value, 0) / ROWS;
    const average = (of: (row: number) => number) => z.reduce((sum, _, row) => sum + of(row), 0) / ROWS;
    const cell = (row: number, column: number) => z[row]?.[column] as number;
    const matrix = [0, 1, 2].map((i) =>
      [0, 1, 2].map((j) => average((row) => cell(row, i) * cell(row, j)) + (i === j ? l2 : 0)),
    );
    const right = [0, 1, 2].map((i) => average((row) => cell(row, i) * ((train.truth[row] as number) - mean)));
    const solution = solveLinear(matrix, right);
    const expected = z.map((row) => row.reduce((sum, value, i) => sum + value * (solution[i] as number), mean));
    expectClose(made.predict(numbers), expected);
  });

  test.each([
    ["binary", BINARY, BINARY_TRAIN],
    ["multiclass", THREE, THREE_TRAIN],
  ] as const)("%s with L2: the gradient is 0, over one-hot levels and intercepts too", async (_, spec, train) => {
    const l2 = 0.01;
    const made = await fitted(spec, train, { penalty: "l2", l2, min_count: 1 });
    const { weights, intercepts } = coefficientsOf(made.model);
    const slopes = gradientOf(spec, train, made.predict(train.table));
    slopes.weights.forEach((row, i) => {
      // a binary model has coefficients for its second class only
      const fittedSlopes = row
        .map((slope, k) => slope + l2 * (weights[i]?.[k] as number))
        .slice(spec === BINARY ? 1 : 0);
      expectClose(
        fittedSlopes,
        fittedSlopes.map(() => 0),
      );
    });
    expectClose(
      slopes.intercepts,
      slopes.intercepts.map(() => 0),
    );
    expect(intercepts).toHaveLength(spec.classes.length);
  });

  test.each([0.002, 0.02, 0.1])(
    "with L1 = %p: slopes are ±l1 where a coefficient is not 0, and within elsewhere",
    async (l1) => {
      const made = await fitted(BINARY, BINARY_TRAIN, { penalty: "l1", l1, min_count: 1 });
      const { weights } = coefficientsOf(made.model);
      const slopes = gradientOf(BINARY, BINARY_TRAIN, made.predict(TABLE));
      let zeros = 0;
      weights.forEach((row, i) => {
        const [weight, slope] = [row[1] as number, slopes.weights[i]?.[1] as number];
        if (weight === 0) expect(Math.abs(slope)).toBeLessThan(l1 + 1e-4);
        else expect(slope).toBeCloseTo(-Math.sign(weight) * l1, 4);
        if (weight === 0) zeros++;
      });
      expect(zeros).toBeGreaterThan(0);
    },
  );

  test("elastic: both penalties count", async () => {
    const [l1, l2] = [0.01, 0.05];
    const made = await fitted(BINARY, BINARY_TRAIN, { penalty: "elastic", l1, l2, min_count: 1 });
    const slopes = gradientOf(BINARY, BINARY_TRAIN, made.predict(TABLE));
    coefficientsOf(made.model).weights.forEach((row, i) => {
      const weight = row[1] as number;
      const slope = (slopes.weights[i]?.[1] as number) + l2 * weight;
      if (weight !== 0) expect(slope).toBeCloseTo(-Math.sign(weight) * l1, 4);
    });
  });

  test("more columns than whole matrices are used for: still the minimum", async () => {
    const rows = Array.from({ length: 1_200 }, (_, row) => row);
    const levels = (step: number) => rows.map((row) => `level ${Math.floor(row / step) % 60}`);
    const columns = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`levels ${at}`, levels(at + 1)]));
    const truth = noise(9, 1_200).map((value, row) => (value + ((row % 60) / 30 - 1) > 0 ? 1 : 0));
    const train = labelled(tableOf({ x: noise(4, 1_200), ...columns }), truth);
    const made = await fitted(BINARY, train, { penalty: "l2", l2: 0.01, min_count: 1 });
    const { weights } = coefficientsOf(made.model);
    const slopes = gradientOf(BINARY, train, made.predict(train.table));
    expect(weights).toHaveLength(601);
    const whole = weights.map((row, i) => (slopes.weights[i]?.[1] as number) + 0.01 * (row[1] as number));
    expectClose(
      whole,
      whole.map(() => 0),
    );
  });
});

describe("linear: weights", () => {
  test("a row of weight 2 counts as two rows", async () => {
    const weight = Array.from({ length: ROWS }, (_, row) => 1 + (row % 2));
    const twice = Array.from({ length: ROWS * 2 }, (_, row) => row % ROWS).filter(
      (row, at) => at < ROWS || row % 2 === 1,
    );
    const numbers = (name: string) => TABLE.columns.find((column) => column.name === name) as NumberColumn;
    const town = TABLE.columns[3] as LevelColumn;
    const repeated = tableOf({
      u: twice.map((row) => numbers("u").values[row] as number),
      v: twice.map((row) => numbers("v").values[row] as number),
      twin: twice.map((row) => numbers("twin").values[row] as number),
      town: twice.map((row) => town.levels[town.codes[row] as number] as string),
    });
    const answers = twice.map((row) => BINARY_TRAIN.truth[row] as number);
    const weighted = await fitted(BINARY, { ...BINARY_TRAIN, weight: Float64Array.from(weight) });
    const doubled = await fitted(BINARY, labelled(repeated, answers));
    const expected = doubled.predict(TABLE);
    expectClose(weighted.predict(TABLE), expected);
  });

  test("balanced: every class weighs the same, so the mean probability of each is its share", async () => {
    const rare = labelled(
      TABLE,
      SIGNAL.map((value) => (value > 1.5 ? 1 : 0)),
    );
    const made = await fitted(BINARY, rare, { penalty: "l2", l2: 1, class_weight: "balanced" });
    const probabilities = made.predict(TABLE);
    const share = (code: number) => {
      const rows = [...rare.truth.keys()].filter((row) => rare.truth[row] === code);
      return rows.reduce((sum, row) => sum + (probabilities[row * 2 + 1] as number), 0) / rows.length;
    };
    // the intercept's slope is 0: ½ · mean over yes of (p − 1) + ½ · mean over no of p = 0
    expect(share(1) + share(0)).toBeCloseTo(1, 4);
  });
});

describe("linear: columns", () => {
  const answers = Array.from({ length: 60 }, (_, row) => (row % 3 === 0 ? 1 : 0));
  const columns = {
    signal: answers.map((answer, row) => (row % 10 === 0 ? null : answer + row / 60)),
    flat: answers.map(() => 7),
    nothing: answers.map(() => null),
    only_missing_varies: answers.map((answer) => (answer === 1 ? null : 4)),
    "a level": answers.map((_, row) => (row < 3 ? `rare ${row}` : row % 5 === 0 ? null : `often ${row % 2}`)),
    "one level": answers.map(() => "same"),
  };

  async function inputsOf(train: Labelled): Promise<readonly string[]> {
    const made = await fitted(BINARY, train, { min_count: 5 });
    const { decodeModel } = await import("onnx-train");
    return decodeModel(made.model).graph.inputs.map((input) => input.name);
  }

  test("constant and empty columns are left out", async () => {
    const table = tableOf(columns);
    const text = { ...(table.columns[4] as LevelColumn), name: "review", type: "text" as const };
    const train = labelled({ ...table, columns: [...table.columns, text] }, answers);
    expect(await inputsOf(train)).toEqual(["signal", "only_missing_varies", "a level", "review"]);
  });

  test("rare levels share the unknown bucket with unseen ones; missing has its own, and is the empty string too", async () => {
    const made = await fitted(BINARY, labelled(tableOf(columns), answers), { min_count: 5 });
    const levels = ["rare 0", "never seen", "rare\0nul", "often 0", null, ""];
    const table = tableOf({ signal: levels.map(() => 1), only_missing_varies: levels.map(() => 4), "a level": levels });
    const [rare, unseen, nul, often, missing, empty] = made.predict(table).filter((_, i) => i % 2 === 1);
    expect(unseen).toBe(rare);
    expect(nul).toBe(rare);
    expect(empty).toBe(missing);
    expect(new Set([rare, often, missing]).size).toBe(3);
    await withModel(made, BINARY, async (model) => {
      expect(compareParity(BINARY, made.predict(table), await model.answer(table)).maxAbs).toBeLessThan(1e-7);
    });
  });

  test("a missing number counts through its indicator", async () => {
    const made = await fitted(BINARY, labelled(tableOf(columns), answers), { penalty: "l2", l2: 1e-4 });
    const table = tableOf({ signal: [0.5, 0.5], only_missing_varies: [4, null], "a level": ["often 0", "often 0"] });
    const [, present, , missing] = [...made.predict(table)];
    expect(Number(missing) - Number(present)).toBeGreaterThan(0.5);
  });

  test("columns may be called as the outputs and inner values are", async () => {
    const names = ["label", "probabilities", "prediction", "constant_0", "concat_0", "Größe ☃", "__proto__"];
    const cells = Object.fromEntries(names.map((name, i) => [name, noise(20 + i, 60)]));
    const train = labelled(tableOf(cells), answers);
    expect(train.table.columns.map((column) => column.name)).toEqual(names);
    const made = await fitted(BINARY, train);
    await withModel(made, BINARY, async (model) => {
      expect(compareParity(BINARY, made.predict(train.table), await model.answer(train.table)).maxAbs).toBeLessThan(
        1e-7,
      );
    });
  });
});

describe("linear: the fit", () => {
  test("gives the same bytes twice", async () => {
    const [first, second] = await Promise.all([fitted(THREE, THREE_TRAIN), fitted(THREE, THREE_TRAIN)]);
    expect(Buffer.from(first.model).equals(Buffer.from(second.model))).toBe(true);
  });

  test("reports the loss on the select side and counts its work", async () => {
    const select = rowsWhere(VALUE_TRAIN, (row) => row % 3 === 0);
    const rmseOf = (prediction: Float64Array) =>
      Math.sqrt(
        prediction.reduce((sum, value, row) => sum + (value - (select.truth[row] as number)) ** 2, 0) /
          prediction.length,
      );
    const context = recording(rmseOf);
    const request = { spec: VALUE, train: VALUE_TRAIN, select, params: { penalty: "l1", l1: 0.01 }, seed: 1 };
    const made = await learnerOf(linear).fit(request, context);
    const losses = context.record.reports.map(([, loss]) => loss);
    expect(losses).toContainEqual(expect.closeTo(rmseOf(made.predict(select.table)), 6));
    expect(context.record.work).toBeGreaterThan(ROWS * 4);
  });

  test("ends early, with the best coefficients, where the select side gets worse", async () => {
    const table = tableOf(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x${i}`, noise(100 + i, 60)])));
    const all = labelled(
      table,
      noise(99, 60).map((value) => (value > 0 ? 1 : 0)),
    );
    const [train, select] = [rowsWhere(all, (row) => row < 45), rowsWhere(all, (row) => row >= 45)];
    const logLossOf = (prediction: Float64Array) =>
      [...select.truth.keys()].reduce(
        (sum, row) => sum - Math.log(prediction[row * 2 + (select.truth[row] as number)] as number),
        0,
      ) / select.truth.length;
    const context = recording(logLossOf);
    const params = { penalty: "l2", l2: 1e-6 };
    const made = await learnerOf(linear).fit({ spec: BINARY, train, select, params, seed: 1 }, context);
    const losses = context.record.reports.map(([, loss]) => loss);
    expect(losses.at(-1)).toBeGreaterThan(Math.min(...losses));
    expect(logLossOf(made.predict(select.table))).toBeCloseTo(Math.min(...losses), 6);
  });

  test("what it settled on repeats it without a select side", async () => {
    const [train, select] = [rowsWhere(THREE_TRAIN, (row) => row < 60), rowsWhere(THREE_TRAIN, (row) => row >= 60)];
    const params = { penalty: "l2", l2: 1e-6 };
    const made = await fitLearner(linear, { spec: THREE, train, select, params });
    const again = await fitLearner(linear, {
      spec: THREE,
      train,
      select: NO_ROWS,
      params: { ...params, ...made.settled },
    });
    expect(made.settled).toEqual({ steps: expect.any(Number) });
    expect(Buffer.from(again.model).equals(Buffer.from(made.model))).toBe(true);
  });

  test("words are features, the same ones in the graph", async () => {
    const notes = Array.from({ length: 60 }, (_, row) => (row % 3 === 0 ? `bad fish ${row}` : `good fish ${row}`));
    const note = { ...(tableOf({ note: notes }).columns[0] as LevelColumn), type: "text" as const };
    const train = labelled(
      { rows: 60, columns: [note] },
      notes.map((_, row) => (row % 3 === 0 ? 1 : 0)),
    );
    const made = await fitted(BINARY, train);
    expect(made.predict(train.table)[1]).toBeGreaterThan(0.9);
    const probe = probeTable(train.table, { seed: 9 });
    await withModel(made, BINARY, async (model) => {
      expect(compareParity(BINARY, made.predict(probe), await model.answer(probe)).maxAbs).toBeLessThan(1e-6);
    });
  });

  test("a report that throws ends the fit with just that error", async () => {
    const stop = new Error("pruned");
    const context = { ...recording(), report: () => Promise.reject(stop) };
    const request = { spec: BINARY, train: BINARY_TRAIN, select: BINARY_TRAIN, params: {}, seed: 1 };
    await expect(learnerOf(linear).fit(request, context)).rejects.toBe(stop);
  });

  test.each([
    ["no_rows", NO_ROWS],
    ["no_rows", { ...BINARY_TRAIN, weight: new Float64Array(ROWS) }],
    ["one_class", { ...BINARY_TRAIN, truth: new Float64Array(ROWS) }],
    ["one_class", { ...BINARY_TRAIN, weight: BINARY_TRAIN.truth }],
    ["target_not_finite", { ...BINARY_TRAIN, truth: new Float64Array(ROWS).fill(Number.NaN) }],
    ["no_features", labelled(tableOf({ flat: [1, 1] }), [0, 1])],
  ])("%s is a labelled failure", async (label, train) => {
    await expect(fitted(BINARY, train)).rejects.toMatchObject({ name: "LearnerFailure", label });
  });

  test("a constant target is predicted as it is", async () => {
    const made = await fitted(VALUE, { ...VALUE_TRAIN, truth: new Float64Array(ROWS).fill(42) });
    expect(made.predict(TABLE).every((value) => Math.abs(value - 42) < 1e-9)).toBe(true);
  });

  test("a class without rows gets a probability near 0", async () => {
    const made = await fitted(THREE, { ...THREE_TRAIN, truth: BINARY_TRAIN.truth });
    expect(
      made
        .predict(TABLE)
        .filter((_, i) => i % 3 === 2)
        .every((value) => value < 1e-3),
    ).toBe(true);
  });

  test("asks for the columns it was trained with", async () => {
    const made = await fitted(BINARY, BINARY_TRAIN);
    expect(() => made.predict(tableOf({ u: [1] }))).toThrow('the model needs column "v" as it was in training');
  });
});

describe("linear: real tables", () => {
  function areaUnderRoc(truth: Float64Array, scores: readonly number[]): number {
    const [yes, no] = [1, 0].map((code) => scores.filter((_, row) => truth[row] === code)) as [number[], number[]];
    const wins = yes.map((own) => no.reduce((sum, other) => sum + (own > other ? 1 : own === other ? 0.5 : 0), 0));
    return wins.reduce((sum, count) => sum + count, 0) / (yes.length * no.length);
  }

  test.each([
    ["churn.csv", "churn", 0.85],
    ["attrition.csv", "Attrition", 0.84],
  ])("%s: area under the ROC curve, and parity on 1,000 probe rows", async (file, target, least) => {
    const { spec, all } = example(file, target);
    const [train, select] = [rowsWhere(all, (row) => row % 5 !== 0), rowsWhere(all, (row) => row % 5 === 0)];
    const made = await fitLearner(linear, { spec, train, select, params: { penalty: "l2", l2: 1e-3 } });
    await withModel(made, spec, async (model) => {
      const prediction = await model.predict(select.table);
      expect(
        areaUnderRoc(
          select.truth,
          [...prediction].filter((_, i) => i % 2 === 1),
        ),
      ).toBeGreaterThan(least);
      const probe = probeTable(select.table, { seed: 11 });
      const parity = compareParity(spec, made.predict(probe), await model.answer(probe));
      expect(parity).toMatchObject({ rows: 1_000, labelAgreement: 1 });
      expect(parity.maxAbs).toBeLessThan(1e-7);
    });
  });

  test("concrete: almost no penalty is ordinary least squares", async () => {
    const { spec, all } = example("concrete.csv", "compressive_strength");
    const made = await fitLearner(linear, { spec, train: all, params: { ...PLAIN, penalty: "l2", l2: 1e-6 } });
    const rmse = (values: ArrayLike<number>) =>
      Math.sqrt(
        all.truth.reduce((sum, answer, row) => sum + (answer - (values[row] as number)) ** 2, 0) / all.truth.length,
      );
    const z = standardised(all.table).map((row) => [...row, 1]);
    const size = z[0]?.length as number;
    const sum = (of: (row: number) => number) => z.reduce((total, _, row) => total + of(row), 0);
    const at = (row: number, column: number) => z[row]?.[column] as number;
    const places = Array.from({ length: size }, (_, i) => i);
    const matrix = places.map((i) => places.map((j) => sum((row) => at(row, i) * at(row, j))));
    const solution = solveLinear(
      matrix,
      places.map((i) => sum((row) => at(row, i) * (all.truth[row] as number))),
    );
    const ordinary = rmse(z.map((row) => row.reduce((total, value, i) => total + value * (solution[i] as number), 0)));
    await withModel(made, spec, async (model) => {
      expect(rmse(await model.predict(all.table))).toBeCloseTo(ordinary, 4);
      const probe = probeTable(all.table, { seed: 12 });
      expect(compareParity(spec, made.predict(probe), await model.answer(probe)).maxAbs).toBeLessThan(1e-6);
    });
  });
});
