import { pathToFileURL } from "node:url";
import { expect, it } from "@jest/globals";
import { inject, injectable, singleton } from "tsyringe";
import { definePlugin, type Json, type Learner, METRIC, type Metric, type Plugin } from "../../core/plugin/index.js";
import { loadPlugins } from "../../core/registry/load.js";
import type { Registry } from "../../core/registry/registry.js";
import { BUILTINS, DEFAULTS } from "../../plugins/builtins.js";

const URL_HERE = pathToFileURL(import.meta.filename).href;
const HERE = import.meta.filename;

/** By the door of built-in plugins, which is the same from there on. */
function load(...plugins: Plugin[]): Promise<Registry> {
  const builtins = plugins.map((plugin) => ({ plugin, url: URL_HERE }));
  return loadPlugins({ builtins, defaults: DEFAULTS, folder: null, packagesFrom: null });
}

function metric(name: string, more: object = {}): Metric {
  return { name, direction: "minimize", tasks: ["regression"], score: () => 0, ...more };
}

const EMPTY_SCHEMA: { readonly [key: string]: Json } = { type: "object", properties: {} };

const LEARNER: Learner = {
  name: "made",
  tasks: ["binary", "regression"],
  space: ({ task }) => ({ depth: { type: "int", low: 1, high: task === "binary" ? 2 : 3 } }),
  fit: async () => ({ model: new Uint8Array(), predict: () => new Float64Array() }),
};

it("loads every built-in plugin, and describes what each provides", async () => {
  const registry = await loadPlugins({ builtins: BUILTINS, defaults: DEFAULTS, folder: null, packagesFrom: null });
  expect(registry.broken).toEqual([]);
  const described = registry.describe();
  expect(described.plugins.map(({ name }) => name)).toEqual(BUILTINS.map(({ plugin }) => plugin.name));
  expect(described.plugins.every(({ digest, builtin }) => /^[0-9a-f]{64}$/.test(digest) && builtin)).toBe(true);
  expect(described.defaults).toBe(DEFAULTS);
  expect([...registry.samplers.keys()]).toEqual(expect.arrayContaining(["random", "tpe", DEFAULTS.sampler]));
  expect([...registry.gates.keys()]).toEqual(expect.arrayContaining([...DEFAULTS.gates]));
  expect([...registry.metrics.keys()]).toEqual(expect.arrayContaining(Object.values(DEFAULTS.metrics)));
  expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  await registry.dispose();
});

it("describes a learner's space for each of its tasks", async () => {
  const registry = await load(definePlugin({ name: "p", version: "1", learners: [{ useFactory: () => LEARNER }] }));
  expect(registry.describe().learners).toEqual([
    {
      name: "made",
      tasks: ["binary", "regression"],
      baseline: false,
      spaces: {
        binary: { depth: { type: "int", low: 1, high: 2 } },
        regression: { depth: { type: "int", low: 1, high: 3 } },
      },
      plugin: "p",
    },
  ]);
});

it("lives through configure, construct and start, and is disposed of with all its instances, last plugin first", async () => {
  const life: string[] = [];
  const plugin = (name: string) => {
    class Made {
      readonly name = name;
      readonly direction = "minimize";
      readonly tasks = ["regression"] as const;
      constructor() {
        life.push(`${name} class`);
      }
      score() {
        return 0;
      }
      dispose() {
        life.push(`${name} class disposed`);
      }
    }
    return definePlugin({
      name,
      version: "1",
      metrics: [
        { useClass: Made },
        {
          useFactory: () => {
            life.push(`${name} factory`);
            return metric(`${name}-2`, { dispose: () => void life.push(`${name} factory disposed`) });
          },
        },
      ],
      configure: () => void life.push(`${name} configure`),
      start: async () => void life.push(`${name} start`),
      dispose: () => void life.push(`${name} dispose`),
    });
  };
  const registry = await load(plugin("a"), plugin("b"));
  const up = (name: string) => ["configure", "class", "factory", "start"].map((step) => `${name} ${step}`);
  const down = (name: string) => ["dispose", "factory disposed", "class disposed"].map((step) => `${name} ${step}`);
  expect(life).toEqual([...up("a"), ...up("b")]);
  life.length = 0;
  await registry.dispose();
  expect(life).toEqual([...down("b"), ...down("a")]);
  expect(registry.metrics.size).toBe(0);
});

