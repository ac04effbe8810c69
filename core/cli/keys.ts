import { makeFolder } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { modelKeyPath } from "../ledger/keys.js";
import { openLedger } from "../ledger/ledger.js";
import { rotateKeys } from "../ledger/rotation.js";
import { readVerifier, verifierPath } from "../ledger/signer.js";
import { formatVerifier } from "../ledger/tlog/note.js";
import { findHome } from "../reconcile/home.js";
import { acquireLock } from "../store/lock.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { short } from "./narrator.js";

interface Place {
  readonly home: string;
}

/** `sous keys`: the public key that a log is checked with. */
export async function showKeys({ home: folder }: Place, console: Console): Promise<number> {
  const home = findHome(folder);
  const verifier = await readVerifier(verifierPath(home.keys));
  if (verifier === null) throw new SousError("LEDGER_UNSIGNED", { path: home.ledger });
  console.line(formatVerifier(verifier));
  return EXIT.ok;
}

/** `sous keys rotate`: new keys in place of the old ones, told in the log. */
export async function rotate({ home: folder }: Place, console: Console): Promise<number> {
  const home = findHome(folder);
  await makeFolder(home.state);
  const lock = await acquireLock(home.state);
  try {
    const ledger = await openLedger(home.ledger, { write: true, keys: home.keys });
    const verifier = await rotateKeys(ledger, home.keys);
    console.line(`entry ${ledger.entries.length} hands the log on to ${formatVerifier(verifier)}`);
    console.line(`models are signed with ${short(modelKeyPath(home.keys))} from now on`);
  } finally {
    await lock.release();
  }
  return EXIT.ok;
}
