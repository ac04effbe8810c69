import { sleep } from "../clock.js";
import { entriesPath, readChain, START } from "./chain.js";
import type { Entry } from "./entry.js";

/** Milliseconds between two looks at the file. A person reading along sees no delay; a look is one read of nothing. */
const LOOK_EVERY = 200;

/**
 * Every entry of the log from the first on, and each further one soon after another process has appended it; ends when
 * the signal aborts. The log need not be there yet. Throws LEDGER_DAMAGED as `openLedger` does.
 */
export async function* follow(folder: string, signal: AbortSignal): AsyncGenerator<Entry> {
  let link = START;
  while (!signal.aborted) {
    for await (const linked of readChain(entriesPath(folder), link)) {
      link = linked.link;
      yield linked.entry;
      if (signal.aborted) return;
    }
    await sleep(LOOK_EVERY, signal);
  }
}
