import { convertModel, decodeModel, encodeModel, GraphBuilder, tensor } from "onnx-train";
import { type Calibration, calibrated } from "../../core/ensemble/calibration.js";
import { MOST_MEMBERS, mergeModels, type Part } from "../../core/ensemble/merge.js";
import { blended } from "../../core/ensemble/pool.js";
import { probeTable } from "../../core/evaluator/parity.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { finishModel, type Labelled, rawInputs, type Table, type TaskSpec } from "../../core/plugin/index.js";
import dummy from "../../plugins/learners/dummy.js";
import linear from "../../plugins/learners/linear/linear.js";
import { fitLearner } from "../support/fitting.js";
import { example, labelled, rowsWhere, tableOf } from "../support/tables.js";

interface Problem {
  readonly spec: TaskSpec;
  readonly all: Labelled;
}

const churn = example("churn.csv", "churn");
const CHURN: Problem = { spec: churn.spec, all: rowsWhere(churn.all, (row) => row < 600) };
const HOUSES: Problem = {
  spec: { task: "regression", target: "price", classes: [] },
  all: labelled(
    tableOf({
      area: Array.from({ length: 60 }, (_, row) => (row % 9 === 0 ? null : 50 + row)),
      town: Array.from({ length: 60 }, (_, row) => ["a", "b", null][row % 3] as string | null),
    }),
    Array.from({ length: 60 }, (_, row) => 3 * row + (row % 3)),
  ),
};

async function predictions(spec: TaskSpec, model: Uint8Array, table: Table): Promise<Float64Array> {
  const open = await openModel(model, spec);
  try {
    return await open.predict(table);
  } finally {
    await open.release();
  }
}

const fitted = async ({ spec, all }: Problem, l2: number) =>
  (await fitLearner(linear, { spec, train: all, params: { penalty: "l2", l2 } })).model;
const baseline = async ({ spec, all }: Problem) => (await fitLearner(dummy, { spec, train: all })).model;

/** A stump on one column, as tree learners export it; the column is called as `name` says. */
function stump(spec: TaskSpec, name: string): Uint8Array {
  const columns = [{ name, type: "numeric" as const }];
  const graph = new GraphBuilder("stump");
  const width = Math.max(1, spec.classes.length);
  const whole = (...value: number[]) => ({ kind: "ints", value: value.map(BigInt) }) as const;
  const real = (...value: number[]) => ({ kind: "floats", value }) as const;
  const leaves = Array.from({ length: 2 * width }, (_, at) => at);
  const tree = {
    n_targets: { kind: "int", value: BigInt(width) },
    nodes_treeids: whole(0, 0, 0),
    nodes_nodeids: whole(0, 1, 2),
    nodes_featureids: whole(0, 0, 0),
    nodes_modes: { kind: "strings", value: ["BRANCH_LEQ", "LEAF", "LEAF"] },
    nodes_values: real(150, 0, 0),
    nodes_truenodeids: whole(1, 0, 0),
    nodes_falsenodeids: whole(2, 0, 0),
    nodes_missing_value_tracks_true: whole(1, 0, 0),
    target_treeids: whole(...leaves.map(() => 0)),
    target_nodeids: whole(...leaves.map((at) => (at < width ? 1 : 2))),
    target_ids: whole(...leaves.map((at) => at % width)),
    target_weights: real(...(width === 1 ? [20, 90] : [0.875, 0.125, 0.25, 0.75])),
  } as const;
  const prediction = graph.op("TreeEnsembleRegressor", rawInputs(graph, columns), tree, { domain: "ai.onnx.ml" });
  return finishModel(graph, { learner: "stump", spec, columns, prediction });
}

/** The same model as an exporter of another version would write it; its operators have one form in both. */
function atOpset(model: Uint8Array, opset: number, ml = 3): Uint8Array {
  return encodeModel({ ...decodeModel(model), opsets: { "": opset, "ai.onnx.ml": ml } });
}

const CALIBRATIONS: readonly Calibration[] = [
  { kind: "temperature", temperature: 1.7 },
  { kind: "platt", slope: 0.6, intercept: -0.4 },
  { kind: "isotonic", before: [0.01, 0.2, 0.4, 0.400001, 0.9], after: [0.02, 0.05, 0.3, 0.5, 0.99] },
];

const merge = ({ spec, all }: Problem, parts: readonly Part[]) =>
  mergeModels({ spec, columns: all.table.columns, parts, calibration: null, threshold: null });

