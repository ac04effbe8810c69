import {
  checkSampler,
  createStudy,
  type FrozenTrial,
  haltonSampler,
  type ParamsOf,
  pointKey,
  type Sampler,
  type Space,
  sobolSampler,
} from "hyperparameter-js";

const SPACE = {
  rate: { type: "float", low: 1e-4, high: 1, log: true },
  depth: { type: "int", low: 1, high: 8 },
  kind: { type: "categorical", choices: ["a", "b", "c", "d"] },
  size: { type: "float", low: 0, high: 2, when: { kind: "a" } },
} as const satisfies Space;

async function run(sampler: Sampler, trials: number, concurrency = 1): Promise<readonly FrozenTrial[]> {
  const study = await createStudy({ space: SPACE, sampler, seed: 5, lag: concurrency - 1 });
  const objective = (trial: { readonly params: ParamsOf<typeof SPACE> }) => trial.params.rate + trial.params.depth;
  await study.optimize(objective, { nTrials: trials, concurrency });
  return study.trials;
}

describe.each([["sobol", sobolSampler] as const, ["halton", haltonSampler] as const])("%s", (name, make) => {
  it("holds to the kit", async () => {
    expect(await checkSampler(make())).toEqual([]);
  });

  it("doesn't depend on what ran before or beside", async () => {
    const points = async (concurrency: number) => (await run(make(), 24, concurrency)).map(({ params }) => params);
    expect(await points(4)).toEqual(await points(1));
    const [proposal] = await Promise.all([
      make().propose({ space: SPACE, trials: [], running: [], directions: ["minimize"], number: 7, seed: 5 }),
    ]);
    expect(proposal.params).toEqual((await points(1))[7]);
    expect(proposal.why.rule).toBe(name);
  });

  it("covers the log axis, the grid and the choices evenly", async () => {
    const trials = await run(make(), 64);
    const share = (holds: (params: FrozenTrial["params"]) => boolean) =>
      trials.filter(({ params }) => holds(params)).length / 64;
    expect(share(({ rate }) => (rate as number) < 1e-2)).toBeCloseTo(0.5, 1);
    for (let depth = 1; depth <= 8; depth++)
      expect(Math.abs(share((params) => params.depth === depth) - 1 / 8)).toBeLessThan(0.04);
    for (const kind of ["a", "b", "c", "d"])
      expect(Math.abs(share((params) => params.kind === kind) - 1 / 4)).toBeLessThan(0.05);
    expect(share((params) => Object.hasOwn(params, "size"))).toBe(share(({ kind }) => kind === "a"));
  });

  it("goes through a finite space without repeating, and says when a point isn't the sequence's", async () => {
    const space: Space = { a: { type: "int", low: 1, high: 5 }, b: { type: "categorical", choices: [true, false] } };
    const study = await createStudy({ space, sampler: make() });
    await study.optimize(() => 1, { nTrials: 10 });
    expect(new Set(study.trials.map(({ params }) => pointKey(params))).size).toBe(10);
    expect(study.trials[0]?.why?.rule).toBe(name);
    await expect(study.ask()).rejects.toMatchObject({ code: "SPACE_EXHAUSTED" });
  });
});

it("sobol: 16 trials have each sixteenth of a range once", async () => {
  const trials = await run(sobolSampler(), 16);
  const cells = trials.map(({ params }) => Math.floor((4 + Math.log10(params.rate as number)) * 4));
  expect(new Set(cells).size).toBe(16);
});
