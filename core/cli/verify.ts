import { type ErrorRecord, SousError } from "../errors.js";
import { verifyLedger } from "../ledger/verify.js";
import type { Restored } from "../promotion/versions.js";
import { findHome } from "../reconcile/home.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { verifyModels } from "./models.js";

/** `sous verify`: checks every line of the promotion log, and every file of every version, from their bytes; changes nothing. */
export async function verify(options: { readonly home: string; readonly json: boolean }, console: Console) {
  const home = findHome(options.home);
  const log = await verifyLedger(home.ledger);
  const models = log.problem === null ? await verifyModels(home) : null;
  const problem = log.problem ?? problemOf(models?.fault ?? null);
  const { entries, head, torn } = log;
  if (options.json) console.line(JSON.stringify({ ...log, versions: models?.versions ?? 0, problem }));
  else if (problem === null) {
    console.line(`the log holds: ${entries} ${entries === 1 ? "entry" : "entries"}, head ${head}`);
    if (torn > 0)
      console.line(`${torn} bytes after the last line: a write that goes on, or that the next start repairs`);
    const versions = models?.versions ?? 0;
    console.line(`the models hold: ${versions} ${versions === 1 ? "version" : "versions"}`);
  } else console.error(`${problem.code} ${problem.message}\n  ${problem.mend}`);
  return problem === null ? EXIT.ok : EXIT.invalid;
}

function problemOf(fault: Restored | null): ErrorRecord | null {
  return fault === null ? null : new SousError("VERSION_FILE_WRONG", { ...fault }).toJSON();
}
