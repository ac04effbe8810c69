/** What is said of wrong input: where, what was expected, what came. */
import {
  type AddedTrial,
  createStudy,
  type EarlierStudy,
  fromOptunaJournal,
  HyperparameterError,
  memoryStorage,
  type Space,
  type Trial,
  transferSampler,
} from "hyperparameter-js";

/** Values that the types don't allow, as JSON or JavaScript callers may pass them. */
const odd = <T>(json: string): T => JSON.parse(json) as T;

const SPACE = { x: { type: "float", low: 0, high: 1 }, kind: { type: "categorical", choices: ["a", "b"] } } as const;

async function complaint(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(HyperparameterError);
    const { code, where, expected, got, message } = error as HyperparameterError;
    expect(message).toBe(`${where}: expected ${expected}, got ${got} (${code})`);
    return message;
  }
  return "nothing";
}

/** What a trial without a declared space is asked for. */
const SUGGESTED: readonly (readonly [string, (trial: Trial) => unknown, string])[] = [
  [
    "a NaN bound",
    (t) => t.suggestFloat("a", Number.NaN, 1),
    "a.low: expected a finite number, got NaN (BOUNDS_INVALID)",
  ],
  [
    "an infinite bound",
    (t) => t.suggestFloat("a", 0, Number.POSITIVE_INFINITY),
    "a.high: expected a finite number, got Infinity (BOUNDS_INVALID)",
  ],
  [
    "no bound",
    (t) => t.suggestInt("a", 0, odd("null")),
    "a.high: expected a whole number within ±(2^53 - 1), got null (BOUNDS_INVALID)",
  ],
  ["low above high", (t) => t.suggestInt("a", 3, 1), "a.low: expected at most high, 1, got 3 (BOUNDS_REVERSED)"],
  [
    "a log from 0",
    (t) => t.suggestFloat("a", 0, 1, { log: true }),
    "a.low: expected more than 0, as log is set, got 0 (LOG_NOT_POSITIVE)",
  ],
  [
    "a whole log from 0",
    (t) => t.suggestInt("a", 0, 9, { log: true }),
    "a.low: expected more than 0, as log is set, got 0 (LOG_NOT_POSITIVE)",
  ],
  [
    "a log that is neither",
    (t) => t.suggestFloat("a", 1, 2, { log: odd('"yes"') }),
    'a.log: expected true or false, got "yes" (OPTION_INVALID)',
  ],
  [
    "a step that doesn't divide",
    (t) => t.suggestFloat("a", 0, 1, { step: 0.3 }),
    "a.step: expected a step that divides high - low, 1, got 0.3 (STEP_NOT_DIVIDING)",
  ],
  [
    "a whole step that doesn't divide",
    (t) => t.suggestInt("a", 0, 10, { step: 3 }),
    "a.step: expected a step that divides high - low, 10, got 3 (STEP_NOT_DIVIDING)",
  ],
  [
    "a step of 0",
    (t) => t.suggestFloat("a", 0, 1, { step: 0 }),
    "a.step: expected a positive number, got 0 (STEP_INVALID)",
  ],
  [
    "no choices",
    (t) => t.suggestCategorical("a", []),
    "a.choices: expected one choice or more: strings, finite numbers, booleans or null, got [] (CHOICES_INVALID)",
  ],
  [
    "a choice of NaN",
    (t) => t.suggestCategorical("a", [Number.NaN]),
    "a.choices: expected one choice or more: strings, finite numbers, booleans or null, got [NaN] (CHOICES_INVALID)",
  ],
  [
    "text for choices",
    (t) => t.suggestCategorical("a", odd('"xy"')),
    'a.choices: expected one choice or more: strings, finite numbers, booleans or null, got "xy" (CHOICES_INVALID)',
  ],
  [
    "no name",
    (t) => t.suggestFloat(odd("null"), 0, 1),
    "trial 0, suggest: expected the name of a parameter, got null (OPTION_INVALID)",
  ],
  [
    "the same name with another range",
    (t) => [t.suggestFloat("x", 0, 1), t.suggestFloat("x", 0, 2)],
    'trial 0, x: expected {"type":"float","low":0,"high":1}, got {"type":"float","low":0,"high":2} (DISTRIBUTION_CHANGED)',
  ],
  [
    "the same name with another type",
    (t) => [t.suggestFloat("x", 0, 1), t.suggestInt("x", 0, 1)],
    'trial 0, x: expected {"type":"float","low":0,"high":1}, got {"type":"int","low":0,"high":1} (DISTRIBUTION_CHANGED)',
  ],
  [
    "the same name with other choices",
    (t) => [t.suggestCategorical("x", ["a", "b"]), t.suggestCategorical("x", ["b", "a"])],
    'trial 0, x: expected {"type":"categorical","choices":["a","b"]}, got {"type":"categorical","choices":["b","a"]} (DISTRIBUTION_CHANGED)',
  ],
  [
    "a report that is no number",
    (t) => t.report(odd('"1"'), 0),
    'trial 0, report: expected a number, got "1" (REPORT_INVALID)',
  ],
  [
    "a step of a report that is broken",
    (t) => t.report(1, 0.5),
    "trial 0, report: expected a step that is a whole number of 0 or more, got 0.5 (REPORT_INVALID)",
  ],
  [
    "a constraint of NaN",
    (t) => t.setConstraints([Number.NaN]),
    "trial 0: expected a list of numbers, each above 0 where its constraint is violated, got [NaN] (CONSTRAINTS_INVALID)",
  ],
];

