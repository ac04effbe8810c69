/** Studies that are opened again on their storage with another space. */
import { join } from "node:path";
import * as door from "hyperparameter-js";
import {
  contains,
  createStudy,
  type FrozenTrial,
  memoryStorage,
  type Sampler,
  type Space,
  type Storage,
  type StudyOptions,
  tpeSampler,
} from "hyperparameter-js";
import { fileStorage } from "hyperparameter-js/file";
import { columnsOf, tableOf } from "../../../core/hyperparameter-js/src/history/table.js";
import { inFolder } from "../../support/folder.js";

const BEFORE: Space = {
  rate: { type: "float", low: 1e-4, high: 1e-1, log: true },
  depth: { type: "int", low: 2, high: 9 },
  kind: { type: "categorical", choices: ["tree", "line", "net"] },
  leaves: { type: "int", low: 2, high: 64, when: { kind: "tree" } },
  share: { type: "float", low: 0, high: 1, step: 0.25 },
};

const change = (changed: Partial<Space>): Space => ({ ...BEFORE, ...(changed as Space) });
const { depth: _, ...WITHOUT } = BEFORE;

/** What may become of a space between two studies. */
const AFTER: Readonly<Record<string, Space>> = {
  "the same": BEFORE,
  "wider ranges": change({
    rate: { type: "float", low: 1e-6, high: 1, log: true },
    depth: { type: "int", low: 1, high: 20 },
  }),
  "narrower ranges": change({
    rate: { type: "float", low: 1e-3, high: 1e-2, log: true },
    depth: { type: "int", low: 4, high: 6 },
  }),
  "ranges elsewhere": change({ rate: { type: "float", low: 1, high: 10 }, depth: { type: "int", low: 50, high: 60 } }),
  "more choices": change({ kind: { type: "categorical", choices: ["forest", "tree", "line", "net", 7] } }),
  "fewer choices": change({ kind: { type: "categorical", choices: ["line", "tree"] } }),
  "one value": change({ kind: { type: "categorical", choices: ["tree"] }, depth: { type: "int", low: 5, high: 5 } }),
  "another grid": change({
    share: { type: "float", low: 0, high: 1, step: 0.2 },
    depth: { type: "int", low: 2, high: 8, step: 2 },
  }),
  "another scale and type": change({
    rate: { type: "float", low: 1e-4, high: 1e-1 },
    depth: { type: "float", low: 2, high: 9 },
  }),
  "another condition": change({ leaves: { type: "int", low: 2, high: 64, when: { kind: ["line", "net"] } } }),
  "a number for a choice": change({
    kind: { type: "int", low: 0, high: 3 },
    leaves: { type: "int", low: 2, high: 64 },
  }),
  "one parameter more": change({ momentum: { type: "float", low: 0, high: 0.99 } }),
  "one parameter less": WITHOUT,
  "all others": { other: { type: "float", low: -1, high: 1 }, more: { type: "categorical", choices: [true, false] } },
  "a small finite one": {
    kind: { type: "categorical", choices: ["tree", "line"] },
    depth: { type: "int", low: 2, high: 4 },
  },
};

const objective = ({ params }: { readonly params: door.Params }): number =>
  Object.values(params).reduce<number>(
    (sum, value) => sum + (typeof value === "number" ? Math.abs(value - 0.3) : 1),
    0,
  );

/** Samplers of the door that can't be made without a word. */
const TOLD: Readonly<Record<string, () => Sampler>> = {
  gridSampler: () => door.gridSampler({ points: { rate: 3, depth: 3, momentum: 2, other: 3 } }),
  transferSampler: () => door.transferSampler(tpeSampler()),
};

/** Every sampler of the door. */
const SAMPLERS = Object.entries(door)
  .filter(([name]) => name.endsWith("Sampler") && name !== "checkSampler")
  .map(([name, make]) => [name, TOLD[name] ?? (make as () => Sampler)] as const);

async function run(storage: Storage, nTrials: number, options: StudyOptions): Promise<readonly FrozenTrial[]> {
  const study = await createStudy({ storage, seed: 5, ...options });
  await study.optimize(objective, { nTrials });
  return study.trials;
}

function copyOf(trials: readonly FrozenTrial[]): Storage {
  const storage = memoryStorage();
  return { load: async () => [...trials, ...(await storage.load())], put: storage.put };
}

