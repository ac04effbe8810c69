import { createStudy, memoryStorage, randomSampler } from "hyperparameter-js";

const space = { x: { type: "float", low: -4, high: 4 }, kind: { type: "categorical", choices: ["a", "b"] } } as const;
const code = (wanted: string) => expect.objectContaining({ name: "HyperparameterError", code: wanted });

describe("relations", () => {
  const range = { type: "int", low: 0, high: 9 } as const;
  const ordered = { low: range, high: range, share: { type: "float", low: 0, high: 1 } } as const;
  const relations = [
    { type: "order", params: ["low", "high"], strict: true },
    { type: "sum", params: ["share", "low"], high: 4 },
    { type: "forbidden", when: { low: 1, high: 2 } },
  ] as const;
  const hold = ({ low, high, share }: { low: number; high: number; share: number }) =>
    low < high && share + low <= 4 + 1e-9 && !(low === 1 && high === 2);

  it("hold in every trial, whatever the sampler proposes, and say so where a proposal was moved", async () => {
    const stubborn = {
      name: "stubborn",
      propose: () => ({ params: { low: 9, high: 0, share: 1 }, why: { rule: "x" } }),
    };
    for (const sampler of [randomSampler(), stubborn]) {
      const study = await createStudy({ space: ordered, relations, sampler, seed: 4 });
      await study.optimize(() => 0, { nTrials: 20 });
      expect(study.trials.every(({ params }) => hold(params as Parameters<typeof hold>[0]))).toBe(true);
      expect(study.trials[0]?.why?.rule).toBe(sampler.name === "stubborn" ? "related" : "random");
    }
  });

  it("end a finite space when its points that hold are used", async () => {
    const finite = { low: { ...range, high: 2 }, high: { ...range, high: 2 } };
    const study = await createStudy({ space: finite, relations: [relations[0]], sampler: randomSampler() });
    await study.optimize(() => 0);
    expect(study.trials.map(({ params }) => [params.low, params.high]).sort()).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
  });

  it("bind enqueued values too, and what the sampler adds to them", async () => {
    const study = await createStudy({ space: ordered, relations, sampler: randomSampler() });
    await expect(study.enqueueTrial({ low: 5, high: 5 })).rejects.toEqual(code("PARAMS_OUTSIDE"));
    await expect(study.enqueueTrial({ low: 4, high: 5, share: 1 })).rejects.toEqual(code("PARAMS_OUTSIDE"));
    for (let low = 0; low < 4; low++) await study.enqueueTrial({ low });
    for (let number = 0; number < 4; number++) {
      const { params } = await study.ask();
      expect([params.low, hold(params)]).toEqual([number, true]);
      await study.tell(number, 0);
    }
  });

  it("are refused where they name what isn't there", async () => {
    const wrong = [{ type: "order", params: ["low", "height"] }] as const;
    await expect(createStudy({ space: ordered, relations: wrong })).rejects.toEqual(code("RELATION_INVALID"));
  });
});

describe("enqueued trials", () => {
  it("come before new ones, with their own values and the sampler's for the rest", async () => {
    const study = await createStudy({ space, seed: 2 });
    await study.enqueueTrial({ x: 1.5, kind: "b" }, { from: "me" });
    const waiting = await study.enqueueTrial({ x: -0.5 });
    expect(waiting).toMatchObject({ number: 1, state: "waiting", params: { x: -0.5 } });
    const first = await study.ask();
    expect(first.params).toEqual({ x: 1.5, kind: "b" });
    expect(await study.tell(first, 1)).toMatchObject({ why: { rule: "enqueued" }, userAttrs: { from: "me" } });
    const second = await study.ask();
    expect([second.number, second.params.x, typeof second.params.kind]).toEqual([1, -0.5, "string"]);
    await study.tell(second, 1);
    expect(await study.ask()).toMatchObject({ number: 2 });
  });

  it("can be put in while an ask waits", async () => {
    const study = await createStudy({ space });
    const running = await study.ask();
    const waiting = study.ask();
    await study.enqueueTrial({ x: 3, kind: "a" });
    await study.tell(running, 0);
    expect((await waiting).params).toEqual({ x: 3, kind: "a" });
  });

  it("are refused where a value is outside or its condition isn't enqueued with it", async () => {
    const study = await createStudy({
      space: {
        on: { type: "categorical", choices: [true, false] },
        x: { type: "int", low: 0, high: 9, when: { on: true } },
      },
    });
    for (const params of [{ on: 1 }, { x: 3 }, { on: false, x: 3 }, { on: true, x: 10 }, { other: 1 }])
      await expect(study.enqueueTrial(params)).rejects.toEqual(code("PARAMS_OUTSIDE"));
    await expect(study.enqueueTrial({ on: true, x: 10 })).rejects.toThrow(
      'trial 0, x: expected a value of {"type":"int","low":0,"high":9,"when":{"on":true}} whose conditions are enqueued with it, got 10',
    );
  });
});

describe("trials left running", () => {
  const left = async () => {
    const storage = memoryStorage();
    const study = await createStudy({ space, lag: 2, storage });
    await study.tell(await study.ask(), 1);
    const open = [await study.ask(), await study.ask()];
    return { storage, open };
  };

  it("are handed out again by the next process, with the same numbers and parameters", async () => {
    const { storage, open } = await left();
    const study = await createStudy({ space, lag: 2, storage });
    const again = [await study.ask(), await study.ask()];
    expect(again.map(({ number, params }) => [number, params])).toEqual(open.map((each) => [each.number, each.params]));
  });

  it("end as stale ones where that was asked for, durably, and their points are free again", async () => {
    const { storage } = await left();
    const study = await createStudy({ space, lag: 2, storage, unfinished: "stale" });
    expect(study.trials.map(({ state }) => state)).toEqual(["complete", "stale", "stale"]);
    expect((await storage.load()).map(({ state }) => state)).toEqual(["complete", "stale", "stale"]);
    expect((await study.ask()).number).toBe(3);
    const finite = await createStudy({ space: { on: { type: "categorical", choices: [true] } }, seed: 3 });
    await finite.tell(await finite.ask(), { state: "stale" });
    expect((await finite.ask()).params).toEqual({ on: true });
  });
});
