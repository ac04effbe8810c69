import {
  checkPruner,
  checkSampler,
  checkStorage,
  createRng,
  drawPoint,
  type FrozenTrial,
  medianPruner,
  memoryStorage,
  nopPruner,
  type ProposeRequest,
  type Pruner,
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
    expect(rulesOf(await checkPruner(fickle))).toEqual(new Set(["deterministic"]));
    const hasty: Pruner = {
      name: "hasty",
      prune: ({ trial }) => (trial.intermediate[0] as readonly [number, number])[1] > 0,
    };
    expect(rulesOf(await checkPruner(hasty))).toContain("no error: no report, no history");
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
