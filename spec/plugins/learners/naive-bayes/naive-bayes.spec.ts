import { compareParity, probeTable } from "../../../../core/evaluator/parity.js";
import { openModel } from "../../../../core/evaluator/scoring.js";
import { LearnerFailure, type LevelColumn, type Table, type TaskSpec } from "../../../../core/plugin/index.js";
import { countsOf, evidenceOf, type Kind } from "../../../../plugins/learners/naive-bayes/evidence.js";
import naiveBayes from "../../../../plugins/learners/naive-bayes/naive-bayes.js";
import { fitLearner, learnerOf } from "../../../support/fitting.js";
import { labelled, tableOf } from "../../../support/tables.js";

const THREE: TaskSpec = { task: "multiclass", target: "y", classes: ["a", "b", "c"] };

// scikit-learn 1.2: MultinomialNB and ComplementNB, alpha 0.5, of [[1, 0, 2], [0, 3, 1], [2, 1, 0], [0, 1, 1]] in classes
// 0, 1, 2, 1 with weights 1, 2, 1, 0.5: feature_log_prob_, a row for each feature
const PEER: Readonly<Record<Kind, readonly number[]>> = {
  multinomial: [-1.098612, -3.044522, -0.587787, -2.197225, -0.405465, -1.098612, -0.587787, -1.252763, -2.197225],
  complement: [1.686399, 0.76214, 2.197225, 0.523248, 1.609438, 0.65678, 1.504077, 1.098612, 0.993252],
};

it.each(["multinomial", "complement"] as const)("has the evidence that scikit-learn has (%s)", (kind) => {
  const rows = {
    rows: 4,
    width: 3,
    starts: Uint32Array.of(0, 2, 4, 6, 8),
    places: Uint32Array.of(0, 2, 1, 2, 0, 1, 1, 2),
    values: Float32Array.of(1, 2, 3, 1, 2, 1, 1, 1),
  };
  const counts = countsOf(rows, {
    truth: Float64Array.of(0, 1, 2, 1),
    weight: Float64Array.of(1, 2, 1, 0.5),
    classes: 3,
  });
  evidenceOf(counts, kind, 0.5).weights.forEach((value, at) => {
    expect(value).toBeCloseTo(PEER[kind][at] as number, 5);
  });
});

const FISH = ["cod", "eel", "ray"];
const NOTES = Array.from({ length: 120 }, (_, row) => `the ${FISH[row % 3]} of day ${row % 7}`);

function reviews(notes: readonly (string | null)[]): Table {
  const [column] = tableOf({ note: notes }).columns as [LevelColumn];
  return { rows: notes.length, columns: [{ ...column, type: "text" }] };
}

const TRAIN = labelled(
  reviews(NOTES),
  NOTES.map((_, row) => row % 3),
);

it("goes by the words, and by the shares of the classes where it knows none", async () => {
  const made = await fitLearner(naiveBayes, { spec: THREE, train: TRAIN });
  const [first, , third, unknown] = [0, 1, 2, 3].map((row) =>
    [...made.predict(reviews(["EEL!", "", "a fine ray", "nothing of it"]))].slice(row * 3, row * 3 + 3),
  );
  expect(first?.[1]).toBeGreaterThan(0.9);
  expect(third?.[2]).toBeGreaterThan(0.9);
  for (const share of unknown as number[]) expect(share).toBeCloseTo(1 / 3, 6);
  expect(made.settled).toEqual({});
});

it("agrees with its graph on odd rows", async () => {
  const made = await fitLearner(naiveBayes, { spec: THREE, train: TRAIN, params: { kind: "multinomial" } });
  const model = await openModel(made.model, THREE);
  const probe = probeTable(TRAIN.table, { seed: 3 });
  const parity = compareParity(THREE, made.predict(probe), await model.answer(probe));
  await model.release();
  expect(parity).toMatchObject({ labelAgreement: 1 });
  expect(parity.maxAbs).toBeLessThan(1e-6);
});

it("says what it needs, and fails by label without", async () => {
  expect(learnerOf(naiveBayes).needs).toEqual(["text"]);
  const train = labelled(tableOf({ x: [1, 2, 3, 4] }), [0, 1, 2, 0]);
  const failure = await fitLearner(naiveBayes, { spec: THREE, train }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LearnerFailure);
  expect(failure).toMatchObject({ label: "no_text" });
});
