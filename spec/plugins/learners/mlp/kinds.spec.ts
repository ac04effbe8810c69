/** Every kind of net as a fit makes it: the file, its twin, and what can't be fitted. */
import type { Params } from "hyperparameter-js";
import { compareParity, probeTable } from "../../../../core/evaluator/parity.js";
import { openModel } from "../../../../core/evaluator/scoring.js";
import type { Fitted, Labelled, TaskSpec } from "../../../../core/plugin/index.js";
import mlp from "../../../../plugins/learners/mlp/mlp.js";
import { fitLearner, learnerOf, recording } from "../../../support/fitting.js";
import { labelled, rowsWhere, tableOf } from "../../../support/tables.js";
import { noise } from "../linear/oracle.js";

const SPECS: Readonly<Record<TaskSpec["task"], TaskSpec>> = {
  binary: { task: "binary", target: "y", classes: ["no", "yes"] },
  multiclass: { task: "multiclass", target: "y", classes: ["a", "b", "c"] },
  regression: { task: "regression", target: "y", classes: [] },
};
const SMALL: Params = { units: 16, layers: 2, batch: 32, rate: 1e-2, dropout: 0.1, epochs: 4 };
const SHARED: Params = { members: "shared" };
const RESIDUAL: Params = { blocks: "residual" };

/** Numbers with missing ones, levels, and answers that follow from both. */
function rowsFor({ task, classes }: TaskSpec, seed: number, rows = 120): Labelled {
  const [u, v] = [noise(seed, rows), noise(seed + 1, rows)];
  const colour = u.map((value, row) => (value + (v[row] as number) > 0 ? "red" : "blue"));
  const answers = u.map((value, row) => value * (v[row] as number));
  const truth = task === "regression" ? answers : answers.map((value) => ((Math.abs(value) * 10) % classes.length) | 0);
  const missing = v.map((value, row) => (row % 9 === 0 ? null : value));
  return labelled(tableOf({ u, v: missing, colour }), truth);
}

async function parityOf(spec: TaskSpec, { model, predict }: Fitted, rows: Labelled) {
  const probes = probeTable(rows.table, { rows: 200, seed: 1 });
  const open = await openModel(model, spec);
  const said = await open.answer(probes);
  await open.release();
  return compareParity(spec, predict(probes), said);
}

