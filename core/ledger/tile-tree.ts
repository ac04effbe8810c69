/** The tree of a log in tiles, as c2sp.org/tlog-tiles has them: their names and their bytes. Nothing here touches a file. */
import { HASH_BYTES, leafHash, perfectRoot } from "./tlog/merkle.js";

export const TILE_WIDTH = 256;

/** A level of tiles, or the lines themselves. */
export type TileLevel = number | "entries";

export interface Tile {
  readonly level: TileLevel;
  readonly index: number;
  /** Hashes or lines in it, TILE_WIDTH in a full one. */
  readonly width: number;
  readonly bytes: Uint8Array;
}

/** Relative to the log's folder. */
export function tilePath({ level, index, width }: Omit<Tile, "bytes">): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${path}${width < TILE_WIDTH ? `.p/${width}` : ""}`;
}

/** The bytes that a tile had when it was `width` wide. */
export function narrowed({ level, bytes }: Tile, width: number): Uint8Array {
  let end = width * HASH_BYTES;
  if (level === "entries") {
    end = 0;
    for (let line = 0; line < width; line += 1) end += 2 + ((bytes[end] ?? 0) << 8) + (bytes[end + 1] ?? 0);
  }
  return bytes.subarray(0, end);
}

/** The tiles at the right edge of a tree that grows. */
export class TileTree {
  /** The hashes of each level's last tile, while it is not full. */
  readonly #rows: Uint8Array[][] = [];
  #lines: Uint8Array[] = [];
  #size = 0;

  /** Adds a line, and gives the tiles that are full with it. */
  add(line: Uint8Array, leaf = leafHash(line)): Tile[] {
    this.#lines.push(line);
    const full = this.#lines.length === TILE_WIDTH ? [this.#bundle()] : [];
    if (full.length > 0) this.#lines = [];
    this.#addHash(leaf, { level: 0, full });
    this.#size += 1;
    return full;
  }

  /** Tiles that are not full, and not empty. */
  partial(): Tile[] {
    const tiles = this.#rows.map((row, level) => this.#tile(row, level));
    return [...tiles, this.#bundle()].filter(({ width }) => width > 0);
  }

  #addHash(hash: Uint8Array, { level, full }: { readonly level: number; readonly full: Tile[] }): void {
    const row = this.#rows[level] ?? [];
    this.#rows[level] = row;
    row.push(hash);
    if (row.length < TILE_WIDTH) return;
    full.push(this.#tile(row, level));
    this.#rows[level] = [];
    this.#addHash(perfectRoot(row), { level: level + 1, full });
  }

  #tile(row: readonly Uint8Array[], level: number): Tile {
    return { level, index: this.#indexAt(level), width: row.length, bytes: Buffer.concat(row) };
  }

  /** Lines with their lengths before them, as big-endian uint16. */
  #bundle(): Tile {
    const parts = this.#lines.flatMap((line) => [Buffer.from([line.length >> 8, line.length & 0xff]), line]);
    return { level: "entries", index: this.#indexAt(0), width: this.#lines.length, bytes: Buffer.concat(parts) };
  }

  /** Index of the tile of this level that the next leaf belongs to. */
  #indexAt(level: number): number {
    return Math.floor(this.#size / TILE_WIDTH ** (level + 1));
  }
}
