import fc from "fast-check";
import { Frontier, leafHash, perfectRoot } from "../../../core/ledger/tlog/merkle.js";
import {
  isConsistent,
  type Nodes,
  proveConsistency,
  proveInclusion,
  rootByInclusion,
  rootOf,
} from "../../../core/ledger/tlog/proofs.js";
import { auditPath, consistencyProof, treeHash } from "./twin.js";
import { CONSISTENCY, INCLUSION, LEAVES, ROOTS } from "./vectors.js";

function nodesOf(leaves: readonly Uint8Array[]): Nodes {
  return async (level, index) => {
    const [start, end] = [index * 2 ** level, (index + 1) * 2 ** level];
    if (end > leaves.length) throw new RangeError(`no whole subtree at ${level}, ${index}`);
    return perfectRoot(leaves.slice(start, end).map(leafHash));
  };
}

function grown(leaves: readonly Uint8Array[]): Uint8Array {
  const tree = new Frontier();
  for (const leaf of leaves) tree.push(leafHash(leaf));
  return tree.root();
}

/** Leaves that are all different. */
const numbered = (size: number) => Array.from({ length: size }, (_, i) => Buffer.from(`leaf ${i}`));

describe("the tree of the reference tests", () => {
  test.each(ROOTS.map((root, size) => [size, root] as const))(
    "of %i leaves has the published root",
    async (size, root) => {
      expect(Buffer.from(grown(LEAVES.slice(0, size)))).toEqual(root);
      expect(Buffer.from(await rootOf(size, nodesOf(LEAVES)))).toEqual(root);
      expect(treeHash(LEAVES.slice(0, size))).toEqual(root);
    },
  );

  test.each(INCLUSION)("has the published proof that leaf $index is in $size", async ({ index, size, proof }) => {
    expect(await proveInclusion(index, size, nodesOf(LEAVES))).toEqual(proof);
    expect(rootByInclusion(leafHash(LEAVES[index] as Buffer), { index, size }, proof)).toEqual(ROOTS[size]);
  });

  test.each(CONSISTENCY)("has the published proof from $from to $to", async ({ from, to, proof }) => {
    const head = (size: number) => ({ size, root: ROOTS[size] as Buffer });
    expect(await proveConsistency(from, to, nodesOf(LEAVES))).toEqual(proof);
    expect(isConsistent(head(from), head(to), proof)).toBe(true);
  });
});

test("every proof of every tree up to 40 leaves is the one of the definition, and holds", async () => {
  const leaves = numbered(40);
  for (let size = 1; size <= leaves.length; size += 1) {
    const some = leaves.slice(0, size);
    const root = treeHash(some);
    expect(Buffer.from(grown(some))).toEqual(root);
    for (let index = 0; index < size; index += 1) {
      const proof = await proveInclusion(index, size, nodesOf(some));
      expect(proof).toEqual(auditPath(index, some));
      expect(rootByInclusion(leafHash(some[index] as Buffer), { index, size }, proof)).toEqual(root);
      const before = await proveConsistency(index + 1, size, nodesOf(some));
      expect(before).toEqual(consistencyProof(index + 1, some));
      const from = { size: index + 1, root: treeHash(some.slice(0, index + 1)) };
      expect(isConsistent(from, { size, root }, before)).toBe(true);
    }
  }
});

/** A proof changed in one place: a bit, a hash less, one more, or two in the other order. */
const damage = fc.record({ kind: fc.constantFrom("flip", "drop", "add", "swap"), at: fc.nat(), bit: fc.nat(255) });

function damaged(proof: readonly Uint8Array[], { kind, at, bit }: { kind: string; at: number; bit: number }) {
  const changed = proof.map((hash) => Buffer.from(hash));
  const place = changed.length === 0 ? 0 : at % changed.length;
  const hash = changed[place];
  if (kind === "add" || hash === undefined) changed.splice(place, 0, Buffer.alloc(32, bit));
  else if (kind === "drop") changed.splice(place, 1);
  else if (kind === "flip" || changed.length === 1) hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  else changed.splice(place, 1, ...changed.splice((place + 1) % changed.length, 1, hash));
  return changed;
}

test("no proof holds after any change to it, for another leaf, or for another place", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 600 }), fc.nat(), damage, async (size, some, change) => {
      const leaves = numbered(size);
      const index = some % size;
      const root = Buffer.from(await rootOf(size, nodesOf(leaves)));
      const proof = await proveInclusion(index, size, nodesOf(leaves));
      const leaf = leafHash(leaves[index] as Buffer);
      expect(rootByInclusion(leaf, { index, size }, proof)).toEqual(root);
      expect(rootByInclusion(leaf, { index, size }, damaged(proof, change))).not.toEqual(root);
      expect(rootByInclusion(leafHash(Buffer.from("other")), { index, size }, proof)).not.toEqual(root);
      expect(rootByInclusion(leaf, { index: size, size }, proof)).toBeNull();
      if (size > 1) expect(rootByInclusion(leaf, { index: (index + 1) % size, size }, proof)).not.toEqual(root);
    }),
    { numRuns: 60 },
  ));

test("a tree that was rewritten or cut is consistent with no earlier one, whatever the proof", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), damage, async (to, one, two, change) => {
      const from = 1 + (one % to);
      const changedAt = two % from;
      const leaves = numbered(to);
      const forged = leaves.map((leaf, i) => (i === changedAt ? Buffer.from("forged") : leaf));
      const old = { size: from, root: await rootOf(from, nodesOf(leaves)) };
      const now = { size: to, root: await rootOf(to, nodesOf(leaves)) };
      const fork = { size: to, root: await rootOf(to, nodesOf(forged)) };
      const proof = await proveConsistency(from, to, nodesOf(leaves));
      expect(isConsistent(old, now, proof)).toBe(true);
      expect(isConsistent(old, now, damaged(proof, change))).toBe(false);
      for (const way of [proof, await proveConsistency(from, to, nodesOf(forged))]) {
        expect(isConsistent(old, fork, way)).toBe(false);
      }
      expect(isConsistent({ ...now, size: to + 1 }, now, [])).toBe(false);
    }),
    { numRuns: 60 },
  ));

test("from the empty tree nothing has to be shown, but that it is the empty tree", () => {
  const to = { size: 3, root: ROOTS[3] as Buffer };
  expect(isConsistent({ size: 0, root: ROOTS[0] as Buffer }, to, [])).toBe(true);
  expect(isConsistent({ size: 0, root: ROOTS[1] as Buffer }, to, [])).toBe(false);
});
