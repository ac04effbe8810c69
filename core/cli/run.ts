import { sep } from "node:path";
import { sleep } from "../clock.js";
import type { Entry } from "../ledger/entry.js";
import { formatEntry } from "../ledger/format.js";
import { Daemon } from "../reconcile/daemon.js";
import type { DaemonEvent } from "../reconcile/events.js";
import { nameIn } from "../reconcile/home.js";
import type { Parts } from "../reconcile/parts.js";
import { Reconciler } from "../reconcile/reconcile.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { aborted, interruption } from "./interrupt.js";
import { locateRecipe } from "./located.js";
import { narrate } from "./narrator.js";
import { openHome } from "./open.js";

/** Tries of a step that fails for a reason that may pass, and the pause before each further one in milliseconds. */
const TRIES = 3;
const PAUSE = 500;

export interface RunOptions {
  readonly once: boolean;
  readonly json: boolean;
}

/** `sous run <recipe>`: works on one recipe until it is settled; without `--once`, goes on watching its folder. */
export async function run(given: string, options: RunOptions, console: Console): Promise<number> {
  const { home, path } = locateRecipe(given);
  const stop = interruption();
  const troubles: DaemonEvent[] = [];
  const tell = narrate(console, options);
  const open = await openHome(home, (event) => {
    tell(event);
    if (event.kind === "invalid" || event.kind === "failed") troubles.push(event);
  });
  try {
    const name = nameIn(home, path);
    await settle(new Reconciler(open.parts, [name]), name, stop);
    if (stop.aborted) return EXIT.interrupted;
    if (!options.once) await watchOn(open.parts, path, { rescan: open.configuration.rescan, stop });
    return troubles.length > 0 ? EXIT.invalid : report(open.parts, name, options.json ? null : console);
  } finally {
    await open.close();
  }
}

async function settle(reconciler: Reconciler, name: string, stop: AbortSignal): Promise<void> {
  for (let failures = 0; failures < TRIES && !stop.aborted; ) {
    const end = await reconciler.step(name, stop);
    if (end.failed) failures += 1;
    else if (end.again === null) return;
    await sleep(end.failed ? PAUSE * 2 ** failures : (end.again ?? 0), stop);
  }
}

async function watchOn(parts: Parts, path: string, options: { rescan: number; stop: AbortSignal }): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf(sep));
  const daemon = await Daemon.start(parts, {
    folders: [folder],
    ignore: [],
    rescan: options.rescan,
    concurrency: 2,
    drill: null,
  });
  await aborted(options.stop);
  await daemon.stop();
}

/** Prints the last decision on the recipe and what serves now; the status says whether anything does. */
function report(parts: Parts, name: string, console: Console | null): number {
  const state = [...parts.standing.now().recipes.values()].find((known) => known.path === name);
  const last = state?.last ? parts.ledger.entries[state.last.seq - 1] : undefined;
  if (last !== undefined) console?.line(formatEntry(last, { color: console?.plain === false }));
  const promoted = state?.champion ? parts.ledger.entries[state.champion.seq - 1] : undefined;
  if (state?.champion === null || state === undefined || promoted === undefined) return EXIT.noChampion;
  console?.line(championLine(promoted, parts.views.championPath(state.name)));
  return EXIT.ok;
}

function championLine(entry: Entry, path: string): string {
  if (entry.kind !== "decision") return path;
  const score = entry.evidence.candidate.scores[entry.metric];
  const shown =
    score === undefined
      ? ""
      : ` ${score.point.toFixed(4)} (95 % interval ${score.low.toFixed(4)} to ${score.high.toFixed(4)})`;
  return `champion ${path}\n  confirm ${entry.metric}${shown}, version ${entry.version?.number ?? "?"}`;
}
