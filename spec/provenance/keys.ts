import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

export function newKey(): { readonly key: KeyObject; readonly open: KeyObject } {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { key: privateKey, open: createPublicKey(privateKey) };
}
