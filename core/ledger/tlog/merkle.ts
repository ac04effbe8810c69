/** The Merkle tree of RFC 6962 §2.1, over SHA-256. A hash is 32 bytes. */
import { hash } from "node:crypto";

export const HASH_BYTES = 32;

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** Root of the tree without leaves. */
export const EMPTY_ROOT: Uint8Array = sha256(Buffer.alloc(0));

export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([LEAF, data]));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([NODE, left, right]));
}

/** A tree that grows at its right edge: the roots of its perfect subtrees, largest first, and nothing else of it. */
export class Frontier {
  #size = 0;
  #roots: Uint8Array[] = [];

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  copy(): Frontier {
    const copy = new Frontier();
    copy.#size = this.#size;
    copy.#roots = [...this.#roots];
    return copy;
  }

  push(leaf: Uint8Array): void {
    let root = leaf;
    for (let width = this.#size; width % 2 === 1; width = (width - 1) / 2) {
      root = nodeHash(this.#roots.pop() as Uint8Array, root);
    }
    this.#roots.push(root);
    this.#size += 1;
  }

  root(): Uint8Array {
    return this.#size === 0 ? EMPTY_ROOT : foldRight(this.#roots);
  }
}

/** Root over neighbouring perfect subtrees, largest first; at least one. */
export function foldRight(roots: readonly Uint8Array[]): Uint8Array {
  return roots.reduceRight((right, left) => nodeHash(left, right));
}

/** Root of a perfect tree over its leaves, of which there must be a power of two. */
export function perfectRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let row = leaves;
  while (row.length > 1) {
    const below = row;
    row = Array.from({ length: below.length / 2 }, (_, i) =>
      nodeHash(below[2 * i] as Uint8Array, below[2 * i + 1] as Uint8Array),
    );
  }
  return row[0] as Uint8Array;
}

/** True where two hashes are the same bytes. Nothing here is secret, so the time it takes may show. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.length).equals(b);
}

function sha256(bytes: Uint8Array): Uint8Array {
  return hash("sha256", bytes, "buffer");
}
