import { readFileSync } from "node:fs";
import { decodeModel } from "onnx-train";
import { compareParity, probeTable } from "../../../../core/evaluator/parity.js";
import { openModel } from "../../../../core/evaluator/scoring.js";
import {
  type FitRequest,
  type Fitted,
  type Labelled,
  type LevelColumn,
  stoppingLoss,
  type Table,
  type TaskSpec,
} from "../../../../core/plugin/index.js";
import { Boosting } from "../../../../plugins/learners/gbdt/boosting.js";
import gbdt from "../../../../plugins/learners/gbdt/gbdt.js";
import { fitMaking } from "../../../../plugins/learners/gbdt/making.js";
import { predict } from "../../../../plugins/learners/gbdt/model.js";
import { settingsOf } from "../../../../plugins/learners/gbdt/settings.js";
import { fitLearner, learnerOf, recording } from "../../../support/fitting.js";
import { type Cells, columnOf, example, labelled, rowsWhere, tableOf } from "../../../support/tables.js";

const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const THREE: TaskSpec = { task: "multiclass", target: "y", classes: ["a", "b", "c"] };
const VALUE: TaskSpec = { task: "regression", target: "y", classes: [] };

interface Stored {
  readonly columns: Readonly<Record<string, (number | null)[]>>;
  readonly cases: readonly {
    readonly name: string;
    readonly truth: readonly number[];
    readonly params: {
      readonly learning_rate: number;
      readonly l2: number;
      readonly l1?: number;
      readonly rounds: number;
    };
    readonly margin: readonly number[];
  }[];
}

describe("beside xgboost 1.7.4 (exact trees of depth 3, stored)", () => {
  const { columns, cases } = JSON.parse(
    readFileSync(new URL("../../../fixtures/gbdt/xgboost.json", import.meta.url), "utf8"),
  ) as Stored;
  const table = tableOf(columns);

  test.each(cases)("$name: the same scores", async ({ name, truth, params: { rounds, ...params }, margin }) => {
    const spec = name === "regression" ? VALUE : BINARY;
    const settings = { ...settingsOf({ ...params, min_child_rows: 1 }), depth: 3, leaves: 8, growth: "level" } as const;
    const boosting = new Boosting(spec, labelled(table, truth), settings, 1);
    for (let round = 0; round < rounds; round++) await boosting.round(async () => {});
    const { features, trees, start, answers, loss } = boosting;
    const making = fitMaking(spec, labelled(table, truth), { seed: 1, crosses: false, apart: [] });
    const made = predict(
      {
        spec,
        loss,
        making,
        features,
        trees,
        averaged: false,
        base: null,
        start,
        mean: answers.mean,
        scale: answers.scale,
      },
      table,
    );
    margin.forEach((score, row) => {
      const expected = spec === VALUE ? score : 1 / (1 + Math.exp(-score));
      expect(made[spec === VALUE ? row : 2 * row + 1]).toBeCloseTo(expected, 4);
    });
  });
});

/** Log loss, or root mean squared error. */
function lossOf(spec: TaskSpec, truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  const width = spec.classes.length;
  const of = (row: number, answer: number) =>
    width === 0 ? (answer - (prediction[row] as number)) ** 2 : -Math.log(prediction[row * width + answer] as number);
  const mean = Array.from(truth, (answer, row) => of(row, answer)).reduce((sum, loss) => sum + loss, 0) / truth.length;
  return width === 0 ? Math.sqrt(mean) : mean;
}

describe("on real tables", () => {
  // half of what the share of each class, or the mean, would cost, and a little more
  test.each([
    ["churn.csv", "churn", 0.23],
    ["attrition.csv", "Attrition", 0.4],
    ["concrete.csv", "compressive_strength", 6.5],
  ] as const)("%s: it predicts unseen rows, and the graph says what predict says", async (file, target, most) => {
    const { spec, all } = example(file, target);
    const [train, select] = [rowsWhere(all, (row) => row % 4 !== 0), rowsWhere(all, (row) => row % 4 === 0)];
    const params = { learning_rate: 0.2, max_leaves: 10, row_sample: 0.8, column_sample: 0.7 };
    const context = recording((prediction) => lossOf(spec, select.truth, prediction));
    const made = await learnerOf(gbdt).fit({ spec, train, select, params, seed: 1 }, context);
    const model = await openModel(made.model, spec);
    expect(lossOf(spec, select.truth, await model.predict(select.table))).toBeLessThan(most);
    const probe = probeTable(all.table, { seed: 11 });
    const parity = compareParity(spec, made.predict(probe), await model.answer(probe));
    expect(parity).toMatchObject({ rows: 1_000, labelAgreement: 1 });
    expect(parity.maxAbs).toBeLessThan(1e-6);
    await model.release();
  });
});

