/** A person's order, from the command line to the log: carried out by the daemon that runs, or here where none does. */
import { monotonic, sleep } from "../clock.js";
import { accountName } from "../environment.js";
import { fromRecord, SousError } from "../errors.js";
import type { Entry } from "../ledger/entry.js";
import { openLedger } from "../ledger/ledger.js";
import type { Order } from "../promotion/orders.js";
import type { Home } from "../reconcile/home.js";
import { giveOrder, type OrderAnswer, obeyOrders, takeAnswer, withdrawOrder } from "../reconcile/orders.js";
import { lockHolder } from "../store/lock.js";
import { openRecord } from "./open.js";

/** Milliseconds between two looks for the answer, and until it is waited for no longer. */
const LOOK_EVERY = 20;
const PATIENCE = 10_000;

export interface OrderOptions {
  readonly reason: string;
  /** Who orders; the account by default. */
  readonly by?: string;
  readonly home: string;
}

/** What every order has. @throws SousError ORDER_NO_REASON */
export function orderOf(recipe: string, { reason, by }: OrderOptions) {
  const [words, person] = [reason.trim(), (by ?? accountName()).trim()];
  if (words === "") throw new SousError("ORDER_NO_REASON", { option: "--reason" });
  if (person === "") throw new SousError("ORDER_NO_REASON", { option: "--by" });
  return { id: crypto.randomUUID(), recipe, person, reason: words };
}

/**
 * Resolves with the line of the log that carries the order out.
 * @throws SousError ORDER_…, what core/promotion/versions.ts throws, ORDER_UNANSWERED
 */
export async function carryOut(home: Home, order: Order): Promise<Entry> {
  await giveOrder(home, order);
  const answer = await answerTo(home, order);
  if (answer.error !== null) throw fromRecord(answer.error);
  const { entries } = await openLedger(home.ledger, { write: false });
  return entries[answer.seq - 1] as Entry;
}

async function answerTo(home: Home, order: Order): Promise<OrderAnswer> {
  const began = monotonic();
  while (monotonic() - began < PATIENCE) {
    const answer = await takeAnswer(home, order);
    if (answer !== null) return answer;
    if (!(await obeyedHere(home))) await sleep(LOOK_EVERY);
  }
  await withdrawOrder(home, order);
  const pid = (await lockHolder(home.state))?.pid ?? "";
  throw new SousError("ORDER_UNANSWERED", { pid, recipe: order.recipe, seconds: PATIENCE / 1000 });
}

/** False where a daemon has the home. */
async function obeyedHere(home: Home): Promise<boolean> {
  try {
    const { parts, close } = await openRecord(home, () => {});
    await obeyOrders(parts).finally(close);
    return true;
  } catch (error) {
    if (error instanceof SousError && error.code === "LOCK_HELD") return false;
    throw error;
  }
}
