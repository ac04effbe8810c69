/**
 * What a version is made of, by digests: from its files back to the decision, the trial, the study, the recipe and the data.
 * Derived from the log, and from the store where it still knows; nothing of it is kept anywhere else.
 */

import type { SourceFile } from "../data/snapshot.js";
import type { Json } from "../json.js";
import type { DecisionBody, Entry, Header } from "../ledger/entry.js";
import type { Version } from "./champion.js";

type Decided = Header & DecisionBody;

export interface Origin {
  readonly kind:
    | "version"
    | "decision"
    | "answered"
    | "candidate"
    | "member"
    | "study"
    | "recipe"
    | "snapshot"
    | "file"
    | "base"
    | "plugin";
  readonly name: string;
  /** SHA-256 (hex) by which its bytes are found; null for what has none. */
  readonly digest: string | null;
  /** What else the record says of it. */
  readonly facts: Readonly<Record<string, Json>>;
  /** What it was made of. */
  readonly from: readonly Origin[];
}

/** What the store still knows; the log alone says less. */
export interface Remembered {
  /** The files that the snapshot was read from, as they were. */
  readonly files: readonly SourceFile[];
  /** Trials of an ensemble, with their counts. */
  readonly members: readonly { readonly trial: number; readonly learner: string; readonly count: number }[];
}

/** @param entries the whole log */
export function lineageOf(version: Version, entries: readonly Entry[], known: Remembered): Origin {
  const entry = entries[version.seq - 1] as Decided;
  const { from } = version;
  return {
    kind: "version",
    name: `${version.name}@${version.number}`,
    digest: version.model,
    facts: { replaced: from },
    from: [decision("decision", entry, entries), candidate(entry, known)],
  };
}

/** A person's answer was made of the decision that it answers. */
function decision(kind: "decision" | "answered", entry: Decided, entries: readonly Entry[]): Origin {
  const { seq, time, decision: outcome, reason, actor, answers, digest, look, alpha } = entry;
  const answered = answers === undefined ? [] : [decision("answered", entries[answers - 1] as Decided, entries)];
  return {
    kind,
    name: `log entry ${seq}: ${outcome}`,
    digest,
    facts: { seq, time, reason, by: actor.name, look, alpha },
    from: answered,
  };
}

function candidate({ search, evidence, recipe, data, code }: Decided, { files, members }: Remembered): Origin {
  const { trial, learner, params } = search.finalist;
  const goneOnFrom: Origin[] =
    data.base === undefined ? [] : [{ kind: "base", name: "base model", digest: data.base, facts: {}, from: [] }];
  return {
    kind: "candidate",
    name: `trial ${trial}, ${learner}`,
    digest: evidence.candidate.digest,
    facts: { bytes: evidence.candidate.bytes, params },
    from: [...members.map(member), study(search, code), recipeOf(recipe), snapshot(data, files), ...goneOnFrom],
  };
}

function member({ trial, learner, count }: Remembered["members"][number]): Origin {
  return { kind: "member", name: `trial ${trial}, ${learner}`, digest: null, facts: { count }, from: [] };
}

function study({ study: id, seed, trials, ended, work }: Decided["search"], code: Decided["code"]): Origin {
  const plugins = Object.entries(code.plugins).map(
    ([name, digest]): Origin => ({ kind: "plugin", name, digest, facts: {}, from: [] }),
  );
  const facts = { seed, trials: { ...trials }, ended, work, sous: code.sous, node: code.node };
  return { kind: "study", name: id.slice(0, 12), digest: id, facts, from: plugins };
}

function recipeOf({ name, path, digest }: Decided["recipe"]): Origin {
  return { kind: "recipe", name: path, digest, facts: { name }, from: [] };
}

function snapshot({ snapshot: digest, rows, holdout }: Decided["data"], files: readonly SourceFile[]): Origin {
  const from = files.map(
    ({ path, bytes, modifiedMs }): Origin => ({
      kind: "file",
      name: path,
      digest: null,
      facts: { bytes, modified: new Date(modifiedMs).toISOString() },
      from: [],
    }),
  );
  return { kind: "snapshot", name: `${rows} rows`, digest, facts: { rows, holdout }, from };
}
