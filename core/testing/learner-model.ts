/** What a learner's model, and its own `predict`, must do. */
import { compareParity, probeTable } from "../evaluator/parity.js";
import { openModel } from "../evaluator/scoring.js";
import type { Answers, Prediction, Table } from "../plugin/index.js";
import type { Exam } from "./exam.js";
import { hardTables, recoded, reordered, tableRows, wholeRows } from "./examples.js";
import { expectThat, type Rule, type Violation } from "./finding.js";

/** What the gate of parity allows a class probability, and a regression's value in proportion. */
const TOLERANCE = 1e-5;
const PROBE_SEED = 7;
/** Rows that are predicted by themselves. */
const FEW = 5;

export const MODEL_RULES: readonly Rule<Exam>[] = [
  {
    name: "model_contract",
    mend: "Begin the graph with rawInputs and end it with finishModel; docs/models.md has the names, types and shapes.",
    async check(exam) {
      const { table } = exam.example.select;
      await (await exam.model()).predict(tableRows(table, wholeRows(table)));
      return null;
    },
  },
  {
    name: "predict_contract",
    mend: "predict gives a Float64Array: the probability of each class row by row, or one value for each row.",
    async check(exam) {
      const { result } = await exam.lightest();
      const prediction: unknown = result.predict(exam.example.select.table);
      const length = exam.example.select.table.rows * Math.max(1, exam.example.spec.classes.length);
      const sound = prediction instanceof Float64Array && prediction.length === length;
      return expectThat(sound, `a Float64Array of ${length} numbers`, () => kindOf(prediction));
    },
  },
];

function kindOf(value: unknown): string {
  return ArrayBuffer.isView(value) ? `${value.constructor.name} of ${value.byteLength} bytes` : typeof value;
}

/** The same rows in another dress. */
export const TABLE_RULES: readonly Rule<Exam>[] = [
  {
    name: "columns_by_name",
    mend: "Find the columns of a table by their names: their order, and what stands beside them, may change.",
    check: (exam) => unchanged(exam, reordered(exam.example.select.table)),
  },
  {
    name: "levels_by_name",
    mend: "Go by a level's string: each table has codes of its own.",
    check: (exam) => unchanged(exam, recoded(exam.example.select.table)),
  },
  {
    name: "rows_alone",
    mend: "Take nothing from the other rows of a batch (no mean, no rank): a row's prediction is its own.",
    async check(exam) {
      const { table } = exam.example.select;
      const rows = wholeRows(table);
      const few = rows.slice(0, FEW);
      const model = await exam.model();
      const together = await model.predict(tableRows(table, rows));
      const alone = await model.predict(tableRows(table, few));
      return alike(exam, together.subarray(0, alone.length), alone);
    },
  },
];

async function unchanged(exam: Exam, table: Table): Promise<Violation | null> {
  const { result } = await exam.lightest();
  return alike(exam, result.predict(exam.example.select.table), result.predict(table));
}

function alike(exam: Exam, before: Prediction, after: Prediction): Violation | null {
  const { maxAbs } = compareParity(exam.example.spec, before, { prediction: after });
  return expectThat(maxAbs <= TOLERANCE, "the same predictions", () => `a difference of ${maxAbs}`);
}

export const HARD_RULES: readonly Rule<Exam>[] = [
  {
    name: "hard_cells",
    mend: "Predict something finite for every row: impute what is missing, give unseen levels a bucket, and clip what is too large.",
    async check(exam) {
      const model = await exam.model();
      const { table: usual } = exam.example.select;
      for (const [what, table] of Object.entries({ "some cells missing": usual, ...hardTables(usual) })) {
        await model.predict(table).catch((error: Error) => {
          throw new Error(`with ${what}: ${error.message}`);
        });
      }
      return null;
    },
  },
];

export const PARITY_RULES: readonly Rule<Exam>[] = [
  {
    name: "parity",
    mend: "Let predict do what the graph does, missing, unseen and extreme cells included; round where single precision does.",
    async check(exam) {
      const { result } = await exam.lightest();
      const probe = probeTable(exam.example.train.table, { seed: PROBE_SEED });
      return together(exam, result.predict(probe), await (await exam.model()).answer(probe));
    },
  },
  {
    name: "continues",
    mend: "A learner that continues begins from what the base predicts, has the base's graph in its own (inlinePart), and takes the base's predictions in predict.",
    async check(exam) {
      if (exam.learner.continues !== true) return null;
      const { spec, train, select } = exam.example;
      const origin = await exam.model();
      const said = { train: await origin.predict(train.table), select: await origin.predict(select.table) };
      const more = await exam.fit({ base: { model: (await exam.lightest()).result.model, ...said } });
      const probe = probeTable(train.table, { seed: PROBE_SEED });
      const open = await openModel(more.model, spec);
      const exported = await open.answer(probe).finally(() => open.release());
      return together(exam, more.predict(probe, await origin.predict(probe)), exported);
    },
  },
];

/** What the learner predicts beside what its model does. */
function together({ example }: Exam, own: Prediction, exported: Answers): Violation | null {
  const { maxAbs, labelAgreement } = compareParity(example.spec, own, exported);
  const sound = maxAbs <= TOLERANCE && labelAgreement === 1;
  const expected = `the model's predictions within ${TOLERANCE}, and the same classes`;
  return expectThat(sound, expected, () => `${maxAbs}, and the same class in ${labelAgreement} of the rows`);
}