/** Declared spaces that are none; what a distribution can have wrong is in space/validate.spec.ts. */
const SPACES: readonly (readonly [string, string, string])[] = [
  ["a list", "[]", "space: expected an object with a distribution for each name, got [] (TYPE_UNKNOWN)"],
  ["a number", "3", "space: expected an object with a distribution for each name, got 3 (TYPE_UNKNOWN)"],
  [
    "a distribution of null",
    '{"x":null}',
    "space.x: expected a distribution of type float, int or categorical, got null (TYPE_UNKNOWN)",
  ],
  [
    "a distribution without bounds",
    '{"x":{"type":"int"}}',
    "space.x.low: expected a whole number within ±(2^53 - 1), got undefined (BOUNDS_INVALID)",
  ],
  [
    "bounds as text",
    '{"x":{"type":"float","low":"0","high":1}}',
    'space.x.low: expected a finite number, got "0" (BOUNDS_INVALID)',
  ],
  [
    "a condition that is no object",
    '{"x":{"type":"float","low":0,"high":1,"when":"kind"}}',
    'space.x.when: expected an object with the values of other parameters, got "kind" (CONDITION_UNKNOWN)',
  ],
];

describe("a suggestion", () => {
  it.each(SUGGESTED)("with %s is refused", async (_, call, message) => {
    const trial = await (await createStudy()).ask();
    expect(await complaint(() => call(trial))).toBe(message);
  });

  it("of a declared parameter with another distribution is refused", async () => {
    const trial = await (await createStudy({ space: SPACE })).ask();
    expect(await complaint(() => trial.suggestFloat("x", 0, 2))).toBe(
      'trial 0, x: expected {"type":"float","low":0,"high":1}, got {"type":"float","low":0,"high":2} (DISTRIBUTION_CHANGED)',
    );
  });
});

describe("a declared space", () => {
  it.each(SPACES)("that is %s is refused, for a study and for a trial", async (_, json, message) => {
    expect(await complaint(() => createStudy({ space: odd<Space>(json) }))).toBe(message);
    const study = await createStudy();
    expect(await complaint(() => study.ask(odd<Space>(json)))).toBe(message);
  });
});

