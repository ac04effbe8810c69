/**
 * The tiles of a log as files. All of it follows from the lines, so nothing here waits for the disk, and what is missing or
 * wrong at a start is written again.
 */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mendDerived, removeDerived, systemCode, writeDerived } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { TILE_WIDTH, type Tile, TileTree, tilePath } from "./tile-tree.js";
import { HASH_BYTES, leafHash, perfectRoot, sameHash } from "./tlog/merkle.js";
import type { Nodes } from "./tlog/proofs.js";

/** Levels of the tree within one tile. */
const TILE_HEIGHT = 8;

type Put = (path: string, bytes: Uint8Array) => Promise<void>;

/** Writes the tiles of a tree that grows. */
export class TileWriter {
  readonly #folder: string;
  readonly #tree = new TileTree();
  /** Full tiles that are not written yet. */
  readonly #due: Tile[] = [];

  /** @param folder the ledger's own folder */
  constructor(folder: string) {
    this.#folder = folder;
  }

  add(line: Uint8Array, leaf?: Uint8Array): void {
    this.#due.push(...this.#tree.add(line, leaf));
  }

  /** Writes what is not there yet. Where it throws, FILE_WRITE_FAILED, the next call goes on. */
  async write(): Promise<void> {
    await this.#writeFull(writeDerived);
    await this.#writePartial(writeDerived);
  }

  /** Adds the lines of a log that is there, and writes those of its tiles that are missing or differ. */
  async mend(lines: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const line of lines) {
      this.add(line);
      await this.#writeFull(mendDerived);
    }
    await this.#writePartial(mendDerived);
  }

  async #writeFull(put: Put): Promise<void> {
    for (let tile = this.#due[0]; tile !== undefined; tile = this.#due[0]) {
      const path = join(this.#folder, tilePath(tile));
      await put(path, tile.bytes);
      await removeDerived(`${path}.p`);
      this.#due.shift();
    }
  }

  async #writePartial(put: Put): Promise<void> {
    for (const tile of this.#tree.partial()) {
      const path = join(this.#folder, tilePath(tile));
      await put(path, tile.bytes);
      if (tile.level === "entries") await removeOthers(path);
    }
  }
}

/** Subtrees of the tree of `size` leaves, from the files. Throws FILE_READ_FAILED where a tile is not what it should be. */
export function tileNodes(folder: string, size: number): Nodes {
  const rows = new Map<string, Promise<Uint8Array[]>>();
  return async (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const width = 2 ** (level % TILE_HEIGHT);
    const tile = Math.floor((index * width) / TILE_WIDTH);
    const whole = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** tileLevel) - tile * TILE_WIDTH);
    const path = join(folder, tilePath({ level: tileLevel, index: tile, width: whole }));
    const row = rows.get(path) ?? readRow(path, whole);
    rows.set(path, row);
    const start = (index * width) % TILE_WIDTH;
    return perfectRoot((await row).slice(start, start + width));
  };
}

/** Number (from 1) of the first of the lines that is not the one that the tiles have; null: no tile tells. */
export async function firstForeignLine(
  folder: string,
  size: number,
  lines: AsyncIterable<Uint8Array>,
): Promise<number | null> {
  const nodes = tileNodes(folder, size);
  let index = 0;
  try {
    for await (const line of lines) {
      if (index === size) return null;
      if (!sameHash(await nodes(0, index), leafHash(line))) return index + 1;
      index += 1;
    }
  } catch (error) {
    if (!(error instanceof SousError)) throw error; // tiles that can't be read tell nothing
  }
  return null;
}

/** The hashes of a tile; `width` of them. Throws FILE_READ_FAILED. */
async function readRow(path: string, width: number): Promise<Uint8Array[]> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SousError("FILE_READ_FAILED", { path, reason: systemCode(cause) ?? String(cause) }, { cause });
  });
  if (bytes.length !== width * HASH_BYTES) {
    throw new SousError("FILE_READ_FAILED", {
      path,
      reason: `it has ${bytes.length} bytes, not ${width * HASH_BYTES}`,
    });
  }
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/** A bundle that is not full holds all of those before it, which would take as much room as it 128 times over. */
async function removeOthers(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const other = join(folder, name);
    if (other !== path) await removeDerived(other);
  }
}
