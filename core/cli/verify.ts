import { verifyLedger } from "../ledger/verify.js";
import { findHome } from "../reconcile/home.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";

/** `sous verify`: checks every line of the promotion log from its bytes; changes nothing. */
export async function verify(options: { readonly home: string; readonly json: boolean }, console: Console) {
  const found = await verifyLedger(findHome(options.home).ledger);
  const { entries, head, torn, problem } = found;
  if (options.json) console.line(JSON.stringify(found));
  else if (problem === null) {
    console.line(`the log holds: ${entries} ${entries === 1 ? "entry" : "entries"}, head ${head}`);
    if (torn > 0)
      console.line(`${torn} bytes after the last line: a write that goes on, or that the next start repairs`);
  } else console.error(`${problem.code} ${problem.message}\n  ${problem.mend}`);
  return problem === null ? EXIT.ok : EXIT.invalid;
}
