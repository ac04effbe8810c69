/** What a learner's `space` and `fit` must do. */
import { validateSpace } from "hyperparameter-js";
import { openModel } from "../evaluator/scoring.js";
import { canonicalJson } from "../json.js";
import { type Labelled, LearnerFailure, type Table } from "../plugin/index.js";
import { type Attempt, type Exam, endedWell, gaveModel } from "./exam.js";
import { exampleOf, withRows } from "./examples.js";
import { errorText, expectThat, firstOf, type Rule, type Violation } from "./finding.js";
import { Recorder, Stop } from "./recorder.js";

export const SPACE_RULES: readonly Rule<Exam>[] = [
  {
    name: "space",
    mend: "space() describes each parameter as hyperparameter-js has it, by the task alone.",
    check({ learner, example }) {
      const first = learner.space(example.spec);
      validateSpace(first);
      const [once, twice] = [canonicalJson(first), canonicalJson(learner.space(example.spec))];
      return expectThat(once === twice, `the same space each time, ${once}`, () => twice);
    },
  },
];

export const FIT_RULES: readonly Rule<Exam>[] = [
  {
    name: "fits",
    mend: "Columns may be of any type, with missing cells; where no model can be made throw LearnerFailure, and nothing else.",
    async check(exam) {
      const attempts = await exam.attempts();
      const bad = attempts.find((attempt) => !endedWell(attempt));
      if (bad !== undefined) return { expected: "a model or a LearnerFailure", found: ended(bad) };
      return expectThat(attempts.some(gaveModel), "a model for some point of the space", () =>
        attempts.map(ended).join("; "),
      );
    },
  },
];

function ended({ params, result }: Attempt): string {
  return `${"thrown" in result ? errorText(result.thrown) : "a model"} for ${JSON.stringify(params)}`;
}

export const INPUT_RULES: readonly Rule<Exam>[] = [
  {
    name: "input_untouched",
    mend: "Copy what you want to change: in a worker all trials share these arrays.",
    async check(exam) {
      const { result } = await exam.lightest();
      result.predict(exam.example.select.table);
      const { train, select } = exampleOf(exam.task);
      return changed("training side", train, exam.example.train) ?? changed("select side", select, exam.example.select);
    },
  },
];

function changed(side: string, before: Labelled, after: Labelled): Violation | null {
  const cells = before.table.columns.map((column, at) => ({
    what: `column ${column.name} of the ${side}`,
    same: sameBytes(cellsOf(before.table, at), cellsOf(after.table, at)),
  }));
  const truth = { what: `truth of the ${side}`, same: sameBytes(before.truth, after.truth) };
  const written = [...cells, truth].find(({ same }) => !same);
  return written === undefined ? null : { expected: `the ${written.what} as it was`, found: "other values in it" };
}

function cellsOf({ columns }: Table, at: number): ArrayBufferView | undefined {
  const column = columns[at];
  return column && ("values" in column ? column.values : column.codes);
}

