/** Rows that two tables have in common, cell by cell. */
import type { Column, Labelled } from "../../core/plugin/index.js";

/** Which rows of a side are, target and all, among those of others. Codes must mean the same on every side. [rows] */
export function sharedRows(side: Labelled, others: readonly Labelled[]): Uint8Array {
  const shared = new Uint8Array(side.table.rows);
  const byHash = new Map<number, number[]>();
  for (const [row, hash] of rowHashes(side).entries()) {
    const rows = byHash.get(hash);
    if (rows === undefined) byHash.set(hash, [row]);
    else rows.push(row);
  }
  for (const other of others)
    for (const [row, hash] of rowHashes(other).entries())
      for (const own of byHash.get(hash) ?? []) if (isSame(side, own, { other, row })) shared[own] = 1;
  return shared;
}

/** 32 bits of each row: enough to find those that may be the same, which are then compared. [rows] */
function rowHashes({ table, truth }: Labelled): Uint32Array {
  const hashes = new Uint32Array(table.rows).fill(0x811c9dc5);
  for (const column of table.columns) {
    const bits = bitsOf(column);
    for (let row = 0; row < hashes.length; row++) hashes[row] = mixed(hashes[row] as number, bits[row] as number);
  }
  const answers = new Uint32Array(Float32Array.from(truth).buffer);
  return hashes.map((hash, row) => mixed(hash, answers[row] as number));
}

function bitsOf(column: Column): Uint32Array {
  const { buffer, byteOffset, length } = "codes" in column ? column.codes : column.values;
  return new Uint32Array(buffer, byteOffset, length);
}

/** FNV-1a by words, with the high bits brought down: codes and small numbers differ in few bits. */
function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x01000193);
  return (product ^ (product >>> 15)) >>> 0;
}

interface Place {
  readonly other: Labelled;
  readonly row: number;
}

/** By the columns of the side, which all sides of a snapshot have in the same order. */
function isSame(side: Labelled, own: number, { other, row }: Place): boolean {
  if (side.truth[own] !== other.truth[row]) return false;
  return side.table.columns.every((column, at) => {
    const [one, two] = [column, other.table.columns[at] as Column].map((each) =>
      "codes" in each ? each.codes : each.values,
    );
    return Object.is(one?.[own], two?.[row]);
  });
}
