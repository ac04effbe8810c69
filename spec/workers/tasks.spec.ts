import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deriveSeed, type FrozenTrial, type Proposal } from "hyperparameter-js";
import { decodeMetadata } from "onnx-train";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { decodeKnownRows, encodeKnownRows, knownWith } from "../../core/data/row-ids.js";
import { loadRowIds, loadSide, viewSide } from "../../core/data/side.js";
import type { SnapshotSummary } from "../../core/data/snapshot.js";
import { decodeBits } from "../../core/evaluator/bits.js";
import type { ConfirmJob, Evaluator, JobResult, TrialOutcome } from "../../core/evaluator/messages.js";
import type { Choice } from "../../core/recipe/recipe.js";
import { originsOf } from "../../core/resampling/origins.js";
import { evaluatorIn, LIMITS, snapshotIn, snapshotJob, trialOf } from "../support/evaluator.js";

let home: string;
let evaluator: Evaluator;
let summary: SnapshotSummary;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "sous-tasks-"));
  evaluator = evaluatorIn(home);
  ({ summary } = await snapshotIn(home, evaluator));
});

afterAll(async () => {
  await evaluator.close();
  await rm(home, { recursive: true, force: true });
});

function done<T>(result: { readonly status: string; readonly outcome?: T }): T {
  if (result.outcome === undefined) throw new Error(JSON.stringify(result));
  return result.outcome;
}

async function good(seed: number): Promise<TrialOutcome> {
  const job = { ...trialOf(summary.digest, { act: "good", steps: 3 }), seed };
  return done<TrialOutcome>(await evaluator.run(job, LIMITS));
}

async function sideAt(side: "train" | "select") {
  return viewSide(await loadSide(join(home, "artifacts", "snapshots", summary.digest), side));
}

/** The probability of the positive class that the fixture's constant model gives every row. */
const shareOf = (seed: number) => (1 + (seed % 97)) / 99;

/** Mean log loss of the same probability for every row, from the counts of the classes alone. */
function logLoss(share: number, [negative = 0, positive = 0]: readonly number[]): number {
  return -(negative * Math.log(1 - share) + positive * Math.log(share)) / (negative + positive);
}