function sameBytes(a: ArrayBufferView | undefined, b: ArrayBufferView | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** How a fit ends: again alike, early, with odd data, and with its work counted. */
export const ENDING_RULES: readonly Rule<Exam>[] = [
  {
    name: "same_seed_same_bytes",
    mend: "Draw all randomness from the request's seed (createRng of hyperparameter-js), and use no clock and no Math.random.",
    async check(exam) {
      const { result } = await exam.lightest();
      const again = await exam.fit({ ...exampleOf(exam.task) });
      const same = sameBytes(result.model, again.model);
      return expectThat(same, "the same bytes from the same data, parameters and seed", () => "other bytes");
    },
  },
  {
    name: "yields",
    mend: "Await context.report(step, context.loss(prediction)) or context.pause() between chunks of work, once a fit at least: nothing else lets a trial be cancelled.",
    async check(exam) {
      const { recorder } = await exam.lightest();
      return expectThat(recorder.yields > 0, "a call of report or pause", () => "none");
    },
  },
  {
    name: "reports",
    mend: "Steps are whole numbers that grow; the loss is finite, or the fit throws LearnerFailure.",
    async check(exam) {
      const { reports } = (await exam.lightest()).recorder;
      const bad = reports.find(({ step, loss }, at) => {
        const before = reports[at - 1]?.step ?? -1;
        return !(Number.isSafeInteger(step) && step > before && Number.isFinite(loss));
      });
      const expected = "steps that grow from 0 or more, each with a finite loss";
      return expectThat(bad === undefined, expected, () => `step ${bad?.step} with loss ${bad?.loss}`);
    },
  },
  {
    name: "work_counted",
    mend: "Tell context.work the multiply-adds of each chunk: budgets are in this unit, never in seconds.",
    async check(exam) {
      const { counted } = (await exam.lightest()).recorder;
      const sound = counted.length > 0 && counted.every((units) => Number.isFinite(units) && units >= 0);
      return expectThat(sound, "counts that are finite and not below 0", () =>
        counted.length === 0 ? "none" : counted.join(", "),
      );
    },
  },
  {
    name: "stops",
    mend: "Let what report and pause throw pass: no catch around them, or throw it on.",
    async check(exam) {
      const stop = new Stop("the trial is to end");
      const recorder = new Recorder(stop);
      const outcome = await exam.fit({}, recorder).then(
        () => "a model",
        (error: unknown) => error,
      );
      const passed = outcome === stop || recorder.yields === 0;
      return expectThat(passed, "the error that report or pause threw", () =>
        outcome === "a model" ? outcome : errorText(outcome),
      );
    },
  },
  {
    name: "spent",
    mend: "Where context.isSpent() says so, end with the model so far: one chunk of work at least has been done by then.",
    async check(exam) {
      const outcome = await exam.fit({}, new Recorder(null, true)).then(
        ({ model }) => (model instanceof Uint8Array ? null : new Error("no model")),
        (error: unknown) => error,
      );
      return expectThat(outcome === null, "a model, however little work there may be", () => errorText(outcome));
    },
  },
  {
    name: "no_rows",
    mend: "Throw LearnerFailure where there is nothing to learn from.",
    async check(exam) {
      const outcome = await outcomeOf(exam, withRows(exam.example.train, []));
      return expectThat(outcome instanceof LearnerFailure, "a LearnerFailure without training rows", () =>
        shown(outcome),
      );
    },
  },
  {
    name: "odd_tables",
    mend: "Throw LearnerFailure, or make a model whose every prediction is finite.",
    async check(exam) {
      const violations: (Violation | null)[] = [];
      for (const [what, train] of Object.entries(oddTables(exam))) {
        const outcome = await outcomeOf(exam, train);
        const sound = outcome === null || outcome instanceof LearnerFailure;
        violations.push(expectThat(sound, `a sound model or a LearnerFailure for ${what}`, () => shown(outcome)));
      }
      return firstOf(violations);
    },
  },
];

function oddTables({ example, task }: Exam): Readonly<Record<string, Labelled>> {
  const { train } = example;
  const all = Array.from(train.truth, (_, row) => row);
  const classZero = all.filter((row) => train.truth[row] === 0);
  return {
    "one row": withRows(train, [0]),
    "rows that are all the same": withRows(
      train,
      all.map(() => 0),
    ),
    "a table without columns": { ...train, table: { rows: train.table.rows, columns: [] } },
    ...(task === "regression" ? {} : { "rows of one class": withRows(train, classZero) }),
  };
}

/** What a fit to these rows threw, or its model in use; null where all went well. */
async function outcomeOf(exam: Exam, train: Labelled): Promise<unknown> {
  const { spec, select } = exam.example;
  const table = { ...select.table, columns: select.table.columns.slice(0, train.table.columns.length) };
  try {
    const { model } = await exam.fit({ train, select: { ...select, table } });
    const open = await openModel(model, spec);
    await open.predict(table).finally(() => open.release());
    return null;
  } catch (error) {
    return error;
  }
}

function shown(outcome: unknown): string {
  return outcome === null ? "a model" : errorText(outcome);
}
