import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import {
  COSIGNED,
  formatNote,
  formatVerifier,
  type Note,
  parseNote,
  parseVerifier,
  type Signer,
  signersOf,
  signText,
  timeOf,
  type Verifier,
  verifierOf,
} from "../../../core/ledger/tlog/note.js";

/** The key and note of golang.org/x/mod/sumdb/note, the first implementation of the format. */
const PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PETER_TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_NOTE = `${PETER_TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

/** The worked example of c2sp.org/signed-note (C2SP at d4c16da, "Example"), with its verifier key. */
const FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const FOO_NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

/** The first example of c2sp.org/signed-note, whose public key the page does not give. */
const QUASIMODO = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;

/** The example of c2sp.org/tlog-cosignature. */
const SOFA = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

function signerNamed(name: string, kind?: typeof COSIGNED): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { verifier: verifierOf(name, publicKey, kind), privateKey };
}

const read = (text: string) => parseNote(text) as Note;

test("the note of the first implementation verifies with its key, and we sign it to the same bytes", () => {
  const verifier = parseVerifier(PETER) as Verifier;
  expect(formatVerifier(verifier)).toBe(PETER);
  expect(signersOf(read(PETER_NOTE), [verifier])).toEqual([verifier]);
  const seed = Buffer.from(PETER_SEED, "base64").subarray(1);
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const own = verifierOf("PeterNeumann", createPublicKey(privateKey));
  expect(own.id).toBe("c74f20a3");
  const signature = signText(PETER_TEXT, { verifier: own, privateKey });
  expect(formatNote({ text: PETER_TEXT, signatures: [signature] })).toBe(PETER_NOTE);
});

test("the worked example of the specification verifies with its key, and with no byte of it changed", () => {
  const verifier = parseVerifier(FOO) as Verifier;
  expect(formatVerifier(verifier)).toBe(FOO);
  expect(signersOf(read(FOO_NOTE), [verifier])).toEqual([verifier]);
  expect(signersOf(read(FOO_NOTE.replace("example message", "Example message")), [verifier])).toBeNull();
});

test("the examples of the specifications are read as they say", () => {
  const poem = read(QUASIMODO);
  expect(poem.text).toMatch(/^Ognuno.*\n.*:\n\ned è subito sera\.\n$/);
  expect(poem.signatures).toMatchObject([
    { name: "quasimodo.example/salvatore", id: "367ba04b", bytes: { length: 64 } },
  ]);
  expect(formatNote(poem)).toBe(QUASIMODO);
  const sofa = read(SOFA);
  expect(sofa.signatures.map(({ name, bytes }) => [name, bytes.length])).toEqual([
    ["example.com/behind-the-sofa", 64],
    ["witness.example.com/w1", 72],
  ]);
  expect(timeOf(sofa.signatures[1] as Note["signatures"][number])).toBe(1_679_315_147);
  expect(formatNote(sofa)).toBe(SOFA);
});

test("a changed text, signature or key refuses the note", () => {
  const verifier = parseVerifier(PETER) as Verifier;
  expect(signersOf(read(PETER_NOTE.replace("cryptography", "cryptographY")), [verifier])).toBeNull();
  expect(signersOf(read(PETER_NOTE.replace("/ZJkuBS", "/ZJkuBT")), [verifier])).toBeNull();
  expect(signersOf(read(PETER_NOTE.replace("PeterNeumann x08go", "PeterNeumann y08go")), [verifier])).toEqual([]);
  const other = { ...signerNamed("PeterNeumann").verifier, id: verifier.id };
  expect(signersOf(read(PETER_NOTE), [other])).toBeNull();
});

test("signatures of unknown keys are passed over, also those that share a name or an id with a known one", () => {
  const [log, other, late] = [signerNamed("a.example"), signerNamed("a.example"), signerNamed("b.example")];
  const text = "hello\n";
  const signatures = [other, log, late].map((signer) => signText(text, signer));
  const twin = { ...(signatures[0] as Note["signatures"][number]), name: "c.example", id: log.verifier.id };
  const note = read(formatNote({ text, signatures: [...signatures, twin] }));
  expect(signersOf(note, [log.verifier])).toEqual([log.verifier]);
  expect(signersOf(note, [log.verifier, late.verifier])).toEqual([log.verifier, late.verifier]);
  expect(signersOf(note, [])).toEqual([]);
});

test("a cosignature binds its time, and its key is of another kind than a signature's", () => {
  const witness = signerNamed("w.example", COSIGNED);
  const text = "log.example\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const signature = signText(text, witness, 1_800_000_000);
  expect(signersOf({ text, signatures: [signature] }, [witness.verifier])).toEqual([witness.verifier]);
  expect(timeOf(signature)).toBe(1_800_000_000);
  const later = Buffer.from(signature.bytes);
  later[7] = (later[7] ?? 0) ^ 1;
  expect(signersOf({ text, signatures: [{ ...signature, bytes: later }] }, [witness.verifier])).toBeNull();
  expect(
    signersOf({ text, signatures: [{ ...signature, bytes: later.subarray(0, 5) }] }, [witness.verifier]),
  ).toBeNull();
  const plain = verifierOf("w.example", witness.verifier.key);
  expect(plain.id).not.toBe(witness.verifier.id);
  expect(formatVerifier(parseVerifier(formatVerifier(witness.verifier)) as Verifier)).toBe(
    formatVerifier(witness.verifier),
  );
});

test("what is no verifier key is refused: any part of one, and one with any character changed", () => {
  for (let i = 0; i <= PETER.length; i += 1)
    for (let j = i + 1; j <= PETER.length; j += 1)
      if (j - i < PETER.length) expect(parseVerifier(PETER.slice(i, j))).toBeNull();
  for (let i = 0; i < PETER.length; i += 1) {
    const next = String.fromCharCode(PETER.charCodeAt(i) + 1);
    expect(parseVerifier(PETER.slice(0, i) + next + PETER.slice(i + 1))).toBeNull();
  }
});

test.each([
  ["nothing", ""],
  ["no signatures", "text\n\n"],
  ["no empty line", "text\n— a AAAAAAAA\n"],
  ["no last newline", PETER_NOTE.trimEnd()],
  ["a hyphen for the dash", PETER_NOTE.replace("—", "-")],
  ["a control character", PETER_NOTE.replace("you", "y\tu")],
  ["a carriage return", PETER_NOTE.replaceAll("\n", "\r\n")],
  ["base64 that is none", PETER_NOTE.replace("x08go", "x08g*")],
  ["base64 with loose bits", PETER_NOTE.replace("JnAM=", "JnAN=")],
  ["a signature without bytes", "text\n\n— a AAAAAA==\n"],
  ["a name with a plus", PETER_NOTE.replace("— PeterNeumann", "— Peter+Neumann")],
])("a note with %s is none", (_, text) => {
  expect(parseNote(text)).toBeNull();
});

test("a note may have 16 signatures and more, and 101 are too many", () => {
  const signer = signerNamed("a.example");
  const signature = signText("x\n", signer);
  const withMany = (count: number) => formatNote({ text: "x\n", signatures: Array(count).fill(signature) });
  expect(signersOf(read(withMany(16)), [signer.verifier])).toHaveLength(1);
  expect(parseNote(withMany(101))).toBeNull();
});

test("any text of lines comes back as it was signed", () => {
  const signer = signerNamed("a.example/é");
  const line = fc.string({ unit: "binary" }).map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, ""));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      const text = `${lines.join("\n")}\n`;
      const note = read(formatNote({ text, signatures: [signText(text, signer)] }));
      expect(note.text).toBe(text);
      expect(signersOf(note, [signer.verifier])).toEqual([signer.verifier]);
    }),
    { numRuns: 50 },
  );
});
