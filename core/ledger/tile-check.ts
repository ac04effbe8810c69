/** Whether the tiles that lie beside a log are those of its lines. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { systemCode, UNFINISHED } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { narrowed, TILE_WIDTH, type Tile, TileTree, tilePath } from "./tile-tree.js";

/** Widths of the files that there are of each tile, by the path of the full one. */
type Files = Map<string, number[]>;

/**
 * Throws LEDGER_TILE for the first file that differs, that is gone, or that belongs to no tile of these lines. A write that
 * goes on, or that a crash ended, may have written tiles further than the checkpoint: they must be right, and none is due.
 * @param signed entries that the checkpoint covers: what it needs must be there
 */
export async function checkTiles(folder: string, lines: AsyncIterable<Uint8Array>, signed: number): Promise<void> {
  const files = await filesIn(folder);
  const tree = new TileTree();
  for await (const line of lines) for (const tile of tree.add(line)) await checkTile({ folder, files, signed }, tile);
  for (const tile of tree.partial()) await checkTile({ folder, files, signed }, tile);
  const [stray] = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  if (stray !== undefined) throw wrong(join(folder, pathAt(...stray)), "belongs to no tile");
}

interface Place {
  readonly folder: string;
  readonly files: Files;
  readonly signed: number;
}

async function checkTile({ folder, files, signed }: Place, tile: Tile): Promise<void> {
  const name = tilePath({ ...tile, width: TILE_WIDTH });
  const widths = files.get(name) ?? [];
  files.delete(name);
  for (const width of widths) {
    const path = join(folder, tilePath({ ...tile, width }));
    if (width > tile.width) throw wrong(path, "belongs to no tile");
    await requireBytes(path, narrowed(tile, width));
  }
  const due = widthAt(tile, signed);
  if (due > 0 && !widths.some((width) => width >= due))
    throw wrong(join(folder, tilePath({ ...tile, width: due })), "is gone");
}

/** How wide the tile is in the tree of so many leaves. */
function widthAt({ level, index }: Tile, size: number): number {
  const row = Math.floor(size / TILE_WIDTH ** (level === "entries" ? 0 : level));
  return Math.min(TILE_WIDTH, row - index * TILE_WIDTH);
}

async function requireBytes(path: string, bytes: Uint8Array): Promise<void> {
  const found = await readFile(path).catch((error: unknown) => {
    throw wrong(path, systemCode(error) === "ENOENT" ? "is gone" : "can't be read");
  });
  if (!found.equals(bytes)) throw wrong(path, "is not what the lines of the log give");
}

/** All files below `tile/`, but unfinished ones. */
async function filesIn(folder: string): Promise<Files> {
  const items = await readdir(join(folder, "tile"), { recursive: true, withFileTypes: true }).catch(() => []);
  const files: Files = new Map();
  for (const item of items) {
    if (!item.isFile() || item.name.startsWith(UNFINISHED)) continue;
    const path = relative(folder, join(item.parentPath, item.name)).split(sep).join("/");
    const [, name = path, width] = /^(.*)\.p\/(\d{1,3})$/.exec(path) ?? [];
    files.set(name, [...(files.get(name) ?? []), width === undefined ? TILE_WIDTH : Number(width)]);
  }
  return files;
}

function pathAt(name: string, widths: readonly number[]): string {
  const width = Math.min(...widths);
  return width < TILE_WIDTH ? `${name}.p/${width}` : name;
}

function wrong(path: string, reason: string): SousError {
  return new SousError("LEDGER_TILE", { path, reason });
}