describe("what is learned", () => {
  const rows = 400;
  const cells = <T>(of: (row: number) => T) => Array.from({ length: rows }, (_, row) => of(row));

  function fitted(spec: TaskSpec, train: Labelled, params: FitRequest["params"] = {}): Promise<Fitted> {
    return fitLearner(gbdt, { spec, train, params, select: rowsWhere(train, () => false) });
  }

  test("the direction of missing values, also where only they tell", async () => {
    const columns: Record<string, Cells> = { gaps: cells((row) => (row % 4 === 0 ? null : 7)) };
    const made = await fitted(
      BINARY,
      labelled(
        tableOf(columns),
        cells((row) => (row % 4 === 0 ? 1 : 0)),
      ),
    );
    const [, seven, , missing] = made.predict(tableOf({ gaps: [7, null] }));
    expect(seven).toBeLessThan(0.05);
    expect(missing).toBeGreaterThan(0.95);
  });

  test("sets of levels that no order of their names makes", async () => {
    const level = (row: number) => `level ${String(row % 40).padStart(2, "0")}`;
    const answer = (row: number) => ((row % 40) % 3 === 0 ? 5 : 1);
    const made = await fitted(VALUE, labelled(tableOf({ level: cells(level) }), cells(answer)), { level_smoothing: 1 });
    const prediction = made.predict(tableOf({ level: cells(level) }));
    prediction.forEach((value, row) => {
      expect(Math.abs(value - answer(row))).toBeLessThan(0.2);
    });
  });

  test("what comes round again in dates, on days that training never saw", async () => {
    const date = (days: number[]): Table => ({
      rows: days.length,
      columns: [{ name: "day", type: "date", values: Float32Array.from(days) }],
    });
    const isSunday = (day: number) => new Date(day * 86_400_000).getUTCDay() === 0;
    const days = cells((row) => 18_000 + row);
    const train = labelled(
      date(days),
      days.map((day) => (isSunday(day) ? 5 : 1)),
    );
    const made = await fitted(VALUE, train);
    const later = Array.from({ length: 60 }, (_, at) => 20_000 + at);
    made.predict(date(later)).forEach((value, at) => {
      expect(Math.abs(value - (isSunday(later[at] as number) ? 5 : 1))).toBeLessThan(0.2);
    });
    const open = await openModel(made.model, VALUE);
    const asked = date([...later, Number.NaN, -1e9, 1e9, 3e38]);
    const own = made.predict(asked);
    (await open.predict(asked)).forEach((value, row) => {
      expect(value).toBeCloseTo(own[row] as number, 5);
    });
    await open.release();
  });

  describe("what two columns come to", () => {
    const hash = (row: number, salt: number) => ((Math.sin(row * 12.9898 + salt * 78.233) * 43758.5453) % 1) * 10;
    const columns = { left: cells((row) => hash(row, 1)), right: cells((row) => hash(row, 2)) };
    const answers = cells((row) => ((columns.left[row] as number) + (columns.right[row] as number) > 0 ? 1 : 0));
    const train = labelled(tableOf(columns), answers);
    const params = { max_leaves: 2, rounds: 60, learning_rate: 0.3, min_child_rows: 1 };

    test("is learned by stumps where columns are crossed", async () => {
      const [plain, crossed] = await Promise.all(
        [false, true].map((crosses) => fitted(BINARY, train, { ...params, crosses })),
      );
      const loss = (made: Fitted) => lossOf(BINARY, answers, made.predict(train.table));
      expect(loss(crossed as Fitted)).toBeLessThan(loss(plain as Fitted) / 3);
      const open = await openModel((crossed as Fitted).model, BINARY);
      const probe = probeTable(train.table, { seed: 3 });
      const parity = compareParity(BINARY, (crossed as Fitted).predict(probe), await open.answer(probe));
      expect(parity).toMatchObject({ rows: 1_000, labelAgreement: 1 });
      expect(parity.maxAbs).toBeLessThan(1e-6);
      await open.release();
    });

    test("is left out for columns that predictions rise with", async () => {
      const made = await fitted(BINARY, train, { ...params, crosses: true, monotone: "+left" });
      const rising = Array.from({ length: 50 }, (_, at) => at / 2.5 - 10);
      for (const right of [-8, -1, 3, 9]) {
        const asked = tableOf({ left: rising, right: rising.map(() => right) });
        const yes = made.predict(asked).filter((_, at) => at % 2 === 1);
        expect(yes.every((value, at) => at === 0 || value >= (yes[at - 1] as number))).toBe(true);
      }
    });
  });

  test("words of texts, and the order of levels on a scale", async () => {
    const words = ["good", "bad", "plain", "odd", "slow"];
    const texts = cells((row) => `it was ${words[row % 5]} as ${words[(row * 3) % 5]} no ${row}`);
    const sizes = ["tiny", "small", "medium", "large", "huge", "giant"];
    const of = (texts: string[], codes: number[]): Table => ({
      rows: texts.length,
      columns: [
        { ...(columnOf("review", texts) as LevelColumn), type: "text" },
        { name: "size", type: "categorical", ordered: true, codes: Int32Array.from(codes), levels: sizes },
      ],
    });
    const answer = (row: number) => (row % 5 === 0 ? 3 : 0) + (row % 6 > 2 ? 10 : 0);
    const made = await fitted(
      VALUE,
      labelled(
        of(
          texts,
          cells((row) => row % 6),
        ),
        cells(answer),
      ),
    );
    const asked = of(["it was good", "bad, very bad", "", "\u{1F600} unknown"], [0, 5, 3, -1]);
    const own = made.predict(asked);
    [3, 10, 10].forEach((value, row) => {
      expect(Math.abs((own[row] as number) - value)).toBeLessThan(1);
    });
    const open = await openModel(made.model, VALUE);
    (await open.predict(asked)).forEach((value, row) => {
      expect(value).toBeCloseTo(own[row] as number, 5);
    });
    await open.release();
  });

  test("as many rounds as early stopping settled on, where there are no select rows", async () => {
    const { spec, all } = example("concrete.csv", "compressive_strength");
    const [train, select] = [rowsWhere(all, (row) => row % 4 !== 0), rowsWhere(all, (row) => row % 4 === 0)];
    const params = { learning_rate: 0.3, max_leaves: 4 };
    const first = await fitLearner(gbdt, { spec, train, params, select });
    const settled = first.settled ?? {};
    expect(settled.rounds).toBeGreaterThan(10);
    const again = await fitted(spec, train, { ...params, ...settled });
    expect(Buffer.from(again.model).equals(Buffer.from(first.model))).toBe(true);
    const fewer = await fitted(spec, train, { ...params, rounds: 10 });
    expect(fewer.model.length).toBeLessThan(first.model.length);
  });

  test("a row of weight 2 counts as two rows", async () => {
    const x = cells((row) => (row * 13) % 50);
    const truth = cells((row) => (Math.sin((row * 13) % 50) + Math.sin(row) > 0 ? 1 : 0));
    const weight = cells((row) => 1 + (row % 2));
    const twice = [...x.keys(), ...[...x.keys()].filter((row) => row % 2 === 1)];
    const params = { min_child_rows: 1, max_leaves: 4, l2: 0.01 };
    const once = await fitted(BINARY, labelled(tableOf({ x }), truth, weight), params);
    const repeated = tableOf({ x: twice.map((row) => x[row] as number) });
    const double = await fitted(
      BINARY,
      labelled(
        repeated,
        twice.map((row) => truth[row] as number),
      ),
      params,
    );
    const [a, b] = [once.predict(tableOf({ x })), double.predict(tableOf({ x }))];
    a.forEach((value, at) => {
      expect(Math.abs(value - (b[at] as number))).toBeLessThan(0.02);
    });
  });

  test("balanced: the mean probability of each class is its share of equal weights", async () => {
    const x = cells((row) => Math.sin(row * 5));
    const train = labelled(
      tableOf({ x }),
      cells((row) => (row % 10 === 0 ? 1 : 0)),
    );
    const made = await fitted(BINARY, train, { class_weight: "balanced", l2: 0.01 });
    const probabilities = made.predict(train.table);
    const mean = (code: number) => {
      const own = [...train.truth.keys()].filter((row) => train.truth[row] === code);
      return own.reduce((sum, row) => sum + (probabilities[2 * row + 1] as number), 0) / own.length;
    };
    expect(mean(0) + mean(1)).toBeCloseTo(1, 1);
  });

  test("columns that no tree asks for are no inputs of the graph", async () => {
    const table = tableOf({ x: cells((row) => row), flat: cells(() => 1), noise: cells((row) => (row * 7919) % 3) });
    const made = await fitted(
      VALUE,
      labelled(
        table,
        cells((row) => (row < 200 ? 0 : 1)),
      ),
      { max_leaves: 2 },
    );
    expect(decodeModel(made.model).graph.inputs.map(({ name }) => name)).toEqual(["x"]);
  });

  test("an answer that nothing tells is a constant", async () => {
    const made = await fitted(
      VALUE,
      labelled(
        tableOf({ x: cells((row) => row % 2) }),
        cells(() => 3),
      ),
    );
    const model = await openModel(made.model, VALUE);
    expect([...(await model.predict(tableOf({ x: [0, 1, null] })))]).toEqual([3, 3, 3]);
    await model.release();
  });
});

