/** The key that signs a log, by the name that the log has. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { systemCode, writeDurable } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { type Keys, loadKeys, logKeyPath, makeKeys } from "./keys.js";
import { formatVerifier, parseVerifier, type Signer, type Verifier, verifierOf } from "./tlog/note.js";

export interface LogSigner {
  /** The folder of keys. */
  readonly keys: string;
  readonly signer: Signer;
  /** Whether the log was ever signed to its end: from then on, what is unsigned is not ours. */
  readonly isSettled: boolean;
}

/** Where the verifier key of the log is, one line of text, to be given to whoever is to check. */
export function verifierPath(keys: string): string {
  return join(keys, "log.pub");
}

/** The log's verifier key, or null before the log was ever signed. Throws KEY_INVALID, FILE_READ_FAILED. */
export async function readVerifier(path: string): Promise<Verifier | null> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return null;
    throw new SousError("FILE_READ_FAILED", { path, reason: systemCode(error) ?? String(error) }, { cause: error });
  });
  if (text === null) return null;
  const verifier = parseVerifier(text.trimEnd());
  if (verifier === null) throw new SousError("KEY_INVALID", { path, expected: "verifier key" });
  return verifier;
}

/**
 * The signer of a home's log, made with its keys where there is none yet.
 * @param keys the folder of keys
 * @param signed whether anything in the log was signed: then no new key will do
 * @throws SousError KEY_MISSING, KEY_EXPOSED, KEY_LOCKED, KEY_INVALID, FILE_READ_FAILED, FILE_WRITE_FAILED
 */
export async function openSigner(keys: string, signed: boolean): Promise<LogSigner> {
  const { log } = await provideKeys(keys, signed);
  const known = await readVerifier(verifierPath(keys));
  const verifier = verifierOf(
    known?.name ?? originOf(log.publicKey.export({ type: "spki", format: "der" })),
    log.publicKey,
  );
  if (known !== null && known.id !== verifier.id) {
    throw new SousError("KEY_INVALID", {
      path: logKeyPath(keys),
      expected: `private half of ${formatVerifier(known)}`,
    });
  }
  return { keys, signer: { verifier, privateKey: log.privateKey }, isSettled: known !== null };
}

/** The keys of a home, made where there are none yet. Parameters and errors as of `openSigner`. */
export async function provideKeys(keys: string, signed: boolean): Promise<Keys> {
  const isNew = !signed && (await readVerifier(verifierPath(keys))) === null;
  return isNew ? makeKeys(keys) : loadKeys(keys);
}

/** Says that the log is signed to its end. */
export function settleSigner(keys: string, verifier: Verifier): Promise<void> {
  return writeDurable(verifierPath(keys), `${formatVerifier(verifier)}\n`);
}

/** A log's name for its life: of its first key, so that no two logs share one. */
function originOf(publicKey: Uint8Array): string {
  return `sous.local/${sha256(publicKey).slice(0, 16)}`;
}
