#!/usr/bin/env node
/**
 * Checks one promoted model offline: `node offline.js <version folder> <verifier key, or a file with it>`. This file stands
 * alone, on purpose: it imports nothing but Node, and shares no code with what made the bundle, so that it can be read in
 * ten minutes and carried anywhere. What it checks: the log's key signed a tree (c2sp.org/signed-note, tlog-checkpoint),
 * the line in the proof is in that tree (c2sp.org/tlog-proof, RFC 9162 §2.1.3.2), and the files are those that the line names.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

/** Name, key id and public key of the log, all from one line of text: name+id+base64(type ‖ key). */
function readKey(text: string) {
  const [, name = "", id = "", data = ""] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)\s*$/.exec(text) ?? [];
  const bytes = Buffer.from(data, "base64");
  demand(bytes.length === 33 && bytes[0] === 1, "the verifier key is no Ed25519 key of a signed note");
  const own = sha256(Buffer.concat([Buffer.from(`${name}\n`), bytes])).toString("hex");
  demand(own.startsWith(id), "the verifier key does not have the id that it states");
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), bytes.subarray(1)]); // RFC 8410
  return { name, id, key: createPublicKey({ key: der, format: "der", type: "spki" }) };
}

/** The size and root that the log's key signed. */
function readCheckpoint(note: string, { name, id, key }: ReturnType<typeof readKey>) {
  const end = note.lastIndexOf("\n\n") + 1;
  const [text, lines] = [note.slice(0, end), note.slice(end + 1).split("\n")];
  const signed = lines.some((line) => {
    const [dash, signer, data = ""] = line.split(" ");
    const bytes = Buffer.from(data, "base64");
    const isOurs = dash === "—" && signer === name && bytes.subarray(0, 4).toString("hex") === id;
    return isOurs && verify(null, Buffer.from(text), key, bytes.subarray(4));
  });
  demand(signed, "the checkpoint is not signed by this key");
  const [origin, size = "", root = ""] = text.split("\n");
  demand(origin === name && /^[1-9]\d*$/.test(size), "the checkpoint is of another log");
  return { size: Number(size), root: Buffer.from(root, "base64") };
}

/** The root that a line and the hashes of its proof give. */
function rootBy(line: Buffer, { index, size }: { index: number; size: number }, hashes: readonly Buffer[]): Buffer {
  let [at, last] = [index, size - 1];
  let root = sha256(Buffer.concat([Buffer.from([0]), line]));
  for (const hash of hashes) {
    demand(last > 0, "the proof is too long");
    const isRight = at % 2 === 1 || at === last;
    root = sha256(Buffer.concat(isRight ? [Buffer.from([1]), hash, root] : [Buffer.from([1]), root, hash]));
    if (isRight) while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  demand(last === 0 && index < size, "the proof is too short");
  return root;
}

/** The line that promoted, once it is shown to be in the log. */
function provenLine(proof: string, log: ReturnType<typeof readKey>) {
  const end = proof.indexOf("\n\n");
  const [first, extra = "", number = "", ...hashes] = proof.slice(0, end).split("\n");
  demand(first === "c2sp.org/tlog-proof@v1", "model.tlog-proof is no proof");
  demand(extra.startsWith("extra ") && /^index \d+$/.test(number), "the proof does not bring its line along");
  const checkpoint = readCheckpoint(proof.slice(end + 2), log);
  const line = Buffer.from(extra.slice(6), "base64");
  const index = Number(number.slice(6));
  const root = rootBy(
    line,
    { index, size: checkpoint.size },
    hashes.map((hash) => Buffer.from(hash, "base64")),
  );
  demand(root.equals(checkpoint.root), "the line is not in the log that was signed");
  return { entry: JSON.parse(line.toString()), index, size: checkpoint.size };
}

function check(folder: string, key: string): string {
  const file = (name: string) => readFileSync(join(folder, name));
  const log = readKey(existsSync(key) ? readFileSync(key, "utf8") : key);
  const { entry, index, size } = provenLine(file("model.tlog-proof").toString(), log);
  const { seq, time, previous: _previous, digest: _digest, ...body } = entry;
  demand(seq === index + 1 && body.kind === "decision" && body.decision === "PROMOTED", "the line promotes nothing");
  const model = sha256(file("model.onnx")).toString("hex");
  demand(model === body.version.model, "model.onnx is not the model that was promoted");
  demand(
    sha256(file("recipe.json")).toString("hex") === body.recipe.digest,
    "recipe.json is not the recipe of the line",
  );
  demand(
    isDeepStrictEqual(JSON.parse(file("evidence.json").toString()), body),
    "evidence.json is not what the line says",
  );
  return [
    `holds: entry ${seq} of the ${size} that ${log.name} signed`,
    `${time}: ${body.recipe.name} version ${body.version.number}, ${body.decision}`,
    `model ${model}`,
    body.reason,
  ].join("\n");
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function demand(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

const [folder, key] = process.argv.slice(2);
try {
  demand(folder !== undefined && key !== undefined, "usage: offline.js <version folder> <verifier key>");
  process.stdout.write(`${check(folder ?? "", key ?? "")}\n`);
} catch (error) {
  process.stderr.write(`does not hold: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
