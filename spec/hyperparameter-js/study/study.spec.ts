import {
  createStudy,
  type FrozenTrial,
  HyperparameterError,
  memoryStorage,
  nopPruner,
  randomSampler,
  TrialPruned,
} from "hyperparameter-js";

const space = { x: { type: "float", low: -4, high: 4 }, kind: { type: "categorical", choices: ["a", "b"] } } as const;
const square = ({ params }: { params: { readonly x: number } }) => params.x ** 2;
const code = (wanted: string) => expect.objectContaining({ name: "HyperparameterError", code: wanted });

describe("ask and tell", () => {
  it("hands out numbered trials with typed parameters, and keeps frozen records", async () => {
    const study = await createStudy({ space, seed: 1 });
    const first = await study.ask();
    const kind: "a" | "b" = first.params.kind;
    expect([first.number, ["a", "b"].includes(kind), study.trials[0]?.state]).toEqual([0, true, "running"]);
    const told = await study.tell(first, square(first));
    expect(told).toMatchObject({
      number: 0,
      state: "complete",
      params: first.params,
      values: [square(first)],
      distributions: space,
    });
    expect([told, told.params, told.values, told.intermediate, told.userAttrs].every(Object.isFrozen)).toBe(true);
    expect((await study.ask()).number).toBe(1);
  });

  it("takes a space for one trial", async () => {
    const study = await createStudy({ space });
    const { params } = await study.ask({ n: { type: "int", low: 3, high: 3 } });
    expect(params).toEqual({ n: 3 });
  });

  it.each([
    [Number.NaN, { state: "failed", values: null }],
    [Number.POSITIVE_INFINITY, { state: "complete", values: [Number.POSITIVE_INFINITY] }],
    [[2], { state: "complete", values: [2] }],
    [
      { state: "complete" as const, values: 3 },
      { state: "complete", values: [3] },
    ],
    [{ state: "pruned" as const }, { state: "pruned", values: null }],
    [{ state: "failed" as const }, { state: "failed", values: null }],
    [{ state: "stale" as const }, { state: "stale", values: null }],
    [
      { state: "complete" as const, values: 3, constraints: [0.5, -1] },
      { state: "complete", values: [3], constraints: [0.5, -1] },
    ],
  ])("takes %j as the end of a trial", async (outcome, wanted) => {
    const study = await createStudy({ space });
    await study.ask();
    expect(await study.tell(0, outcome)).toMatchObject(wanted);
  });

  it("refuses to be told twice, also at once, of unknown trials, and of the wrong values", async () => {
    const study = await createStudy({ space, lag: 4, directions: ["minimize", "maximize"] });
    await study.ask();
    const trial = await study.ask();
    const both = await Promise.allSettled([study.tell(trial, [1, 2]), study.tell(trial, [1, 2])]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    const wrong: readonly (readonly [Promise<unknown>, string])[] = [
      [study.tell(trial, [1, 2]), "trial 1: expected a running trial, got a complete one (TRIAL_FINISHED)"],
      [study.tell(7, [1, 2]), "trial 7: expected a trial that was asked of this study, got none (TRIAL_UNKNOWN)"],
      [study.tell(0, 1), "trial 0: expected 2 numbers, one per direction, got 1 (VALUES_INVALID)"],
      [
        study.tell(0, JSON.parse('["1", 2]')),
        'trial 0: expected 2 numbers, one per direction, got ["1",2] (VALUES_INVALID)',
      ],
      [
        study.tell(0, JSON.parse('{"state":"done"}')),
        'trial 0: expected a state of complete, pruned, failed, stale, got {"state":"done"} (VALUES_INVALID)',
      ],
    ];
    for (const [call, message] of wrong) await expect(call).rejects.toThrow(message);
    const other = await createStudy({ space, directions: ["minimize", "maximize"] });
    await expect(study.tell(await other.ask(), [1, 2])).rejects.toEqual(code("TRIAL_UNKNOWN"));
    expect(() => trial.report(1, 1)).toThrow("TRIAL_FINISHED");
  });

  it("stays able to go on when the storage or the sampler fails once", async () => {
    const inner = memoryStorage();
    let broken = true;
    const storage = {
      load: inner.load,
      put: async (trial: FrozenTrial) => {
        if (broken) throw new Error("disk full");
        await inner.put(trial);
      },
    };
    const study = await createStudy({ space, storage });
    await expect(study.ask()).rejects.toThrow("disk full");
    broken = false;
    const trial = await study.ask();
    broken = true;
    await expect(study.tell(trial, 1)).rejects.toThrow("disk full");
    broken = false;
    expect((await study.tell(trial, 1)).number).toBe(0);
  });

  it("refuses a proposal that is not in the space", async () => {
    const sampler = { name: "stray", propose: () => ({ params: { x: 9 }, why: { rule: "stray" } }) };
    const study = await createStudy({ space: { x: { type: "float", low: 0, high: 1 } }, sampler });
    await expect(study.ask()).rejects.toThrow('trial 0, sampler stray: expected a point of the space {"x":');
    await expect(study.ask()).rejects.toEqual(code("PROPOSAL_INVALID"));
  });
});

describe("black-box constraints", () => {
  it("are kept with a complete trial, from the trial itself or from tell, and not with one that failed", async () => {
    const study = await createStudy({ space, seed: 2 });
    await study.optimize(
      (trial) => {
        trial.setConstraints([trial.number - 1]);
        return trial.number === 2 ? Number.NaN : 1;
      },
      { nTrials: 3 },
    );
    const last = await study.ask();
    last.setConstraints([7]);
    await study.tell(last, { state: "complete", values: 1, constraints: [8, 9] });
    expect(study.trials.map(({ constraints }) => constraints)).toEqual([[-1], [0], undefined, [8, 9]]);
  });

  it("are refused where one is NaN or no number, and the trial goes on", async () => {
    const study = await createStudy({ space });
    const trial = await study.ask();
    expect(() => trial.setConstraints([Number.NaN])).toThrow(code("CONSTRAINTS_INVALID"));
    const bad = JSON.parse('{"state":"complete","values":1,"constraints":["none"]}');
    await expect(study.tell(trial, bad)).rejects.toThrow(code("CONSTRAINTS_INVALID"));
    expect((await study.tell(trial, 1)).constraints).toBeUndefined();
  });
});

describe("options", () => {
  it("take the space as it is when given: what is written to it later changes nothing", async () => {
    const mine = { x: { type: "float", low: 0, high: 1 } } as { x: { type: "float"; low: number; high: number } };
    const study = await createStudy({ space: mine });
    mine.x.low = 0.9;
    mine.x.high = 0.1;
    expect((await study.ask()).params.x).toBeLessThan(1);
    expect(Object.isFrozen(mine)).toBe(false);
  });

  it.each([
    [{ seed: -1 }],
    [{ lag: 0.5 }],
    [{ budget: 0 }],
    [JSON.parse('{"unfinished":"forget"}')],
    [{ direction: "minimize", directions: ["minimize"] } as const],
    [{ directions: [] }],
    [JSON.parse('{"direction":"up"}')],
  ])("%j are refused", async (options) => {
    await expect(createStudy(options)).rejects.toEqual(code("OPTION_INVALID"));
  });

  it("need a storage without gaps", async () => {
    const storage = memoryStorage();
    const study = await createStudy({ space, storage });
    await study.ask();
    const [trial] = await storage.load();
    await storage.put({ ...(trial as FrozenTrial), number: 2 });
    await expect(createStudy({ space, storage })).rejects.toThrow("storage: expected trial 1, got 2 (STORAGE_INVALID)");
  });
});

describe("added trials", () => {
  it("count as history", async () => {
    const study = await createStudy({ space });
    await study.addTrial({ params: { x: 1, kind: "a" }, values: [7] });
    await study.addTrial({ params: { x: 2, kind: "a" }, state: "failed" });
    expect(study.bestTrial.values).toEqual([7]);
    expect((await study.ask()).number).toBe(2);
  });

  it("must have ended, with values where complete", async () => {
    const study = await createStudy({ space });
    await expect(study.addTrial({ params: {}, state: "running" })).rejects.toEqual(code("TRIAL_INVALID"));
    await expect(study.addTrial({ params: {} })).rejects.toEqual(code("VALUES_INVALID"));
  });
});

describe("the best", () => {
  it("is the first of equals, by the direction; failed and pruned trials are out of it", async () => {
    const study = await createStudy({ space, direction: "maximize" });
    expect(() => study.bestTrial).toThrow(code("NO_COMPLETE_TRIAL"));
    for (const outcome of [2, { state: "failed" } as const, 5, 5, { state: "pruned" } as const, Number.NaN])
      await study.tell(await study.ask(), outcome);
    expect(study.bestTrial.number).toBe(2);
    const kind: "a" | "b" = study.bestParams.kind;
    expect([study.bestValue, kind]).toEqual([5, study.bestTrial.params.kind]);
  });

  it("is a Pareto front for several directions", async () => {
    const study = await createStudy({ space, directions: ["minimize", "maximize"], sampler: randomSampler() });
    for (const values of [
      [1, 1],
      [2, 2],
      [2, 1],
      [0, 0],
      [1, 1],
      [3, 2],
    ])
      await study.tell(await study.ask(), values);
    expect(study.bestTrials.map(({ number }) => number)).toEqual([0, 1, 3, 4]);
    expect(() => study.bestTrial).toThrow(code("OBJECTIVES_UNSUPPORTED"));
  });
});

describe("finite spaces", () => {
  const small = {
    on: { type: "categorical", choices: [true, false] },
    n: { type: "int", low: 1, high: 3, when: { on: true } },
  } as const;

  it("give each point once, then reject with SPACE_EXHAUSTED; optimize ends there", async () => {
    const study = await createStudy({ space: small });
    await study.optimize(({ params }) => params.n ?? 0);
    const keys = study.trials.map(({ params }) => JSON.stringify(params));
    expect([keys.length, new Set(keys).size]).toEqual([4, 4]);
    await expect(study.ask()).rejects.toThrow(
      "trial 4: expected a point that no trial has, got none left (SPACE_EXHAUSTED)",
    );
  });

  it("give points again when asked to", async () => {
    const study = await createStudy({ space: small, duplicates: true });
    await study.optimize(({ params }) => params.n ?? 0, { nTrials: 30 });
    expect(study.trials.length).toBe(30);
  });

  it("get a fresh point where a stranger's sampler repeats itself", async () => {
    const sampler = { name: "stuck", propose: () => ({ params: { on: false }, why: { rule: "stuck" } }) };
    const study = await createStudy({ space: small, sampler });
    await study.optimize(() => 0, { nTrials: 4 });
    expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(4);
    expect(study.trials.map(({ why }) => why?.rule)).toEqual(["stuck", "unseen", "unseen", "unseen"]);
  });
});

describe("define-by-run", () => {
  it("learns the names as they come and proposes them together from then on", async () => {
    const study = await createStudy({ seed: 3 });
    await study.optimize(
      (trial) => {
        const rate = trial.suggestFloat("rate", 1e-4, 1, { log: true });
        const kind = trial.suggestCategorical("kind", ["flat", "deep"]);
        const depth = kind === "deep" ? trial.suggestInt("depth", 1, 9, { step: 2 }) : 5;
        expect(trial.suggestFloat("rate", 1e-4, 1, { log: true })).toBe(rate);
        return Math.abs(Math.log10(rate) + 2) + Math.abs(depth - 5) + (kind === "flat" ? 2 : 0);
      },
      { nTrials: 40 },
    );
    expect(study.bestTrial.params).toMatchObject({ kind: "deep", depth: 5 });
    expect((study.bestTrial.values as readonly number[])[0]).toBeLessThan(0.2);
    const flat = study.trials.find(({ params, number }) => params.kind === "flat" && number > 10) as FrozenTrial;
    expect(Object.keys(flat.params)).toEqual(["rate", "kind"]);
    expect(flat.asked?.params).toHaveProperty("depth");
    expect(flat.why?.rule).toMatch(/^auto/);
  });

  it("refuses one name with two distributions in a trial, and a wrong one", async () => {
    const study = await createStudy();
    const trial = await study.ask();
    trial.suggestInt("n", 1, 5);
    expect(() => trial.suggestInt("n", 1, 6)).toThrow(code("DISTRIBUTION_CHANGED"));
    expect(() => trial.suggestFloat("n", 1, 5)).toThrow(
      'trial 0, n: expected {"type":"int","low":1,"high":5}, got {"type":"float","low":1,"high":5} (DISTRIBUTION_CHANGED)',
    );
    expect(() => trial.suggestFloat("x", 1, 0)).toThrow("x.low: expected at most high, 0, got 1 (BOUNDS_REVERSED)");
  });

  it("lets a range change between trials", async () => {
    const study = await createStudy();
    const wide = await study.ask();
    wide.suggestInt("n", 50, 60);
    await study.tell(wide, 0);
    const narrow = await study.ask();
    expect(narrow.suggestInt("n", 1, 3)).toBeLessThanOrEqual(3);
  });

  it("gives enqueued values to the names they are for, and refuses those that don't fit", async () => {
    const study = await createStudy();
    await study.enqueueTrial({ n: 2, m: 70 });
    const trial = await study.ask();
    expect(trial.suggestInt("n", 1, 3)).toBe(2);
    expect(() => trial.suggestInt("m", 1, 3)).toThrow(code("PARAMS_OUTSIDE"));
  });
});

describe("reports", () => {
  it("keep the first value of a step, NaN too, and refuse what is no step or number", async () => {
    const study = await createStudy({ space });
    const trial = await study.ask();
    trial.report(3, 0);
    trial.report(4, 0);
    trial.report(Number.NaN, 2);
    for (const step of [-1, 0.5, Number.NaN]) expect(() => trial.report(1, step)).toThrow(code("REPORT_INVALID"));
    expect(() => trial.report(JSON.parse('"1"'), 3)).toThrow(code("REPORT_INVALID"));
    trial.setUserAttr("epochs", 2);
    expect(await study.tell(trial, { state: "pruned" })).toMatchObject({
      intermediate: [
        [0, 3],
        [2, Number.NaN],
      ],
      userAttrs: { epochs: 2 },
    });
  });

  it("are what the pruner decides by", async () => {
    const study = await createStudy({ space, sampler: randomSampler() });
    await study.optimize(
      (trial) => {
        trial.report(trial.number, 0);
        if (trial.shouldPrune()) throw new TrialPruned();
        return trial.number;
      },
      { nTrials: 8 },
    );
    const states = study.trials.map(({ state }) => state);
    expect(states).toEqual([...Array(5).fill("complete"), "pruned", "pruned", "pruned"]);
  });

  it("can't prune for several objectives", async () => {
    const study = await createStudy({
      space,
      directions: ["minimize", "minimize"],
      sampler: randomSampler(),
      pruner: nopPruner(),
    });
    const trial = await study.ask();
    expect(() => trial.shouldPrune()).toThrow(code("OBJECTIVES_UNSUPPORTED"));
  });
});

describe("optimize", () => {
  it("runs so many trials, tells callbacks of each, and ends after stop", async () => {
    const study = await createStudy({ space, seed: 5 });
    const seen: number[] = [];
    await study.optimize(square, { nTrials: 3, callbacks: [({ number }) => void seen.push(number)] });
    await study.optimize(square, {
      nTrials: 9,
      callbacks: [({ number }) => (number === 5 ? study.stop() : undefined)],
    });
    await study.optimize(square, { nTrials: 1 });
    expect([seen, study.trials.length]).toEqual([[0, 1, 2], 7]);
  });

  it("fails the trial of an objective that throws, and passes the error on unless it is to be caught", async () => {
    const study = await createStudy({ space });
    const faulty = ({ number }: { number: number }) => {
      if (number % 2 === 1) throw new RangeError(`no ${number}`);
      return 1;
    };
    await expect(study.optimize(faulty, { nTrials: 9 })).rejects.toThrow(new RangeError("no 1"));
    await study.optimize(faulty, { nTrials: 3, catch: (error) => error instanceof RangeError });
    expect(study.trials.map(({ state }) => state)).toEqual(["complete", "failed", "complete", "failed", "complete"]);
  });

  it("fails a trial whose objective gives no value", async () => {
    const study = await createStudy({ space });
    await expect(study.optimize(() => JSON.parse("null"), { nTrials: 1 })).rejects.toEqual(code("VALUES_INVALID"));
    expect(study.trials[0]?.state).toBe("failed");
  });

  it("starts no trial after the time is up", async () => {
    const study = await createStudy({ space });
    await study.optimize(square, { timeoutSeconds: 0 });
    expect(study.trials).toEqual([]);
  });

  it("leaves trials that an abort cuts short to be handed out again, all of them", async () => {
    const study = await createStudy({ space, lag: 2, seed: 8 });
    const controller = new AbortController();
    const started: number[] = [];
    const objective = async (trial: { number: number; params: { readonly x: number } }) => {
      started.push(trial.number);
      if (trial.number === 4) controller.abort();
      if (trial.number >= 3) throw new Error("cut short");
      return square(trial);
    };
    await study.optimize(objective, { concurrency: 3, signal: controller.signal, catch: () => true });
    const open = study.trials.filter(({ state }) => state === "running");
    expect(open.length).toBeGreaterThan(0);
    const again = await study.ask();
    expect([again.number, again.params]).toEqual([open[0]?.number, open[0]?.params]);
  });

  it.each([{ nTrials: -1 }, { concurrency: 0 }, { concurrency: 4 }, { timeoutSeconds: Number.NaN }])(
    "refuses %j",
    async (options) => {
      const study = await createStudy({ space, lag: 2 });
      await expect(study.optimize(square, options)).rejects.toBeInstanceOf(HyperparameterError);
      expect(study.trials).toEqual([]);
    },
  );
});