it("injects into decorated classes what the plugin's own container has, and no other plugin sees it", async () => {
  const FACTOR = Symbol("factor");
  @singleton()
  class Scale {
    readonly by = 3;
  }
  @injectable()
  class Scaled implements Metric {
    readonly name = "scaled";
    readonly direction = "minimize";
    readonly tasks = ["regression"] as const;
    constructor(
      readonly scale: Scale,
      @inject(FACTOR) readonly factor: number,
    ) {}
    score() {
      return this.scale.by * this.factor;
    }
  }
  const registry = await load(
    definePlugin({
      name: "owner",
      version: "1",
      metrics: [{ useClass: Scaled }],
      configure: ({ container, folder }) => {
        container.register(FACTOR, { useValue: 7 });
        expect(folder).toBeNull();
      },
    }),
    definePlugin({
      name: "neighbour",
      version: "1",
      metrics: [{ useFactory: (container) => metric("sees", { sees: container.isRegistered(FACTOR, true) }) }],
    }),
  );
  expect(registry.broken).toEqual([]);
  expect((registry.metrics.get("scaled") as Scaled).score()).toBe(21);
  expect(registry.metrics.get("sees")).toMatchObject({ sees: false });
});

it("gives a plugin that asks for its own contract the instances that are in the registry", async () => {
  let seen: readonly Metric[] = [];
  const registry = await load(
    definePlugin({
      name: "p",
      version: "1",
      metrics: [{ useFactory: () => metric("one") }],
      gates: [
        {
          useFactory: (container) => {
            seen = container.resolveAll(METRIC);
            return { name: "g", options: EMPTY_SCHEMA, judge: () => ({ outcome: "PASS", reason: "", figures: {} }) };
          },
        },
      ],
    }),
  );
  expect(seen[0]).toBe(registry.metrics.get("one"));
});

it.each([
  ["configure", { configure: () => Promise.reject(new Error("no disk")) }],
  [
    "construct",
    {
      metrics: [
        {
          useFactory: () => {
            throw new Error("no disk");
          },
        },
      ],
    },
  ],
  [
    "start",
    {
      start: () => {
        throw new Error("no disk");
      },
    },
  ],
])("undoes a plugin that fails in %s, names it, and loads the others", async (step, broken) => {
  let disposed = 0;
  const registry = await load(
    definePlugin({
      name: "bad",
      version: "1",
      metrics: [{ useFactory: () => metric("lost") }],
      ...broken,
      dispose: () => void disposed++,
    }),
    definePlugin({ name: "good", version: "1", metrics: [{ useFactory: () => metric("kept") }] }),
  );
  expect(disposed).toBe(1);
  expect([...registry.metrics.keys()]).toEqual(["kept"]);
  expect(registry.describe().broken).toMatchObject([
    { path: HERE, error: { code: "PLUGIN_STEP", message: `The plugin bad failed in ${step}: no disk.` } },
  ]);
});

it("names the failure that came first when the undoing fails as well", async () => {
  const dispose = () => Promise.reject(new Error("second"));
  const start = () => Promise.reject(new Error("first"));
  const registry = await load(definePlugin({ name: "bad", version: "1", start, dispose }));
  expect(registry.broken.map(({ error }) => error.message)).toEqual(["The plugin bad failed in start: first."]);
});

it("disposes of every plugin although one of them fails to, and then says so", async () => {
  const disposed: string[] = [];
  const registry = await load(
    definePlugin({ name: "first", version: "1", dispose: () => void disposed.push("first") }),
    definePlugin({ name: "second", version: "1", dispose: () => Promise.reject(new Error("stuck")) }),
    definePlugin({ name: "third", version: "1", dispose: () => void disposed.push("third") }),
  );
  await expect(registry.dispose()).rejects.toMatchObject({ code: "PLUGIN_STEP" });
  expect(disposed).toEqual(["third", "first"]);
});