describe("early stopping", () => {
  const table = tableOf({ x: Array.from({ length: 200 }, (_, row) => row) });
  const train = labelled(
    table,
    Array.from({ length: 200 }, (_, row) => Math.floor(row / 70)),
  );
  const request = { spec: THREE, train, select: train, params: { learning_rate: 0.15 }, seed: 1 };

  test("of classes keeps the rounds of the least log loss, whatever the recipe's metric is", async () => {
    const cells = (of: (row: number) => number) => Array.from({ length: 300 }, (_, row) => of(row));
    const noisy = cells((row) => (Math.sin(row * 0.3) + 1.5 * Math.sin(row * 91.7) > 0 ? 1 : 0));
    const all = labelled(tableOf({ x: cells((row) => row) }), noisy);
    const [rest, held] = [rowsWhere(all, (row) => row % 3 !== 0), rowsWhere(all, (row) => row % 3 === 0)];
    const context = recording(() => -1); // a metric for which one round is as good as another
    const params = { learning_rate: 0.1, max_leaves: 8, min_child_rows: 1 };
    const made = await learnerOf(gbdt).fit({ spec: BINARY, train: rest, select: held, params, seed: 1 }, context);
    const lossAfter = async (rounds: number) => {
      const none = rowsWhere(all, () => false);
      const blind = { spec: BINARY, train: rest, select: none, params: { ...params, rounds }, seed: 1 };
      const fit = await learnerOf(gbdt).fit(
        blind,
        recording(() => -1),
      );
      return stoppingLoss(BINARY, held, false)(fit.predict(held.table), -1);
    };
    const best = Number(made.settled?.rounds);
    const losses = new Map<number, number>();
    for (const [step] of context.record.reports) losses.set(step, await lossAfter(step));
    expect(best).toBe([...losses].sort(([, a], [, b]) => a - b)[0]?.[0]);
    expect(context.record.reports.at(-1)?.[0]).toBeGreaterThan(best);
  });

  test("of values keeps the rounds of the least loss by the recipe's metric, and ends when none better comes", async () => {
    const losses = [5, 4, 3, 4, 5, 6, 7];
    let asked = 0;
    const context = recording(() => losses[Math.min(asked++, 6)] as number);
    const made = await learnerOf(gbdt).fit({ ...request, spec: VALUE }, context);
    const { reports } = context.record;
    expect(reports.map(([step]) => step)).toEqual([10, 20, 30, 40, 50]);
    const node = decodeModel(made.model).graph.nodes.find(({ opType }) => opType === "TreeEnsembleRegressor");
    const ids = node?.attributes.nodes_treeids;
    expect(ids?.kind === "ints" && Number(ids.value.at(-1))).toBe(29);
  });

  test("a metric that is not a number is a labelled failure", async () => {
    const context = recording(() => Number.NaN);
    await expect(learnerOf(gbdt).fit(request, context)).rejects.toMatchObject({ label: "no_loss" });
  });
});