describe("telling", () => {
  it("a trial twice, at once or later, by itself or by number, is refused", async () => {
    const study = await createStudy({ space: SPACE });
    const trial = await study.ask();
    const first = study.tell(trial, 1);
    expect(await complaint(() => study.tell(trial, 1))).toBe(
      "trial 0: expected a running trial, got one being told (TRIAL_FINISHED)",
    );
    await first;
    const finished = "trial 0: expected a running trial, got a complete one (TRIAL_FINISHED)";
    expect(await complaint(() => study.tell(trial, 1))).toBe(finished);
    expect(await complaint(() => study.tell(0, { state: "failed" }))).toBe(finished);
    expect(await complaint(() => study.release(trial))).toBe(finished);
    const over = "trial 0: expected a running trial, got a finished one (TRIAL_FINISHED)";
    for (const call of [() => trial.report(1, 1), () => trial.setUserAttr("a", 1), () => trial.suggestFloat("x", 0, 1)])
      expect(await complaint(call)).toBe(over);
    expect(study.trials).toHaveLength(1);
  });

  it.each([7, -1, 0.5, Number.NaN])("trial %s, which was never asked, is refused", async (number) => {
    const study = await createStudy({ space: SPACE });
    await study.ask();
    const message = `trial ${number}: expected a trial that was asked of this study, got none (TRIAL_UNKNOWN)`;
    expect(await complaint(() => study.tell(number, 1))).toBe(message);
    expect(await complaint(() => study.release(number))).toBe(message);
  });

  it("nothing, another study's trial, or one that only waits is refused", async () => {
    const study = await createStudy({ space: SPACE, lag: 2 });
    expect(await complaint(() => study.tell(odd("null"), 1))).toContain(
      "expected a trial that was asked of this study",
    );
    await study.ask();
    const stranger = await (await createStudy({ space: SPACE })).ask();
    expect(await complaint(() => study.tell(stranger, 1))).toBe(
      "trial 0: expected a trial that was asked of this study, got running (TRIAL_UNKNOWN)",
    );
    await study.enqueueTrial({ x: 0.5 });
    expect(await complaint(() => study.tell(1, 1))).toBe(
      "trial 1: expected a trial that was asked of this study, got waiting (TRIAL_UNKNOWN)",
    );
  });

  it.each<[string, unknown, string]>([
    ["text", "1", 'expected 1 number, one per direction, got "1" (VALUES_INVALID)'],
    ["nothing", undefined, "expected 1 number, one per direction, got undefined (VALUES_INVALID)"],
    ["too many values", [1, 2], "expected 1 number, one per direction, got [1,2] (VALUES_INVALID)"],
    ["no values", { state: "complete" }, "expected 1 number, one per direction, got undefined (VALUES_INVALID)"],
    [
      "an unknown state",
      { state: "done" },
      'expected a state of complete, pruned, failed, stale, got {"state":"done"} (VALUES_INVALID)',
    ],
    [
      "constraints that are none",
      { state: "complete", values: 1, constraints: [Number.NaN] },
      "expected a list of numbers, each above 0 where its constraint is violated, got [NaN] (CONSTRAINTS_INVALID)",
    ],
  ])("%s is refused, and the trial runs on", async (_, outcome, message) => {
    const study = await createStudy({ space: SPACE });
    const trial = await study.ask();
    expect(await complaint(() => study.tell(trial, outcome as number))).toBe(`trial 0: ${message}`);
    expect((await study.tell(trial, 1)).state).toBe("complete");
  });

  it("NaN is no error, but a trial that failed; infinities are values", async () => {
    const study = await createStudy({ space: SPACE });
    expect((await study.tell(await study.ask(), Number.NaN)).state).toBe("failed");
    expect(await study.tell(await study.ask(), Number.NEGATIVE_INFINITY)).toMatchObject({
      state: "complete",
      values: [Number.NEGATIVE_INFINITY],
    });
  });
});

describe("parameters that are given", () => {
  it.each<[string, string, string]>([
    ["nothing", "null", ": expected an object with the values of parameters, got null (PARAMS_OUTSIDE)"],
    ["a list", "[1]", ": expected an object with the values of parameters, got [1] (PARAMS_OUTSIDE)"],
    [
      "a value of no parameter",
      '{"x":{}}',
      ", x: expected a finite number, a string, a boolean or null, got {} (PARAMS_OUTSIDE)",
    ],
  ])("as %s are refused", async (_, json, message) => {
    for (const study of [await createStudy(), await createStudy({ space: SPACE })]) {
      expect(await complaint(() => study.enqueueTrial(odd(json)))).toBe(`trial 0, enqueued${message}`);
      expect(await complaint(() => study.addTrial({ params: odd(json), values: [1] }))).toBe(
        `trial 0, added${message}`,
      );
      expect(study.trials).toEqual([]);
    }
  });

  it("enqueued for a parameter that the space doesn't have are refused", async () => {
    const study = await createStudy({ space: SPACE });
    expect(await complaint(() => study.enqueueTrial({ depth: 2 }))).toBe(
      "trial 0, depth: expected a parameter of the space: x, kind, got 2 (PARAMS_OUTSIDE)",
    );
    expect(await complaint(() => study.enqueueTrial({ x: 0.5 }, odd('"a"')))).toBe(
      'trial 0, userAttrs: expected an object with values by name, got "a" (OPTION_INVALID)',
    );
  });

  it("enqueued outside the declared space are refused", async () => {
    const study = await createStudy({ space: SPACE });
    expect(await complaint(() => study.enqueueTrial({ x: 2 }))).toBe(
      'trial 0, x: expected a value of {"type":"float","low":0,"high":1} whose conditions are enqueued with it, got 2 (PARAMS_OUTSIDE)',
    );
  });

  it("added outside the distributions that come with them are refused; outside the study's own they are kept", async () => {
    const study = await createStudy({ space: SPACE });
    const distributions = { x: { type: "float", low: 2, high: 3 } } as const;
    expect(await complaint(() => study.addTrial({ params: { x: 1 }, values: [1], distributions }))).toBe(
      'trial 0, added, x: expected a value of {"type":"float","low":2,"high":3}, got 1 (PARAMS_OUTSIDE)',
    );
    const added = await study.addTrial({ params: { x: 5, kind: "a" }, values: [1] });
    expect(added).toMatchObject({ params: { x: 5, kind: "a" }, distributions: { kind: SPACE.kind } });
    expect(Object.keys(added.distributions)).toEqual(["kind"]);
    await study.optimize(({ params }) => params.x, { nTrials: 12 });
  });
});

