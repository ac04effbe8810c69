import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../core/artifacts/digest.js";
import { writeDurable, writeFolderDurable } from "../../core/artifacts/files.js";
import { writeBundle } from "../../core/provenance/bundle.js";
import { signFolder } from "../../core/provenance/model-signature.js";
import { newKey } from "./keys.js";
import { promotionEntry } from "./promotions.js";

const page = await readFile(join(import.meta.dirname, "../../docs/provenance.md"), "utf8");
const [, commands = ""] = /```sh\n([\s\S]*?)```/.exec(page) ?? [];
const { key, open } = newKey();
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sous-papers-"));
});
afterEach(() => rm(home, { recursive: true }));

async function shown(model: string) {
  const files = new Map([["model.onnx", sha256("the model")]]);
  const signature = signFolder({ name: "000001", files, ignored: ["model.sig"] }, key);
  const folder = join(home, "models/churn/versions/000001");
  const bundle = writeBundle(promotionEntry(), key);
  await writeFolderDurable(folder, { "model.onnx": model, "model.sig": signature, "model.onnx.intoto.jsonl": bundle });
  await writeDurable(join(home, "keys/model.pub"), open.export({ type: "spki", format: "pem" }));
  return spawnSync("sh", ["-c", commands], { cwd: home, encoding: "utf8" });
}

test("the page's commands check every signature with OpenSSL alone, and the model against what it signs", async () => {
  expect(await shown("the model")).toMatchObject({
    status: 0,
    stdout: `${"Verified OK\n".repeat(4)}"digest":"${sha256("the model")}"\n`,
  });
  expect(await shown("another model")).toMatchObject({ status: 1, stdout: "Verified OK\n".repeat(4) });
});

test("the page names every file of a version's folder", () => {
  for (const name of ["model.cdx.json", "model.onnx.intoto.jsonl", "model.sig", "model.tlog-proof", "README.md"]) {
    expect(page).toContain(`  ${name} `);
  }
});
