/**
 * Which rows of the confirm side a model had right, as artifacts: one bit a row, the first row in the lowest bit of the
 * first byte, the bits after the last row 0. A million rows take 125 kB, so that what a version had right is kept for ever.
 */

/** @param marked 0 or 1 for each row */
export function encodeBits(marked: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(marked.length / 8));
  for (let row = 0; row < marked.length; row++) {
    if (marked[row] === 1) bytes[row >> 3] = (bytes[row >> 3] as number) | (1 << (row & 7));
  }
  return bytes;
}

/** 0 or 1 for each row; null where the bytes are not those of so many rows. */
export function decodeBits(bytes: Uint8Array, rows: number): Uint8Array | null {
  if (bytes.byteLength !== Math.ceil(rows / 8)) return null;
  const unused = 8 * bytes.byteLength - rows;
  if (unused > 0 && (bytes.at(-1) as number) >> (8 - unused) !== 0) return null;
  return Uint8Array.from({ length: rows }, (_, row) => ((bytes[row >> 3] as number) >> (row & 7)) & 1);
}
