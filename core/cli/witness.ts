import { resolve } from "node:path";
import { now } from "../clock.js";
import { readVerifier, verifierPath } from "../ledger/signer.js";
import { witnessLog } from "../ledger/witness.js";
import { findHome } from "../reconcile/home.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";

/** `sous witness <folder>`: checks the log, keeps the hash of every entry elsewhere, and cosigns its checkpoint. */
export async function witness(folder: string, options: { readonly home: string }, console: Console): Promise<number> {
  const home = findHome(options.home);
  const log = { folder: home.ledger, known: await readVerifier(verifierPath(home.keys)) };
  const { verification, before, now: seen, witness } = await witnessLog(resolve(folder), log, Math.floor(now() / 1000));
  const { problem } = verification;
  if (problem !== null) {
    console.error(`${problem.code} ${problem.message}\n  ${problem.mend}\n  Nothing was cosigned.`);
    return EXIT.invalid;
  }
  console.line(`seen: ${seen} ${seen === 1 ? "entry" : "entries"}, of which ${seen - before} new`);
  console.line(`cosigned by ${witness}`);
  return EXIT.ok;
}