describe("a trial", () => {
  it("keeps the model, and scores it on the select side", async () => {
    const outcome = await good(40);
    const counts = summary.sides.select.classCounts;
    expect(outcome.score).toBeCloseTo(logLoss(shareOf(40), counts), 6);
    expect(outcome.secondary).toEqual({ accuracy: (counts[0] ?? 0) / summary.sides.select.rows });
    expect(outcome.parity).toMatchObject({ rows: 1000, labelAgreement: 1 });
    expect(outcome.parity.maxAbs).toBeLessThan(1e-6);
    expect(outcome.work).toBe(30);
    const bytes = await new Artifacts(join(home, "artifacts")).find(outcome.model);
    expect(bytes).toHaveLength(outcome.bytes);
  });

  it("observes what people weigh against a score: its interval, how long fit and prediction took, and the memory", async () => {
    const { score, interval, timing, seconds } = await good(40);
    expect(interval?.point).toBe(score);
    expect(interval?.low).toBeLessThan(score);
    expect(interval?.high).toBeGreaterThan(score);
    expect(timing?.fitSeconds).toBeLessThanOrEqual(seconds);
    for (const time of [timing?.oneRow, timing?.thousandRows]) expect(time).toBeGreaterThan(0);
    expect(timing?.peakMemory).toBeGreaterThanOrEqual(process.memoryUsage.rss() / 4);
  });

  it.each(["holdout", "folds", "origins"] as const)("ends within its allowance: %s", async (kind) => {
    const resampling = { kind, folds: 3, repeats: 1 };
    const job = { ...trialOf(summary.digest, { rounds: 300 }), learner: "gbdt", resampling };
    const run = async (allowance: number) => done<TrialOutcome>(await evaluator.run({ ...job, allowance }, LIMITS));
    const [whole, some] = [await run(1e4), await run(1e-4)];
    expect(some.work).toBeLessThan(whole.work / 2);
    expect((await run(1e-4)).model).toBe(some.model);
  });

  it.each([
    ["reports_nan", "TRIAL_FAILED", "(non_finite_loss)"],
    ["no_model", "TRIAL_FAILED", "(no_model)"],
    ["no_onnx", "MODEL_UNLOADABLE", ""],
    ["wrong_size", "MODEL_PREDICTION", ""],
  ])("of a learner that %s fails with %s", async (act, code, says) => {
    const result = await evaluator.run(trialOf(summary.digest, { act }), LIMITS);
    expect(result).toMatchObject({ status: "failed", error: { code, message: expect.stringContaining(says) } });
  });

  it("with a score that is no number fails, and such a secondary score is left out", async () => {
    const job = trialOf(summary.digest, { act: "good" });
    const result = await evaluator.run({ ...job, metric: "undefined_score" }, LIMITS);
    expect(result).toMatchObject({
      status: "failed",
      error: { code: "TRIAL_FAILED", details: { label: "non_finite_score" } },
    });
    const outcome = done<TrialOutcome>(
      await evaluator.run({ ...job, secondary: ["undefined_score", "accuracy"] }, LIMITS),
    );
    expect(Object.keys(outcome.secondary)).toEqual(["accuracy"]);
  });

  it.each([
    [{ learner: "nobody" }, "LEARNER_UNKNOWN", "No loaded plugin provides the learner nobody"],
    [{ metric: "nothing" }, "METRIC_UNKNOWN", "nothing"],
  ])("that names %j fails with %s", async (names, code, says) => {
    const result = await evaluator.run({ ...trialOf(summary.digest, { act: "good" }), ...names }, LIMITS);
    expect(result).toMatchObject({ status: "failed", error: { code, message: expect.stringContaining(says) } });
  });

  it("reads its data once for all trials of a process, and fails with a code when they are gone", async () => {
    const folder = new Artifacts(join(home, "artifacts")).snapshotFolder(summary.digest);
    await good(1);
    await rename(folder, `${folder}-away`);
    expect((await good(1)).bytes).toBeGreaterThan(0);
    const other = evaluatorIn(home);
    const result = await other.run(trialOf(summary.digest, { act: "good" }), LIMITS);
    await rename(`${folder}-away`, folder);
    await other.close();
    expect(result).toMatchObject({
      status: "failed",
      error: { code: expect.stringMatching(/^(DATA|SNAPSHOT|FILE)_/) },
    });
  });
});

describe("a trial with folds", () => {
  const LINEAR = {
    ...trialOf("", { penalty: "l2", l2: 0.1 }, "linear"),
    resampling: { kind: "folds", folds: 3, repeats: 2 } as const,
  };

  it("is scored on every row of train and select, each time by models that did not learn from it", async () => {
    const folds = { kind: "folds", folds: 4, repeats: 1 } as const;
    const job = { ...trialOf(summary.digest, { act: "good", steps: 3 }), seed: 40, resampling: folds };
    const outcome = done<TrialOutcome>(await evaluator.run(job, LIMITS));
    // the fixture's model gives every row the same share, by its seed, so the score follows from folds and classes alone
    const counts = [0, 1].map((code) =>
      ["train", "select"].reduce((sum, side) => sum + (summary.sides[side as "train"].classCounts[code] ?? 0), 0),
    );
    const shares = [0, 1, 2, 3].map((fold) => shareOf(deriveSeed(40, "fold", 0, fold)));
    const mean = shares.map((share) => logLoss(share, counts)).reduce((sum, loss) => sum + loss / 4, 0);
    expect(Math.abs(outcome.score - mean)).toBeLessThan(0.02 * mean); // folds differ by a row of a class
    expect(outcome.parity.maxAbs).toBeLessThan(1e-6);
  });

  it("ships the mean of its models, and gives the same bytes again", async () => {
    const job = { ...LINEAR, snapshot: summary.digest };
    const [one, two] = [await evaluator.run(job, LIMITS), await evaluator.run(job, LIMITS)].map((result) =>
      done<TrialOutcome>(result),
    );
    expect(two?.model).toBe(one?.model);
    expect(two?.score).toBe(one?.score);
    const bytes = await new Artifacts(join(home, "artifacts")).find(one?.model ?? "");
    const members = JSON.parse(decodeMetadata(bytes as Uint8Array)["sous.members"] ?? "");
    expect(members).toEqual(Array.from({ length: 6 }, () => ({ learner: "linear", count: 1 })));
  });

  it("fails with a label where there are fewer rows than folds", async () => {
    const job = {
      ...LINEAR,
      snapshot: summary.digest,
      resampling: { kind: "folds", folds: 1000, repeats: 1 } as const,
    };
    expect(await evaluator.run(job, LIMITS)).toMatchObject({
      status: "failed",
      error: { code: "TRIAL_FAILED", details: { label: "too_few_rows" } },
    });
  });
});

