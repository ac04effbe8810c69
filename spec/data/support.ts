/** What the data specs share: a folder of files, a job with defaults, and the built-in sources. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LeftOut } from "../../core/data/snapshot.js";
import { takeSnapshot } from "../../core/data/take.js";
import { SousError } from "../../core/errors.js";
import type { SnapshotJob, SnapshotOutcome } from "../../core/evaluator/messages.js";
import type { Plugin, Source } from "../../core/plugin/index.js";
import type { RecipeData, RecipeSplit } from "../../core/recipe/recipe.js";
import sources from "../../plugins/sources/sources.js";

/** Makes the sources that a plugin provides; those of this folder have no dependencies. */
export function sourcesOf(...plugins: readonly Plugin[]): ReadonlyMap<string, Source> {
  const sources = plugins.flatMap(({ sources: provided = [] }) =>
    provided.flatMap((provider) => ("useClass" in provider ? [new provider.useClass()] : [])),
  );
  return new Map(sources.map((source) => [source.name, source]));
}

export const SOURCES = sourcesOf(sources);

export interface Kitchen {
  /** Where the recipe and its data lie. */
  readonly folder: string;
  readonly artifacts: string;
  write(name: string, content: string | Uint8Array): Promise<string>;
  remove(): Promise<void>;
}

export async function kitchen(): Promise<Kitchen> {
  const root = await mkdtemp(join(tmpdir(), "sous-data-"));
  const folder = join(root, "recipes");
  await mkdir(folder);
  return {
    folder,
    artifacts: join(root, "artifacts"),
    write: async (name, content) => {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return path;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export interface JobChanges extends Partial<Omit<SnapshotJob, "data" | "split" | "kind">> {
  readonly data?: Partial<RecipeData>;
  readonly split?: Partial<RecipeSplit>;
}

export function jobIn(folder: string, { data, split, ...rest }: JobChanges): SnapshotJob {
  return {
    kind: "snapshot",
    folder,
    roots: [],
    data: {
      source: ["*.csv"],
      reader: null,
      target: "y",
      positive: null,
      ignore: [],
      types: {},
      leaks: "warn",
      weight: null,
      group: null,
      time: null,
      side: null,
      key: [],
      ...data,
    },
    named: [],
    task: null,
    split: { method: "hash", fractions: { train: 0.6, select: 0.2, confirm: 0.2 }, seed: 7, ...split },
    cuts: null,
    kept: [],
    memory: 2 ** 30,
    ...rest,
  };
}

export function take(place: Kitchen, changes: JobChanges = {}): Promise<SnapshotOutcome> {
  return takeSnapshot(jobIn(place.folder, changes), { artifacts: place.artifacts, plugins: null }, SOURCES);
}

/** The coded error that a promise ends in, as one line for a person. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SousError) return `${error.code}: ${error.message} ${error.mend}`;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** A column that the recipe leaves out, so that nobody looks at it. */
export function unseen(name: string, why: string): LeftOut {
  return { name, kind: null, why, missing: null, distinct: null };
}
