/** What a stranger with a typo is told: the name or the argument that is wrong, and what it could have been. */
import {
  activeSpace,
  autoSampler,
  bestSoFar,
  cardinality,
  cmaesSampler,
  contains,
  createRng,
  createStudy,
  drawPoint,
  type FrozenTrial,
  fromOptunaJournal,
  gpSampler,
  gridSampler,
  HyperparameterError,
  haltonSampler,
  holds,
  hyperbandPruner,
  hypervolume,
  importance,
  medianPruner,
  memoryStorage,
  nopPruner,
  nsga2Sampler,
  nsga3Sampler,
  type Pruner,
  paretoFront,
  patientPruner,
  percentilePruner,
  pointKey,
  randomSampler,
  type Sampler,
  type Space,
  sobolSampler,
  successiveHalvingPruner,
  terminator,
  thresholdPruner,
  toOptunaJournal,
  tpeSampler,
  transferSampler,
  validateRelations,
  validateSpace,
  wilcoxonPruner,
} from "hyperparameter-js";
import { fileStorage } from "hyperparameter-js/file";

const SPACE = { x: { type: "float", low: 0, high: 1 }, y: { type: "float", low: 0, high: 1 } } as const;

/** Values that the types don't allow. */
const odd = <T>(value: unknown): T => value as T;

async function complaint(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(HyperparameterError);
    return (error as HyperparameterError).message;
  }
  return "nothing";
}

type Create = (options: never) => unknown;

/** Who takes options, a name that isn't one, and what is first among those that are. */
const TYPOS: readonly (readonly [string, Create, string, string])[] = [
  ["gp", gpSampler, "startUpTrials", "startup"],
  ["tpe", tpeSampler, "nStartupTrials", "startup"],
  ["cmaes", cmaesSampler, "sigma0", "sigma"],
  ["nsga2", nsga2Sampler, "populationSize", "population"],
  ["nsga3", nsga3Sampler, "division", "divisions"],
  ["grid", gridSampler, "Points", "points"],
  ["transfer", (options) => transferSampler(randomSampler(), options), "untill", "until"],
  ["random", randomSampler, "seed", "no options"],
  ["sobol", sobolSampler, "seed", "no options"],
  ["halton", haltonSampler, "seed", "no options"],
  ["auto", autoSampler, "startup", "no options"],
  ["nop", nopPruner, "patience", "no options"],
  ["median", medianPruner, "start_up", "startup"],
  ["median", medianPruner, "percentile", "minTrials"],
  ["percentile", percentilePruner, "percent", "percentile"],
  ["threshold", thresholdPruner, "uper", "upper"],
  ["patient", (options) => patientPruner(null, options), "patence", "patience"],
  ["hyperband", hyperbandPruner, "maxResources", "maxResource"],
  ["successiveHalving", successiveHalvingPruner, "reduction", "reductionFactor"],
  ["wilcoxon", wilcoxonPruner, "aplha", "alpha"],
  ["terminator", terminator, "min_trials", "minTrials"],
  ["importance", (options) => importance([], options), "quantil", "quantile"],
  ["hypervolume", (options) => hypervolume([], options), "ref", "reference"],
  ["options", (options) => createStudy(options), "dirction", "direction"],
  ["options", async (options) => (await createStudy()).optimize(() => 1, options), "n_trials", "nTrials"],
  ["fileStorage", (options) => fileStorage("study", options), "readOnly", "readonly"],
];

describe("options", () => {
  it.each(TYPOS)("%s are known by name: %#", async (where, create, name, nearest) => {
    const message = await complaint(() => create(odd<never>({ [name]: 1 })));
    expect(message).toContain(`${where}.${name}: expected ${nearest === "no options" ? "" : "one of "}${nearest}`);
    expect(message).toContain(`got "${name}" (OPTION_INVALID)`);
    for (const none of [null, 3, []])
      expect(await complaint(() => create(odd<never>(none)))).toContain(
        `${where}: expected an object with values by name`,
      );
  });

  it("may be undefined, whatever their name", () => {
    expect(gpSampler(odd({ startup: undefined, other: undefined })).name).toBe("gp");
  });
});

