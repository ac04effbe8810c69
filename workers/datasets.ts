import { loadSide, readSummary } from "../core/data/side.js";
import type { Side } from "../core/data/snapshot.js";
import type { Dataset } from "./assignment.js";

/** Bytes of data that are kept for the next trials; one set that is larger by itself is kept until another is used. */
const CAPACITY = 512 * 2 ** 20;

interface Kept {
  readonly loading: Promise<Dataset>;
  /** 0 until it is loaded. */
  bytes: number;
}

/** Sides of snapshots in shared memory, loaded once for all threads; the least recently used ones are let go. */
export class Datasets {
  readonly #folderOf: (snapshot: string) => string;
  readonly #kept = new Map<string, Kept>();

  constructor(folderOf: (snapshot: string) => string) {
    this.#folderOf = folderOf;
  }

  async load(snapshot: string, sides: readonly Side[]): Promise<Dataset> {
    const key = [snapshot, ...sides].join();
    const kept = this.#kept.get(key) ?? { loading: readDataset(this.#folderOf(snapshot), sides), bytes: 0 };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    try {
      const dataset = await kept.loading;
      kept.bytes = Object.values(dataset.sides).reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      this.#trim();
      return dataset;
    } catch (error) {
      this.#kept.delete(key); // the next try reads anew
      throw error;
    }
  }

  #trim(): void {
    let held = [...this.#kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { bytes }] of [...this.#kept].slice(0, -1)) {
      if (held <= CAPACITY) return;
      this.#kept.delete(key);
      held -= bytes;
    }
  }
}

async function readDataset(folder: string, sides: readonly Side[]): Promise<Dataset> {
  const summary = await readSummary(folder);
  const loaded = await Promise.all(sides.map(async (side) => [side, await loadSide(folder, side)] as const));
  return { summary, sides: Object.fromEntries(loaded) };
}
