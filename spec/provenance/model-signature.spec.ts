import { createPublicKey } from "node:crypto";
import { sha256 } from "../../core/artifacts/digest.js";
import { hintOf, openEnvelope } from "../../core/provenance/dsse.js";
import {
  folderStatement,
  type SignedFolder,
  signatureHolds,
  signFolder,
} from "../../core/provenance/model-signature.js";
import { newKey } from "./keys.js";
import { valid } from "./schemas.js";

/**
 * Made by `model_signing` 1.1.0: scripts/tests/v1.1.0-elliptic-key of sigstore/model-transparency, with the public key
 * (P-384) that its v1.0.0 signature carries.
 */
const PUBLISHED = {
  key: `-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEsu6rZGBTjxtvRWPMixT+3HyndV0J0Ybt
aHZUcO4DEK+OJHO/4e32bb/fbJKSpRgcBsIpKLcVijUomyFOERbd7u+BTPSUjGZD
Qq6J7lTvp/EAXQGOKxW9RP0MGX3qAkvi
-----END PUBLIC KEY-----
`,
  folder: {
    name: "v1.1.0-elliptic-key",
    files: new Map([
      ["signme-2", sha256("signme-2")],
      ["signme-1", sha256("signme-1\n")],
    ]),
    ignored: [".git", "model.sig", "ignore-me", ".gitattributes", ".gitignore", ".github"],
  },
  signature: `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e"},"tlogEntries":[]},"dsseEnvelope":{"payload":"ewogICJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwKICAic3ViamVjdCI6IFsKICAgIHsKICAgICAgIm5hbWUiOiAidjEuMS4wLWVsbGlwdGljLWtleSIsCiAgICAgICJkaWdlc3QiOiB7CiAgICAgICAgInNoYTI1NiI6ICI5Mjc0NTExMGIxYWI0MzY4NDcxY2JlMzE2NjRlMTAxNzRlOTU0YjExM2EzZGYzMzNkYjg2MDMxN2IyYzZkZWM0IgogICAgICB9CiAgICB9CiAgXSwKICAicHJlZGljYXRlVHlwZSI6ICJodHRwczovL21vZGVsX3NpZ25pbmcvc2lnbmF0dXJlL3YxLjAiLAogICJwcmVkaWNhdGUiOiB7CiAgICAicmVzb3VyY2VzIjogWwogICAgICB7CiAgICAgICAgImFsZ29yaXRobSI6ICJzaGEyNTYiLAogICAgICAgICJuYW1lIjogInNpZ25tZS0xIiwKICAgICAgICAiZGlnZXN0IjogImJjOWE3MTdkYjYwNjRhMzJjYmU5ZWFlNmZjNDA2NTFkZDZkMzZlZjE3NTcxODNmNTkwZWZmMmIxNzY1ZDdlYmMiCiAgICAgIH0sCiAgICAgIHsKICAgICAgICAiYWxnb3JpdGhtIjogInNoYTI1NiIsCiAgICAgICAgIm5hbWUiOiAic2lnbm1lLTIiLAogICAgICAgICJkaWdlc3QiOiAiMzJkY2IxZjhlMWFlNTJkNTk2M2U1NmE2YmEwNmFiNThiNDI0YzE1ZWQyYTZiNzBkMmZlY2ExZDA4OTM3MDAyOCIKICAgICAgfQogICAgXSwKICAgICJzZXJpYWxpemF0aW9uIjogewogICAgICAiYWxsb3dfc3ltbGlua3MiOiBmYWxzZSwKICAgICAgIm1ldGhvZCI6ICJmaWxlcyIsCiAgICAgICJoYXNoX3R5cGUiOiAic2hhMjU2IiwKICAgICAgImlnbm9yZV9wYXRocyI6IFsKICAgICAgICAiLmdpdCIsCiAgICAgICAgIm1vZGVsLnNpZyIsCiAgICAgICAgImlnbm9yZS1tZSIsCiAgICAgICAgIi5naXRhdHRyaWJ1dGVzIiwKICAgICAgICAiLmdpdGlnbm9yZSIsCiAgICAgICAgIi5naXRodWIiCiAgICAgIF0KICAgIH0KICB9Cn0=","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"MGUCMQCVqSw64cBnPHqbyadq+OIgwQSg7WW8Mztp3dJ++atQsxzbtwafJJ164u7WEXmx5hECMBSiShuN7OTLec6wLXpHUjFIQA/hhiBCjSzM9Q2cIUZpDmv+tWs1AkNxstJDbNl0lQ==","keyid":""}]}}`,
};

