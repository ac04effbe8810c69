/**
 * Handing the log's key on. The entry that says so holds the new key, signed by the old one, and is the last thing that the
 * old key signs: so whoever knows an earlier key of a log can follow it to the present one, and an old key signs nothing new.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { removeDurable, SECRET, systemCode, writeDurable } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import type { Entry, RotatedBody } from "./entry.js";
import { type Keys, loadKeys, logKeyPath, makeKeys } from "./keys.js";
import type { Ledger } from "./ledger.js";
import { readVerifier, settleSigner, verifierPath } from "./signer.js";
import {
  formatNote,
  formatVerifier,
  parseNote,
  parseVerifier,
  signersOf,
  signText,
  type Trusted,
  type Verifier,
  verifierOf,
} from "./tlog/note.js";

const STATED = "sous/rotation@v1";
/** The folder, within that of the keys, of those that are to follow. */
const NEXT = "next";
const FILES = ["log.key", "model.key", "model.pub"];

/** A key, and the sizes of the trees that it could sign. */
interface Term {
  readonly verifier: Verifier;
  readonly from: number;
  readonly to: number;
}

/**
 * The keys of a log by its entries, which must lead to or begin with the given one. At the size of a rotation both of its
 * keys count: the entry itself is signed by the old one.
 * @param path for messages: the file of entries
 * @throws SousError LEDGER_DAMAGED where an entry hands on what it can't, LEDGER_SIGNATURE where the key is none of the log's
 */
export function keyTerms(entries: readonly Entry[], known: Verifier, path: string): Trusted {
  const rotations = entries.filter((entry) => entry.kind === "rotated");
  const terms: Term[] = [];
  let verifier = rotations[0] === undefined ? known : (parseVerifier(rotations[0].log.from) ?? known);
  let from = 0;
  for (const { seq, ...rotation } of rotations) {
    const next = handedOn(rotation, verifier);
    if (next === null) {
      const reason = "hands the log's key on without a signature of the key before";
      throw new SousError("LEDGER_DAMAGED", { path, line: seq, seq, reason });
    }
    terms.push({ verifier, from, to: seq });
    [verifier, from] = [next, seq];
  }
  terms.push({ verifier, from, to: Number.POSITIVE_INFINITY });
  if (!terms.some((term) => formatVerifier(term.verifier) === formatVerifier(known))) {
    throw new SousError("LEDGER_SIGNATURE", { path, reason: `is not the log of ${formatVerifier(known)}` });
  }
  return (size) => terms.filter((term) => term.from <= size && size <= term.to).map((term) => term.verifier);
}

/** Model keys that the log had before the present one, as SPKI PEM. */
export function formerModelKeys(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap((entry) => (entry.kind === "rotated" ? [entry.model.from] : []));
}

/** Makes new keys, says so in the log, and puts them in the old ones' place. Gives the log's new verifier key. */
export async function rotateKeys(ledger: Ledger, keys: string): Promise<Verifier> {
  const known = await readVerifier(verifierPath(keys));
  if (known === null) throw new SousError("KEY_MISSING", { path: verifierPath(keys) });
  const [old, next] = [await loadKeys(keys), await makeKeys(join(keys, NEXT))];
  const to = verifierOf(known.name, next.log.publicKey);
  const names = {
    log: { from: formatVerifier(known), to: formatVerifier(to) },
    model: { from: pem(old), to: pem(next) },
  };
  const text = textOf(names);
  const signature = signText(text, { verifier: known, privateKey: old.log.privateKey });
  await ledger.append({ kind: "rotated", ...names, statement: formatNote({ text, signatures: [signature] }) });
  await finishRotation(keys, ledger.entries);
  return to;
}

/**
 * What is left of a rotation that a crash cut short: where the log says that its key was handed on, the new keys are put
 * in place. Keys that were made for a rotation that the log does not tell of stay for the next one.
 * @throws SousError KEY_MISSING where the log's present key is in neither place
 */
export async function finishRotation(keys: string, entries: readonly Entry[]): Promise<void> {
  const last = entries.findLast((entry) => entry.kind === "rotated");
  const to = last === undefined ? null : parseVerifier(last.log.to);
  if (to === null) return;
  const known = await readVerifier(verifierPath(keys));
  if (known !== null && formatVerifier(known) !== formatVerifier(to)) await takeOver(keys, to);
  await removeDurable(join(keys, NEXT)).catch(() => {}); // a copy of what is in place; the next start tries again
}

async function takeOver(keys: string, verifier: Verifier): Promise<void> {
  const files = await Promise.all(FILES.map((name) => readFile(join(keys, NEXT, name)))).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") throw new SousError("KEY_MISSING", { path: logKeyPath(join(keys, NEXT)) });
    throw error;
  });
  for (const [i, name] of FILES.entries()) {
    await writeDurable(join(keys, name), files[i] as Buffer, name.endsWith(".key") ? SECRET : undefined);
  }
  await settleSigner(keys, verifier);
}

/** The key that a rotation names, where the one before it signed that; else null. */
function handedOn({ log, model, statement }: RotatedBody, before: Verifier): Verifier | null {
  const note = parseNote(statement);
  const next = parseVerifier(log.to);
  if (note === null || next?.name !== before.name || log.from !== formatVerifier(before)) return null;
  return note.text === textOf({ log, model }) && signersOf(note, [before])?.length === 1 ? next : null;
}

function textOf({ log, model }: Pick<RotatedBody, "log" | "model">): string {
  return `${STATED}\n${log.from}\n${log.to}\n${model.from}${model.to}`;
}

function pem({ model }: Keys): string {
  return model.publicKey.export({ type: "spki", format: "pem" }).toString();
}