describe("a study opened again with another space", () => {
  it.each(SAMPLERS)("goes on with %s, in the new space, the same each time", async (_name, make) => {
    const old = await run(memoryStorage(), 14, { space: BEFORE, sampler: make() });
    for (const [name, space] of Object.entries(AFTER)) {
      const sampler = make();
      const next = (await run(copyOf(old), 2, { space, sampler })).slice(old.length);
      expect([name, next.length]).toEqual([name, 2]);
      expect([name, next.filter(({ params }) => !contains(space, params))]).toEqual([name, []]);
      const halves = copyOf(old);
      await run(halves, 1, { space, sampler: make() });
      const again = await run(halves, 1, { space, sampler: make() });
      expect([name, again.slice(old.length)]).toEqual([name, next]);
    }
  });

  it("keeps every old trial as it was", async () => {
    const old = await run(memoryStorage(), 14, { space: BEFORE });
    for (const space of Object.values(AFTER)) {
      const all = await run(copyOf(old), 2, { space });
      expect(all.slice(0, old.length)).toEqual(old);
      expect(all.slice(0, old.length).every(({ params, distributions }) => contains(distributions, params))).toBe(true);
    }
  });

  it("keeps them in a file too, through every change one after another", () =>
    inFolder(async (folder) => {
      const path = join(folder, "growing.journal");
      const seen: FrozenTrial[] = [];
      for (const space of [BEFORE, ...Object.values(AFTER)]) {
        const storage = fileStorage(path, { durability: "buffered" });
        const all = await run(storage, 3, { space });
        await storage.close();
        expect(all.slice(0, seen.length)).toEqual(seen);
        expect(all.slice(seen.length).every(({ params }) => contains(space, params))).toBe(true);
        seen.splice(0, seen.length, ...all);
      }
      expect(seen).toHaveLength(3 * (1 + Object.keys(AFTER).length));
    }));

  it.each(SAMPLERS)("can be another study, with the old one as an earlier one, for %s", async (_name, make) => {
    const trials = await run(memoryStorage(), 30, { space: BEFORE, sampler: tpeSampler() });
    const earlier = [{ space: BEFORE, directions: ["minimize"], trials }] as const;
    for (const [name, space] of Object.entries(AFTER)) {
      const next = await run(memoryStorage(), 5, { space, earlier, sampler: make() });
      expect([name, next.filter(({ params }) => !contains(space, params))]).toEqual([name, []]);
      expect([name, next.length]).toEqual([name, 5]);
    }
  });

  it("still learns from the trials that lie in it", async () => {
    const line: Space = { x: { type: "float", low: 0, high: 1 }, y: { type: "float", low: 0, high: 1 } };
    const wide: Space = { x: { type: "float", low: -10, high: 10 }, y: { type: "float", low: -10, high: 10 } };
    const near = ({ x, y }: door.Params) => Math.abs((x as number) - 0.7) + Math.abs((y as number) - 0.2);
    const nearest = async (storage: Storage, space: Space, nTrials: number) => {
      const study = await createStudy({ storage, space, seed: 2, sampler: tpeSampler() });
      await study.optimize(({ params }) => near(params), { nTrials });
      return Math.min(...study.trials.slice(-nTrials).map(({ params }) => near(params)));
    };
    const storage = memoryStorage();
    await nearest(storage, line, 60);
    const taught = await nearest(storage, wide, 15);
    expect(taught).toBeLessThan(0.5 * (await nearest(memoryStorage(), wide, 15)));
  });

  it("takes a value outside a narrowed range for none: moved to the edge it would say of the edge what isn't known", async () => {
    const old = await run(memoryStorage(), 14, { space: BEFORE });
    const space = AFTER["narrower ranges"] as Space;
    const { cells, rows, columns } = tableOf(old, space);
    const depth = columns.findIndex(({ name }) => name === "depth");
    for (let row = 0; row < rows; row++) {
      const value = old[row]?.params.depth as number;
      const coordinate = cells[row * columnsOf(space).length + depth] as number;
      expect(Number.isNaN(coordinate)).toBe(value < 4 || value > 6);
    }
  });

  it("runs what was enqueued as far as it fits, and says so", async () => {
    const storage = memoryStorage();
    await (await createStudy({ storage, space: BEFORE })).enqueueTrial({ depth: 9, kind: "line" });
    const study = await createStudy({ storage, space: AFTER["narrower ranges"] as Space });
    const trial = await study.ask();
    expect(trial.params).toMatchObject({ kind: "line" });
    const record = await study.tell(trial, 1);
    expect(contains(AFTER["narrower ranges"] as Space, record.params)).toBe(true);
    expect(record.why).toEqual({ rule: "enqueued", note: "without depth: the space has changed" });
  });
});
