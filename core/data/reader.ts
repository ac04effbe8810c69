import { relative } from "node:path";
import { SousError } from "../errors.js";
import { nearest } from "../nearest.js";
import type { Source } from "../plugin/index.js";
import type { Choice } from "../recipe/recipe.js";

export interface Reading {
  readonly source: Source;
  readonly options: Omit<Choice, "kind">;
}

export interface Readable {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly folder: string;
}

/** The source that reads these files: the one that the recipe names, or else the one for their extension. */
export function chooseReader(reader: Choice | null, data: Readable, sources: ReadonlyMap<string, Source>): Reading {
  if (reader === null) return { source: byExtension(data, sources), options: {} };
  const { kind, ...options } = reader;
  const source = sources.get(kind);
  if (source === undefined) throw noReader(`data.reader ${kind}`, sources, nearest(kind, sources.keys()));
  return { source, options };
}

function byExtension({ files, folder }: Readable, sources: ReadonlyMap<string, Source>): Source {
  const found = files.map((file) => ({ file: relative(folder, file), source: sourceOf(file, sources) }));
  const [first, ...others] = found;
  const unread = found.find(({ source }) => source === null);
  if (first?.source == null || unread !== undefined) throw noReader(unread?.file ?? "nothing", sources, null);
  const other = others.find(({ source }) => source !== first.source);
  if (other?.source == null) return first.source;
  const readers = { firstReader: first.source.name, secondReader: other.source.name };
  throw new SousError("DATA_MIXED_FORMATS", { first: first.file, second: other.file, ...readers });
}

/** The longest ending wins, so that `.csv.gz` can be another source's than `.gz`. */
function sourceOf(file: string, sources: ReadonlyMap<string, Source>): Source | null {
  const lower = file.toLowerCase();
  const endings = [...sources.values()].flatMap((source) => source.extensions.map((ending) => ({ ending, source })));
  const fitting = endings.filter(({ ending }) => lower.endsWith(ending.toLowerCase()));
  return fitting.sort((a, b) => b.ending.length - a.ending.length)[0]?.source ?? null;
}

function noReader(what: string, sources: ReadonlyMap<string, Source>, near: string | null): SousError {
  const known = [...sources.values()].map(({ name, extensions }) => `${name} (${extensions.join(" ")})`).join(", ");
  return new SousError("DATA_NO_READER", { what, known, hint: near === null ? "" : ` Did you mean ${near}?` });
}