/** The merged graph against the mean in TypeScript of what the members predict alone, on rows with hard cells. */
async function compare(problem: Problem, parts: readonly Part[]): Promise<void> {
  const table = probeTable(problem.all.table, { rows: 300, seed: 4 });
  const alone = await Promise.all(parts.map(({ model }) => predictions(problem.spec, model, table)));
  const members = parts.map(({ count }, trial) => ({ trial, count }));
  const candidates = alone.map((prediction, trial) => ({ trial, bytes: 0, prediction }));
  const expected = blended(members, candidates);
  const merged = await predictions(problem.spec, merge(problem, parts), table);
  const size = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const error = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (merged[at] as number))), 0);
  expect(error / size).toBeLessThan(1e-6);
}

describe("a merged model", () => {
  it("predicts the weighted mean of its members", async () => {
    const parts = [
      { model: await fitted(CHURN, 1e-4), count: 3 },
      { model: await fitted(CHURN, 1), count: 1 },
      { model: await baseline(CHURN), count: 2 },
      { model: stump(CHURN.spec, "total_day_minutes"), count: 1 },
    ];
    await compare(CHURN, parts);
    await compare(CHURN, parts.slice(0, 1));
  });

  it("of a regression does too", async () => {
    const parts = [
      { model: await fitted(HOUSES, 1e-4), count: 2 },
      { model: stump(HOUSES.spec, "area"), count: 5 },
    ];
    await compare(HOUSES, parts);
  });

  it("takes each column once, all that any member takes, in the order of the table", async () => {
    const parts = [
      { model: stump(CHURN.spec, "total_eve_minutes"), count: 1 },
      { model: stump(CHURN.spec, "total_day_minutes"), count: 1 },
      { model: stump(CHURN.spec, "total_eve_minutes"), count: 2 },
    ];
    const { graph, metadata } = decodeModel(merge(CHURN, parts));
    expect(graph.inputs.map(({ name }) => name)).toEqual(["total_day_minutes", "total_eve_minutes"]);
    expect(Object.keys(JSON.parse(metadata["sous.columns"] ?? ""))).toEqual(["total_day_minutes", "total_eve_minutes"]);
  });

  it("names its members", async () => {
    const parts = [
      { model: await fitted(CHURN, 1e-4), count: 3 },
      { model: stump(CHURN.spec, "total_day_minutes"), count: 1 },
    ];
    const { metadata } = decodeModel(merge(CHURN, parts));
    expect(metadata["sous.learner"]).toBe("ensemble");
    expect(JSON.parse(metadata["sous.members"] ?? "")).toEqual([
      { learner: "linear", count: 3 },
      { learner: "stump", count: 1 },
    ]);
  });

  it("holds what its members have in common once", async () => {
    const model = await fitted(CHURN, 1);
    const [one, two] = [
      merge(CHURN, [{ model, count: 1 }]),
      merge(CHURN, [
        { model, count: 1 },
        { model, count: 2 },
      ]),
    ];
    const sizes = [one, two].map((bytes) => decodeModel(bytes).graph.nodes.length);
    expect((sizes[1] as number) - (sizes[0] as number)).toBeLessThan(5);
    const parts = ["total_day_minutes", "total_eve_minutes", "total_day_minutes"].map((name, at) => {
      return { model: stump(CHURN.spec, name), count: 1 + at };
    });
    const { nodes } = decodeModel(merge(CHURN, parts)).graph;
    expect(nodes.filter(({ opType }) => opType === "TreeEnsembleRegressor")).toHaveLength(2);
    await compare(CHURN, parts);
  });

  it("is the same bytes each time", async () => {
    const parts = [
      { model: await fitted(CHURN, 1e-4), count: 3 },
      { model: stump(CHURN.spec, "total_day_minutes"), count: 1 },
    ];
    expect(merge(CHURN, parts)).toEqual(merge(CHURN, parts));
  });

  it("has the labels of the mean, and none of the nodes that made labels for its members", async () => {
    const model = merge(CHURN, [
      { model: await fitted(CHURN, 1e-4), count: 1 },
      { model: await fitted(CHURN, 1), count: 1 },
    ]);
    expect(decodeModel(model).graph.nodes.filter(({ opType }) => opType === "ArgMax").length).toBe(1);
  });

  it("is made of models of several opsets", async () => {
    const parts = [
      { model: await fitted(CHURN, 1e-4), count: 1 },
      { model: atOpset(stump(CHURN.spec, "total_day_minutes"), 13), count: 1 },
      { model: atOpset(stump(CHURN.spec, "total_eve_minutes"), 17, 2), count: 1 },
    ];
    expect(convertModel(decodeModel(parts[1]?.model ?? new Uint8Array())).opsets[""]).toBe(17);
    await compare(CHURN, parts);
  });

  it("can be merged again", async () => {
    const pair = [
      { model: stump(CHURN.spec, "total_day_minutes"), count: 1 },
      { model: stump(CHURN.spec, "total_eve_minutes"), count: 1 },
    ];
    await compare(CHURN, [...pair, { model: merge(CHURN, pair), count: 4 }]);
  });

  it("gives way to a column that is called as an output or an inner value is", async () => {
    const table = tableOf({ label: [1, 2, 3], constant_0: [4, 5, 6], probabilities: [200, 300, 100] });
    const problem = { spec: CHURN.spec, all: labelled(table, [0, 1, 0]) };
    const names = ["label", "constant_0", "probabilities"];
    await compare(
      problem,
      names.map((name) => ({ model: stump(problem.spec, name), count: 1 })),
    );
  });
});

