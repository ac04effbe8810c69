import { type Kept, sweepArtifacts } from "../artifacts/sweep.js";
import type { DecisionBody, DuelBody, Entry, Header } from "../ledger/entry.js";
import type { Parts } from "./parts.js";

/**
 * Deletes the models of candidates that lost and the snapshots that no recipe stands on any more. What the log promoted
 * stays, and so does whatever waits for a person. Only while nothing is in flight.
 */
export function forgetLosers(parts: Pick<Parts, "artifacts" | "ledger" | "standing">): Promise<number> {
  return sweepArtifacts(parts.artifacts, stillNeeded(parts));
}

function stillNeeded({ standing, ledger }: Pick<Parts, "ledger" | "standing">): Kept {
  const blobs = new Set<string>(ledger.entries.flatMap(outcomesIn));
  const snapshots = new Set<string>();
  for (const state of standing.now().recipes.values()) {
    for (const { model, recipe, seq } of state.versions) {
      const { data, evidence } = decisionAt(ledger.entries, seq) ?? {};
      const known = seq === state.champion?.seq ? evidence?.known : undefined; // its probation needs it
      for (const digest of [model, recipe, data?.base, evidence?.replay, known])
        if (digest !== undefined) blobs.add(digest);
    }
    const last = state.last === null ? null : decisionAt(ledger.entries, state.last.seq);
    if (last === null) continue;
    snapshots.add(last.data.snapshot);
    if (last.data.context !== undefined) blobs.add(last.data.context);
    const open = [state.champion?.seq, state.pending?.seq].flatMap((of) => state.duels.get(of ?? 0) ?? []);
    const known = [last.evidence.known, ...open.map((seq) => duelAt(ledger.entries, seq)?.known)];
    for (const digest of known) if (digest !== undefined) blobs.add(digest);
    if (last.decision !== "PENDING") continue;
    const { candidate, baseline, replay } = last.evidence;
    for (const digest of [candidate.digest, baseline.digest, last.recipe.digest, replay]) {
      if (digest !== undefined) blobs.add(digest);
    }
  }
  return { blobs, snapshots };
}

/** Which rows each contender of each look had right: small, and asked for as long as there are versions. */
function outcomesIn(entry: Entry): readonly string[] {
  if (entry.kind !== "decision") return [];
  const { candidate, champion, baseline } = entry.evidence;
  return [candidate, champion, baseline].flatMap((contender) => contender?.right ?? []);
}

function duelAt(entries: readonly Entry[], seq: number): (Header & DuelBody) | null {
  const entry = entries[seq - 1];
  return entry?.kind === "duel" ? entry : null;
}

function decisionAt(entries: readonly Entry[], seq: number): (Header & DecisionBody) | null {
  const entry = entries[seq - 1];
  return entry?.kind === "decision" ? entry : null;
}
