import { loadSide, readSummary, type SharedSide } from "../core/data/side.js";
import type { Side, SnapshotSummary } from "../core/data/snapshot.js";
import type { Dataset } from "./assignment.js";

/** Bytes of data that are kept for the next jobs; sides that are larger by themselves are kept until others are used. */
const CAPACITY = 512 * 2 ** 20;

interface Loaded {
  readonly summary: SnapshotSummary;
  readonly side: SharedSide;
}

interface Kept {
  readonly loading: Promise<Loaded>;
  /** 0 until it is loaded. */
  bytes: number;
}

/**
 * Sides of snapshots in shared memory, loaded once for all threads and kinds of job; the least recently used ones are let
 * go.
 */
export class Datasets {
  readonly #folderOf: (snapshot: string) => string;
  readonly #kept = new Map<string, Kept>();

  constructor(folderOf: (snapshot: string) => string) {
    this.#folderOf = folderOf;
  }

  /** @param sides at least one */
  async load(snapshot: string, sides: readonly Side[]): Promise<Dataset> {
    const folder = this.#folderOf(snapshot);
    const loaded = await Promise.all(
      sides.map((side) => this.#side(`${snapshot},${side}`, () => readDataset(folder, side))),
    );
    this.#trim(sides.length);
    const { summary } = loaded[0] as Loaded;
    return { summary, sides: Object.fromEntries(sides.map((side, at) => [side, (loaded[at] as Loaded).side])) };
  }

  async #side(key: string, load: () => Promise<Loaded>): Promise<Loaded> {
    const kept = this.#kept.get(key) ?? { loading: load(), bytes: 0 };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    try {
      const loaded = await kept.loading;
      kept.bytes = loaded.side.buffer.byteLength;
      return loaded;
    } catch (error) {
      this.#kept.delete(key); // the next try reads anew
      throw error;
    }
  }

  #trim(spared: number): void {
    const kept = [...this.#kept];
    let held = kept.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    for (const [key, { bytes }] of kept.slice(0, kept.length - spared)) {
      if (held <= CAPACITY) return;
      this.#kept.delete(key);
      held -= bytes;
    }
  }
}

async function readDataset(folder: string, side: Side): Promise<Loaded> {
  const [summary, shared] = await Promise.all([readSummary(folder), loadSide(folder, side)]);
  return { summary, side: shared };
}
