/** The verifier that stands alone, as a copied file in a folder of its own, on bundles that were changed in every way. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../core/artifacts/digest.js";
import { canonicalJson } from "../../core/json.js";
import { openLedger } from "../../core/ledger/ledger.js";
import { verifierPath } from "../../core/ledger/signer.js";
import { decisionOf, recipeOf } from "../promotion/entries.js";

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);

/** A promotion among other entries, with the files of its version. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sous-offline-"));
  await cp(join(process.cwd(), "dist/core/cli/offline.js"), at("verifier.mjs"));
  const model = Buffer.from("a model");
  const body = decisionOf({ version: { number: 1, model: sha256(model), from: null } });
  const ledger = await openLedger(at("log"), { write: true, keys: at("keys") });
  for (const one of [decisionOf(), body, decisionOf({ look: 2 })]) await ledger.append(one);
  for (const [seq, name] of [
    [2, "bundle"],
    [1, "rejected"],
  ] as const) {
    await mkdir(at(name));
    await writeFile(at(name, "model.onnx"), model);
    await writeFile(at(name, "recipe.json"), canonicalJson(recipeOf("churn")));
    await writeFile(at(name, "evidence.json"), canonicalJson(seq === 2 ? body : decisionOf()));
    await writeFile(at(name, "model.tlog-proof"), (await ledger.proof(seq)) ?? "");
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the verifier says of a bundle, in a process that has nothing of ours. */
async function said(bundle: string, key = verifierPath(at("keys"))) {
  const child = spawn(process.execPath, [at("verifier.mjs"), at(bundle), key], { cwd: folder });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  return { status, out, err };
}

test("a bundle holds with the log's public key, given as a file or as text", async () => {
  const { status, out } = await said("bundle");
  expect({ status, out }).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^holds: entry 2 of the 3 that sous\.local/),
  });
  expect(out).toContain("churn version 1, PROMOTED");
  expect(await said("bundle", (await readFile(verifierPath(at("keys")), "utf8")).trim())).toMatchObject({ status: 0 });
});

const CHANGES: readonly (readonly [string, string, (text: string) => string])[] = [
  ["model.onnx", "is not the model", (text) => `${text}!`],
  ["recipe.json", "is not the recipe", (text) => text.replace("churn", "churm")],
  ["evidence.json", "is not what the line says", (text) => text.replace('"look":1', '"look":2')],
  [
    "model.tlog-proof",
    "not in the log",
    (text) => text.replace(/extra (.)/, (_, first) => `extra ${first === "e" ? "f" : "e"}`),
  ],
  ["model.tlog-proof", "not in the log", (text) => text.replace("index 1", "index 0")],
  ["model.tlog-proof", "too short", (text) => text.replace(/(index 1\n).{44}\n/, "$1")],
  ["model.tlog-proof", "too long", (text) => text.replace(/index 1\n(.{44}\n)/, "index 1\n$1$1$1")],
  ["model.tlog-proof", "not signed by this key", (text) => text.replace("\n3\n", "\n4\n")],
  ["model.tlog-proof", "is no proof", (text) => text.replace("@v1", "@v2")],
  ["model.tlog-proof", "does not bring its line", (text) => text.replace(/extra .*\n/, "")],
];

test.each(CHANGES)("%s that was changed %s", async (name, reason, change) => {
  const path = at("bundle", name);
  const text = await readFile(path, "latin1");
  await writeFile(path, change(text), "latin1");
  expect(await said("bundle")).toMatchObject({
    status: 1,
    err: expect.stringMatching(new RegExp(`^does not hold: .*${reason}`)),
  });
  await writeFile(path, text, "latin1");
});

test("an entry that promotes nothing, another key, and what is no key are refused", async () => {
  expect((await said("rejected")).err).toMatch(/promotes nothing/);
  await openLedger(at("other"), { write: true, keys: at("other-keys") });
  expect((await said("bundle", verifierPath(at("other-keys")))).err).toMatch(/not signed by this key/);
  expect((await said("bundle", "nobody+01234567+AAAA")).err).toMatch(/no Ed25519 key/);
  expect((await said("nowhere")).err).toMatch(/ENOENT/);
});

test("it imports nothing but Node", async () => {
  const text = await readFile(at("verifier.mjs"), "utf8");
  const imported = [...text.matchAll(/\bfrom "([^"]+)"|import\("([^"]+)"\)/g)].map(([, one, two]) => one ?? two ?? "");
  expect(imported.every((name) => name.startsWith("node:"))).toBe(true);
  expect(text.split("\n").length).toBeLessThan(150);
});
