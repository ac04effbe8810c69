import {
  cardinality,
  checkSampler,
  createStudy,
  hypervolume,
  memoryStorage,
  type NsgaOptions,
  nsga2Sampler,
  nsga3Sampler,
  pointKey,
  randomSampler,
  type Sampler,
  type Space,
} from "hyperparameter-js";
import { HARTMANN6 } from "./problems.js";

const floats = (count: number): Space =>
  Object.fromEntries(Array.from({ length: count }, (_, k) => [`x${k}`, { type: "float", low: 0, high: 1 } as const]));
const numbersOf = (params: object) => Object.values(params) as number[];

/** Zitzler, Deb and Thiele (2000), with 10 parameters. */
function zdt1(params: object): number[] {
  const [x, ...rest] = numbersOf(params) as [number, ...number[]];
  const g = 1 + (9 * rest.reduce((a, b) => a + b, 0)) / rest.length;
  return [x, g * (1 - Math.sqrt(x / g))];
}

/** Binh and Korn (1997): two objectives, two constraints. */
function bnh({ x = 0, y = 0 }: { x?: number; y?: number }) {
  const values = [4 * x * x + 4 * y * y, (x - 5) ** 2 + (y - 5) ** 2];
  return { values, constraints: [(x - 5) ** 2 + y * y - 25, 7.7 - (x - 8) ** 2 - (y + 3) ** 2] };
}

const SAMPLERS = [
  ["nsga2", nsga2Sampler],
  ["nsga3", nsga3Sampler],
] as const;

async function frontVolume(sampler: Sampler, trials: number, seed: number): Promise<number> {
  const study = await createStudy({ directions: ["minimize", "minimize"], space: floats(10), sampler, seed });
  await study.optimize((trial) => zdt1(trial.params), { nTrials: trials });
  return hypervolume(study.trials, { reference: [1.1, 6] });
}

