import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { SousError } from "../errors.js";
import { tried } from "../evaluator/tryout.js";
import type { Inference } from "../ledger/entry.js";
import { formatEntry } from "../ledger/format.js";
import { type RollbackOrder, targetOf } from "../promotion/orders.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { withLogged } from "./known.js";
import { openViews } from "./open.js";
import { carryOut, type OrderOptions, orderOf } from "./order.js";

export interface RollbackOptions extends OrderOptions {
  /** The version's number; the one that served before by default. */
  readonly to?: string;
}

/**
 * `sous rollback <recipe>`: an earlier version serves again. Its model is run before it is put back, and what serves is run
 * afterwards where it has other bytes, in this process, so that no model can take a daemon down.
 */
export async function rollback(given: string, options: RollbackOptions, console: Console): Promise<number> {
  const to = numberOf(options.to);
  const { home, order, ran, champion } = await withLogged(given, options.home, async (known) => {
    const { name, home, state, entries } = known;
    const version = targetOf(name, state ?? undefined, to);
    const views = openViews(home, { entries: () => entries, store: null });
    const path = join(views.versionFolder(name, version.number), "model.onnx");
    const { digest: ran, inference } = await run(path, { recipe: name, version: version.number });
    const order = { ...orderOf(name, options), kind: "rollback" as const, to: version.number, inference };
    return { home, order, ran, champion: views.championPath(name) };
  });
  const entry = await carryOut(home, order);
  await requireServes(champion, order, ran);
  console.line(formatEntry(entry, { color: !console.plain }));
  return EXIT.ok;
}

/** The very bytes that were run need no second run: to load a forest of 14 MB takes as long as all the rest. */
async function requireServes(path: string, { recipe, to, inference }: RollbackOrder, ran: string): Promise<void> {
  if ((await readFile(path).then(sha256, () => null)) === ran) return;
  const after = await run(path, { recipe, version: to });
  if (after.inference.sha256 === inference.sha256) return;
  const reason = "what serves now answers otherwise than that version.";
  throw new SousError("ORDER_MODEL_BAD", { recipe, version: to, path, reason });
}

interface Run {
  /** SHA-256 (hex) of the model's bytes. */
  readonly digest: string;
  readonly inference: Inference;
}

async function run(path: string, of: { readonly recipe: string; readonly version: number }): Promise<Run> {
  try {
    const bytes = await readFile(path);
    return { digest: sha256(bytes), inference: await tried(bytes) };
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
