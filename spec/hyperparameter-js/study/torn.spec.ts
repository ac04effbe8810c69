/** A study with reports, pruning and trials in parallel, whose file was torn off anywhere, goes on to the same bytes. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import {
  autoSampler,
  createStudy,
  hyperbandPruner,
  medianPruner,
  type Pruner,
  type Sampler,
  type Space,
  type Trial,
  TrialPruned,
  tpeSampler,
} from "hyperparameter-js";
import { fileStorage } from "hyperparameter-js/file";
import { textOf } from "../../../core/hyperparameter-js/src/conformance/finding.js";
import { inFolder } from "../../support/folder.js";

const SPACE: Space = {
  kind: { type: "categorical", choices: ["a", "b"] },
  rate: { type: "float", low: 1e-4, high: 1, log: true },
  depth: { type: "int", low: 1, high: 9, when: { kind: "a" } },
};
const TRIALS = 26;
const EPOCHS = 8;

async function objective(trial: Trial<unknown>): Promise<number> {
  const { rate, depth } = trial.params as { readonly rate: number; readonly depth?: number };
  const loss = Math.abs(Math.log10(rate) + 2) + Math.abs((depth ?? 5) - 4);
  trial.setUserAttr("depth", depth ?? null);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let turn = (trial.number * 7 + epoch) % 3; turn > 0; turn--) await Promise.resolve();
    trial.report(loss + (4 * (1 + (trial.number % 3))) / (1 + epoch), epoch);
    if (trial.shouldPrune()) throw new TrialPruned();
  }
  if (trial.number % 11 === 10) return Number.NaN;
  return loss;
}

interface Run {
  readonly sampler: () => Sampler;
  readonly pruner: () => Pruner;
}

/** Runs what is left to the end; the log as text. */
async function finish(path: string, { sampler, pruner }: Run, concurrency: number): Promise<string> {
  const storage = fileStorage(path, { durability: "buffered" });
  const options = { sampler: sampler(), pruner: pruner(), space: SPACE, storage, seed: 6, lag: 7 };
  const study = await createStudy(options);
  const ended = study.trials.filter(({ state }) => state !== "running").length;
  await study.optimize(objective, { nTrials: TRIALS - ended, concurrency });
  await storage.close();
  return textOf(study.trials);
}

const RUNS: readonly (readonly [string, Run])[] = [
  ["auto, median", { sampler: autoSampler, pruner: () => medianPruner({ startup: 3 }) }],
  ["tpe, hyperband", { sampler: () => tpeSampler({ startup: 5 }), pruner: () => hyperbandPruner() }],
];

describe.each(RUNS)("%s", (_, run) => {
  it("writes the same log with 1, 2, 4 and 8 trials at once, pruned ones among them", () =>
    inFolder(async (folder) => {
      const logs = new Set<string>();
      for (const concurrency of [1, 2, 4, 8])
        logs.add(await finish(join(folder, `${concurrency}.journal`), run, concurrency));
      expect(logs.size).toBe(1);
      for (const state of ["complete", "pruned", "failed"]) expect([...logs][0]).toContain(`"state":"${state}"`);
    }));

  it("torn off at any byte and opened again, goes on to the same log with as many at once as it likes", () =>
    inFolder(async (folder) => {
      const path = join(folder, "whole.journal");
      const wanted = await finish(path, run, 4);
      const bytes = await readFile(path);
      let cuts = 0;
      const torn = async (share: number, concurrency: number) => {
        const cut = join(folder, `${cuts++}.journal`);
        await writeFile(cut, bytes.subarray(0, Math.floor(share * bytes.length)));
        expect(await finish(cut, run, concurrency)).toBe(wanted);
      };
      const concurrency = fc.constantFrom(1, 2, 4, 8);
      const share = fc.double({ min: 0, max: 1, noNaN: true });
      await fc.assert(fc.asyncProperty(share, concurrency, torn), { numRuns: 15, endOnFailure: true });
    }));
});