it("refuses a name that another plugin, or the same one, provides already", async () => {
  const one = (plugin: string) =>
    definePlugin({ name: plugin, version: "1", metrics: [{ useFactory: () => metric("mse") }] });
  const twice = [{ useFactory: () => metric("mae") }, { useFactory: () => metric("mae") }];
  const registry = await load(one("a"), one("b"), definePlugin({ name: "c", version: "1", metrics: twice }), one("a"));
  expect(registry.broken.map(({ error }) => error.message)).toEqual([
    `The plugin b (${HERE}) has a metric named mse, which the plugin a provides already.`,
    `The plugin c (${HERE}) has a metric named mae, which the plugin c provides already.`,
    `The plugin a (${HERE}) has a plugin named a, which the plugin a provides already.`,
  ]);
  expect([...registry.metrics.keys()]).toEqual(["mse"]);
});

const SAMPLER = {
  name: "s",
  options: EMPTY_SCHEMA,
  create: () => ({ name: "s", propose: () => ({ params: {}, why: { rule: "" } }) }),
};
const GATE = { name: "g", options: EMPTY_SCHEMA, judge: () => ({ outcome: "PASS", reason: "", figures: {} }) };
const SOURCE = {
  name: "f",
  extensions: [".x"],
  options: EMPTY_SCHEMA,
  scan: () => ({ kind: "sql", relation: "t", typed: true }),
};

it.each<[string, object, string, string]>([
  ["metrics", metric("m", { direction: "up" }), 'direction to be "minimize" or "maximize"', '"up"'],
  ["metrics", metric("m", { tasks: [] }), "tasks to be a list of some of binary, multiclass, regression", "[]"],
  [
    "metrics",
    metric("m", { tasks: ["ranking"] }),
    "tasks to be a list of some of binary, multiclass, regression",
    '["ranking"]',
  ],
  ["metrics", metric("m", { score: 1 }), "a method score()", "1"],
  ["learners", { ...LEARNER, fit: undefined }, "a method fit()", "nothing"],
  ["learners", { ...LEARNER, pace: "fast" }, "pace to be a number above 0, or absent", '"fast"'],
  ["learners", { ...LEARNER, pace: 0 }, "pace to be a number above 0, or absent", "0"],
  ["learners", { ...LEARNER, needs: "text" }, "needs to be a list of column types, or absent", '"text"'],
  [
    "learners",
    { ...LEARNER, space: () => ({ a: { type: "real" } }) },
    "space() to give a search space for each of its tasks",
    'space.a.type: expected float, int or categorical, got "real" (TYPE_UNKNOWN)',
  ],
  ["samplers", { ...SAMPLER, create: undefined }, "a method create()", "nothing"],
  [
    "samplers",
    { ...SAMPLER, options: undefined },
    'options to be the JSON Schema of an object, with type "object"',
    "nothing",
  ],
  [
    "gates",
    { ...GATE, options: { type: "string" } },
    'options to be the JSON Schema of an object, with type "object"',
    '{"type":"string"}',
  ],
  ["gates", { ...GATE, judge: null }, "a method judge()", "null"],
  ["sources", { ...SOURCE, extensions: ["csv"] }, 'extensions to be a list of endings such as ".csv"', '["csv"]'],
  ["sources", { ...SOURCE, scan: undefined }, "a method scan()", "nothing"],
])("refuses %s of a wrong shape (%#)", async (kind, instance, expected, found) => {
  const { name } = instance as { readonly name: string };
  const plugin = { name: "p", version: "1", $sous: 1, [kind]: [{ useFactory: () => instance }] } as const;
  const registry = await load(plugin);
  const noun = kind.slice(0, -1);
  expect(registry.broken.map(({ error }) => error.message)).toEqual([
    `In the plugin p (${HERE}), the ${noun} ${name} is not what the contract says: expected ${expected}, found ${found}.`,
  ]);
});

it.each<[string, object, string]>([
  ["a version that is no string", { version: 2 }, "version to be a string, found 2"],
  ["a start that is no function", { start: "now" }, 'start to be a function, found "now"'],
  [
    "a class in place of a provider",
    { gates: [class {}] },
    "gates to be a list of {useClass} and {useFactory}, found [null]",
  ],
])("refuses a definition with %s", async (_, wrong, words) => {
  const registry = await load({ $sous: 1, name: "p", version: "1", ...wrong });
  expect(registry.broken[0]?.error.message).toBe(
    `In the plugin p (${HERE}), the definition is not what the contract says: expected ${words}.`,
  );
});