describe("a trial with rolling origins", () => {
  const origins = { kind: "origins", folds: 4, repeats: 1 } as const;

  it("is scored on the later half of the rows, each part by a model of all before it", async () => {
    const job = { ...trialOf(summary.digest, { act: "good", steps: 3 }), seed: 40, resampling: origins };
    const outcome = done<TrialOutcome>(await evaluator.run(job, LIMITS));
    const sides = await Promise.all((["train", "select"] as const).map((side) => sideAt(side)));
    const truth = sides.flatMap(({ truth }) => [...truth]);
    const parts = originsOf(truth.length, 4).map(({ select }, part) => {
      const share = shareOf(deriveSeed(40, "origin", part));
      return Array.from(select, (row) => -Math.log(truth[row] === 1 ? share : 1 - share));
    });
    const losses = parts.flat();
    expect(outcome.score).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / losses.length, 6);
    expect(outcome.parity.maxAbs).toBeLessThan(1e-6);
  });

  it("ships one model of all rows, with the middle of what its fits settled on, and gives the same bytes again", async () => {
    const job = { ...trialOf(summary.digest, { learning_rate: 0.2 }, "gbdt"), resampling: origins };
    const [one, two] = [await evaluator.run(job, LIMITS), await evaluator.run(job, LIMITS)].map((result) =>
      done<TrialOutcome>(result),
    );
    expect(two?.model).toBe(one?.model);
    const bytes = await new Artifacts(join(home, "artifacts")).find(one?.model ?? "");
    expect(decodeMetadata(bytes as Uint8Array)["sous.members"]).toBeUndefined();
  });

  it("fails with a label where there are fewer rows than parts take", async () => {
    const job = { ...trialOf(summary.digest, { act: "good", steps: 3 }), resampling: { ...origins, folds: 1000 } };
    expect(await evaluator.run(job, LIMITS)).toMatchObject({
      status: "failed",
      error: { code: "TRIAL_FAILED", details: { label: "too_few_rows" } },
    });
  });
});

describe("a base", () => {
  const LINEAR = (l2: number) => trialOf(summary.digest, { penalty: "l2", l2 }, "linear");
  const look = (model: string) =>
    evaluator.run({ kind: "origin", snapshot: summary.digest, model, path: "older.onnx" }, LIMITS);

  it("has to be a model for the columns, the task and the classes of the data", async () => {
    const artifacts = new Artifacts(join(home, "artifacts"));
    const { model } = done<TrialOutcome>(await evaluator.run(LINEAR(0.1), LIMITS));
    expect(done(await look(model)).columns).toEqual(["x", "colour"]);
    const bytes = Buffer.from((await artifacts.find(model)) as Uint8Array);
    const renamed = (from: string, to: string) =>
      artifacts.put(Buffer.from(bytes.toString("latin1").replaceAll(from, to), "latin1"));
    const unfit = [
      [await artifacts.put(Buffer.from("none")), "MODEL_UNLOADABLE"],
      [await renamed("colour", "colors"), "MODEL_COLUMN"],
      [await renamed('["no","yes"]', '["no","yet"]'), "MODEL_CONTRACT"],
    ] as const;
    for (const [digest, reason] of unfit) {
      expect(await look(digest)).toMatchObject({
        status: "failed",
        error: { code: "BASE_UNFIT", details: { path: "older.onnx", reason: expect.stringContaining(reason) } },
      });
    }
  });

  it.each([
    ["of a learner that can", "gbdt", { learning_rate: 0.1 }, true],
    ["not of another", "linear", { penalty: "l2", l2: 0.1 }, false],
  ])("is gone on from in the fits %s, with folds and without", async (_, learner, params, continues) => {
    const { model: base } = done<TrialOutcome>(await evaluator.run(LINEAR(10), LIMITS));
    for (const resampling of [
      { kind: "holdout", folds: 1, repeats: 1 },
      { kind: "folds", folds: 3, repeats: 1 },
      { kind: "origins", folds: 3, repeats: 1 },
    ] as const) {
      const job = { ...trialOf(summary.digest, params, learner), resampling };
      const plain = done<TrialOutcome>(await evaluator.run(job, LIMITS));
      const [one, two] = [await evaluator.run({ ...job, base }, LIMITS), await evaluator.run({ ...job, base }, LIMITS)];
      const outcome = done<TrialOutcome>(one);
      expect(outcome.model).toBe(done<TrialOutcome>(two).model);
      expect(outcome.model !== plain.model).toBe(continues);
      expect(outcome.parity).toMatchObject({ labelAgreement: 1 });
      expect(outcome.parity.maxAbs).toBeLessThan(1e-5);
    }
  });
});

