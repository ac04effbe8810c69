import fc from "fast-check";
import {
  checkSampler,
  createStudy,
  type GridOptions,
  gridSampler,
  pointKey,
  type Relation,
  type Space,
} from "hyperparameter-js";
import { points } from "../../../core/hyperparameter-js/src/space/points.js";
import { finiteSpace } from "../space/arbitrary.js";

const SPACE = {
  learner: { type: "categorical", choices: ["tree", "net"] },
  depth: { type: "int", low: 1, high: 3, when: { learner: "tree" } },
  rate: { type: "float", low: 1e-4, high: 1, log: true, when: { learner: "net" } },
  share: { type: "float", low: 0, high: 0.2, step: 0.1 },
} as const satisfies Space;

async function exhaust(space: Space, options: GridOptions, seed = 0, concurrency = 1) {
  const study = await createStudy({ space, sampler: gridSampler(options), seed, lag: concurrency - 1 });
  const trials = [];
  for (;;) {
    const trial = await study.ask().catch((error: { code: string }) => error.code);
    if (typeof trial === "string") return { keys: trials, end: trial };
    trials.push(pointKey(trial.params));
    await study.tell(trial, 1);
  }
}

describe("a grid", () => {
  it("holds to the kit", async () => {
    const counts = { rate: 6, shift: 5, mixing: 3 };
    expect(await checkSampler(gridSampler({ points: counts }))).toEqual([]);
    expect(await checkSampler(gridSampler({ points: counts, order: "given" }))).toEqual([]);
  });

  it("has each point once and then says that there are no more", async () => {
    await fc.assert(
      fc.asyncProperty(finiteSpace, fc.maxSafeNat(), async (space, seed) => {
        const all = [...points(space)].map(pointKey);
        fc.pre(all.length < 100 && Object.keys(space).length > 0);
        const { keys, end } = await exhaust(space, {}, seed);
        expect(end).toBe("SPACE_EXHAUSTED");
        expect(keys.toSorted()).toEqual(all.toSorted());
      }),
      { numRuns: 25 },
    );
  });

  it("passes over the points that break a relation", async () => {
    const space: Space = { a: { type: "int", low: 0, high: 9 }, b: { type: "int", low: 0, high: 9 } };
    const relations: Relation[] = [{ type: "order", params: ["a", "b"], strict: true }];
    for (const order of ["given", "shuffled"] as const) {
      const study = await createStudy({ space, relations, sampler: gridSampler({ order }) });
      await study.optimize(({ params }) => Number(params.a));
      expect(study.trials.map(({ params, why }) => [Number(params.a) < Number(params.b), why?.rule])).toEqual(
        Array.from({ length: 45 }, () => [true, "grid"]),
      );
      expect(new Set(study.trials.map(({ params }) => pointKey(params))).size).toBe(45);
    }
  });

  it("takes floats at even places of their axis, and values as listed", async () => {
    const { keys } = await exhaust(SPACE, { points: { rate: 3, share: [0.2, 0] }, order: "given" });
    const wanted = [1, 2, 3].flatMap((depth) => [0.2, 0].map((share) => ({ learner: "tree", depth, share })));
    expect(keys.slice(0, 6)).toEqual(wanted.map(pointKey));
    const rates = keys.slice(6).map((key) => Object.fromEntries(JSON.parse(key)).rate as number);
    expect(rates.filter((_, at) => at % 2 === 0).map(Math.log10)).toEqual([
      expect.closeTo(-4, 12),
      expect.closeTo(-2, 12),
      expect.closeTo(0, 12),
    ]);
    expect((await exhaust({ x: { type: "float", low: 1, high: 3 } }, { points: { x: 1 } })).keys).toEqual([
      '[["x",2]]',
    ]);
  });

  it("is shuffled by the seed, spread from its first part on", async () => {
    const space: Space = { x: { type: "int", low: 0, high: 99 } };
    const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => exhaust(space, {}, seed)));
    expect(one).toEqual(again);
    expect(one?.keys).not.toEqual(other?.keys);
    const first = (one?.keys ?? []).slice(0, 20).map((key) => JSON.parse(key)[0][1] as number);
    expect(Math.min(...first)).toBeLessThan(25);
    expect(Math.max(...first)).toBeGreaterThan(74);
  });

  it("leaves out what others have proposed, and what runs", async () => {
    const options = { points: { rate: 2 } };
    const study = await createStudy({ space: SPACE, sampler: gridSampler(options), lag: 3 });
    await study.addTrial({ params: { learner: "tree", depth: 2, share: 0.1 }, values: [1] });
    await study.addTrial({ params: { learner: "net", rate: 0.5, share: 0.1 }, values: [1] });
    await study.enqueueTrial({ learner: "tree", depth: 1, share: 0 });
    await study.optimize(() => 1, { nTrials: 14, concurrency: 4 });
    expect(new Set(study.trials.map(({ params }) => pointKey(params))).size).toBe(16);
    await expect(study.ask()).rejects.toMatchObject({ code: "SPACE_EXHAUSTED" });
  });

  it("proposes the point of a stale trial again", async () => {
    const space = { x: { type: "int", low: 1, high: 2 } } as const;
    const study = await createStudy({ space, sampler: gridSampler(), lag: 1 });
    const trial = await study.ask();
    await study.tell(trial, { state: "stale" });
    const points = [await study.ask(), await study.ask()].map(({ params }) => params.x);
    expect(points.toSorted()).toEqual([1, 2]);
  });

  it("goes round with duplicates", async () => {
    const space: Space = { x: { type: "int", low: 1, high: 3 } };
    const study = await createStudy({ space, sampler: gridSampler(), duplicates: true });
    await study.optimize(() => 1, { nTrials: 9 });
    const values = study.trials.map(({ params }) => params.x as number);
    expect(values.toSorted()).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  it.each<[string, GridOptions, string]>([
    ["a float without step or points", {}, "SPACE_UNSUPPORTED"],
    ["no points", { points: { rate: 0 } }, "OPTION_INVALID"],
    ["an empty list", { points: { rate: [] } }, "OPTION_INVALID"],
    ["values outside", { points: { rate: [2] } }, "OPTION_INVALID"],
    ["values off the step", { points: { rate: 2, share: [0.05] } }, "OPTION_INVALID"],
  ])("refuses %s", async (_, options, code) => {
    const study = await createStudy({ space: SPACE, sampler: gridSampler(options) });
    await expect(study.ask()).rejects.toMatchObject({ code });
  });

  it("refuses a grid too large to number, and an order that isn't one", async () => {
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, k) => [`x${k}`, { type: "int", low: 0, high: 1 }]));
    const study = await createStudy({ space: wide as Space, sampler: gridSampler() });
    await expect(study.ask()).rejects.toMatchObject({ code: "SPACE_UNSUPPORTED" });
    expect(() => gridSampler({ order: "random" as "given" })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});
