import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SousError } from "../errors.js";
import { tried } from "../evaluator/tryout.js";
import type { Inference } from "../ledger/entry.js";
import { formatEntry } from "../ledger/format.js";
import { targetOf } from "../promotion/orders.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { withRecipe } from "./known.js";
import { openViews } from "./open.js";
import { carryOut, type OrderOptions, orderOf } from "./order.js";

export interface RollbackOptions extends OrderOptions {
  /** The version's number; the one that served before by default. */
  readonly to?: string;
}

/**
 * `sous rollback <recipe>`: an earlier version serves again. Its model is run before it is put back, and what serves is run
 * afterwards, in this process, so that no model can take a daemon down.
 */
export async function rollback(given: string, options: RollbackOptions, console: Console): Promise<number> {
  const to = numberOf(options.to);
  const { home, order, champion } = await withRecipe(given, options.home, async ({ name, home, state, entries }) => {
    const version = targetOf(name, state ?? undefined, to);
    const views = openViews(home, { entries: () => entries, store: null });
    const path = join(views.versionFolder(name, version.number), "model.onnx");
    const inference = await run(path, { recipe: name, version: version.number });
    const order = { ...orderOf(name, options), kind: "rollback" as const, to: version.number, inference };
    return { home, order, champion: views.championPath(name) };
  });
  const entry = await carryOut(home, order);
  const after = await run(champion, { recipe: order.recipe, version: order.to });
  if (after.sha256 !== order.inference.sha256)
    throw new SousError("ORDER_MODEL_BAD", {
      ...{ recipe: order.recipe, version: order.to, path: champion },
      reason: "what serves now answers otherwise than that version.",
    });
  console.line(formatEntry(entry, { color: !console.plain }));
  return EXIT.ok;
}

async function run(path: string, of: { readonly recipe: string; readonly version: number }): Promise<Inference> {
  try {
    return await tried(await readFile(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SousError("ORDER_MODEL_BAD", { ...of, path, reason }, { cause: error });
  }
}

function numberOf(given: string | undefined): number | null {
  if (given === undefined) return null;
  if (/^v?[1-9]\d{0,8}$/.test(given)) return Number(given.replace("v", ""));
  throw new SousError("CLI_BAD_NUMBER", { option: "--to", given, expected: "the number of a version" });
}