describe("a merged model that is finished", () => {
  const parts = async () => [
    { model: await fitted(CHURN, 1e-4), count: 3 },
    { model: stump(CHURN.spec, "total_day_minutes"), count: 1 },
  ];
  const finished = async (calibration: Calibration | null, threshold: number | null) => {
    const { spec, all } = CHURN;
    return mergeModels({ spec, columns: all.table.columns, parts: await parts(), calibration, threshold });
  };
  const table = probeTable(CHURN.all.table, { rows: 300, seed: 4 });

  it.each(CALIBRATIONS)("has probabilities that are calibrated as in TypeScript: %j", async (calibration) => {
    const plain = await predictions(CHURN.spec, await finished(null, null), table);
    const expected = calibrated(calibration, CHURN.spec, plain);
    const found = await predictions(CHURN.spec, await finished(calibration, null), table);
    const error = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (found[at] as number))), 0);
    const slope = calibration.kind === "isotonic" ? 2e5 : 1;
    expect(error).toBeLessThan(1e-6 * slope);
    expect(found).not.toEqual(plain);
  });

  it("has the label by the threshold, and its probabilities as they were", async () => {
    const open = await openModel(await finished(null, 0.25), CHURN.spec);
    const { prediction, labels } = await open.answer(table).finally(() => open.release());
    expect(prediction).toEqual(await predictions(CHURN.spec, await finished(null, null), table));
    const expected = Array.from({ length: table.rows }, (_, row) =>
      (prediction[2 * row + 1] as number) > 0.25 ? 1 : 0,
    );
    expect(Array.from(labels ?? [])).toEqual(expected);
    expect(new Set(expected).size).toBe(2);
  });

  it("says so in its metadata", async () => {
    const { metadata } = decodeModel(await finished(CALIBRATIONS[0] as Calibration, 0.25));
    expect(metadata).toMatchObject({ "sous.calibration": "temperature", "sous.threshold": "0.25" });
    expect(Object.keys(decodeModel(await finished(null, null)).metadata)).not.toContain("sous.threshold");
  });
});

describe("models are not merged", () => {
  const code = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return (error as { code?: string }).code;
    }
    return null;
  };
  const one = () => ({ model: stump(CHURN.spec, "total_day_minutes"), count: 1 });

  it("where they are too many, or none", () => {
    expect(code(() => merge(CHURN, Array.from({ length: MOST_MEMBERS + 1 }, one)))).toBe("ENSEMBLE_TOO_LARGE");
    expect(code(() => merge(CHURN, []))).toBe("ENSEMBLE_TOO_LARGE");
  });

  it("where their files are too large together", () => {
    const huge = { model: new Uint8Array(200 * 2 ** 20), count: 1 };
    expect(code(() => merge(CHURN, [huge, huge]))).toBe("ENSEMBLE_TOO_LARGE");
  });

  it.each([
    ["one is of a newer opset than the others", () => [one(), { ...one(), model: atOpset(one().model, 20) }]],
    [
      "one takes a column that the table doesn't have",
      () => [one(), { ...one(), model: stump(CHURN.spec, "nothing") }],
    ],
    ["one takes a column as another type", () => [one(), { ...one(), model: stump(CHURN.spec, "international_plan") }]],
    ["one is no model", () => [one(), { ...one(), model: tensor("float", [1], [1]).data as Uint8Array }]],
  ])("where %s", (_, parts) => {
    expect(code(() => merge(CHURN, parts()))).toBe("ENSEMBLE_UNMERGEABLE");
  });
});
