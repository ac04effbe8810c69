/**
 * Eyes on the watched folders. A change says only which name to look at, never what happened to it; `scan` is the
 * truth, and chokidar only makes it sooner (DESIGN §5). Files that are no recipes are reported as "other": data lie there.
 */
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";

const RECIPE_FILE = /\.recipe\.(ya?ml|json)$/;

/** Folders below a watched one are searched this deep; deeper ones are no place for recipes. */
const DEPTH = 8;

export interface WatchOptions {
  /** Names are paths relative to it, with "/". */
  readonly home: string;
  /** Absolute folders. */
  readonly folders: readonly string[];
  /** Absolute paths that belong to `sous` itself or to plugins. */
  readonly ignore: readonly string[];
  readonly onName: (name: string) => void;
  readonly onOther: () => void;
  readonly onError: (error: unknown) => void;
}

export class RecipeWatch {
  readonly #options: WatchOptions;
  #watcher: FSWatcher | null = null;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Begins to watch; resolves when every folder has been seen once. */
  async start(): Promise<void> {
    const watcher = watch([...this.#options.folders], {
      ignored: (path) => this.#ignored(path),
      ignoreInitial: true,
      depth: DEPTH,
      persistent: true,
    });
    this.#watcher = watcher;
    const changed = (path: string) => this.#changed(path);
    for (const event of ["add", "change", "unlink"] as const) watcher.on(event, changed);
    watcher.on("error", this.#options.onError);
    await new Promise<void>((resolve) => watcher.once("ready", resolve));
  }

  async close(): Promise<void> {
    await this.#watcher?.close();
  }

  /** The names of all recipe files that are there now, sorted. */
  async scan(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const folder of this.#options.folders) await this.#walk(folder, DEPTH, found);
    return [...new Set(found)].sort();
  }

  async #walk(folder: string, depth: number, found: string[]): Promise<void> {
    // A folder that can't be listed (gone, or not ours to read) holds no recipes now; the next scan looks again.
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (this.#ignored(path)) continue;
      if (entry.isDirectory() && depth > 0) await this.#walk(path, depth - 1, found);
      else if (!entry.isDirectory() && RECIPE_FILE.test(entry.name)) found.push(this.#nameOf(path));
    }
  }

  #changed(path: string): void {
    if (RECIPE_FILE.test(path)) this.#options.onName(this.#nameOf(path));
    else this.#options.onOther();
  }

  /** Editors' temporary and hidden files, installed packages, and what `sous` itself writes. */
  #ignored(path: string): boolean {
    const name = path.slice(path.lastIndexOf(sep) + 1);
    if (this.#options.folders.includes(path)) return false;
    if (name.startsWith(".") || name.startsWith("~") || name === "node_modules") return true;
    if (/(~|\.tmp|\.swp|\.swx|\.part|\.crdownload)$/.test(name) || name.startsWith("#")) return true;
    return this.#options.ignore.some((own) => path === own || path.startsWith(own + sep));
  }

  #nameOf(path: string): string {
    return relative(this.#options.home, path).split(sep).join("/");
  }
}
