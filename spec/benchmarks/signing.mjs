/**
 * A folder that is signed here, as the real OpenSSF `model_signing` finds it: as it is, and changed in five ways, each of
 * which it has to refuse: `npm run prove:signing [python ...]`. Each python is an interpreter that has `model_signing`;
 * default: python3. Prints what signing and checking cost as well.
 */
import { spawnSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../dist/core/artifacts/digest.js";
import { signatureHolds, signFolder } from "../../dist/core/provenance/model-signature.js";

const IGNORED = ["README.md", "model.tlog-proof", "model.sig"];

const VERIFY = `
import sys
from model_signing import verifying
verifying.Config().use_elliptic_key_verifier(public_key=sys.argv[1]).verify(sys.argv[2], sys.argv[3])
`;

/** What each change does to a folder, and what the peer has to say of it then. */
const CHANGES = [
  ["as it was signed", () => {}, true],
  ["a card that grew", (at) => writeFileSync(join(at, "README.md"), "more"), true],
  ["a byte flipped", (at) => flip(join(at, "model.onnx")), false],
  ["a file more", (at) => writeFileSync(join(at, "weights.bin"), ""), false],
  ["a file less", (at) => rmSync(join(at, "recipe.json")), false],
  ["a file renamed", (at) => renameSync(join(at, "recipe.json"), join(at, "recipe.yaml")), false],
  ["a signature by another key", (at) => writeFileSync(join(at, "model.sig"), sign(at, newKey())), false],
];

function flip(path) {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
}

function newKey() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function folderOf(path) {
  const names = readdirSync(path).filter((name) => !IGNORED.includes(name));
  const files = new Map(names.map((name) => [name, sha256(readFileSync(join(path, name)))]));
  return { name: "000001", files, ignored: IGNORED };
}

function sign(path, key) {
  return signFolder(folderOf(path), key);
}

function version(at, key) {
  mkdirSync(at);
  writeFileSync(join(at, "model.onnx"), randomBytes(1 << 20));
  writeFileSync(join(at, "recipe.json"), "{}");
  writeFileSync(join(at, "README.md"), "# A card");
  writeFileSync(join(at, "model.sig"), sign(at, key));
}

/** Milliseconds of one call, the median of many. */
function costOf(work) {
  const times = Array.from({ length: 201 }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
  return times.sort((a, b) => a - b)[100].toFixed(3);
}

function accepts(python, folder, at) {
  const { status, stderr } = spawnSync(python, ["-c", VERIFY, join(folder, "key.pub"), at, join(at, "model.sig")], {
    encoding: "utf8",
  });
  if (status !== 0 && !/ValueError|InvalidSignature/.test(stderr)) throw new Error(stderr);
  return status === 0;
}

const folder = mkdtempSync(join(tmpdir(), "signing-"));
const key = newKey();
const open = createPublicKey(key);
writeFileSync(join(folder, "key.pub"), open.export({ type: "spki", format: "pem" }));
const whole = join(folder, "000001");
version(whole, key);
const [signed, text] = [folderOf(whole), readFileSync(join(whole, "model.sig"), "utf8")];
console.log(
  `signing ${costOf(() => signFolder(signed, key))} ms, checking ${costOf(() => signatureHolds(text, signed, [open]))} ms`,
);

const interpreters = process.argv.slice(2);
let wrong = 0;
for (const python of interpreters.length > 0 ? interpreters : ["python3"]) {
  if (spawnSync(python, ["-c", "import model_signing"], { stdio: "ignore" }).status !== 0) {
    console.log(`peer absent: ${python} has no model_signing`);
    continue;
  }
  for (const [what, change, expected] of CHANGES) {
    const at = join(folder, `${python}-${what}`.replaceAll(/\W/g, "-"));
    mkdirSync(at);
    for (const name of readdirSync(whole)) copyFileSync(join(whole, name), join(at, name));
    change(at);
    const found = accepts(python, folder, at);
    if (found !== expected) wrong += 1;
    console.log(`${found === expected ? "right" : "WRONG"}  ${found ? "accepts" : "refuses"} ${what}`);
  }
}
rmSync(folder, { recursive: true });
if (wrong > 0) process.exitCode = 1;