describe("a declared space", () => {
  const TYPO = { x: { type: "float", low: 0.1, high: 1, lg: true } } as const;

  it("has no field that its distributions don't know", async () => {
    const message = 'space.x.lg: expected one of log, low, high, type, step, when, got "lg" (OPTION_INVALID)';
    expect(await complaint(() => validateSpace(TYPO))).toBe(message);
    expect(await complaint(() => createStudy({ space: TYPO }))).toBe(message);
    const study = await createStudy();
    expect(await complaint(() => study.ask(TYPO))).toBe(message);
    const choice = { x: { type: "categorical", choices: [1], log: true } } as const;
    expect(await complaint(() => validateSpace(choice))).toContain("space.x.log: expected one of type, when, choices");
    const trial = await study.ask();
    expect(await complaint(() => trial.suggestFloat("a", 1, 2, odd({ Log: true })))).toBe(
      'a.Log: expected one of log, step, got "Log" (OPTION_INVALID)',
    );
    expect(await complaint(() => trial.suggestInt("a", 1, 2, odd(true)))).toContain("a: expected an object");
  });

  it("has relations with known fields only", async () => {
    const relation = { type: "order", params: ["x", "y"], stict: true } as const;
    expect(await complaint(() => createStudy({ space: SPACE, relations: [relation] }))).toBe(
      'relations[0].stict: expected one of strict, type, params, got "stict" (RELATION_INVALID)',
    );
  });

  it("may have been recorded with other fields: as trials, in a file of Optuna's, as an earlier study", async () => {
    const storage = memoryStorage();
    const first = await createStudy({ space: SPACE, storage });
    const added = await first.addTrial({ params: { x: 0.5 }, values: [1], distributions: TYPO });
    await storage.put({ ...added, number: 1 });
    const study = await createStudy({
      space: SPACE,
      storage,
      earlier: [{ space: TYPO, directions: ["minimize"], trials: [added] }],
    });
    await study.optimize(({ params }) => params.x, { nTrials: 2 });
    expect(study.trials.map(({ distributions }) => distributions.x)).toEqual([TYPO.x, TYPO.x, SPACE.x, SPACE.x]);
    const text = toOptunaJournal({ name: "a", directions: ["minimize"], trials: first.trials });
    const newer = text.replaceAll('\\"high\\"', '\\"newer\\":1,\\"high\\"');
    expect(newer).not.toBe(text);
    expect(fromOptunaJournal(newer)[0]?.trials[0]?.params).toEqual({ x: 0.5 });
  });
});

const ARGUMENTS: readonly (readonly [string, () => unknown, string])[] = [
  ["gp", () => gpSampler(odd(null)), "gp: expected an object with values by name, got null"],
  [
    "patience",
    () => patientPruner(null, odd(undefined)),
    "patient: expected an object with values by name, got undefined",
  ],
  [
    "an inner pruner",
    () => patientPruner(odd(3), { patience: 1 }),
    "patient.inner: expected an object with prune, got 3",
  ],
  ["bounds", () => thresholdPruner(odd(undefined)), "threshold: expected an object with values by name, got undefined"],
  [
    "alpha",
    () => wilcoxonPruner({ alpha: 1 }),
    "wilcoxon.alpha: expected a number between 0 and 1, both excluded, got 1",
  ],
  ["sigma", () => cmaesSampler({ sigma: odd("0.5") }), 'cmaes.sigma: expected a number above 0, up to 1, got "0.5"'],
  ["noise", () => gpSampler({ deterministic: odd("no") }), 'gp.deterministic: expected true or false, got "no"'],
  ["points", () => gridSampler({ points: { x: odd("a") } }), 'grid.points.x: expected a list, got "a"'],
  [
    "no reference",
    () => hypervolume([[1]], odd(undefined)),
    "hypervolume: expected an object with values by name, got undefined",
  ],
  ["a reference", () => hypervolume([[1]], odd({})), "hypervolume.reference: expected a list, got undefined"],
  ["a volume of NaN", () => hypervolume([[Number.NaN]], { reference: [1] }), "got [1] beside [NaN]"],
  ["a volume of nothing", () => hypervolume(odd([{}]), { reference: [1] }), "got [1] beside {}"],
  ["trials", () => importance(odd(null)), "importance.trials: expected a list of trials, got null"],
  ["a trial", () => importance(odd([null])), "importance.trials[0]: expected a trial, got null"],
  [
    "within",
    () => importance([], { within: odd("spce") }),
    'importance.within: expected one of trials, space, got "spce"',
  ],
  [
    "front",
    () => paretoFront([], odd("minimize")),
    'expected a list of directions, each minimize or maximize, got "minimize"',
  ],
  ["best", () => bestSoFar([], odd("max")), 'each minimize or maximize, got ["max"]'],
  ["space", () => contains(odd(null), {}), "contains.space: expected an object with values by name, got null"],
  [
    "params",
    () => contains(SPACE, odd(undefined)),
    "contains.params: expected an object with values by name, got undefined",
  ],
  [
    "size",
    () => cardinality(odd(undefined)),
    "cardinality.space: expected an object with values by name, got undefined",
  ],
  [
    "parameter",
    () => cardinality({ x: odd(null) }),
    "cardinality.space.x: expected an object with values by name, got null",
  ],
  ["key", () => pointKey(odd(null)), "pointKey.params: expected an object with values by name, got null"],
  [
    "draw",
    () => drawPoint(SPACE, odd(undefined)),
    "drawPoint.rng: expected an object with next and int, got undefined",
  ],
  ["active", () => activeSpace(odd(null), {}), "activeSpace.space: expected an object with values by name, got null"],
  ["holds", () => holds(odd(null), {}), "holds.relations: expected a list, got null"],
  ["relations", () => validateRelations(odd(null), []), "space: expected an object with values by name, got null"],
  ["a draw of none", () => createRng(1).int(0), "rng.int: expected a whole number of 1 or more, got 0"],
  ["Optuna, nothing", () => toOptunaJournal(odd({})), "studies[0].name: expected text, got undefined"],
  ["Optuna, a list", () => toOptunaJournal(odd([])), "studies[0]: expected an object with values by name, got []"],
  ["Optuna, null", () => fromOptunaJournal("null\nnull\n"), "line 1: expected an object, got null"],
  ["what ends", () => terminator({ error: odd("x") }), 'terminator.error: expected a number above 0, got "x"'],
  [
    "who is ended",
    () => terminator().callback(odd(undefined)),
    "terminator.callback: expected an object with stop, got undefined",
  ],
  [
    "directions to end",
    () => terminator().shouldStop([], SPACE, odd("minimize")),
    'each minimize or maximize, got "minimize"',
  ],
  [
    "a null space",
    () => createStudy({ space: odd<Space>(null) }),
    "space: expected an object with a distribution for each name, got null",
  ],
];

