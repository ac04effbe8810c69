import { SousError } from "../errors.js";
import type { Version } from "../promotion/champion.js";
import { lineageOf, type Origin, type Remembered } from "../promotion/lineage.js";
import { choiceOf } from "../search/result.js";
import { splitParams } from "../search/space.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { type KnownRecipe, versionNamed, withRecipe } from "./known.js";

export interface LineageOptions {
  readonly json: boolean;
  readonly home: string;
}

/** `sous lineage <recipe>[@<version>]`: what a version is made of, as a tree. */
export async function lineage(given: string, options: LineageOptions, console: Console): Promise<number> {
  const { recipe, of } = named(given);
  const origin = await withRecipe(recipe, options.home, async (known) => {
    const version = of === null ? known.state?.champion : versionNamed(known, `v${of}`);
    if (!version) throw new SousError("CLI_NO_SUCH_MODEL", { name: known.name, given: of ?? "in service" });
    return lineageOf(version, known.entries, await remembered(known, version));
  });
  if (options.json) console.line(JSON.stringify(origin, null, 2));
  else for (const line of treeOf(origin)) console.line(line);
  return EXIT.ok;
}

/** `churn@2`, `churn@v2` or `churn`. */
export function named(given: string): { readonly recipe: string; readonly of: string | null } {
  const [, recipe = given, of = null] = /^(.+)@v?([1-9]\d{0,8})$/.exec(given) ?? [];
  return { recipe, of };
}

async function remembered({ entries, store }: KnownRecipe, { seq }: Version): Promise<Remembered> {
  const entry = entries[seq - 1];
  if (store === null || entry?.kind !== "decision") return { files: [], members: [] };
  const snapshot = await store.snapshot(entry.data.snapshot);
  const trials = await store.trialStorage(entry.search.study).load();
  const finalist = trials.find(({ number }) => number === entry.search.finalist.trial);
  const learnerOf = (trial: number) => splitParams(trials.find(({ number }) => number === trial)?.params ?? {}).learner;
  const members = (finalist && choiceOf(finalist))?.members ?? [];
  return {
    files: snapshot?.files ?? [],
    members: members.map(({ trial, count }) => ({ trial, count, learner: learnerOf(trial) })),
  };
}

/** Characters of a digest that are shown; the JSON has all of them. */
const DIGITS = 12;

function treeOf(origin: Origin): readonly string[] {
  return [headOf(origin), ...branches(origin, "")];
}

function branches({ from }: Origin, indent: string): readonly string[] {
  return from.flatMap((one, at) => {
    const isLast = at === from.length - 1;
    const head = `${indent}${isLast ? "└─ " : "├─ "}${headOf(one)}`;
    return [head, ...branches(one, `${indent}${isLast ? "   " : "│  "}`)];
  });
}

function headOf({ kind, name, digest, facts }: Origin): string {
  const known = Object.entries(facts).filter(([, value]) => typeof value !== "object");
  const told = known.map(([key, value]) => `${key} ${value}`).join(", ");
  return [`${kind} ${name}`, ...(digest === null ? [] : [digest.slice(0, DIGITS)]), ...(told && [told])].join("  ");
}
