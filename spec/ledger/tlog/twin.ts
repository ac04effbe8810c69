/** RFC 6962 §2.1 word for word, with nothing remembered and nothing shared with core: to judge core by. */
import { createHash } from "node:crypto";

type Leaves = readonly Uint8Array[];

/** MTH. */
export function treeHash(leaves: Leaves): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), leaves[0] as Uint8Array);
  const k = split(leaves.length);
  return sha256(Buffer.from([1]), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

/** PATH. */
export function auditPath(m: number, leaves: Leaves): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k ? [...auditPath(m, left), treeHash(right)] : [...auditPath(m - k, right), treeHash(left)];
}

/** PROOF. */
export function consistencyProof(m: number, leaves: Leaves, known = true): Buffer[] {
  if (m === leaves.length) return known ? [] : [treeHash(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m <= k
    ? [...consistencyProof(m, left, known), treeHash(right)]
    : [...consistencyProof(m - k, right, false), treeHash(left)];
}

function split(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
