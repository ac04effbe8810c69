import { formatEntry } from "../ledger/format.js";
import { pendingOf } from "../promotion/orders.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { withLogged } from "./known.js";
import { carryOut, type OrderOptions, orderOf } from "./order.js";

/** `sous approve <recipe>` and `sous reject <recipe>`: a person's answer to a decision that waits for one. */
export async function answer(
  kind: "approve" | "reject",
  given: string,
  options: OrderOptions,
  console: Console,
): Promise<number> {
  const { home, order } = await withLogged(given, options.home, async ({ name, home, state }) => {
    return { home, order: { ...orderOf(name, options), kind, pending: pendingOf(name, state ?? undefined) } };
  });
  const entry = await carryOut(home, order);
  console.line(formatEntry(entry, { color: !console.plain }));
  return EXIT.ok;
}
