import { generateKeyPairSync } from "node:crypto";
import { checkpointText, openCheckpoint, parseCheckpoint } from "../../../core/ledger/tlog/checkpoint.js";
import { formatNote, type Signer, signText, verifierOf } from "../../../core/ledger/tlog/note.js";
import { formatProof, parseProof, proofFault } from "../../../core/ledger/tlog/proof-file.js";
import { INCLUSION, LEAVES, ROOTS } from "./vectors.js";

const ORIGIN = "log.example/churn";

function signerNamed(name: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { verifier: verifierOf(name, publicKey), privateKey };
}

const signer = signerNamed(ORIGIN);

function checkpointOf(size: number, by = signer): string {
  const text = checkpointText({ origin: ORIGIN, size, root: ROOTS[size] as Buffer });
  return formatNote({ text, signatures: [signText(text, by)] });
}

describe("a checkpoint", () => {
  test("has the text of the published example", () => {
    const text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20_852_163 });
    expect(checkpoint && checkpointText(checkpoint)).toBe(text);
    expect(parseCheckpoint(`${text}an extension\n`)).toMatchObject({ size: 20_852_163 });
  });

  test.each([
    ["no origin", "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"],
    ["a size with a leading zero", "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"],
    ["a size below zero", "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"],
    ["a size past counting", "a\n9007199254740993\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"],
    ["a short root", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n"],
    ["an empty line", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nb\n"],
    ["no last newline", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="],
  ])("with %s is none", (_, text) => {
    expect(parseCheckpoint(text)).toBeNull();
  });

  test("counts only where the log's own key signed it", () => {
    expect(openCheckpoint(checkpointOf(3), () => [signer.verifier])).toMatchObject({
      checkpoint: { origin: ORIGIN, size: 3 },
    });
    const stranger = signerNamed("stranger.example");
    expect(openCheckpoint(checkpointOf(3, stranger), () => [stranger.verifier])).toBe("is not signed by the log's key");
    expect(openCheckpoint(checkpointOf(3), () => [stranger.verifier])).toBe("is not signed by the log's key");
    expect(openCheckpoint(checkpointOf(3).replace("\n3\n", "\n4\n"), () => [signer.verifier])).toMatch(/does not hold/);
    expect(openCheckpoint("hello", () => [signer.verifier])).toMatch(/no signed checkpoint/);
  });
});

describe("a proof file", () => {
  test.each(INCLUSION)(
    "shows that leaf $index is in the tree of $size, and no other leaf",
    ({ index, size, proof }) => {
      const text = formatProof({ index, hashes: proof, checkpoint: checkpointOf(size) });
      expect(text).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex \d+\n([A-Za-z0-9+/=]{44}\n)*\nlog\.example\/churn\n/);
      const read = parseProof(text);
      expect(read).toMatchObject({ index, checkpoint: checkpointOf(size) });
      if (read === null) return;
      expect(proofFault(read, LEAVES[index] as Buffer, () => [signer.verifier])).toBeNull();
      for (const other of LEAVES.filter((_, i) => i !== index))
        expect(proofFault(read, other, () => [signer.verifier])).toBe(
          "does not lead from the entry to the signed root",
        );
      expect(proofFault(read, LEAVES[index] as Buffer, () => [])).toMatch(/not signed by the log's key/);
    },
  );

  test("may have an extra line, which it hands on", () => {
    const proof = { index: 0, hashes: [], checkpoint: checkpointOf(1) };
    expect(parseProof(formatProof(proof))).toEqual(proof);
    const text = formatProof({ ...proof, extra: Buffer.from("hello") });
    expect(text).toContain("@v1\nextra aGVsbG8=\nindex 0\n");
    expect(parseProof(text)).toEqual({ ...proof, extra: Buffer.from("hello") });
    expect(parseProof(text.replace("bG8=", "bG9="))).toBeNull();
  });

  test.each([
    ["another first line", (text: string) => text.replace("@v1", "@v2")],
    ["no index", (text: string) => text.replace("index 0\n", "")],
    ["an index that is no number", (text: string) => text.replace("index 0", "index 0x0")],
    ["a short hash", (text: string) => text.replace("index 0\n", "index 0\naGVsbG8=\n")],
    ["no checkpoint", (text: string) => text.slice(0, text.indexOf("\n\n"))],
  ])("with %s is none", (_, change) => {
    expect(parseProof(change(formatProof({ index: 0, hashes: [], checkpoint: checkpointOf(1) })))).toBeNull();
  });
});