describe("an added trial", () => {
  it.each<[string, string, string]>([
    ["nothing", "null", ": expected an object with params, and values where it is complete, got null (TRIAL_INVALID)"],
    [
      "one that runs",
      '{"params":{},"state":"running"}',
      ': expected a finished trial: complete, pruned, failed or stale, got "running" (TRIAL_INVALID)',
    ],
    ["one without values", '{"params":{}}', ": expected 1 number, one per direction, got [] (VALUES_INVALID)"],
    [
      "one with broken reports",
      '{"params":{},"values":[1],"intermediate":[["a",1]]}',
      ', intermediate: expected a list of [step, value], each step a whole number, got [["a",1]] (TRIAL_INVALID)',
    ],
    [
      "one without a reason",
      '{"params":{},"values":[1],"why":{}}',
      ", why: expected null, or an object with rule, got {} (TRIAL_INVALID)",
    ],
    [
      "one with a list of attributes",
      '{"params":{},"values":[1],"userAttrs":[1]}',
      ", userAttrs: expected an object with values by name, got [1] (OPTION_INVALID)",
    ],
    [
      "one with distributions that are none",
      '{"params":{},"values":[1],"distributions":3}',
      ": expected an object with the distributions of parameters, got 3 (PARAMS_OUTSIDE)",
    ],
  ])("that is %s is refused", async (_, json, message) => {
    const study = await createStudy({ space: SPACE });
    expect(await complaint(() => study.addTrial(odd<AddedTrial>(json)))).toBe(`trial 0, added${message}`);
    expect(study.trials).toEqual([]);
  });
});

describe("a storage", () => {
  const giving = (json: string) => ({ load: async () => odd<never>(json), put: async () => undefined });

  it.each<[string, string, string]>([
    ["nothing", "null", "storage: expected a list of trials, got null (STORAGE_INVALID)"],
    ["no trial", "[3]", "storage, [0]: expected a trial, got 3 (STORAGE_INVALID)"],
    ["trials with a gap", '[{"number":1}]', "storage: expected trial 0, got 1 (STORAGE_INVALID)"],
    ["half a trial", '[{"number":0}]', "storage, trial 0, params: expected an object, got undefined (STORAGE_INVALID)"],
    [
      "a trial without reports",
      '[{"number":0,"params":{},"distributions":{},"userAttrs":{}}]',
      "storage, trial 0, intermediate: expected a list, got undefined (STORAGE_INVALID)",
    ],
  ])("that gives %s is refused", async (_, json, message) => {
    expect(await complaint(() => createStudy({ storage: giving(json) }))).toBe(message);
  });

  it("of a study with one objective is refused for two", async () => {
    const storage = memoryStorage();
    const study = await createStudy({ space: SPACE, storage });
    await study.tell(await study.ask(), 1);
    expect(await complaint(() => createStudy({ storage, directions: ["minimize", "maximize"] }))).toBe(
      "storage, trial 0, values: expected 2 values, as many as the study has directions, got [1] (STORAGE_INVALID)",
    );
  });
});

