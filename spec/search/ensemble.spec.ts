/** A study's last candidate, on the real evaluator process, over learners that each see a part of what there is to know. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng, type FrozenTrial, memoryStorage, nopPruner, type Space, type Storage } from "hyperparameter-js";
import { decodeMetadata } from "onnx-train";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import type { Evaluator, SnapshotOutcome, TrialOutcome } from "../../core/evaluator/messages.js";
import { parseRecipe } from "../../core/recipe/parse.js";
import { HOLDOUT } from "../../core/search/resampling.js";
import { outcomeOf, reasonOf, type SearchResult, searched } from "../../core/search/result.js";
import { type SearchPorts, search } from "../../core/search/search.js";
import { DESCRIPTORS } from "../support/descriptors.js";
import { evaluatorIn, LIMITS, snapshotJob } from "../support/evaluator.js";
import { quietPorts, studyLog } from "../support/studies.js";

const VIEWS = join(import.meta.dirname, "../fixtures/plugins/views");
const OF_VIEWS = { learner: "views" } as const;

const space = (columns: readonly string[], opsets: readonly number[] = [17], sure = 1): Space => ({
  learner: { type: "categorical", choices: ["views"] },
  "views.column": { type: "categorical", choices: columns, when: OF_VIEWS },
  "views.gain": { type: "float", low: 0.9 * sure, high: 1.1 * sure, when: OF_VIEWS },
  "views.opset": { type: "categorical", choices: opsets, when: OF_VIEWS },
});

let home: string;
let evaluator: Evaluator;
let snapshot: SnapshotOutcome;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "sous-ensemble-"));
  evaluator = evaluatorIn(home, { places: { artifacts: join(home, "artifacts"), plugins: VIEWS } });
  const rng = createRng(3, "rows");
  const rows = Array.from({ length: 1500 }, (_, row) => {
    const z = rng.normal();
    const views = [1, 2, 3, 4].map(() => (z + 1.2 * rng.normal()).toFixed(3));
    return `${row},${views.join(",")},${z + 0.3 * rng.normal() > 0 ? "yes" : "no"}`;
  });
  await writeFile(join(home, "rows.csv"), ["id,a,b,c,d,answer", ...rows, ""].join("\n"));
  const result = await evaluator.run(snapshotJob(home), LIMITS);
  if (result.status !== "done") throw new Error(JSON.stringify(result));
  snapshot = result.outcome;
});

afterAll(async () => {
  await evaluator.close();
  await rm(home, { recursive: true, force: true });
});

interface Run {
  readonly storage?: Storage;
  readonly ports?: Partial<SearchPorts>;
  readonly text?: string;
  readonly points?: Space;
}

function run({ storage = memoryStorage(), ports = {}, points = space(["a", "b", "c", "d"]), ...given }: Run) {
  const { text = "" } = given;
  const metrics = "metric: roc_auc\nsecondary_metrics: [log_loss]";
  const source = `data: { source: rows.csv, target: answer }\n${metrics}\nbudget: { trials: 8 }\n${text}`;
  const { recipe } = parseRecipe(source, { descriptors: DESCRIPTORS, roots: [], path: "/home/x.recipe.yaml" });
  const sampled = { ...recipe, search: { ...recipe.search, sampler: { kind: "random" } } };
  return search(
    {
      recipe: sampled,
      snapshot: snapshot.summary.digest,
      resampling: HOLDOUT,
      space: points,
      metric: { name: "roc_auc", direction: "maximize" },
      pruner: nopPruner(),
      opening: [],
    },
    { ...quietPorts(evaluator, storage), ...ports },
  );
}

const last = async (storage: Storage) => (await storage.load()).find(({ number }) => number === 8) as FrozenTrial;
const model = (result: SearchResult | null) => result?.finalist?.outcome.model;

describe("the last candidate of a study", () => {
  it("is the finalist where trials are better together, and recorded as a trial that nobody proposed", async () => {
    const storage = memoryStorage();
    const told: number[] = [];
    const result = await run({ storage, ports: { onEnsemble: ({ number }) => told.push(number) } });
    const trials = await storage.load();
    const best = Math.max(...searched(trials).map((trial) => outcomeOf(trial)?.score ?? 0));
    expect(result?.finalist).toMatchObject({ trial: 8, learner: "ensemble" });
    expect(result?.finalist?.ensemble?.members.length).toBeGreaterThan(1);
    expect(result?.finalist?.outcome.score).toBeGreaterThan(best);
    expect(result?.finalist?.outcome.secondary).toHaveProperty("log_loss");
    expect(result?.finalist?.outcome.parity).toMatchObject({ rows: 1000, labelAgreement: 1 });
    expect(result?.finalist?.outcome.parity.maxAbs).toBeLessThan(1e-6);
    expect(result?.counts).toEqual({ complete: 8, pruned: 0, failed: 0 });
    expect(await last(storage)).toMatchObject({ state: "complete", params: { learner: "ensemble" } });
    expect(reasonOf(await last(storage))).toMatch(/together are better than the best one: roc_auc by 0\.\d+ .*delong/);
    expect(told).toEqual([8]);
  });

  it("is one ONNX file that names its members", async () => {
    const result = await run({});
    const bytes = await new Artifacts(join(home, "artifacts")).find(model(result) ?? "");
    const metadata = decodeMetadata(bytes ?? new Uint8Array());
    expect(bytes).toHaveLength(result?.finalist?.outcome.bytes ?? -1);
    expect(metadata["sous.learner"]).toBe("ensemble");
    expect(JSON.parse(metadata["sous.members"] ?? "[]")).toHaveLength(result?.finalist?.ensemble?.members.length ?? -1);
  });

  it("is the same with one trial at a time and with two", async () => {
    const [one, two] = [memoryStorage(), memoryStorage()];
    const single: Evaluator = { run: (job, options) => evaluator.run(job, options), slots: 1, close: async () => {} };
    const results = [await run({ storage: one, ports: { evaluator: single } }), await run({ storage: two })];
    expect(model(results[0] ?? null)).toBe(model(results[1] ?? null));
    expect(await studyLog(one)).toBe(await studyLog(two));
  });

  it("is the same after the study was interrupted: among its trials, while it was made, and once it was recorded", async () => {
    const [whole, broken] = [memoryStorage(), memoryStorage()];
    const expected = await run({ storage: whole });
    const among = new AbortController();
    await run({ storage: broken, ports: { signal: among.signal, onTrial: () => among.abort() } });
    const during = new AbortController();
    const stopping: Evaluator = {
      slots: 2,
      close: async () => {},
      run: (job, options) => {
        if (job.kind === "ensemble") during.abort();
        return evaluator.run(job, options);
      },
    };
    expect(await run({ storage: broken, ports: { signal: during.signal, evaluator: stopping } })).toBeNull();
    expect(await broken.load()).toHaveLength(8);
    for (let again = 0; again < 2; again++) expect(model(await run({ storage: broken }))).toBe(model(expected));
    expect(await studyLog(broken)).toBe(await studyLog(whole));
  });

  it("is made of trials made again where their models or predictions were cleared away", async () => {
    const storage = memoryStorage();
    const jobs: string[] = [];
    let cleared = false;
    const forgetful: Evaluator = {
      slots: 2,
      close: async () => {},
      run: async (job, options) => {
        if (job.kind === "ensemble" && !cleared) await rm(join(home, "artifacts/blobs"), { recursive: true });
        cleared ||= job.kind === "ensemble";
        jobs.push(job.kind);
        return evaluator.run(job, options);
      },
    };
    const expected = await run({});
    expect(model(await run({ storage, ports: { evaluator: forgetful } }))).toBe(model(expected));
    expect(jobs.filter((kind) => kind === "trial").length).toBe(16);
    expect(await new Artifacts(join(home, "artifacts")).find(model(expected) ?? "")).not.toBeNull();
  });

  it("is one model where its probabilities are too sure, with others that keep the order of rows", async () => {
    const storage = memoryStorage();
    const result = await run({ storage, points: space(["a"], [17], 6) });
    const trial = searched(await storage.load()).find(
      ({ number }) => number === result?.finalist?.ensemble?.members[0]?.trial,
    );
    const before = trial && outcomeOf(trial);
    const { score = 0, secondary = {}, parity } = result?.finalist?.outcome ?? {};
    expect(result?.finalist?.ensemble?.members).toHaveLength(1);
    expect(result?.finalist?.ensemble?.calibration).not.toBeNull();
    expect(secondary.log_loss).toBeLessThan((before?.secondary.log_loss ?? 0) - 0.05);
    expect(Math.abs(score - (before?.score ?? 0))).toBeLessThan(0.01);
    expect(parity?.maxAbs).toBeLessThan(1e-5);
    expect(reasonOf(await last(storage))).toMatch(/calibrated/);
  });

  it("is scored by what its label says, where that has a threshold", async () => {
    const storage = memoryStorage();
    await run({ storage, text: "search: { ensemble: { size: 0 } }\n" });
    const [trial] = await storage.load();
    const { model, prediction = "", bytes, parity } = outcomeOf(trial as FrozenTrial) as TrialOutcome;
    const job = {
      kind: "ensemble",
      snapshot: snapshot.summary.digest,
      resampling: HOLDOUT,
      metric: "accuracy",
      secondary: ["log_loss"],
      size: 4,
      candidates: [{ trial: 0, model, prediction, bytes, parity }],
      seed: 1,
    } as const;
    const share = (summary: typeof snapshot.summary) =>
      (summary.sides.select.classCounts[1] ?? 0) / summary.sides.select.rows;
    const scores = [];
    for (const threshold of [null, 1e-9, 1]) {
      const chosen = { members: [{ trial: 0, count: 1 }], calibration: null, threshold };
      const result = await evaluator.run({ ...job, chosen }, LIMITS);
      if (result.status === "done" && result.outcome.candidate) scores.push(result.outcome.candidate);
    }
    expect(scores.map(({ score }) => score)).toEqual([
      expect.closeTo(share(snapshot.summary), 9),
      expect.closeTo(1 - share(snapshot.summary), 9),
    ]);
    expect(scores[0]?.secondary).toEqual(scores[1]?.secondary);
  });

  it("is not there where trials together are not better, with the reason; the best of them is the finalist", async () => {
    const storage = memoryStorage();
    const result = await run({ storage, points: space(["a"]) });
    expect(result?.finalist).toMatchObject({ learner: "views", ensemble: null });
    expect(result?.finalist?.trial).toBeLessThan(8);
    expect(await last(storage)).toMatchObject({ state: "pruned", values: null });
    expect(reasonOf(await last(storage))).toMatch(/alone/);
  });

  it("is a failure with a code where the models can't be merged, and the study goes on without it", async () => {
    const storage = memoryStorage();
    const result = await run({ storage, points: space(["a", "b", "c", "d"], [17, 18]) });
    expect(result?.finalist).toMatchObject({ learner: "views", ensemble: null });
    expect(await last(storage)).toMatchObject({
      state: "failed",
      userAttrs: { error: { code: "ENSEMBLE_UNMERGEABLE" } },
    });
    expect(result?.counts.failed).toBe(0);
  });

  it("is not made of trials that an older version ran, which left no predictions", async () => {
    const storage = memoryStorage();
    const forget = (trial: FrozenTrial): FrozenTrial => {
      const { prediction: _, ...outcome } = outcomeOf(trial) ?? {};
      return { ...trial, userAttrs: { ...trial.userAttrs, outcome } };
    };
    await run({ storage, text: "search: { ensemble: { size: 0 } }\n" });
    const older = { ...storage, load: async () => (await storage.load()).map(forget) };
    expect((await run({ storage: older }))?.finalist).toMatchObject({ learner: "views", ensemble: null });
  });

  it("is not made where the recipe wants none", async () => {
    const storage = memoryStorage();
    const result = await run({ storage, text: "search: { ensemble: { size: 0 } }\n" });
    expect(result?.finalist?.ensemble).toBeNull();
    expect(await storage.load()).toHaveLength(8);
  });
});
