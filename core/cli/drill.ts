import { SousError } from "../errors.js";
import { formatEntry } from "../ledger/format.js";
import { drilled, drilledVersion } from "../reconcile/drill.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { interruption } from "./interrupt.js";
import { versionNamed, withRecipe } from "./known.js";
import { named } from "./lineage.js";
import { openKit, openViews } from "./open.js";
import { carryOut, orderOf } from "./order.js";

export interface DrillOptions {
  readonly by?: string;
  readonly reason: string;
  readonly home: string;
}

/** `sous drill <recipe>[@<version>]`: brings a version back beside what serves, asks it again, and logs what came of it. */
export async function drill(given: string, options: DrillOptions, console: Console): Promise<number> {
  const { recipe, of } = named(given);
  const made = await withRecipe(recipe, options.home, async (known) => {
    const { name, home, entries, store, state } = known;
    const version = state && (of === null ? drilledVersion(state) : (versionNamed(known, `v${of}`) ?? null));
    if (!state || !version) throw new SousError("CLI_NO_SUCH_MODEL", { name, given: of ?? "in service" });
    const kit = await openKit(home, (text) => console.error(text));
    const views = openViews(home, { entries: () => entries, store });
    const ports = { views, evaluator: kit.evaluator, entries, signal: interruption() };
    const found = await drilled(ports, { state, version }).finally(() => kit.close());
    return (
      found && { home, order: { ...orderOf(name, options), kind: "drill" as const, version: version.number, found } }
    );
  });
  if (made === null) return EXIT.interrupted;
  const entry = await carryOut(made.home, made.order);
  console.line(formatEntry(entry, { color: !console.plain }));
  return made.order.found.outcome === "FAILED" ? EXIT.invalid : EXIT.ok;
}
