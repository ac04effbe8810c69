import fc from "fast-check";
import {
  createRng,
  createStudy,
  type FrozenTrial,
  memoryStorage,
  type Params,
  type Space,
  type Storage,
  type Study,
  type Trial,
  TrialPruned,
  tpeSampler,
} from "hyperparameter-js";
import { anySpace } from "../space/arbitrary.js";

const SPACE: Space = {
  learner: { type: "categorical", choices: ["linear", "tree"] },
  l2: { type: "float", low: 1e-3, high: 10, log: true, when: { learner: "linear" } },
  depth: { type: "int", low: 1, high: 9, when: { learner: "tree" } },
  share: { type: "float", low: 0, high: 1, step: 0.1 },
};

/** A value that depends on the parameters alone, whatever they are. */
function scoreOf(params: Params): number {
  return Object.values(params).reduce<number>(
    (sum, each) => sum + (typeof each === "number" ? (each - 0.3) ** 2 : String(each).length),
    0,
  );
}

/** Waits so many turns of the event loop: the order of ends, not the time, is what is tried out. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

function declared(trial: Trial<unknown>): number {
  const value = scoreOf((trial as Trial).params);
  for (let step = 0; step < 3; step++) {
    trial.report(value + (step === 2 ? 0 : 1), step);
    if (trial.shouldPrune()) throw new TrialPruned();
  }
  trial.setUserAttr("done", trial.number);
  if (trial.number % 11 === 10) return Number.NaN;
  return value;
}

function defineByRun(trial: Trial<unknown>): number {
  const x = trial.suggestFloat("x", 0, 1);
  const y = x > 0.5 ? trial.suggestInt("y", 1, 8, { log: true }) : 0;
  const z = trial.suggestCategorical("z", trial.number % 5 === 4 ? ["a", "b", "c"] : ["a", "b"]);
  return (x - 0.6) ** 2 + y / 10 + (z === "a" ? 0 : 1);
}

interface Run {
  readonly objective: (trial: Trial<unknown>) => number;
  readonly space?: Space;
  readonly lag: number;
  readonly trials: number;
}

function open({ space, lag }: Run, storage: Storage): Promise<Study> {
  const sampler = tpeSampler({ startup: 4, candidates: 8 });
  return createStudy({ ...(space ? { space } : {}), lag, storage, sampler, seed: 11 });
}

/** The log after a whole run, with ends in an order drawn from `shuffle`. */
async function logOf(run: Run, concurrency: number, shuffle: number): Promise<string> {
  const study = await open(run, memoryStorage());
  const rng = createRng(shuffle, "order");
  const waits = Array.from({ length: run.trials }, () => rng.int(6));
  const objective = async (trial: Trial<unknown>) => {
    await turns(waits[trial.number] as number);
    return run.objective(trial);
  };
  await study.optimize(objective, { nTrials: run.trials, concurrency });
  return JSON.stringify(study.trials);
}

const RUNS: readonly (readonly [string, Omit<Run, "lag">])[] = [
  ["a declared space with pruning", { objective: declared, space: SPACE, trials: 40 }],
  ["define-by-run", { objective: defineByRun, trials: 40 }],
];

describe.each(RUNS)("logical time, %s", (_, run) => {
  it.each([
    [3, [1, 2, 4]],
    [7, [1, 4, 8]],
  ])("with lag %d writes the same bytes with %j trials at once, in any order of ends", async (lag, atOnce) => {
    const logs = new Set<string>();
    for (const concurrency of atOnce)
      for (let shuffle = 0; shuffle < 3; shuffle++) logs.add(await logOf({ ...run, lag }, concurrency, shuffle));
    expect(logs.size).toBe(1);
    const states = new Set((JSON.parse([...logs][0] as string) as FrozenTrial[]).map(({ state }) => state));
    expect(states).toContain("complete");
  });

  it("shows a proposal no more than lag allows", async () => {
    expect(await logOf({ ...run, lag: 0 }, 1, 0)).not.toBe(await logOf({ ...run, lag: 4 }, 1, 0));
  });
});

describe.each(RUNS)("an interruption, %s", (_, run) => {
  /** Stops the world at the n-th write: that write, and all later ones, never happen. */
  function dying(inner: Storage, writes: number): Storage {
    let left = writes;
    return {
      load: inner.load,
      put: async (trial) => {
        if (left === 0) return new Promise<never>(() => undefined);
        left--;
        await inner.put(trial);
      },
    };
  }

  async function ends(study: Study, run: Run, concurrency: number): Promise<void> {
    const rng = createRng(concurrency, "order");
    const objective = async (trial: Trial<unknown>) => {
      await turns(rng.int(4));
      return run.objective(trial);
    };
    const left = run.trials - study.trials.filter(({ state }) => state !== "running").length;
    await study.optimize(objective, { nTrials: left, concurrency });
  }

  it.each([
    [0, 1],
    [2, 3],
  ])("with lag %d and %d at once, at any write, changes no byte of the log", async (lag, concurrency) => {
    const whole = { ...run, lag, trials: 14 };
    const wanted = await logOf(whole, concurrency, 0);
    for (let writes = 0; writes <= 2 * whole.trials; writes++) {
      const storage = memoryStorage();
      const first = await open(whole, dying(storage, writes));
      await Promise.race([ends(first, whole, concurrency), turns(12 * whole.trials)]);
      const second = await open(whole, storage);
      await ends(second, whole, concurrency);
      expect(JSON.stringify(second.trials)).toBe(wanted);
      expect(JSON.stringify((await storage.load()).toSorted((a, b) => a.number - b.number))).toBe(wanted);
    }
  });
});

describe("replay", () => {
  it("gives the same log for the same seed on any space", async () => {
    await fc.assert(
      fc.asyncProperty(anySpace, fc.nat(), async (space, seed) => {
        const log = async (from: number) => {
          const study = await createStudy({ space, seed: from, duplicates: true, sampler: tpeSampler({ startup: 3 }) });
          await study.optimize((trial) => scoreOf(trial.params), { nTrials: 8 });
          return JSON.stringify(study.trials);
        };
        expect(await log(seed)).toBe(await log(seed));
      }),
      { numRuns: 30 },
    );
  });

  it("keeps the proposals of earlier versions", async () => {
    const study = await createStudy({ space: SPACE, seed: 1, sampler: tpeSampler() });
    await study.optimize((trial) => scoreOf(trial.params), { nTrials: 30 });
    expect(study.trials.slice(28).map(({ params, why }) => ({ params, why }))).toEqual([
      {
        params: { learner: "linear", l2: 0.039246513955495534, share: 0.5 },
        why: { rule: "tpe", acquisition: 0.5695486604206782, nearest: [14, 12, 2] },
      },
      {
        params: { learner: "linear", l2: 0.29132323609467603, share: 0.4 },
        why: { rule: "tpe", acquisition: 1.5690452056259407, nearest: [14, 28, 4] },
      },
    ]);
  });

  it("waits with an ask until the trials before the lag have ended", async () => {
    const study = await createStudy({ space: SPACE, lag: 1 });
    const [first, second] = [await study.ask(), await study.ask()];
    let third: Trial<unknown> | null = null;
    const asking = study.ask().then((trial) => {
      third = trial;
    });
    await study.tell(second, 1);
    await turns(5);
    expect(third).toBeNull();
    await study.tell(first, 1);
    await asking;
    expect(third).toMatchObject({ number: 2 });
  });
});
