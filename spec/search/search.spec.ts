/** Studies on the real evaluator process, over a real snapshot. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStorage, nopPruner, type Storage } from "hyperparameter-js";
import type { Evaluator, SnapshotOutcome } from "../../core/evaluator/messages.js";
import { parseRecipe } from "../../core/recipe/parse.js";
import type { Recipe } from "../../core/recipe/recipe.js";
import type { OpeningTrial } from "../../core/search/opening.js";
import { HOLDOUT } from "../../core/search/resampling.js";
import { type SearchResult, searched } from "../../core/search/result.js";
import { type SearchPorts, search } from "../../core/search/search.js";
import { DESCRIPTORS } from "../support/descriptors.js";
import { evaluatorIn, snapshotIn } from "../support/evaluator.js";
import { quietPorts, studyLog } from "../support/studies.js";

const SPACE = {
  learner: { type: "categorical", choices: ["linear"] },
  "linear.penalty": { type: "categorical", choices: ["l2"], when: { learner: "linear" } },
  "linear.l2": { type: "float", low: 1e-5, high: 1, log: true, when: { learner: "linear" } },
} as const;

let home: string;
let evaluator: Evaluator;
let snapshot: SnapshotOutcome;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "sous-search-"));
  evaluator = evaluatorIn(home, { slots: 2 });
  snapshot = await snapshotIn(home, evaluator);
});

afterAll(async () => {
  await evaluator.close();
  await rm(home, { recursive: true, force: true });
});

function recipe(budget: string): Recipe {
  const text = `data: { source: rows.csv, target: answer }\nmetric: log_loss\nbudget: ${budget}\n`;
  return parseRecipe(text, { descriptors: DESCRIPTORS, roots: [], path: "/home/x.recipe.yaml" }).recipe;
}

interface Run {
  readonly budget: string;
  readonly storage?: Storage;
  readonly ports?: Partial<SearchPorts>;
  readonly opening?: readonly OpeningTrial[];
}

function run({ budget, storage = memoryStorage(), ports = {}, opening = [] }: Run): Promise<SearchResult | null> {
  return search(
    {
      recipe: recipe(budget),
      snapshot: snapshot.summary.digest,
      resampling: HOLDOUT,
      space: SPACE,
      metric: { name: "log_loss", direction: "minimize" },
      pruner: nopPruner(),
      opening,
    },
    { ...quietPorts(evaluator, storage), ...ports },
  );
}

describe("search", () => {
  it("returns the trial with the best score on the select side, and counts trials and work", async () => {
    const storage = memoryStorage();
    const result = await run({ budget: "{ trials: 6 }", storage });
    const scores = searched(await storage.load()).map((trial) => trial.values?.[0] ?? Number.NaN);
    expect(result?.finalist?.outcome.score).toBe(Math.min(...scores));
    expect(result).toMatchObject({ ended: "trials", counts: { complete: 6, pruned: 0, failed: 0 } });
    expect(result?.work).toBeGreaterThan(0);
  });

  it("writes the same log one trial at a time and two at a time", async () => {
    const [one, two] = [memoryStorage(), memoryStorage()];
    await run({ budget: "{ trials: 8, threads: 2 }", storage: two });
    const single: Evaluator = { run: (job, options) => evaluator.run(job, options), slots: 1, close: async () => {} };
    await run({ budget: "{ trials: 8, threads: 2 }", storage: one, ports: { evaluator: single } });
    expect(await studyLog(one)).toBe(await studyLog(two));
  });

  it("continues an interrupted study to the log and the finalist that it would have had", async () => {
    const [whole, broken] = [memoryStorage(), memoryStorage()];
    const expected = await run({ budget: "{ trials: 7 }", storage: whole });
    for (let breaks = 1; breaks <= 2; breaks += 1) {
      const controller = new AbortController();
      const onTrial = () => controller.abort();
      const ports = { signal: controller.signal, onTrial };
      expect(await run({ budget: "{ trials: 7 }", storage: broken, ports })).toBeNull();
    }
    const resumed = await run({ budget: "{ trials: 7 }", storage: broken });
    expect(await studyLog(broken)).toBe(await studyLog(whole));
    expect(resumed?.finalist?.outcome.model).toBe(expected?.finalist?.outcome.model);
  });

  it("tells of its first complete trial once, with the same trials however many run at once and after a break", async () => {
    const told: (readonly number[])[] = [];
    const onFirst: SearchPorts["onFirst"] = async (trials) => {
      told.push(trials.filter(({ state }) => state === "complete").map(({ number }) => number));
    };
    const single: Evaluator = { run: (job, options) => evaluator.run(job, options), slots: 1, close: async () => {} };
    const storage = memoryStorage();
    await run({ budget: "{ trials: 4 }", storage, ports: { onFirst } });
    await run({ budget: "{ trials: 4 }", ports: { onFirst, evaluator: single } });
    await run({ budget: "{ trials: 5 }", storage, ports: { onFirst } });
    expect(told).toEqual([[0], [0], [0]]);
  });

  it("ends with what goes wrong in the look at its first trial", async () => {
    const onFirst = () => Promise.reject(new RangeError("no room"));
    await expect(run({ budget: "{ trials: 4 }", ports: { onFirst } })).rejects.toThrow("no room");
  });

  it("ends by work at the same trial however many run at once", async () => {
    const first = await run({ budget: "{ trials: 3 }" });
    const budget = `{ trials: 40, work: ${Math.round((first?.work ?? 0) * 2)} }`;
    const single: Evaluator = { run: (job, options) => evaluator.run(job, options), slots: 1, close: async () => {} };
    const [wide, narrow] = [await run({ budget }), await run({ budget, ports: { evaluator: single } })];
    expect(wide).toMatchObject({ ended: "work", counts: narrow?.counts });
    expect(wide?.counts.complete).toBeLessThan(40);
  });

  it("ends early by wall time, says so, and keeps what is complete", async () => {
    const result = await run({ budget: "{ trials: 100000, wall: 2s }" });
    expect(result?.ended).toBe("wall");
    expect(result?.finalist).not.toBeNull();
  });

  it("begins with its opening, and says of each of these trials where it is from", async () => {
    const storage = memoryStorage();
    const opening = [0.01, 0.3].map((l2, at) => ({
      params: { learner: "linear", "linear.penalty": "l2", "linear.l2": l2 },
      from: `portfolio ${at + 1}`,
    }));
    await run({ budget: "{ trials: 3 }", storage, opening });
    const trials = await storage.load();
    expect(trials.slice(0, 2).map(({ params, userAttrs }) => ({ params, from: userAttrs.from }))).toEqual(opening);
    expect(trials[2]?.userAttrs).not.toHaveProperty("from");
  });

  it("goes on in its opening where it was interrupted, and enqueues none of it twice", async () => {
    const [whole, broken] = [memoryStorage(), memoryStorage()];
    const opening = [1e-4, 1e-3, 1e-2].map((l2) => ({
      params: { learner: "linear", "linear.penalty": "l2", "linear.l2": l2 },
      from: "elsewhere",
    }));
    await run({ budget: "{ trials: 4 }", storage: whole, opening });
    const controller = new AbortController();
    const ports = { signal: controller.signal, onTrial: () => controller.abort() };
    expect(await run({ budget: "{ trials: 4 }", storage: broken, opening, ports })).toBeNull();
    await run({ budget: "{ trials: 4 }", storage: broken, opening });
    expect(await studyLog(broken)).toBe(await studyLog(whole));
  });
});