describe("a confirmation", () => {
  const job = (candidate: string, baseline: string): ConfirmJob => ({
    kind: "confirm",
    known: null,
    since: null,
    snapshot: summary.digest,
    metric: "log_loss",
    secondary: ["accuracy"],
    candidate,
    champion: null,
    baseline,
    parity: { rows: 1000, maxAbs: 0, labelAgreement: 1 },
    gates: [{ kind: "onnx_parity" }],
    alpha: 0.05,
    seed: 3,
  });

  it("scores the files that would ship on the confirm side", async () => {
    const [candidate, baseline] = [await good(50), await good(10)];
    const outcome = done(await evaluator.run({ ...job(candidate.model, baseline.model), kind: "confirm" }, LIMITS));
    const { rows, classCounts } = summary.sides.confirm;
    expect(outcome.rows).toBe(rows);
    expect(outcome.champion).toBeNull();
    expect(outcome.candidate.digest).toBe(candidate.model);
    expect(outcome.candidate.scores.log_loss?.point).toBeCloseTo(logLoss(shareOf(50), classCounts), 6);
    expect(outcome.baseline.scores.log_loss?.point).toBeCloseTo(logLoss(shareOf(10), classCounts), 6);
    expect(outcome.gates).toMatchObject([{ gate: { kind: "onnx_parity" }, outcome: "PASS" }]);
    const kept = await new Artifacts(join(home, "artifacts")).find(outcome.candidate.right ?? "");
    const right = decodeBits(kept ?? new Uint8Array(), rows) ?? [];
    // the constant model says the same of every row
    expect([...right].reduce((sum, bit) => sum + bit, 0)).toBe(classCounts[shareOf(50) > 0.5 ? 1 : 0]);
  });

  it("looks at the rows alone that a blob of known ones lacks, and says what is known then", async () => {
    const [candidate, baseline] = [await good(50), await good(10)];
    const artifacts = new Artifacts(join(home, "artifacts"));
    const ids = await loadRowIds(artifacts.snapshotFolder(summary.digest));
    if (ids === null) throw new Error("no ids were kept");
    const { confirm } = ids.sides;
    const half = {
      ...ids,
      sides: { train: ids.sides.train, select: Float64Array.of(), confirm: confirm.slice(0, 20) },
    };
    const since = await artifacts.put(encodeKnownRows(knownWith(null, half)));
    const found = done(await evaluator.run({ kind: "arrivals", snapshot: summary.digest, known: since }, LIMITS));
    const fresh = confirm.length - 20;
    if (found.unsure !== null) throw new Error(found.unsure);
    expect(found.side.rows).toBe(fresh);
    const look = { ...job(candidate.model, baseline.model), known: since, since };
    const outcome = done(await evaluator.run({ ...look, kind: "confirm" }, LIMITS));
    expect(outcome.rows).toBe(fresh);
    expect(outcome.candidate.scores.log_loss?.point).toBeCloseTo(logLoss(shareOf(50), found.side.classCounts), 6);
    expect(decodeKnownRows((await artifacts.find(outcome.known ?? "")) ?? new Uint8Array())).toEqual(
      knownWith(null, ids),
    );
  });

  it("hands gates the files, a way to run them, and the rows that they were made of", async () => {
    const [candidate, baseline] = [await good(50), await good(10)];
    const gates = [
      { kind: "artifact" },
      { kind: "size", max: 1e6, load: 10, memory: "1GiB" },
      { kind: "latency", max: 10, ratio: 100 },
      { kind: "slices", by: ["colour"], margin: 1, min_rows: 20 },
    ];
    const look = { ...job(candidate.model, baseline.model), champion: baseline.model, gates };
    const outcome = done(await evaluator.run({ ...look, kind: "confirm" }, LIMITS));
    // beside other work a time may be told too badly for a verdict
    const said = (kind: string) => (kind === "latency" ? expect.not.stringMatching("FAIL") : "PASS");
    expect(outcome.gates).toMatchObject(gates.map(({ kind }) => ({ gate: { kind }, outcome: said(kind) })));
    expect(outcome.candidate.opsets).toEqual({ "ai.onnx": 17, "ai.onnx.ml": 3 });
    expect(outcome.gates[1]?.figures).toMatchObject({ memory: expect.any(Number) });
    expect(outcome.gates[2]?.figures).toMatchObject({ runs: 1000, ratio_to_champion: expect.any(Number) });
  });

  it("shows gates the columns that they name and no model sees, and asks for them again when they are lost", async () => {
    const ignored = snapshotJob(home);
    const named = [{ role: "gates.0.by", column: "colour" }];
    const taken = await evaluator.run({ ...ignored, data: { ...ignored.data, ignore: ["colour"] }, named }, LIMITS);
    const { digest, context = "" } = done(taken).summary;
    const [candidate, baseline] = [
      done<TrialOutcome>(await evaluator.run(trialOf(digest, { penalty: "l2", l2: 0.01 }, "linear"), LIMITS)).model,
      done<TrialOutcome>(await evaluator.run(trialOf(digest, {}, "dummy"), LIMITS)).model,
    ];
    const artifacts = new Artifacts(join(home, "artifacts"));
    const columns = decodeMetadata((await artifacts.find(candidate)) ?? new Uint8Array())["sous.columns"];
    expect(Object.keys(JSON.parse(columns ?? ""))).toEqual(["x"]);
    const gates = [
      { kind: "slices", by: ["colour"], margin: 1, min_rows: 10 },
      { kind: "fairness", by: ["colour"], margin: 1, min_rows: 10 },
    ];
    const look = { ...job(candidate, baseline), kind: "confirm", snapshot: digest, gates } as const;
    const outcome = done(await evaluator.run({ ...look, context }, LIMITS));
    expect(outcome.gates.map(({ outcome: said }) => said)).toEqual(["PASS", "PASS"]);
    for (const { figures } of outcome.gates) {
      const shown = (figures.slices as { column: string; value: string; rows: number }[]).map((one) => [
        one.column,
        one.value,
      ]);
      expect(shown.sort()).toEqual(["blue", "green", "red"].map((value) => ["colour", value]));
    }
    await writeFile(artifacts.pathOf(context), "damaged");
    expect(await evaluator.run({ ...look, context }, LIMITS)).toMatchObject({
      status: "failed",
      error: { code: "DATA_SNAPSHOT_DAMAGED" },
    });
    await expect(readFile(artifacts.pathOf(context))).rejects.toThrow("ENOENT");
  });

  it("fails when a model is gone", async () => {
    const { model } = await good(50);
    const result = await evaluator.run({ ...job("0".repeat(64), model), kind: "confirm" }, LIMITS);
    expect(result).toMatchObject({ status: "failed", error: { code: "MODEL_MISSING" } });
  });
});

