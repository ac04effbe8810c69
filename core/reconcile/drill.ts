/**
 * A rollback drill: an earlier version is brought back beside what serves, from the log and the artifacts alone, and asked
 * again what it was asked when it was promoted. A backup that nobody has ever restored is a hope.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withTemporaryFolder } from "../artifacts/borrowed.js";
import { sha256 } from "../artifacts/digest.js";
import { monotonic } from "../clock.js";
import { SousError } from "../errors.js";
import type { Evaluator } from "../evaluator/messages.js";
import type { Drilled, Entry } from "../ledger/entry.js";
import type { RecipeState, Version } from "../promotion/champion.js";
import type { ModelViews } from "../promotion/versions.js";

/** Seconds and bytes that the model may take for a hundred rows. */
const LIMITS = { deadline: 60, memory: 2 ** 31 };

interface Ports {
  readonly views: ModelViews;
  readonly evaluator: Evaluator;
  readonly entries: readonly Entry[];
  readonly signal: AbortSignal;
}

/** The version that a rollback would go to; the champion where there is no other. */
export function drilledVersion({ champion, versions }: RecipeState): Version | null {
  return versions.find(({ number }) => number === champion?.from) ?? champion;
}

/**
 * Recipes whose last drill, or whose champion where there was none, is older than the interval.
 * @param interval seconds; null: none is due @param time ISO 8601
 */
export function dueDrills(
  states: Iterable<RecipeState>,
  entries: readonly Entry[],
  { interval, time }: { readonly interval: number | null; readonly time: string },
): readonly RecipeState[] {
  if (interval === null) return [];
  const limit = Date.parse(time) - 1000 * interval;
  const sinceOf = ({ drilled, champion }: RecipeState) =>
    drilled?.time ?? entries[(champion?.seq ?? 0) - 1]?.time ?? time;
  return [...states].filter((state) => {
    return state.state === "active" && state.champion !== null && Date.parse(sinceOf(state)) <= limit;
  });
}

/** Drills one version. Null when the signal ended it. */
export async function drilled(
  ports: Ports,
  { state, version }: { readonly state: RecipeState; readonly version: Version },
): Promise<Drilled | null> {
  const began = monotonic();
  const fault = await broughtBack(ports, state, version);
  const restoreMs = Math.round(monotonic() - began);
  const found = fault ?? (await asked(ports, version));
  return found && { ...found, restoreMs };
}

type Found = Omit<Drilled, "restoreMs">;

/** The version's files and the champion's in a folder of their own; null where all are what the log says. */
async function broughtBack({ views }: Ports, state: RecipeState, version: Version): Promise<Found | null> {
  try {
    return await withTemporaryFolder(async (folder) => {
      await views.at(folder).restore({ ...state, versions: [version], champion: version });
      const found = sha256(await readFile(join(folder, version.name, "champion.onnx")));
      return found === version.model ? null : failed(`What came back has the digest ${found}.`);
    });
  } catch (error) {
    if (error instanceof SousError) return failed(`${error.code} ${error.message}`);
    throw error;
  }
}

async function asked({ evaluator, entries, signal }: Ports, { seq, model }: Version): Promise<Found | null> {
  const promoted = entries[seq - 1];
  const replay = promoted?.kind === "decision" ? (promoted.evidence.replay ?? null) : null;
  if (replay === null) {
    const reason = "Its files came back; no rows were kept to ask it again.";
    return { outcome: "INCONCLUSIVE", reason, rows: 0, same: 0 };
  }
  const result = await evaluator.run({ kind: "replay", model, replay }, { ...LIMITS, signal });
  if (result.status === "failed") return failed(`${result.error.code} ${result.error.message}`);
  if (result.status !== "done") return null;
  const { rows, same } = result.outcome;
  if (same < rows)
    return { ...failed(`${rows - same} of ${rows} answers are others than when it was promoted.`), rows, same };
  const reason = `Its files came back, and it answers ${rows} rows as when it was promoted, bit for bit.`;
  return { outcome: "PASSED", reason, rows, same };
}

function failed(reason: string): Found {
  return { outcome: "FAILED", reason, rows: 0, same: 0 };
}
