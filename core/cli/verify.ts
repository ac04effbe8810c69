import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { Artifacts } from "../artifacts/artifacts.js";
import { firstWrongBlob } from "../artifacts/verify.js";
import { SousError } from "../errors.js";
import { openLedger } from "../ledger/ledger.js";
import { readVerifier, verifierPath } from "../ledger/signer.js";
import { type Evidence, type Verification, verifyLedger } from "../ledger/verify.js";
import { openKept, openWitness } from "../ledger/witness.js";
import { firstUnfounded } from "../promotion/duel-check.js";
import { findHome, type Home } from "../reconcile/home.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { verifyModels } from "./models.js";

export interface VerifyOptions {
  readonly home: string;
  readonly json: boolean;
  /** The folder of a witness, or a file with a checkpoint. */
  readonly witness?: string;
  /** A file with the log's verifier key. */
  readonly key?: string;
}

/** What a check of a home found. */
export interface HomeFound extends Verification {
  /** Versions whose files hold. */
  readonly versions: number;
}

/**
 * `sous verify`: checks every line of the promotion log, what is signed of it, what it says of duels, every file of every
 * version and every blob from their bytes; changes nothing.
 */
export async function verify(options: VerifyOptions, console: Console): Promise<number> {
  const found = await verifyHome(findHome(options.home), options);
  const { entries, head, torn, signed, versions, problem } = found;
  if (options.json) console.line(JSON.stringify(found));
  else if (problem === null) {
    console.line(`the log holds: ${entries} ${entries === 1 ? "entry" : "entries"}, head ${head}`);
    console.line(signatureLine(signed));
    if (torn > 0)
      console.line(`${torn} bytes after the last line: a write that goes on, or that the next start repairs`);
    console.line(`the models hold: ${versions} ${versions === 1 ? "version" : "versions"}`);
  } else console.error(`${problem.code} ${problem.message}\n  ${problem.mend}`);
  return problem === null ? EXIT.ok : EXIT.invalid;
}

/** The first thing that is wrong: in the log's lines, then in what they claim, then in the models, then in the blobs. */
export async function verifyHome(home: Home, by: Pick<VerifyOptions, "witness" | "key"> = {}): Promise<HomeFound> {
  const log = await verifyLedger(home.ledger, await evidenceOf(home, by));
  if (log.problem !== null) return { ...log, versions: 0 };
  const { entries } = await openLedger(home.ledger, { write: false });
  const unfounded = firstUnfounded(entries);
  if (unfounded !== null) {
    const { kind: entry, ...rest } = unfounded;
    return { ...log, versions: 0, problem: new SousError("LEDGER_UNFOUNDED", { entry, ...rest }).toJSON() };
  }
  const { versions, fault } = await verifyModels(home, entries);
  if (fault !== null) return { ...log, versions, problem: new SousError("VERSION_FILE_WRONG", { ...fault }).toJSON() };
  const blob = await firstWrongBlob(new Artifacts(home.artifacts));
  return { ...log, versions, problem: blob === null ? null : new SousError("BLOB_WRONG", { path: blob }).toJSON() };
}

/** A key that is given counts most, then the one that the witness met, then the home's own. */
async function evidenceOf(home: Home, { witness, key }: Pick<VerifyOptions, "witness" | "key">): Promise<Evidence> {
  if (key !== undefined && !existsSync(key)) throw new SousError("CLI_NO_SUCH_FILE", { path: key });
  const own = await readVerifier(key ?? verifierPath(home.keys));
  if (witness === undefined) return { known: own, seen: null };
  if (!existsSync(witness)) throw new SousError("CLI_NO_SUCH_FILE", { path: witness });
  if (!(await stat(witness)).isDirectory()) return { known: own, seen: await openKept(witness) };
  const seen = await openWitness(witness);
  if (seen === null) throw new SousError("WITNESS_DAMAGED", { path: witness, reason: "it has seen nothing yet" });
  return { known: key === undefined ? seen.known : own, seen };
}

function signatureLine(signed: number | null): string {
  return signed === null ? "no key of the log is known: no signature was checked" : `signed up to entry ${signed}`;
}