describe("an importance", () => {
  const job = (model: string) =>
    ({
      kind: "importance",
      snapshot: summary.digest,
      model,
      metric: "log_loss",
      repeats: 3,
      rows: 1000,
      seed: 1,
    }) as const;

  it("is that of the exported file on the select side", async () => {
    const trial = done<TrialOutcome>(
      await evaluator.run(trialOf(summary.digest, { penalty: "l2", l2: 0.01 }, "linear"), LIMITS),
    );
    const found = done(await evaluator.run(job(trial.model), LIMITS));
    expect(found).toMatchObject({ rows: summary.sides.select.rows, direction: "minimize" });
    // near, not equal: what ships has learned from these rows as well
    expect(found.score).toBeCloseTo(trial.score, 1);
    expect(found.columns[0]).toMatchObject({ columns: ["x"] });
    expect(found.columns[0]?.mean).toBeGreaterThan(0.1);
  });

  it("fails when the model is gone, and ends when it is cancelled", async () => {
    expect(await evaluator.run(job("0".repeat(64)), LIMITS)).toMatchObject({
      status: "failed",
      error: { code: "MODEL_MISSING" },
    });
    const { model } = await good(50);
    const stop = new AbortController();
    const options = { ...LIMITS, signal: stop.signal, onStart: () => stop.abort() };
    expect(await evaluator.run({ ...job(model), repeats: 1e7 }, options)).toEqual({ status: "cancelled" });
  });
});