describe("a fit of nets", () => {
  it.each([
    ["shared members", "multiclass", SHARED],
    ["shared members", "regression", SHARED],
    ["residual blocks", "binary", { ...RESIDUAL, smoothing: 0.1 }],
    ["residual blocks on waves", "regression", { ...RESIDUAL, numbers: "waves" }],
    ["shared members of residual blocks", "binary", { ...RESIDUAL, ...SHARED, class_weight: "balanced" }],
    ["separate members on pieces", "binary", { numbers: "pieces" }],
    ["shared members on pieces", "regression", { ...SHARED, numbers: "pieces" }],
    ["residual blocks on pieces", "multiclass", { ...RESIDUAL, numbers: "pieces" }],
    ["shared members of residual blocks on pieces", "binary", { ...RESIDUAL, ...SHARED, numbers: "pieces" }],
    ["all at once", "multiclass", { ...RESIDUAL, ...SHARED, numbers: "waves", smoothing: 0.1 }],
  ] as const)(
    "gives the same file twice, which says what its twin says on any row: %s, %s",
    async (_, task, params) => {
      const spec = SPECS[task];
      const train = rowsFor(spec, 1);
      const one = () => fitLearner(mlp, { spec, train, select: rowsFor(spec, 5, 40), params: { ...SMALL, ...params } });
      const [made, again] = [await one(), await one()];
      expect(Buffer.from(again.model).equals(Buffer.from(made.model))).toBe(true);
      const { maxAbs, labelAgreement } = await parityOf(spec, made, train);
      expect(labelAgreement).toBe(1);
      expect(maxAbs).toBeLessThan(1e-5);
    },
  );

  it("takes plain blocks, separate members and answers as they are where nothing else is said", async () => {
    const [spec, train] = [SPECS.binary, rowsFor(SPECS.binary, 1)];
    const said = { blocks: "plain", members: "separate", numbers: "plain", smoothing: 0 };
    const [made, plain] = [
      await fitLearner(mlp, { spec, train, params: { ...SMALL, ...said } }),
      await fitLearner(mlp, { spec, train, params: SMALL }),
    ];
    expect(Buffer.from(made.model).equals(Buffer.from(plain.model))).toBe(true);
  });

  it("keeps smoothed chances away from 0 and 1", async () => {
    const spec = SPECS.binary;
    const u = noise(1, 200);
    const train = labelled(
      tableOf({ u }),
      u.map((value) => (value > 0 ? 1 : 0)),
    );
    const largest = async (smoothing: number) => {
      const params = { ...SMALL, dropout: 0, epochs: 60, smoothing };
      const { predict } = await fitLearner(mlp, { spec, train, select: rowsWhere(train, () => false), params });
      return Math.max(...predict(train.table));
    };
    expect(await largest(0)).toBeGreaterThan(0.99);
    // The loss is least at shares of 0.9 and 0.1.
    expect(await largest(0.2)).toBeLessThan(0.95);
  });

  it("ends where it is cancelled, and has left nothing behind for the next one", async () => {
    const [spec, train] = [SPECS.binary, rowsFor(SPECS.binary, 1)];
    const request = { spec, train, select: rowsFor(spec, 5, 40), params: { ...SMALL, ...SHARED }, seed: 1 };
    const before = await fitLearner(mlp, request);
    const context = {
      ...recording(),
      report: async (epoch: number) => {
        if (epoch === 2) throw new Error("cancelled");
      },
    };
    await expect(learnerOf(mlp).fit(request, context)).rejects.toThrow("cancelled");
    const after = await fitLearner(mlp, request);
    expect(Buffer.from(after.model).equals(Buffer.from(before.model))).toBe(true);
  });

  it.each([
    { blocks: "residual " },
    { members: "many" },
    { numbers: "pieces of eight" },
    { class_weight: "even" },
    { smoothing: 1 },
    { smoothing: -0.1 },
  ])("refuses %j", async (params) => {
    const [spec, train] = [SPECS.binary, rowsFor(SPECS.binary, 1)];
    await expect(fitLearner(mlp, { spec, train, params })).rejects.toMatchObject({ label: "bad_parameter" });
  });
});

describe("on data that say little", () => {
  const constant = (rows: number) => Array.from({ length: rows }, () => 3);
  const cells = (rows: number) => ({ u: noise(1, rows), same: constant(rows), none: constant(rows).map(() => null) });
  const few: readonly (readonly [string, Labelled])[] = [
    ["one row of a class", labelled(tableOf(cells(12)), [1, ...Array.from({ length: 11 }, () => 0)])],
    [
      "five rows of a class",
      labelled(
        tableOf(cells(40)),
        Array.from({ length: 40 }, (_, row) => +(row < 5)),
      ),
    ],
    ["one row of each class", labelled(tableOf(cells(2)), [0, 1])],
  ];

  it.each(
    few.flatMap(([name, train]) =>
      [{}, SHARED, { numbers: "pieces" }, { ...RESIDUAL, numbers: "waves" }].map(
        (kind) => [name, kind, train] as const,
      ),
    ),
  )("it is a finite model: %s, %j", async (_, kind, train) => {
    const spec = SPECS.binary;
    const select = rowsWhere(train, (row) => row === 0);
    const made = await fitLearner(mlp, { spec, train, select, params: { ...SMALL, ...kind } });
    const { maxAbs } = await parityOf(spec, made, train);
    expect(maxAbs).toBeLessThan(1e-5);
    expect(made.predict(select.table).every(Number.isFinite)).toBe(true);
  });

  it("says that no column varies", async () => {
    const train = labelled(
      tableOf({ same: constant(20) }),
      constant(20).map((_, row) => row % 2),
    );
    await expect(fitLearner(mlp, { spec: SPECS.binary, train, params: SMALL })).rejects.toMatchObject({
      label: "no_features",
    });
  });

  it.each([{}, SHARED])("says that it diverged instead of a score: %j", async (kind) => {
    const [spec, train] = [SPECS.regression, rowsFor(SPECS.regression, 1)];
    const params = { ...SMALL, ...kind, rate: 1e30 };
    await expect(fitLearner(mlp, { spec, train, params })).rejects.toMatchObject({ label: "diverged" });
  });
});
