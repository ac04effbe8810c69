import { lstat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SousError } from "../errors.js";
import { Daemon } from "../reconcile/daemon.js";
import { findHome } from "../reconcile/home.js";
import { StatusBoard } from "../reconcile/status.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { aborted, interruption } from "./interrupt.js";
import { narrate, short } from "./narrator.js";
import { openHome, watchedFolders } from "./open.js";

/** `sous up [dir]`: watches the recipes of a folder until it is told to stop. */
export async function up(folder: string, options: { readonly json: boolean }, console: Console): Promise<number> {
  if (!(await lstat(folder).catch(() => null))?.isDirectory())
    throw new SousError("CLI_NO_SUCH_FILE", { path: resolve(folder) });
  const stop = interruption();
  const home = findHome(folder);
  const board = new StatusBoard(home.status);
  const tell = narrate(console, options);
  let greeted = false;
  const open = await openHome(home, (event) => {
    tell(event);
    board.take(event);
    if (event.kind !== "idle" || greeted || options.json) return;
    greeted = true;
    greet(console, home);
  });
  try {
    const { workers, rescan, plugins, drill } = open.configuration;
    const folders = foldersOf(folder, home.folder, watchedFolders(home, open.configuration));
    const daemon = await Daemon.start(open.parts, {
      folders,
      ignore: [plugins],
      rescan,
      concurrency: Math.max(2, workers),
      drill,
    });
    await aborted(stop);
    if (!options.json) console.line("stopping");
    await daemon.stop();
  } finally {
    await board.close();
    await open.close();
  }
  return EXIT.ok;
}

/** A folder named on the command line is watched also where it is neither the home nor in its configuration. */
function foldersOf(given: string, home: string, configured: readonly string[]): readonly string[] {
  const absolute = resolve(given);
  return absolute === home || configured.some((folder) => `${absolute}/`.startsWith(`${folder}/`))
    ? configured
    : [...configured, absolute];
}

function greet(
  console: Console,
  home: { readonly models: string; readonly ledger: string; readonly status: string },
): void {
  console.line("");
  console.line(`models  ${short(join(home.models, "<name>", "champion.onnx"))}`);
  console.line(`log     ${short(join(home.ledger, "entries.jsonl"))}   (sous log)`);
  console.line(`status  ${short(home.status)}   (sous status)`);
  console.line("still watching; Ctrl-C stops");
}
