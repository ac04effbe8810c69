/** Where plugins of the user's own come from. Looks at names and bytes only; nothing is imported here. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { digestOf, sha256 } from "../artifacts/digest.js";
import { SousError } from "../errors.js";

/** A file, folder or package that says it is a plugin. */
export interface Found {
  /** Absolute path of the file, or of the folder or package. */
  readonly path: string;
  readonly isFolder: boolean;
}

export interface PluginPlaces {
  /** The folder whose files and folders are plugins, `<home>/plugins`; null: none. */
  readonly folder: string | null;
  /** The folder whose node_modules is searched for packages named `sous-plugin-*`; null: none. */
  readonly packagesFrom: string | null;
  /** Absolute paths that are passed over. */
  readonly without?: readonly string[];
}

const CODE = /\.(?:ts|mts|js|mjs)$/;
// Declarations and tests lie beside a plugin's file as a matter of course, and are none themselves.
const NOT_A_PLUGIN = /\.(?:d|spec|test)\.[a-z]+$/;
/** "." and the conditions of an import in plain Node, in the order in which authors write them. */
const CONDITIONS = [".", "node", "import", "default"];
const ENTRIES = ["index.ts", "index.mts", "index.js", "index.mjs"];

/** The user's plugins by path: files and folders first, then packages. Folders that are not there hold none. */
export async function findPlugins(places: PluginPlaces): Promise<readonly Found[]> {
  const found = [...(await inFolder(places.folder)), ...(await inPackages(places.packagesFrom))];
  return found.filter(({ path }) => !places.without?.includes(path));
}

async function inFolder(folder: string | null): Promise<Found[]> {
  const found = await Promise.all((await namesIn(folder)).map((name) => look(join(folder ?? "", name))));
  return found.filter((one): one is Found => one !== null && (one.isFolder || isCode(one.path)));
}

function isCode(path: string): boolean {
  return CODE.test(path) && !NOT_A_PLUGIN.test(path);
}

async function inPackages(home: string | null): Promise<Found[]> {
  const modules = home === null ? null : join(home, "node_modules");
  const names = (await namesIn(modules)).filter((name) => name.startsWith("sous-plugin-"));
  const found = await Promise.all(names.map((name) => look(join(modules ?? "", name))));
  return found.filter((one): one is Found => one?.isFolder === true);
}

/** Names in a folder that are not hidden, sorted by UTF-16 code units so that the order is the same everywhere. */
async function namesIn(folder: string | null): Promise<string[]> {
  if (folder === null) return [];
  const names = await readdir(folder).catch(() => []); // no folder, no plugins
  return names.filter((name) => !name.startsWith(".") && name !== "node_modules").sort();
}

async function look(path: string): Promise<Found | null> {
  const stats = await stat(path).catch(() => null); // a link to nowhere is nothing
  return stats === null ? null : { path, isFolder: stats.isDirectory() };
}

/** The file that a plugin's import begins with. */
export async function entryOf(found: Found): Promise<string> {
  if (!found.isFolder) return found.path;
  const names = [...(await namedByPackage(found.path)), ...ENTRIES];
  for (const name of names) {
    const file = await look(join(found.path, name));
    if (file !== null && !file.isFolder) return file.path;
  }
  throw new SousError("PLUGIN_NO_ENTRY", { path: found.path, tried: names.join(", ") });
}

async function namedByPackage(folder: string): Promise<string[]> {
  const path = join(folder, "package.json");
  const text = await readFile(path, "utf8").catch(() => null); // a folder needs no package.json
  if (text === null) return [];
  try {
    const { exports, main } = JSON.parse(text) as { exports?: unknown; main?: unknown };
    return [exported(exports), main].filter((name) => typeof name === "string");
  } catch (cause) {
    throw new SousError("PLUGIN_IMPORT", { path, reason: `it is no JSON: ${(cause as Error).message}` }, { cause });
  }
}

/** The target of "." in a package's `exports`. */
function exported(target: unknown): unknown {
  if (typeof target !== "object" || target === null) return target;
  const table = target as Readonly<Record<string, unknown>>;
  return exported(CONDITIONS.map((condition) => table[condition]).find((value) => value !== undefined));
}

/** SHA-256 (hex) of a file's bytes; for a folder of the sorted [path, digest] pairs of all its files but hidden ones and node_modules. */
export async function digestOfPlugin(found: Found): Promise<string> {
  if (!found.isFolder) return sha256(await readFile(found.path));
  const files = await filesUnder(found.path);
  const rows = await Promise.all(
    files.map(async (file) => [relative(found.path, file).split(sep).join("/"), sha256(await readFile(file))]),
  );
  return digestOf(rows.sort(([a], [b]) => ((a ?? "") < (b ?? "") ? -1 : 1)));
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await Promise.all((await namesIn(folder)).map((name) => look(join(folder, name))));
  const present = entries.filter((entry) => entry !== null);
  const nested = await Promise.all(present.map(({ path, isFolder }) => (isFolder ? filesUnder(path) : [path])));
  return nested.flat();
}
