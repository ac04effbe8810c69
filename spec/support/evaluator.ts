/** The real evaluator process, with the plugin that does what plugins must not. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Params } from "hyperparameter-js";
import { type EvaluatorOptions, startEvaluator } from "../../core/evaluator/local.js";
import type { Evaluator, SnapshotJob, SnapshotOutcome, TrialJob } from "../../core/evaluator/messages.js";
import { HOLDOUT } from "../../core/search/resampling.js";
import { builtUrl } from "./child.js";

export const HOSTILE = join(import.meta.dirname, "../fixtures/plugins/hostile");
export const MEMORY = 600 * 2 ** 20;
export const LIMITS = { deadline: 60, memory: MEMORY };

const ROWS = 400;

/** @param home where the artifacts are */
export function evaluatorIn(home: string, options: Partial<EvaluatorOptions> = {}): Evaluator {
  return startEvaluator({
    host: new URL(builtUrl("workers/host.js")),
    places: { artifacts: join(home, "artifacts"), plugins: HOSTILE },
    slots: 2,
    idleSeconds: 60,
    ...options,
  });
}

/** Two columns, of which the number tells the class but for some noise. */
export async function snapshotIn(home: string, evaluator: Evaluator): Promise<SnapshotOutcome> {
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const x = (row * 37) % 101;
    return `${row},${x},${["red", "green", "blue"][row % 3]},${x + ((row * 13) % 29) > 64 ? "yes" : "no"}`;
  });
  await writeFile(join(home, "rows.csv"), ["id,x,colour,answer", ...rows, ""].join("\n"));
  const result = await evaluator.run(snapshotJob(home), LIMITS);
  if (result.status !== "done") throw new Error(JSON.stringify(result));
  return result.outcome;
}

export function snapshotJob(home: string): SnapshotJob & { readonly kind: "snapshot" } {
  return {
    kind: "snapshot",
    folder: home,
    roots: [home],
    data: {
      source: ["rows.csv"],
      reader: null,
      target: "answer",
      positive: "yes",
      ignore: [],
      types: {},
      leaks: "warn",
      weight: null,
      group: null,
      time: null,
      side: null,
      key: ["id"],
    },
    named: [],
    task: null,
    split: { method: "hash", fractions: { train: 0.6, select: 0.2, confirm: 0.2 }, seed: 1 },
    cuts: null,
    kept: [],
    memory: MEMORY,
  };
}

export function trialOf(snapshot: string, params: Params, learner = "hostile"): TrialJob & { readonly kind: "trial" } {
  return {
    kind: "trial",
    snapshot,
    resampling: HOLDOUT,
    learner,
    params,
    seed: 5,
    metric: "log_loss",
    secondary: ["accuracy"],
  };
}

/** The processes that were marked in a file, one for each attempt. */
export async function marksIn(path: string): Promise<number[]> {
  const text = await readFile(path, "utf8").catch(() => ""); // nothing was marked
  return text.split("\n").filter(Boolean).map(Number);
}

/** Resolves when it holds; a test that waits in vain ends by its time limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(20);
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}
