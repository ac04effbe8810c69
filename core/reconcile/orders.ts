/**
 * Orders of people, as files in `.sous/orders`: whoever holds the home's lock carries them out, a daemon that runs or the
 * command that gave the order. An order names itself in the ledger line that carries it out, so that after a crash it is
 * answered and not done twice.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { removeDurable, systemCode, writeDurable } from "../artifacts/files.js";
import { now, sleep } from "../clock.js";
import { type ErrorRecord, SousError } from "../errors.js";
import type { Entry } from "../ledger/entry.js";
import { bodyFor, type Order, type OrderedBody } from "../promotion/orders.js";
import type { PromotionBody } from "../promotion/versions.js";
import type { Recipe } from "../recipe/recipe.js";
import type { Home } from "./home.js";
import type { Parts } from "./parts.js";

/** Milliseconds between two looks for orders: a look is one read of a folder that is empty most times. */
const LOOK_EVERY = 200;

/** An order is not carried out later than this many milliseconds after it was given: who gave it has gone. */
const GOOD_FOR = 10_000;

const ORDER = ".order.json";
const ANSWER = ".answer.json";

/** The line of the log that carried it out, or why it wasn't. */
export type OrderAnswer = { readonly seq: number; readonly error: null } | { readonly error: ErrorRecord };

/** What carries orders out needs of all the parts. */
export type Hands = Pick<Parts, "home" | "ledger" | "standing" | "views" | "artifacts" | "turns" | "emit">;

interface Given {
  readonly given: number;
  readonly order: Order;
}

function placeOf({ orders }: Home, id: string, suffix: string): string {
  return join(orders, `${id}${suffix}`);
}

/** Leaves an order for whoever holds the lock. */
export async function giveOrder(home: Home, order: Order): Promise<void> {
  await writeDurable(placeOf(home, order.id, ORDER), JSON.stringify({ given: now(), order } satisfies Given));
}

/** Takes an order back that nobody has carried out. */
export async function withdrawOrder(home: Home, { id }: Order): Promise<void> {
  await removeDurable(placeOf(home, id, ORDER));
}

/** What came of an order, which is then forgotten; null: nothing yet. */
export async function takeAnswer(home: Home, { id }: Order): Promise<OrderAnswer | null> {
  const path = placeOf(home, id, ANSWER);
  const text = await readIfThere(path);
  if (text === null) return null;
  await removeDurable(path);
  return JSON.parse(text) as OrderAnswer;
}

/** Carries out orders as they come, until the signal aborts. */
export async function heedOrders(hands: Hands, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await obeyOrders(hands).catch((error) => hands.emit({ kind: "notice", message: `orders: ${String(error)}` }));
    await sleep(LOOK_EVERY, signal);
  }
}

/** Carries out all orders that are there. */
export async function obeyOrders(hands: Hands): Promise<void> {
  for (const name of await namesIn(hands.home.orders)) {
    const id = name.slice(0, -ORDER.length);
    const path = join(hands.home.orders, name);
    const text = await readIfThere(path);
    if (text === null) continue;
    const answer = await obeyed(hands, text).then(
      ({ seq }) => ({ seq, error: null }),
      (error: unknown) => ({ error: recordOf(error) }),
    );
    await writeDurable(placeOf(hands.home, id, ANSWER), JSON.stringify(answer satisfies OrderAnswer));
    await removeDurable(path);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => name.endsWith(ORDER)).sort();
}

async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return null;
    throw error;
  });
}

function recordOf(error: unknown): ErrorRecord {
  const coded = error instanceof SousError ? error : new SousError("UNEXPECTED", { reason: String(error) });
  return coded.toJSON();
}

async function obeyed(hands: Hands, text: string): Promise<Entry> {
  const { given, order } = JSON.parse(text) as Given;
  const done = hands.ledger.entries.find((entry) => "order" in entry && entry.order === order.id);
  if (done !== undefined) return done;
  if (now() - given > GOOD_FOR)
    throw new SousError("ORDER_EXPIRED", { recipe: order.recipe, seconds: GOOD_FOR / 1000 });
  return hands.turns.take(order.recipe, () => carriedOut(hands, order));
}

async function carriedOut(hands: Hands, order: Order): Promise<Entry> {
  const { ledger, standing } = hands;
  return putThrough(hands, bodyFor(order, standing.now().recipes.get(order.recipe), ledger.entries));
}

/**
 * Makes what changes a recipe's standing so, in the order of core/promotion/versions.ts: version folder, ledger line,
 * pointer. To be called in the recipe's turn.
 */
export async function putThrough(hands: Hands, body: OrderedBody): Promise<Entry> {
  const { ledger, standing, views } = hands;
  const { name } = body.recipe;
  const state = standing.now().recipes.get(name);
  if (body.kind === "decision" && body.version !== null) {
    await views.writeVersion(body as PromotionBody, await recipeOf(hands, body.recipe.digest), state);
  }
  const entry = await ledger.append(body);
  const after = standing.now().recipes.get(name);
  if (after !== undefined) await (entry.kind === "rollback" ? views.restoreChampion(after) : views.restore(after));
  tellLogged(hands, entry);
  return entry;
}

/** As it was frozen when the decision was put off; the file may say something else by now. */
async function recipeOf({ artifacts }: Hands, digest: string): Promise<Recipe> {
  const bytes = await artifacts.find(digest);
  if (bytes === null) throw new SousError("MODEL_MISSING", { digest });
  return JSON.parse(Buffer.from(bytes).toString("utf8")) as Recipe;
}

/** Tells of what was logged beside the course of things. */
export function tellLogged({ standing, views, emit }: Pick<Hands, "standing" | "views" | "emit">, entry: Entry): void {
  if (entry.kind === "rollback") {
    const { recipe, from, to, reason, seq } = entry;
    emit({ kind: "rolledBack", name: recipe.name, from, to, reason, seq });
  }
  if (entry.kind === "drill") {
    const { recipe, version, outcome, reason, seq } = entry;
    emit({ kind: "drilled", name: recipe.name, version, outcome, reason, seq });
  }
  if (entry.kind === "decision") {
    const { name } = entry.recipe;
    const { decision, reason, seq } = entry;
    const champion = standing.now().recipes.get(name)?.champion ? views.championPath(name) : null;
    emit({ kind: "decided", name, decision, reason, seq, champion });
  }
}