describe("other jobs", () => {
  const propose = (sampler: Choice, trials: readonly FrozenTrial[] = []): Promise<JobResult<"propose">> =>
    evaluator.run(
      {
        kind: "propose",
        sampler,
        request: {
          space: { x: { type: "float", low: 1, high: 2 } },
          trials,
          running: [],
          directions: ["minimize"],
          number: trials.length,
          seed: 1,
        },
      },
      LIMITS,
    );

  it("propose what the sampler does", async () => {
    const { params, why } = done(await propose({ kind: "random" })).proposal as Proposal;
    expect(params.x).toBeGreaterThanOrEqual(1);
    expect(params.x).toBeLessThanOrEqual(2);
    expect(why.rule).not.toBe("");
  });

  it("propose nothing when the sampler is through with its space", async () => {
    const point = { kind: "grid", points: { x: [1.5] } };
    const first = done(await propose(point)).proposal as Proposal;
    expect(first.params).toEqual({ x: 1.5 });
    const tried: FrozenTrial = {
      number: 0,
      state: "complete",
      params: first.params,
      distributions: {},
      values: [1],
      intermediate: [],
      userAttrs: {},
      why: null,
    };
    expect(await propose(point, [tried])).toEqual({ status: "done", outcome: { proposal: null } });
  });

  it.each([
    ["throws", "EVALUATOR_THREW"],
    ["fails", "EVALUATOR_THREW"],
    ["no_proposal", "EVALUATOR_THREW"],
  ])("fail when the sampler %s", async (act, code) => {
    expect(await propose({ kind: "hostile", act })).toMatchObject({ status: "failed", error: { code } });
  });

  it("fail when nobody provides the sampler", async () => {
    expect(await propose({ kind: "nobody" })).toMatchObject({ status: "failed", error: { code: "SAMPLER_UNKNOWN" } });
  });

  it("take a snapshot, the same one of the same data", async () => {
    const again = done(await evaluator.run(snapshotJob(home), LIMITS));
    expect(again.summary).toEqual(summary);
    expect(again.files).toMatchObject([{ path: join(home, "rows.csv") }]);
  });

  it("describe what the plugins provide", async () => {
    const { learners, plugins, broken } = done(await evaluator.run({ kind: "describe" }, LIMITS));
    expect(learners.map(({ name }) => name)).toEqual(expect.arrayContaining(["dummy", "linear", "hostile"]));
    expect(plugins.find(({ name }) => name === "hostile")).toMatchObject({ builtin: false, version: "1.0.0" });
    expect(broken).toEqual([]);
  });
});

describe("plugins", () => {
  it("are started in the evaluator and disposed of when it ends", async () => {
    const plugins = join(home, "own", "plugins");
    await mkdir(plugins, { recursive: true });
    await writeFile(
      join(plugins, "diary.js"),
      `import { appendFileSync } from "node:fs";
       import { definePlugin } from "sous";
       const write = (line) => appendFileSync(new URL("diary.txt", import.meta.url), line + "\\n");
       export default definePlugin({ name: "diary", version: "1.0.0", start: () => write("start"), dispose: () => write("dispose") });`,
    );
    const own = evaluatorIn(home, { places: { artifacts: join(home, "artifacts"), plugins } });
    await own.run({ kind: "describe" }, LIMITS);
    await own.close();
    expect(await readFile(join(plugins, "diary.txt"), "utf8")).toBe("start\ndispose\n");
  });
});
