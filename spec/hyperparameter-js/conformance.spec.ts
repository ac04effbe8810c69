import {
  checkPruner,
  checkSampler,
  checkStorage,
  createRng,
  drawPoint,
  type FrozenTrial,
  holds,
  medianPruner,
  memoryStorage,
  nopPruner,
  type ProposeRequest,
  type Pruner,
  pointKey,
  randomSampler,
  type Sampler,
  type Storage,
  tpeSampler,
} from "hyperparameter-js";

const rulesOf = (findings: readonly { readonly rule: string }[]) => new Set(findings.map(({ rule }) => rule));

function sampler(propose: Sampler["propose"]): Sampler {
  return { name: "stranger", propose };
}

const draw = ({ space, seed, number }: ProposeRequest) => drawPoint(space, createRng(seed, number));

describe("checkSampler", () => {
  it.each([randomSampler(), tpeSampler(), tpeSampler({ candidates: 1, startup: 1 })])(
    "finds nothing in $name",
    async (each) => {
      expect(await checkSampler(each)).toEqual([]);
    },
  );

  let calls = 0;
  const seen = new WeakMap<readonly FrozenTrial[], number>();
  it.each<[string, string, Sampler]>([
    [
      "one that leaves the space",
      "in space",
      sampler((r) => ({ params: { ...draw(r), more: 1 }, why: { rule: "x" } })),
    ],
    [
      "one that ignores conditions",
      "in space",
      sampler((r) => {
        const unconditioned = Object.fromEntries(
          Object.entries(r.space).map(([name, { when: _, ...rest }]) => [name, rest]),
        );
        return { params: draw({ ...r, space: unconditioned }), why: { rule: "x" } };
      }),
    ],
    [
      "one that has a memory",
      "deterministic",
      sampler((r) => ({ params: draw({ ...r, number: calls++ }), why: { rule: "x" } })),
    ],
    ["one that explains nothing", "explained", sampler((r) => ({ params: draw(r), why: { rule: "" } }))],
    [
      "one whose acquisition is no number",
      "explained",
      sampler((r) => ({ params: draw(r), why: { rule: "x", acquisition: Number.NaN } })),
    ],
    [
      "one that repeats itself",
      "no duplicates",
      sampler((r) => ({ params: draw({ ...r, number: 0 }), why: { rule: "x" } })),
    ],
    [
      "one that writes to the history",
      "no error: a long history",
      sampler((r) => {
        (r.trials as FrozenTrial[]).reverse();
        return { params: draw(r), why: { rule: "x" } };
      }),
    ],
    [
      "one that can't do without history",
      "no error: no history",
      sampler((r) => ({ params: draw({ ...r, seed: (r.trials[0] as FrozenTrial).number }), why: { rule: "x" } })),
    ],
    [
      "one that takes every trial for a complete one",
      "no error: only failed trials",
      sampler((r) => ({
        params: draw(r),
        why: { rule: "x", acquisition: r.trials.map(({ values }) => (values as number[])[0] ?? 0)[0] ?? 0 },
      })),
    ],
    [
      "one that keeps what it saw of a growing history",
      "no state",
      sampler((r) => {
        seen.set(r.trials, seen.get(r.trials) ?? r.trials.length);
        return { params: draw({ ...r, number: seen.get(r.trials) as number }), why: { rule: "x" } };
      }),
    ],
    ["one that takes no heed of relations", "relations", sampler((r) => ({ params: draw(r), why: { rule: "x" } }))],
    [
      "one that proposes what runs",
      "no duplicates",
      sampler((r) => {
        const used = new Set(r.trials.map(({ params }) => pointKey(params)));
        const fresh = Array.from({ length: 400 }, (_, at) => draw({ ...r, number: at })).find(
          (params) => !used.has(pointKey(params)) && holds(r.relations ?? [], params),
        );
        return { params: fresh ?? draw(r), why: { rule: "x" } };
      }),
    ],
    [
      "one that wants all parameters of the space in every trial",
      "no error: a space that has changed",
      sampler((r) => {
        const old = r.trials.flatMap(({ params }) => Object.keys(r.space).map((name) => params[name] ?? null));
        if (old.some((value) => value === null)) throw new Error("a trial without all parameters");
        return { params: draw(r), why: { rule: `x${old.length}` } };
      }),
    ],
    [
      "one that fails on constraints that all violate",
      "no error: constraints that all violate",
      sampler((r) => {
        const feasible = r.trials.filter(({ constraints }) => !constraints?.some((each) => each > 0));
        if (r.trials.length > 0 && r.trials.every(({ constraints }) => constraints) && feasible.length === 0)
          throw new Error("none");
        return { params: draw(r), why: { rule: "x" } };
      }),
    ],
    [
      "one that is at a loss with two objectives and doesn't say so",
      "no error: 2 objectives",
      sampler((r) => {
        if (r.directions.length > 1) throw new Error("no");
        return { params: draw(r), why: { rule: "x" } };
      }),
    ],
    [
      "one that takes stale trials for complete ones",
      "no error: only stale trials",
      sampler((r) => {
        const told = r.trials.filter(({ state }) => state !== "failed" && state !== "pruned");
        return {
          params: draw(r),
          why: { rule: "x", acquisition: told[0] ? ((told[0].values as number[])[0] ?? 0) : 0 },
        };
      }),
    ],
  ])("names the broken rule of %s", async (_, rule, each) => {
    expect(rulesOf(await checkSampler(each))).toContain(rule);
  });
});

describe("checkPruner", () => {
  it.each([medianPruner(), nopPruner()])("finds nothing in $name", async (each) => {
    expect(await checkPruner(each)).toEqual([]);
  });

  it("names an error and a changing verdict", async () => {
    let calls = 0;
    const fickle: Pruner = { name: "fickle", prune: () => calls++ % 2 === 0 };
    expect(rulesOf(await checkPruner(fickle))).toContain("deterministic");
    const hasty: Pruner = {
      name: "hasty",
      prune: ({ trial }) => (trial.intermediate[0] as readonly [number, number])[1] > 0,
    };
    expect(rulesOf(await checkPruner(hasty))).toContain("no error: no report, no history");
    const counts = new WeakMap<readonly FrozenTrial[], number>();
    const stale: Pruner = {
      name: "stale",
      prune: ({ trials }) => {
        counts.set(trials, counts.get(trials) ?? trials.length);
        return (counts.get(trials) as number) > 10;
      },
    };
    expect(rulesOf(await checkPruner(stale))).toEqual(new Set(["no state"]));
  });
});

describe("checkStorage", () => {
  it("finds nothing in the memory storage", async () => {
    const storage = memoryStorage();
    expect(await checkStorage(() => storage)).toEqual([]);
  });

  it("names what JSON loses and what is not kept", async () => {
    const lossy = (): Storage => {
      const kept = new Map<number, string>();
      return {
        load: async () => [...kept.values()].map((text): FrozenTrial => JSON.parse(text)),
        put: async (trial) => void kept.set(trial.number, JSON.stringify(trial)),
      };
    };
    const storage = lossy();
    expect(rulesOf(await checkStorage(() => storage))).toContain("replaces by number");
    expect(rulesOf(await checkStorage(() => memoryStorage()))).toEqual(
      new Set(["keeps it for the next one to open it", "goes on where it was opened"]),
    );
  });
});
