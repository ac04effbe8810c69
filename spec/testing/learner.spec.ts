import { expect, it } from "@jest/globals";
import type { GraphBuilder, Value } from "onnx-train";
import type { FitContext, FitRequest, Fitted, Learner, Table } from "../../core/plugin/index.js";
import { assertConforms, checkLearner } from "../../core/testing/conformance.js";
import { clipped, Toy } from "./toy.js";

it("has nothing to say of a learner that keeps its contract", async () => {
  expect(await checkLearner(new Toy())).toEqual([]);
});

/** What `fit` gives, with something done to it. */
function then(change: (fitted: Fitted, request: FitRequest) => Partial<Fitted>): Learner {
  return new (class extends Toy {
    override async fit(request: FitRequest, context: FitContext): Promise<Fitted> {
      const fitted = await super.fit(request, context);
      return { ...fitted, ...change(fitted, request) };
    }
  })();
}

function telling(tell: (context: FitContext) => Promise<void>): Learner {
  return new (class extends Toy {
    override tell = tell;
  })();
}

function cells(change: (graph: GraphBuilder, raw: Value, kept: Value) => Value): Learner {
  return new (class extends Toy {
    override cells(graph: GraphBuilder, raw: Value): Value {
      return change(graph, raw, super.cells(graph, raw));
    }
  })();
}

function amounts(read: (table: Table) => number[]): Learner {
  return new (class extends Toy {
    override amounts = read;
  })();
}

let calls = 0;

const WRONG: Readonly<Record<string, readonly [rule: string, learner: Learner]>> = {
  "a space that can't be drawn from": [
    "space",
    Object.assign(new Toy(), { space: () => ({ a: { type: "int", low: 2, high: 1 } }) }),
  ],
  "a space that changes": [
    "space",
    Object.assign(new Toy(), { space: () => ({ a: { type: "int", low: 0, high: calls++ } }) }),
  ],
  "an error without a label": [
    "fits",
    Object.assign(new Toy(), { fit: () => Promise.reject(new TypeError("x is undefined")) }),
  ],
  "a write to the training data": [
    "input_untouched",
    then((_, { train }) => {
      const [column] = train.table.columns;
      if (column !== undefined && "values" in column) column.values[0] = 0.125;
      return {};
    }),
  ],
  "a write to the answers": [
    "input_untouched",
    then((_, { select }) => {
      select.truth[1] = 1 - (select.truth[1] ?? 0);
      return {};
    }),
  ],
  "a write to the table that is predicted": [
    "input_untouched",
    amounts(({ columns: [column] }) => {
      if (column === undefined || !("values" in column)) return [];
      column.values.forEach((value, row) => {
        column.values[row] = clipped(value);
      });
      return Array.from(column.values);
    }),
  ],
  "bytes that are no model": ["model_contract", then(() => ({ model: Uint8Array.of(1, 2, 3) }))],
  "a model for another target": [
    "model_contract",
    Object.assign(new Toy(), {
      fit: (request: FitRequest, context: FitContext) =>
        new Toy().fit({ ...request, spec: { ...request.spec, classes: ["yes", "no"] } }, context),
    }),
  ],
  "too few predictions": [
    "predict_contract",
    then(({ predict }) => ({ predict: (table) => predict(table).subarray(1) })),
  ],
  "columns taken by their place": [
    "columns_by_name",
    amounts(({ columns: [column] }) =>
      column !== undefined && "values" in column ? Array.from(column.values, clipped) : [],
    ),
  ],
  "levels taken by their code": [
    "levels_by_name",
    then(({ predict }) => ({
      predict: (table) => {
        const colour = table.columns.find(({ name }) => name === "colour");
        const first = colour !== undefined && "codes" in colour ? (colour.codes[0] ?? 0) : 0;
        return predict(table).map((value, at) => (at < 2 ? ([0.5, first / 10][at] ?? value) : value));
      },
    })),
  ],
  "predictions that depend on the batch": [
    "rows_alone",
    cells((graph, _, kept) => graph.sub(kept, graph.op("ReduceMean", [kept], { axes: [0], keepdims: 1 }))),
  ],
  "missing cells that stay missing": ["hard_cells", cells((_, raw) => raw)],
  "a trainer that predicts something else": [
    "parity",
    then(({ predict }) => ({ predict: (table) => predict(table).map((value) => 0.999 * value + 0.0005) })),
  ],
  "a trainer that leaves missing cells out": [
    "parity",
    amounts(({ columns }) => {
      const column = columns.find(({ name }) => name === "amount");
      return column !== undefined && "values" in column
        ? Array.from(column.values, (value) => (Number.isNaN(value) ? 1 : clipped(value)))
        : [];
    }),
  ],
  "a base that the trainer knows of and the model doesn't": [
    "continues",
    Object.assign(
      then(({ predict }) => ({ predict: (table, base) => base?.map((value) => 1 - value) ?? predict(table) })),
      { continues: true },
    ),
  ],
  "another model each time": [
    "same_seed_same_bytes",
    Object.assign(new Toy(), {
      fit: (request: FitRequest, context: FitContext) =>
        new Toy().fit({ ...request, params: { steepness: 0.5 + (calls++ % 10) / 10 } }, context),
    }),
  ],
  "no chance to cancel it": ["yields", telling(async (context) => context.work(1))],
  "a loss that is no number": [
    "reports",
    telling(async (context) => {
      context.work(1);
      await context.report(0, Number.NaN);
    }),
  ],
  "steps that go back": [
    "reports",
    telling(async (context) => {
      context.work(1);
      await context.report(5, 1);
      await context.report(4, 1);
    }),
  ],
  "work that is not counted": ["work_counted", telling((context) => context.pause())],
  "a cancel that is caught": [
    "stops",
    telling(async (context) => {
      context.work(1);
      await context.pause().catch(() => undefined);
    }),
  ],
  "a model made of no rows": [
    "no_rows",
    Object.assign(new Toy(), {
      fit: (request: FitRequest, context: FitContext) =>
        new Toy().fit(request.train.table.rows === 0 ? { ...request, train: request.select } : request, context),
    }),
  ],
  "an error without a label for one class": [
    "odd_tables",
    then((fitted, { train }) => {
      if (train.truth.every((answer) => answer === 0)) throw new RangeError("no positives");
      return fitted;
    }),
  ],
};

it.each(Object.entries(WRONG))("finds %s, and nothing else", async (_, [rule, learner]) => {
  const findings = await checkLearner(learner);
  expect(findings.map((finding) => finding.rule)).toEqual([rule]);
  expect(findings[0]).toMatchObject({ subject: "learner toy (binary)", mend: expect.stringMatching(/\.$/) });
});

const [, uncancellable] = WRONG["no chance to cancel it"] ?? [];

it("passes over a rule that is skipped with a reason, and names a skip that nothing needs", async () => {
  const skip = { yields: "done in a microsecond" };
  expect(await checkLearner(uncancellable as Learner, { skip })).toEqual([]);
  expect(await checkLearner(new Toy(), { skip })).toMatchObject([{ subject: "learner toy", rule: "skips" }]);
});

it("throws all findings as one error for a test runner, and nothing where there are none", async () => {
  const findings = await checkLearner(uncancellable as Learner);
  expect(() => assertConforms(findings)).toThrow(
    "The plugin breaks 1 rules of its contract:\n- learner toy (binary), yields: expected a call of report or pause, found none. ",
  );
  expect(() => assertConforms([])).not.toThrow();
});
