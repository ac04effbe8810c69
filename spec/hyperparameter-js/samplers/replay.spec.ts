/** What every sampler of the library owes: the same log however many trials run at once, and after any break. */
import {
  activeSpace,
  autoSampler,
  cmaesSampler,
  createRng,
  createStudy,
  type Direction,
  drawPoint,
  type EarlierStudy,
  type FrozenTrial,
  gpSampler,
  gridSampler,
  haltonSampler,
  memoryStorage,
  nsga2Sampler,
  nsga3Sampler,
  type Params,
  randomSampler,
  type Sampler,
  type Space,
  type Storage,
  sobolSampler,
  tpeSampler,
  transferSampler,
} from "hyperparameter-js";

const LAG = 7;
const TRIALS = 36;

const MIXED: Space = {
  learner: { type: "categorical", choices: ["linear", "tree"] },
  l2: { type: "float", low: 1e-3, high: 10, log: true, when: { learner: "linear" } },
  depth: { type: "int", low: 1, high: 9, when: { learner: "tree" } },
  share: { type: "float", low: 0, high: 1, step: 0.1 },
  rate: { type: "float", low: 0, high: 1 },
};

const SAMPLERS: readonly (readonly [string, () => Sampler, number])[] = [
  ["random", randomSampler, 1],
  ["sobol", sobolSampler, 1],
  ["halton", haltonSampler, 1],
  ["tpe", () => tpeSampler({ startup: 6 }), 1],
  ["gp", () => gpSampler({ startup: 6 }), 1],
  ["cmaes", () => cmaesSampler({ population: 5 }), 1],
  ["motpe", () => tpeSampler({ startup: 6 }), 2],
  ["nsga2", () => nsga2Sampler({ population: 8 }), 2],
  ["nsga3", () => nsga3Sampler({ population: 8 }), 3],
  ["grid", () => gridSampler({ points: { l2: 5, rate: 4 } }), 1],
  ["auto", autoSampler, 1],
  ["auto, two objectives", autoSampler, 2],
  ["transfer", () => transferSampler(randomSampler()), 1],
  ["transfer by the box", () => transferSampler(randomSampler(), { strategy: "box" }), 1],
];

/** What the transfer samplers learn from; the others are not given it. */
function earlierStudy(): EarlierStudy {
  const trials = Array.from({ length: 20 }, (_, number): FrozenTrial => {
    const params = drawPoint(MIXED, createRng(5, number));
    const state = { number, state: "complete", values: valuesOf(params, 0, 1), intermediate: [] } as const;
    return { ...state, params, distributions: activeSpace(MIXED, params), userAttrs: {}, why: null };
  });
  return { space: MIXED, directions: ["minimize"], trials };
}

const EARLIER = [earlierStudy()];

function valuesOf(params: Params, number: number, objectives: number): readonly number[] {
  if (number % 13 === 12) return Array.from({ length: objectives }, () => Number.NaN);
  const numbers = Object.values(params).map((each) => (typeof each === "number" ? each : 1));
  return Array.from({ length: objectives }, (_, at) =>
    numbers.reduce((sum, each) => sum + (each - (at + 1) / 4) ** 2, 0),
  );
}

interface Run {
  readonly sampler: Sampler;
  readonly directions: readonly Direction[];
  readonly storage: Storage;
}

async function runTo(trials: number, { sampler, directions, storage }: Run, concurrency: number): Promise<string> {
  const earlier = sampler.name.startsWith("transfer") ? EARLIER : [];
  const study = await createStudy({ space: MIXED, sampler, directions, storage, earlier, lag: LAG, seed: 17 });
  const rng = createRng(concurrency, trials);
  await study.optimize(
    async ({ number, params }) => {
      for (let turn = rng.int(5); turn > 0; turn--) await new Promise<void>((resolve) => setImmediate(resolve));
      return valuesOf(params, number, directions.length);
    },
    { nTrials: trials - study.trials.length, concurrency },
  );
  return JSON.stringify(study.trials);
}

describe.each(SAMPLERS)("%s", (name, create, objectives) => {
  const directions: readonly Direction[] = Array.from({ length: objectives }, () => "minimize");

  it("writes the same bytes with 1, 2, 4 and 8 trials at once", async () => {
    const logs = new Set<string>();
    for (const concurrency of [1, 2, 4, 8])
      logs.add(await runTo(TRIALS, { sampler: create(), directions, storage: memoryStorage() }, concurrency));
    expect(logs.size).toBe(1);
    const states = (JSON.parse([...logs][0] as string) as FrozenTrial[]).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(["complete", "failed"]));
    expect([...logs][0]?.includes("earlier studies, trust")).toBe(name.startsWith("transfer"));
  });

  it("goes on after a break as it would have", async () => {
    const whole = await runTo(TRIALS, { sampler: create(), directions, storage: memoryStorage() }, 4);
    const storage = memoryStorage();
    for (const part of [3, 11, 20, TRIALS]) {
      const log = await runTo(part, { sampler: create(), directions, storage }, 2);
      if (part === TRIALS) expect(log).toBe(whole);
    }
  });
});
