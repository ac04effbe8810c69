import { createHash } from "node:crypto";
import { canonicalJson } from "../json.js";

/** SHA-256 as 64 lower-case hex digits; strings are taken as UTF-8. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 (hex) of a value's canonical JSON. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