describe("optimize", () => {
  it.each<[string, string, string]>([
    ["nTrials", "-1", "nTrials: expected a whole number of 0 or more, got -1 (OPTION_INVALID)"],
    ["timeoutSeconds", '"1"', 'timeoutSeconds: expected a number of 0 or more, got "1" (OPTION_INVALID)'],
    ["concurrency", "2", "concurrency: expected a whole number from 1 to lag + 1, 1, got 2 (OPTION_INVALID)"],
    ["callbacks", "3", "callbacks: expected a list, got 3 (OPTION_INVALID)"],
    ["callbacks", "[3]", "callbacks[0]: expected a function, got 3 (OPTION_INVALID)"],
    ["catch", "true", "catch: expected a function, got true (OPTION_INVALID)"],
  ])("with %s of %s is refused", async (name, json, message) => {
    const study = await createStudy({ space: SPACE });
    expect(await complaint(() => study.optimize(() => 1, { [name]: odd(json) }))).toContain(message);
    expect(study.trials).toEqual([]);
  });

  it("of no function, or with no options, is refused before a trial is asked", async () => {
    const study = await createStudy({ space: SPACE });
    expect(await complaint(() => study.optimize(odd("null"), { nTrials: 1 }))).toBe(
      "objective: expected a function, got null (OPTION_INVALID)",
    );
    expect(await complaint(() => study.optimize(() => 1, odd("null")))).toBe(
      "options: expected an object with values by name, got null (OPTION_INVALID)",
    );
    expect(study.trials).toEqual([]);
  });
});

describe("what isn't there", () => {
  it.each<[string, () => unknown, string]>([
    [
      "a study's options",
      () => createStudy(odd<object>("null")),
      "options: expected an object with values by name, got null",
    ],
    [
      "an inner sampler",
      () => transferSampler(odd("null")),
      "transfer.inner: expected an object with propose, got null",
    ],
    ["a journal", () => fromOptunaJournal(odd("3")), "journal: expected the text of a journal file, got 3"],
  ])("is asked for: %s", async (_, call, message) => {
    expect(await complaint(call)).toContain(message);
  });
});

describe("an earlier study", () => {
  it.each<[string, string, string]>([
    ["no list", "3", "earlier: expected a list, got 3 (OPTION_INVALID)"],
    ["nothing", "[null]", "earlier[0]: expected an object with values by name, got null (OPTION_INVALID)"],
    [
      "one without trials",
      '[{"space":{}}]',
      "earlier[0].trials: expected a list of trials, got undefined (OPTION_INVALID)",
    ],
    [
      "one that goes nowhere",
      '[{"space":{},"trials":[],"directions":["up"]}]',
      'earlier[0].directions: expected a list of directions, each minimize or maximize, got ["up"] (OPTION_INVALID)',
    ],
  ])("that is %s is refused", async (_, json, message) => {
    expect(await complaint(() => createStudy({ earlier: odd<EarlierStudy[]>(json) }))).toBe(message);
  });
});

describe("an option", () => {
  it.each<[string, string, string]>([
    ["sampler", "{}", "sampler: expected an object with propose, got {} (OPTION_INVALID)"],
    ["sampler", "null", "sampler: expected an object with propose, got null (OPTION_INVALID)"],
    ["duplicates", '"yes"', 'duplicates: expected true or false, got "yes" (OPTION_INVALID)'],
    [
      "directions",
      '"minimize"',
      'directions: expected either direction or a list of directions, each minimize or maximize, got "minimize" (OPTION_INVALID)',
    ],
    ["pruner", "{}", "pruner: expected an object with prune, got {} (OPTION_INVALID)"],
    ["storage", '{"load":1}', 'storage: expected an object with load and put, got {"load":1} (OPTION_INVALID)'],
    ["seed", "-1", "seed: expected a whole number from 0 to 2^53 - 1, got -1 (OPTION_INVALID)"],
    ["lag", "0.5", "lag: expected a whole number of 0 or more, got 0.5 (OPTION_INVALID)"],
    ["budget", "0", "budget: expected a whole number of 1 or more, got 0 (OPTION_INVALID)"],
    [
      "direction",
      '"up"',
      'directions: expected either direction or a list of directions, each minimize or maximize, got ["up"] (OPTION_INVALID)',
    ],
  ])("%s that can't be is refused", async (name, json, message) => {
    expect(await complaint(() => createStudy({ [name]: odd(json) }))).toBe(message);
  });
});
