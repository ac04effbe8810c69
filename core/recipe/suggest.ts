/** "Did you mean": for a key that is unknown where it stands, and for a name that nothing has. */
import { nearest } from "../nearest.js";
import { KEY_ALIASES, NAME_ALIASES } from "./aliases.js";

/** Longer words are nobody's slip, and the distance takes time by the product of the lengths. */
const LONGEST_SLIP = 64;

/** Shorter words are near to too many to be looked for in the whole recipe. */
const SHORTEST_FAR_SLIP = 5;

/** Keys from the root. */
export type Path = readonly string[];

/** Keys of a recipe that have one home, with its path: `trials` → `budget`, `trials`. */
export type Homes = ReadonlyMap<string, Path>;

export interface KeyQuestion {
  readonly word: string;
  /** The mapping in which the word stands. */
  readonly parent: Path;
  readonly allowed: readonly string[];
  /** Keys that stand beside the word: it hardly stands for one of these. */
  readonly given: readonly string[];
  readonly homes: Homes;
}

/**
 * Paths that the word may stand for, best first. It may be at home elsewhere, be another system's word, or be misspelt;
 * what fits exactly comes before what is only near.
 */
export function suggestKeys({ word, parent, allowed, given, homes }: KeyQuestion): Path[] {
  const absent = allowed.filter((key) => !given.includes(key));
  const here = slipOfSame(word, absent) ?? slipOfSame(word, allowed);
  const home = homeOf(word.toLowerCase().replaceAll("-", "_"), homes);
  const found = [home, here === null ? null : [...parent, here]].filter((path) => path !== null);
  if (found.length > 0) return found.filter((path, index) => index === 0 || !equal(path, found[0] ?? []));
  if (word.length < SHORTEST_FAR_SLIP) return [];
  const far = slip(word, [...homes.keys(), ...Object.keys(KEY_ALIASES)]);
  const farHome = far === null ? null : homeOf(far, homes);
  return farHome === null ? [] : [farHome];
}

/** Of `<learner>.<parameter>`, a right learner is no slip: only its own parameters are meant. */
function slipOfSame(word: string, allowed: readonly string[]): string | null {
  const prefix = word.slice(0, word.indexOf(".") + 1);
  const same = allowed.filter((name) => prefix !== "" && name.startsWith(prefix));
  if (same.length === 0) return slip(word, allowed);
  const near = slip(
    word.slice(prefix.length),
    same.map((name) => name.slice(prefix.length)),
  );
  return near === null ? null : prefix + near;
}

export function suggestName(word: string, what: string, names: readonly string[]): string | null {
  const aliases = NAME_ALIASES[what] ?? {};
  const meant = (alias: string) => names.find((name) => name === ownValue(aliases, alias)) ?? null;
  const near = () => meant(slip(word, Object.keys(aliases)) ?? "");
  return meant(word.toLowerCase()) ?? slip(word, names) ?? near();
}

/** A path as a person in the mapping `parent` would say it. */
export function wordPath(path: Path, parent: Path): string {
  const under = path.slice(0, -1);
  if (equal(under, parent)) return `\`${path.at(-1)}\``;
  return under.length === 0
    ? `\`${path.at(-1)}\` at the top of the recipe`
    : `\`${path.at(-1)}\` under \`${under.join(".")}\``;
}

export function slip(word: string, candidates: readonly string[]): string | null {
  return word.length > LONGEST_SLIP ? null : nearest(word, candidates);
}

function homeOf(word: string, homes: Homes): Path | null {
  return ownValue(KEY_ALIASES, word)?.split(".") ?? homes.get(word) ?? null;
}

function ownValue(table: Readonly<Record<string, string>>, key: string): string | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}

function equal(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}
