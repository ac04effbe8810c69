import { SousError } from "../errors.js";
import type { Defaults, Descriptors, PluginRecord } from "../evaluator/messages.js";
import type { Gate, Learner, Metric, SamplerFactory, Source } from "../plugin/index.js";
import { describe, type Owned } from "./describe.js";
import type { LivePlugin } from "./live.js";
import { CONTRACTS, type Contracts, KINDS, type Kind, type Provided } from "./provided.js";

export type BrokenPlugin = Descriptors["broken"][number];

/** Everything that the loaded plugins provide, by name. */
export class Registry {
  readonly #owned: { readonly [K in Kind]: Map<string, Owned<Contracts[K]>> } = {
    learners: new Map(),
    metrics: new Map(),
    gates: new Map(),
    samplers: new Map(),
    sources: new Map(),
  };
  readonly #live: { readonly live: LivePlugin; readonly record: PluginRecord }[] = [];
  readonly #broken: BrokenPlugin[] = [];

  constructor(private readonly defaults: Defaults) {}

  get learners(): ReadonlyMap<string, Learner> {
    return this.#instances("learners");
  }

  get metrics(): ReadonlyMap<string, Metric> {
    return this.#instances("metrics");
  }

  get gates(): ReadonlyMap<string, Gate> {
    return this.#instances("gates");
  }

  get samplers(): ReadonlyMap<string, SamplerFactory> {
    return this.#instances("samplers");
  }

  get sources(): ReadonlyMap<string, Source> {
    return this.#instances("sources");
  }

  get plugins(): readonly PluginRecord[] {
    return this.#live.map(({ record }) => record);
  }

  /** Plugins that could not be loaded, each with its path and the reason. */
  get broken(): readonly BrokenPlugin[] {
    return this.#broken;
  }

  /** The same as plain data, which crosses processes. */
  describe(): Descriptors {
    const { plugins, broken, defaults } = this;
    return { plugins, broken, defaults, ...describe(this.#owned) };
  }

  /** Ends all plugins, the last one first. Each is ended even when another one fails to; then the first failure is thrown. */
  async dispose(): Promise<void> {
    const failures: unknown[] = [];
    for (const { live } of this.#live.splice(0).reverse()) await live.dispose().catch((error) => failures.push(error));
    for (const kind of KINDS) this.#owned[kind].clear();
    if (failures.length > 0) throw failures[0];
  }

  add(live: LivePlugin, record: PluginRecord): void {
    this.#live.push({ live, record });
    for (const kind of KINDS) this.#own(kind, live.provided, record.name);
  }

  addBroken(broken: BrokenPlugin): void {
    this.#broken.push(broken);
  }

  /** Throws where a plugin provides a name that another one, or itself, has provided before. */
  refuseClash(plugin: string, path: string, provided: Provided): void {
    for (const kind of KINDS) {
      const taken = new Map([...this.#owned[kind]].map(([name, { plugin: owner }]) => [name, owner]));
      for (const { name } of provided[kind]) {
        const owner = taken.get(name);
        const what = CONTRACTS[kind].noun;
        if (owner !== undefined) throw new SousError("PLUGIN_CLASH", { path, plugin, what, name, owner });
        taken.set(name, plugin);
      }
    }
  }

  #own<K extends Kind>(kind: K, provided: Provided, plugin: string): void {
    for (const instance of provided[kind]) this.#owned[kind].set(instance.name, { instance, plugin });
  }

  #instances<K extends Kind>(kind: K): ReadonlyMap<string, Contracts[K]> {
    return new Map([...this.#owned[kind]].map(([name, { instance }]) => [name, instance]));
  }
}
