/** What the loaded plugins provide. Strangers' plugins run their code when they are loaded, so that is never done here. */
import { BUILTINS, DEFAULTS } from "../../plugins/builtins.js";
import { type ErrorRecord, SousError } from "../errors.js";
import type { Descriptors, Evaluator, Places } from "../evaluator/messages.js";
import { findPlugins } from "../registry/discover.js";
import { loadPlugins } from "../registry/load.js";

/** Seconds and bytes that loading all plugins may take. */
const LIMITS = { deadline: 20, memory: 2 ** 32 };

export interface Described {
  readonly evaluator: Evaluator;
  readonly descriptors: Descriptors;
}

type Broken = Descriptors["broken"][number];

/**
 * Starts an evaluator and asks it what there is. A plugin that takes the process down while it is loaded, or never comes
 * back, is found by loading each one alone; it is listed as broken, and the evaluator that is returned goes without it.
 */
export async function describePlugins(places: Places, start: (places: Places) => Evaluator): Promise<Described> {
  const evaluator = start(places);
  const found = await findPlugins({ folder: places.plugins, packagesFrom: places.packages ?? null });
  if (found.length === 0) return { evaluator, descriptors: await describeBuiltins() };
  const asked = await ask(evaluator);
  if ("descriptors" in asked) return { evaluator, descriptors: asked.descriptors };
  await evaluator.close();
  const paths = found.map(({ path }) => path);
  const broken = await findCulprits(paths, places, start);
  if (broken.length === 0) throw new SousError(asked.error.code, asked.error.details);
  const rest = start({ ...places, without: broken.map(({ path }) => path) });
  const again = await ask(rest);
  if ("descriptors" in again) {
    const { descriptors } = again;
    return { evaluator: rest, descriptors: { ...descriptors, broken: [...descriptors.broken, ...broken] } };
  }
  await rest.close();
  throw new SousError(again.error.code, again.error.details);
}

async function describeBuiltins(): Promise<Descriptors> {
  const registry = await loadPlugins({ builtins: BUILTINS, defaults: DEFAULTS, folder: null, packagesFrom: null });
  return registry.describe();
}

async function ask(evaluator: Evaluator): Promise<{ descriptors: Descriptors } | { error: ErrorRecord }> {
  const result = await evaluator.run({ kind: "describe" }, LIMITS);
  if (result.status === "done") return { descriptors: result.outcome };
  if (result.status === "failed") return { error: result.error };
  return { error: new SousError("EVALUATOR_CLOSED", { job: "describe" }).toJSON() };
}

/** The plugins that can't even be loaded alone, each with what came of it. */
async function findCulprits(
  paths: readonly string[],
  places: Places,
  start: (places: Places) => Evaluator,
): Promise<readonly Broken[]> {
  const broken: Broken[] = [];
  for (const path of paths) {
    const alone = start({ ...places, without: paths.filter((other) => other !== path) });
    const asked = await ask(alone);
    await alone.close();
    if ("error" in asked) {
      broken.push({ path, error: new SousError("PLUGIN_FATAL", { path, reason: asked.error.message }).toJSON() });
    }
  }
  return broken;
}