describe("a signature that Python's model_signing made and published", () => {
  const key = createPublicKey(PUBLISHED.key);
  const { dsseEnvelope, verificationMaterial } = JSON.parse(PUBLISHED.signature);

  test("opens here, and what it signs is the statement that is made here of the same files", () => {
    const opened = openEnvelope(dsseEnvelope, [newKey().open, key]);
    expect(JSON.parse(opened?.body.toString() ?? "")).toEqual(folderStatement(PUBLISHED.folder));
    expect(openEnvelope(dsseEnvelope, [newKey().open])).toBeNull();
  });

  test("has the form that ours are held to, and the same hint for its key", () => {
    expect(valid("signature", JSON.parse(PUBLISHED.signature))).toEqual([]);
    expect(verificationMaterial.publicKey.hint).toBe(hintOf(key));
  });
});

describe("a signature that is made here", () => {
  const { key, open } = newKey();
  const folder: SignedFolder = {
    name: "000001",
    files: new Map([
      ["recipe.json", sha256("r")],
      ["model.onnx", sha256("m")],
    ]),
    ignored: ["README.md", "model.sig"],
  };

  test("has every member that a sigstore bundle with a key needs, and holds", () => {
    const text = signFolder(folder, key);
    expect(valid("signature", JSON.parse(text))).toEqual([]);
    expect(signatureHolds(text, folder, [open])).toBe(true);
    expect(signFolder(folder, key)).not.toBe(text);
  });

  test("lists files by name and names the folder by the digest of their digests", () => {
    const statement = folderStatement(folder);
    const digest = sha256(Buffer.from(sha256("m") + sha256("r"), "hex"));
    expect(statement.subject).toEqual([{ name: "000001", digest: { sha256: digest } }]);
    expect(statement.predicate).toMatchObject({ resources: [{ name: "model.onnx" }, { name: "recipe.json" }] });
  });

  test("doesn't hold for another byte, a file more or less, a file of another name, or another key", () => {
    const text = signFolder(folder, key);
    const [first, second] = [...folder.files] as [[string, string], [string, string]];
    const folders = [
      [first, [second[0], sha256("n")]],
      [first],
      [first, second, ["more", sha256("")]],
      [[second[0], first[1]], second],
    ] as const;
    for (const files of folders) expect(signatureHolds(text, { ...folder, files: new Map(files) }, [open])).toBe(false);
    expect(signatureHolds(text, { ...folder, ignored: [...folder.ignored, "x"] }, [open])).toBe(false);
    expect(signatureHolds(text, folder, [newKey().open])).toBe(false);
  });

  test("that differs in what no signature covers was changed, and doesn't hold", () => {
    const text = signFolder(folder, key);
    const changed = [
      text.replace(/"hint":"./, '"hint":"x'),
      text.replace(/"keyid":"./, '"keyid":"x'),
      text.replace('"tlogEntries":[]', '"tlogEntries":[0]'),
      ` ${text}`,
    ];
    for (const one of changed) expect(signatureHolds(one, folder, [open])).toBe(false);
  });

  test("that was cut, or is something else, doesn't hold", () => {
    const text = signFolder(folder, key);
    for (const broken of ["", "null", "7", "{}", text.slice(0, -1), text.replace("v0.3", "v0.2")])
      expect(signatureHolds(broken, folder, [open])).toBe(false);
  });
});
