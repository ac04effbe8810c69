/** The one home of environment variables and of what the process knows about itself. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { commitAt } from "./checkout.js";

/** True where the user asked for no colours (no-color.org) or the output is no terminal. */
export function plainOutput(stream: { readonly isTTY?: boolean }): boolean {
  return !stream.isTTY || (process.env.NO_COLOR ?? "") !== "" || process.env.TERM === "dumb";
}

/** What the key files of a home are encrypted with; null: they lie there as they are. */
export function keyPassphrase(): string | null {
  return process.env.SOUS_KEY_PASSPHRASE || null;
}

const manifest = new URL("../../package.json", import.meta.url);
const sourceManifest = new URL("../package.json", import.meta.url);

/** The version of `sous`, from its package.json: one folder further up when running from dist/. */
export function sousVersion(): string {
  const text = readFirst([manifest, sourceManifest]);
  return (JSON.parse(text) as { version: string }).version;
}

/** The git commit that is checked out where `sous` runs from a checkout; null where it is an installed package. */
export function sousCommit(): string | null {
  const roots = [manifest, sourceManifest].map((url) => dirname(fileURLToPath(url)));
  return roots.map(commitAt).find((commit) => commit !== null) ?? null;
}

/** The version of the onnxruntime that is installed. */
export function onnxruntimeVersion(): string {
  const path = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

/** Operating system and processor, by Node's names. */
export function platform(): string {
  return `${process.platform}-${process.arch}`;
}

function readFirst(urls: readonly URL[]): string {
  for (const url of urls) {
    try {
      const text = readFileSync(url, "utf8");
      if ((JSON.parse(text) as { name?: string }).name === "sous") return text;
    } catch {
      // Not there: the other place is tried; when none has it, the throw below says so.
    }
  }
  throw new Error("package.json of sous not found");
}

/** The name of the account that a command runs under, as the log keeps it for what a person decides. */
export function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown"; // an account without an entry, as containers have them
  }
}
