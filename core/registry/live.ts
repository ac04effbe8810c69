/** The life of one plugin: construct → configure → start → dispose, in a container of its own, undone where a step fails. */
import "reflect-metadata";
import { type DependencyContainer, instanceCachingFactory, Lifecycle, container as root } from "tsyringe";
import { sleep } from "../clock.js";
import { SousError } from "../errors.js";
import type { Plugin, Provider } from "../plugin/index.js";
import { CONTRACTS, type Contracts, type Kind, type Provided } from "./provided.js";

/** Seconds that a plugin's configure, start or dispose may wait for; without a limit one of them could hold up the daemon's start for ever. */
const STEP_LIMIT = 10;

export interface LivePlugin {
  readonly plugin: Plugin;
  readonly provided: Provided;
  dispose(): Promise<void>;
}

interface Birth {
  readonly plugin: Plugin;
  readonly folder: string | null;
  /** Throws where what the plugin provides is not what the contracts say; asked before `start`. */
  readonly check: (provided: Provided) => void | Promise<void>;
}

export async function bringUp({ plugin, folder, check }: Birth): Promise<LivePlugin> {
  const container = root.createChildContainer();
  const made: unknown[] = [];
  const dispose = () => takeDown(plugin, container, made);
  try {
    await step(plugin, "configure", () => plugin.configure?.({ container, folder }));
    const provided = construct(plugin, container, made);
    await check(provided);
    await step(plugin, "start", () => plugin.start?.());
    return { plugin, provided, dispose };
  } catch (error) {
    await dispose().catch(() => undefined); // what failed first is what the author must read
    throw error;
  }
}

async function step(plugin: Plugin, name: string, action: () => void | Promise<void>): Promise<void> {
  const limit = new AbortController();
  const late = sleep(STEP_LIMIT * 1000, limit.signal).then(() => {
    if (!limit.signal.aborted) throw new Error(`it was not done after ${STEP_LIMIT} s`);
  });
  try {
    await Promise.race([late, (async () => action())()]);
  } catch (cause) {
    throw failed(plugin, name, cause);
  } finally {
    limit.abort();
  }
}

function failed(plugin: Plugin, step: string, cause: unknown): SousError {
  const said = cause instanceof Error ? cause.message : String(cause);
  // tsyringe's words for a constructor whose parameters it knows nothing of.
  const undecorated = said.startsWith("TypeInfo not known");
  const reason = undecorated ? `${said}: decorate the class with @injectable(), or give a useFactory` : said;
  return new SousError("PLUGIN_STEP", { plugin: plugin.name, step, reason }, { cause });
}

function construct(plugin: Plugin, container: DependencyContainer, made: unknown[]): Provided {
  const all = <K extends Kind>(kind: K): readonly Contracts[K][] => {
    const { token, providers } = CONTRACTS[kind];
    const listed = providers(plugin);
    for (const provider of listed) register(container, { token, provider, made });
    return listed.length === 0 ? [] : container.resolveAll(token);
  };
  try {
    return {
      learners: all("learners"),
      metrics: all("metrics"),
      gates: all("gates"),
      samplers: all("samplers"),
      sources: all("sources"),
    };
  } catch (cause) {
    throw failed(plugin, "construct", cause);
  }
}

interface Registration<K extends Kind> {
  readonly token: (typeof CONTRACTS)[K]["token"];
  readonly provider: Provider<Contracts[K]>;
  readonly made: unknown[];
}

function register<K extends Kind>(container: DependencyContainer, { token, provider, made }: Registration<K>): void {
  if ("useClass" in provider) {
    const useClass = provider.useClass as new (...args: unknown[]) => Contracts[K];
    container.register(token, { useClass }, { lifecycle: Lifecycle.Singleton });
    return;
  }
  const useFactory = instanceCachingFactory((own) => {
    const instance = provider.useFactory(own);
    made.push(instance);
    return instance;
  });
  container.register(token, { useFactory });
}

/** The container disposes of what it made of classes; what factories made it does not know. */
async function takeDown(plugin: Plugin, container: DependencyContainer, made: readonly unknown[]): Promise<void> {
  try {
    await step(plugin, "dispose", () => plugin.dispose?.());
  } finally {
    await step(plugin, "dispose", async () => {
      for (const instance of made) if (isDisposable(instance)) await instance.dispose();
      await container.dispose();
    });
  }
}

function isDisposable(instance: unknown): instance is { dispose(): unknown } {
  return typeof (instance as { dispose?: unknown } | null)?.dispose === "function";
}