describe("an argument", () => {
  it.each(ARGUMENTS)("is asked for: %s", async (_, call, message) => {
    expect(await complaint(call)).toContain(message);
  });

  it("that holds itself is shown all the same", async () => {
    const loop: { loop?: unknown } = {};
    loop.loop = loop;
    expect(await complaint(() => gpSampler({ startup: odd(loop) }))).toContain('got {"loop":…}');
  });

  it("of a study is one signal, not its controller", async () => {
    const study = await createStudy({ space: SPACE });
    expect(await complaint(() => study.optimize(() => 1, { nTrials: 1, signal: odd(new AbortController()) }))).toBe(
      "signal.aborted: expected true or false, got undefined (OPTION_INVALID)",
    );
  });

  it("of another number of objectives is refused, not compared", async () => {
    const study = await createStudy({ space: SPACE });
    await study.tell(await study.ask(), 1);
    expect(await complaint(() => paretoFront(study.trials, ["minimize", "maximize"]))).toContain(
      "paretoFront.directions: expected 1 of them, one per value",
    );
  });
});

describe("a sampler or pruner of the user's own", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["bare parameters", { x: 0.5, y: 0.5 }],
  ])("that proposes %s is refused", async (_, proposal) => {
    const sampler: Sampler = { name: "own", propose: () => odd(proposal) };
    const study = await createStudy({ space: SPACE, sampler });
    expect(await complaint(() => study.ask())).toContain("trial 0, sampler own: expected a point of the space");
  });

  it("that gives a promise for a verdict is refused, as that would prune every trial", async () => {
    const pruner: Pruner = { name: "own", prune: () => odd(Promise.resolve(false)) };
    const trial = await (await createStudy({ space: SPACE, pruner })).ask();
    expect(await complaint(() => trial.shouldPrune())).toContain("pruner own, prune: expected true or false");
  });
});

describe("a trial that was released", () => {
  it.each(["once more asked", "not asked again"])("is told no more by its object, %s", async (then) => {
    const study = await createStudy({ space: SPACE });
    const trial = await study.ask();
    study.release(trial);
    const again = then === "once more asked" ? await study.ask() : null;
    const message = "trial 0: expected a running trial, got a released one (TRIAL_FINISHED)";
    expect(await complaint(() => study.tell(trial, 1))).toBe(message);
    expect(await complaint(() => study.release(trial))).toBe(message);
    expect((await study.tell(again ?? 0, 2)).values).toEqual([2]);
  });
});

describe("a trial that failed", () => {
  const failuresOf = (trials: readonly FrozenTrial[]) => trials.map(({ userAttrs }) => userAttrs.failure);

  it("says why: NaN, an error, the reason that it was told with", async () => {
    const study = await createStudy({ space: SPACE, directions: ["minimize", "minimize"] });
    await study.optimize(() => [1, Number.NaN], { nTrials: 1 });
    const broken = () => {
      throw new RangeError("too deep");
    };
    await study.optimize(broken, { nTrials: 1, catch: () => true });
    await study.tell(await study.ask(), { state: "failed", reason: "out of memory" });
    await study.tell(await study.ask(), { state: "failed" });
    await study.addTrial({ params: { x: 0.5 }, values: [Number.NaN, 1] });
    expect(study.trials.every(({ state }) => state === "failed")).toBe(true);
    expect(failuresOf(study.trials)).toEqual([
      "objective returned [1,NaN]",
      "RangeError: too deep",
      "out of memory",
      undefined,
      "objective returned [NaN,1]",
    ]);
  });

  it("says so for a trial that is told by number after a break, and leaves the user's own word", async () => {
    const storage = memoryStorage();
    await (await createStudy({ space: SPACE, storage })).ask();
    const study = await createStudy({ space: SPACE, storage });
    expect((await study.tell(0, Number.NaN)).userAttrs).toEqual({ failure: "objective returned NaN" });
    const trial = await study.ask();
    trial.setUserAttr("failure", "mine");
    expect((await study.tell(trial, Number.NaN)).userAttrs).toEqual({ failure: "mine" });
  });

  it("is told with known fields only", async () => {
    const study = await createStudy({ space: SPACE });
    const trial = await study.ask();
    expect(await complaint(() => study.tell(trial, odd({ state: "complete", values: 1, constraint: [1] })))).toContain(
      "trial 0.constraint: expected one of constraints",
    );
  });
});