describe.each(SAMPLERS)("%s", (name, create) => {
  it("holds to what every sampler must", async () => {
    expect(await checkSampler(create())).toEqual([]);
    expect(await checkSampler(create({ population: 4, offspring: 1, mutation: "resample" }))).toEqual([]);
  });

  it("minimises one objective, maximises, and takes several in any directions", async () => {
    const single = await createStudy({ space: HARTMANN6.space, sampler: create(), seed: 2 });
    await single.optimize((trial) => HARTMANN6.value(trial.params), { nTrials: 600 });
    expect(single.bestValue).toBeLessThan(-3);
    const up = await createStudy({ direction: "maximize", space: HARTMANN6.space, sampler: create(), seed: 2 });
    await up.optimize((trial) => -HARTMANN6.value(trial.params), { nTrials: 600 });
    expect(up.trials.map(({ params }) => params)).toEqual(single.trials.map(({ params }) => params));
  });

  it("finds the feasible front of constrained objectives", async () => {
    const space = { x: { type: "float", low: 0, high: 5 }, y: { type: "float", low: 0, high: 3 } } as const;
    const study = await createStudy({ directions: ["minimize", "minimize"], space, sampler: create() });
    for (let n = 0; n < 400; n++) {
      const trial = await study.ask();
      await study.tell(trial, { state: "complete", ...bnh(trial.params) });
    }
    // The whole front has 5,288 below this reference.
    expect(hypervolume(study.trials, { reference: [140, 50] })).toBeGreaterThan(5200);
    for (const { constraints } of study.bestTrials) expect(Math.max(...(constraints ?? []))).toBeLessThanOrEqual(0);
  });

  it("goes on exactly from the records alone, whatever the order in which trials end", async () => {
    const run = async (workers: number, stopAt: number) => {
      const storage = memoryStorage();
      const options = { directions: ["minimize", "maximize"], space: floats(4), storage, lag: 7, seed: 5 } as const;
      for (const nTrials of [stopAt, 120 - stopAt]) {
        const study = await createStudy({ ...options, sampler: create({ population: 10 }) });
        const objective = async (trial: { readonly number: number; readonly params: object }) => {
          for (let turn = 0; turn < (trial.number * 5) % 7; turn++) await Promise.resolve();
          const [a, b] = zdt1(trial.params) as [number, number];
          return trial.number % 11 === 3 ? [Number.NaN, b] : [a, -b];
        };
        await study.optimize(objective, { nTrials, concurrency: workers });
      }
      const trials = await storage.load();
      return JSON.stringify(trials.toSorted((a, b) => a.number - b.number));
    };
    const log = await run(1, 120);
    expect(await run(8, 120)).toBe(log);
    expect(await run(3, 41)).toBe(log);
  });

  it("gives each point of a finite space once, with several objectives", async () => {
    const space: Space = {
      kind: { type: "categorical", choices: ["a", "b", "c"] },
      size: { type: "int", low: 1, high: 9, when: { kind: ["a", "b"] } },
      share: { type: "float", low: 0, high: 1, step: 0.25 },
    };
    const study = await createStudy({
      directions: ["minimize", "minimize"],
      space,
      sampler: create({ population: 8 }),
    });
    const objective = ({ params }: { params: object }) => [
      String(Object.values(params)).length,
      Object.keys(params).length,
    ];
    await study.optimize(objective, { nTrials: cardinality(space) });
    expect(new Set(study.trials.map(({ params }) => pointKey(params))).size).toBe(cardinality(space));
  });

  it("keeps to relations, and bears failures, infinities and trials of others", async () => {
    const relations = [{ type: "order", params: ["x0", "x1", "x2"] }] as const;
    const study = await createStudy({
      directions: ["minimize", "minimize"],
      space: floats(3),
      relations,
      sampler: create({ population: 6 }),
    });
    await study.addTrial({ params: { other: 3 }, values: [Number.NEGATIVE_INFINITY, 1], distributions: {} });
    for (let n = 0; n < 60; n++) {
      const trial = await study.ask();
      const { x0 = 0, x1 = 0, x2 = 0 } = trial.params as Record<string, number>;
      expect(x0 <= x1 && x1 <= x2).toBe(true);
      const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, x0 + x1][n % 3] as number;
      await study.tell(trial, n % 5 === 0 ? { state: "failed" } : [odd, x2]);
    }
    expect(study.trials.at(-1)?.why?.rule).toBe(name);
  });

  it("names the parents of a child", async () => {
    const study = await createStudy({ space: floats(5), sampler: create({ population: 10 }) });
    await study.optimize(({ number }) => number, { nTrials: 40 });
    for (const { number, why } of study.trials.slice(10)) {
      expect(why?.rule).toBe(name);
      expect(why?.nearest?.length).toBe(2);
      for (const parent of why?.nearest ?? []) expect(parent).toBeLessThan(number);
    }
  });

  it.each<[NsgaOptions & { divisions?: number }, string]>([
    [{ population: 1 }, "population"],
    [{ offspring: 0.5 }, "offspring"],
    [{ crossoverRate: 1.5 }, "crossoverRate"],
    [{ crossoverIndex: -1 }, "crossoverIndex"],
    [{ mutationIndex: Number.NaN }, "mutationIndex"],
    [{ mutationRate: 2 }, "mutationRate"],
    [{ crossover: "spx" as "sbx" }, "crossover"],
    [{ mutation: "toString" as "resample" }, "mutation"],
  ])("refuses %j", (options, where) => {
    expect(() => create(options)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", where: `${name}.${where}` }),
    );
  });
});

describe("of a front in ten dimensions", () => {
  let random = 0;
  beforeAll(async () => {
    random = await frontVolume(randomSampler(), 300, 1);
  });

  it.each<[string, Sampler]>([
    ["nsga3", nsga3Sampler()],
    ...(["mixed", "blx", "uniform", "sbx", "vsbx"] as const).map((crossover) => {
      return [`nsga2 by ${crossover}`, nsga2Sampler({ crossover })] as [string, Sampler];
    }),
  ])("%s misses half of what random search misses at most", async (_, sampler) => {
    // The whole front: 1.1 · 6 − 1/3.
    expect(6.27 - (await frontVolume(sampler, 300, 1))).toBeLessThan(0.5 * (6.27 - random));
  });
});

it("nsga3 refuses no divisions", () => {
  expect(() => nsga3Sampler({ divisions: 0 })).toThrow(expect.objectContaining({ where: "nsga3.divisions" }));
});
