/** Loading of plugins: built-in ones, which are there already, and those of the user, which are imported. */
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SousError } from "../errors.js";
import type { Defaults } from "../evaluator/messages.js";
import type { Plugin } from "../plugin/index.js";
import { digestOfPlugin, entryOf, type Found, findPlugins, type PluginPlaces } from "./discover.js";
import { bringUp } from "./live.js";
import { Registry } from "./registry.js";
import { asPlugin, checkProvided, checkSchemas } from "./shape.js";

export interface LoadRequest extends PluginPlaces {
  /** With the URL of each one's module, or of its folder with a "/" at the end. */
  readonly builtins: readonly { readonly plugin: Plugin; readonly url: string }[];
  readonly defaults: Defaults;
}

/**
 * Loads the built-in plugins, then the user's in the order of their paths. One that can't be loaded is listed in
 * `broken`, and the others go on; so this rejects only when the disk does. User plugins run their code here: never
 * in the daemon's own process.
 */
export async function loadPlugins({ builtins, defaults, ...places }: LoadRequest): Promise<Registry> {
  const registry = new Registry(defaults);
  for (const { plugin, url } of builtins) {
    await loadOne(registry, { path: fileURLToPath(url), isFolder: url.endsWith("/"), builtin: plugin });
  }
  for (const found of await findPlugins(places)) await loadOne(registry, { ...found, builtin: null });
  return registry;
}

interface Candidate extends Found {
  readonly builtin: Plugin | null;
}

async function loadOne(registry: Registry, candidate: Candidate): Promise<void> {
  const { path, isFolder, builtin } = candidate;
  try {
    const digest = await digestOfPlugin(candidate);
    const plugin = asPlugin(builtin ?? (await imported(await entryOf(candidate))), path);
    refuseTwice(registry, plugin, path);
    const own = isFolder ? path : dirname(path);
    const live = await bringUp({
      plugin,
      folder: builtin === null ? own : null,
      check: async (provided) => {
        checkProvided(plugin, path, provided);
        if (builtin === null) await checkSchemas(provided, { path, plugin: plugin.name });
        registry.refuseClash(plugin.name, path, provided);
      },
    });
    registry.add(live, { name: plugin.name, version: plugin.version, digest, builtin: builtin !== null });
  } catch (error) {
    registry.addBroken({ path, error: coded(error, path).toJSON() });
  }
}

async function imported(entry: string): Promise<unknown> {
  // Through hooks each import goes to a thread of theirs and back, 0.4 s for the evaluator's own: most homes need none.
  await import("./hooked.js");
  const module: { readonly default?: unknown } = await import(pathToFileURL(entry).href);
  return module.default;
}

function refuseTwice(registry: Registry, { name }: Plugin, path: string): void {
  if (!registry.plugins.some((other) => other.name === name)) return;
  throw new SousError("PLUGIN_CLASH", { path, plugin: name, what: "plugin", name, owner: name });
}

function coded(error: unknown, path: string): SousError {
  if (error instanceof SousError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SousError("PLUGIN_IMPORT", { path, reason }, { cause: error });
}
