/**
 * The two keys of a home (DESIGN §6): Ed25519 signs the log's checkpoints, ECDSA P-256 signs models. Private halves are
 * PKCS#8 PEM with mode 0600, encrypted where there is a passphrase; the public one of the model key is SPKI PEM.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SECRET, systemCode, writeDurable } from "../artifacts/files.js";
import { keyPassphrase } from "../environment.js";
import { SousError } from "../errors.js";

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface Keys {
  /** Ed25519. */
  readonly log: KeyPair;
  /** ECDSA on P-256. */
  readonly model: KeyPair;
}

interface Kind {
  readonly file: string;
  /** For messages. */
  readonly words: string;
  readonly generate: () => KeyObject;
  readonly fits: (key: KeyObject) => boolean;
}

const ED25519 = {
  words: "Ed25519 private key",
  generate: () => generateKeyPairSync("ed25519").privateKey,
  fits: ({ asymmetricKeyType }: KeyObject) => asymmetricKeyType === "ed25519",
};

const KINDS: Readonly<Record<keyof Keys | "witness", Kind>> = {
  log: { file: "log.key", ...ED25519 },
  witness: { file: "witness.key", ...ED25519 },
  model: {
    file: "model.key",
    words: "private key on P-256",
    generate: () => generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey,
    fits: ({ asymmetricKeyDetails }) => asymmetricKeyDetails?.namedCurve === "prime256v1",
  },
};

/** Where the private half of the log's key is. */
export function logKeyPath(folder: string): string {
  return join(folder, KINDS.log.file);
}

/** Where the public half of the model key is, as SPKI PEM. */
export function modelKeyPath(folder: string): string {
  return join(folder, "model.pub");
}

/**
 * Reads both keys.
 * @throws SousError KEY_MISSING, KEY_EXPOSED, KEY_LOCKED, KEY_INVALID, FILE_READ_FAILED
 */
export async function loadKeys(folder: string): Promise<Keys> {
  return { log: await loadKey(folder, "log"), model: await loadKey(folder, "model") };
}

/** Makes the keys that are not there, and gives both. Throws as `loadKeys`, and FILE_WRITE_FAILED. */
export async function makeKeys(folder: string): Promise<Keys> {
  for (const name of ["log", "model"] as const) await makeKey(folder, name);
  const keys = await loadKeys(folder);
  await writeDurable(modelKeyPath(folder), keys.model.publicKey.export({ type: "spki", format: "pem" }));
  return keys;
}

/** The key of a witness, which is no key of a home; made where there is none yet. Throws as `makeKeys`. */
export async function witnessKey(folder: string, options: { readonly make: boolean }): Promise<KeyPair> {
  if (options.make) await makeKey(folder, "witness");
  return loadKey(folder, "witness");
}

async function makeKey(folder: string, name: keyof typeof KINDS): Promise<void> {
  const path = join(folder, KINDS[name].file);
  if (await isThere(path)) return;
  const key = KINDS[name].generate();
  const passphrase = keyPassphrase();
  const lock = passphrase === null ? {} : { cipher: "aes-256-cbc", passphrase };
  await writeDurable(join(folder, ".gitignore"), "*.key\n"); // a home is often a repository
  await writeDurable(path, key.export({ type: "pkcs8", format: "pem", ...lock }), SECRET);
}

async function loadKey(folder: string, name: keyof typeof KINDS): Promise<KeyPair> {
  const path = join(folder, KINDS[name].file);
  const privateKey = decode(await readSecret(path), path);
  if (!KINDS[name].fits(privateKey)) throw new SousError("KEY_INVALID", { path, expected: KINDS[name].words });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

async function readSecret(path: string): Promise<string> {
  try {
    const mode = (await stat(path)).mode & 0o777;
    if ((mode & 0o077) !== 0) throw new SousError("KEY_EXPOSED", { path, mode: mode.toString(8).padStart(4, "0") });
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof SousError) throw error;
    if (systemCode(error) === "ENOENT") throw new SousError("KEY_MISSING", { path });
    throw new SousError("FILE_READ_FAILED", { path, reason: systemCode(error) ?? String(error) }, { cause: error });
  }
}

function decode(pem: string, path: string): KeyObject {
  const isLocked = pem.includes("BEGIN ENCRYPTED PRIVATE KEY");
  const passphrase = keyPassphrase();
  if (isLocked && passphrase === null) throw new SousError("KEY_LOCKED", { path, reason: "no passphrase was given" });
  try {
    return createPrivateKey(isLocked ? { key: pem, passphrase: passphrase ?? "" } : pem);
  } catch (cause) {
    if (isLocked) throw new SousError("KEY_LOCKED", { path, reason: "the passphrase does not open it" }, { cause });
    throw new SousError("KEY_INVALID", { path, expected: "private key in PKCS#8 PEM" }, { cause });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw new SousError("FILE_READ_FAILED", { path, reason: systemCode(error) ?? String(error) }, { cause: error });
  }
}
