/** The daemon's own configuration, `sous.yaml` in the home; every key is optional, and so is the file. */
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { SousError } from "../errors.js";
import { nearest } from "../nearest.js";
import { DURATION_PATTERN, seconds } from "../quantities.js";
import { readDocument, type SourceDocument } from "../recipe/document.js";
import { CONFIGURATION, type Home } from "./home.js";

export interface Configuration {
  /** Absolute folders that are watched for recipes; null: `recipes` in the home if it is there, else the home. */
  readonly watch: readonly string[] | null;
  /** Absolute folders, besides a recipe's own, that its data may lie in. */
  readonly roots: readonly string[];
  /** Absolute folder of the user's own plugins; it need not be there. */
  readonly plugins: string;
  /** Trials that run at the same time, over all recipes. */
  readonly workers: number;
  /** Seconds between full looks at every recipe and its data. */
  readonly rescan: number;
  /** Seconds without work after which the evaluator process ends. */
  readonly idle: number;
  /** Seconds between drills of a recipe's versions; null: none. */
  readonly drill: number | null;
}

interface Field {
  readonly expected: string;
  /** The value in the configuration's units; undefined where it is none. */
  readonly read: (value: unknown, home: string) => unknown;
}

const folders: Field = {
  expected: "a folder, or a list of folders, relative to the home",
  read: (value, home) => {
    const list = Array.isArray(value) ? value : [value];
    const named = list.length > 0 && list.every((item) => typeof item === "string" && item !== "");
    return named ? list.map((item: string) => resolve(home, item)) : undefined;
  },
};

const folder: Field = {
  expected: "a folder, relative to the home",
  read: (value, home) => (typeof value === "string" && value !== "" ? resolve(home, value) : undefined),
};

const duration: Field = {
  expected: "a duration such as 30s or 5m, of a second or more",
  read: (value) => {
    const written =
      typeof value === "number" || (typeof value === "string" && new RegExp(DURATION_PATTERN).test(value));
    if (!written) return undefined;
    const length = seconds(value);
    return length >= 1 && length <= 86_400 ? length : undefined;
  },
};

const interval: Field = {
  expected: "a duration such as 7d, of a second or more, or off",
  read: (value) => {
    if (value === "off" || value === false) return null;
    if (typeof value !== "string" || !new RegExp(DURATION_PATTERN).test(value)) return undefined;
    return seconds(value) >= 1 ? seconds(value) : undefined;
  },
};

const FIELDS: Readonly<Record<keyof Configuration, Field>> = {
  watch: folders,
  roots: folders,
  plugins: folder,
  workers: {
    expected: "a whole number, 1 to 64",
    read: (value) => (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 64 ? value : undefined),
  },
  rescan: duration,
  idle: duration,
  drill: interval,
};

/** @throws SousError CONFIG_UNKNOWN_KEY, CONFIG_INVALID; RecipeRejected where the text is no YAML */
export async function readConfiguration(home: Home): Promise<Configuration> {
  const path = join(home.folder, CONFIGURATION);
  const text = await readFile(path, "utf8").catch(() => null); // no file: every default
  const given = text === null || isBlank(text) ? {} : fieldsOf(readDocument(text, path), home);
  const plugins = join(home.folder, "plugins");
  return {
    watch: null,
    roots: [],
    plugins,
    workers: Math.min(8, availableParallelism()),
    rescan: 30,
    idle: 60,
    drill: 7 * 86_400,
    ...given,
  };
}

/** Nothing but comments: every default, as without the file. */
function isBlank(text: string): boolean {
  return text.replace(/^\s*#.*$/gm, "").trim() === "";
}

function fieldsOf(document: SourceDocument, home: Home): Partial<Configuration> {
  const { value } = document;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(document, [], "a mapping of keys to values");
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, fieldOf(document, home, { key, member })]),
  );
}

function fieldOf(document: SourceDocument, home: Home, { key, member }: { key: string; member: unknown }): unknown {
  const field = Object.hasOwn(FIELDS, key) ? FIELDS[key as keyof Configuration] : undefined;
  if (field === undefined) {
    const meant = nearest(key, Object.keys(FIELDS));
    const hint = meant === null ? "" : ` Did you mean ${meant}?`;
    const known = Object.keys(FIELDS).join(", ");
    throw new SousError("CONFIG_UNKNOWN_KEY", { key, known, hint }, { position: document.positionOf([key], "key") });
  }
  const read = field.read(member, home.folder);
  if (read === undefined) throw invalid(document, [key], field.expected);
  return read;
}

function invalid(document: SourceDocument, keys: readonly string[], expected: string): SousError {
  const key = keys.at(-1) ?? "the file";
  return new SousError("CONFIG_INVALID", { key, expected }, { position: document.positionOf(keys, "value") });
}
