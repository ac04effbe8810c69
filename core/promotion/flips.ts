/**
 * What changed for whom between two versions, by which rows of one confirm side each had right. Every look leaves that of
 * all contenders, so that two versions which met the same rows can be compared for ever, also where one never met the other.
 */
import type { Artifacts } from "../artifacts/artifacts.js";
import { decodeBits } from "../evaluator/bits.js";
import type { Entry } from "../ledger/entry.js";
import { upperTail } from "../statistics/binomial.js";

/** Two models' right rows on one confirm side. */
export interface Meeting {
  /** SHA-256 (hex) of the confirm side. */
  readonly holdout: string;
  readonly rows: number;
  /** SHA-256 (hex) of the bits of each model (core/evaluator/bits.ts). */
  readonly right: readonly [string, string];
}

/** Counts of rows, and what they are called (knowledge/continual.md §2.0); rates are of all rows, 0 … 1. */
export interface Flips {
  readonly rows: number;
  readonly bothRight: number;
  readonly bothWrong: number;
  /** The first has them right, the second wrong. */
  readonly negative: number;
  readonly positive: number;
  readonly accuracy: readonly [number, number];
  readonly nfr: number;
  readonly pfr: number;
  /** Negative flips by the rows that the second has wrong, positive ones by those that it has right; null of none. */
  readonly nfi: number | null;
  readonly pfi: number | null;
  /** The chance of as many negative flips, or more, were each flip the toss of a coin. */
  readonly p: number;
}

/** The newest confirm side that the log has both models' right rows of; null: none. @param models digests */
export function meetingOf(entries: readonly Entry[], models: readonly [string, string]): Meeting | null {
  const known = new Map<string, Map<string, string>>();
  for (const entry of entries.toReversed()) {
    if (entry.kind !== "decision") continue;
    const { holdout } = entry.data;
    const rights = known.get(holdout) ?? new Map<string, string>();
    known.set(holdout, rights);
    for (const contender of [entry.evidence.candidate, entry.evidence.champion])
      if (contender?.right !== undefined) rights.set(contender.digest, contender.right);
    const [one, two] = models.map((model) => rights.get(model));
    if (one !== undefined && two !== undefined) return { holdout, rows: entry.evidence.rows, right: [one, two] };
  }
  return null;
}

/** Null where what was kept is gone or no longer what it was. */
export async function flipsIn(artifacts: Artifacts, { rows, right }: Meeting): Promise<Flips | null> {
  const [one, two] = await Promise.all(
    right.map(async (digest) => {
      const bytes = await artifacts.find(digest);
      return bytes && decodeBits(bytes, rows);
    }),
  );
  return one && two ? flipsOf(one, two) : null;
}

/** @param one 1 where the first model is right, else 0. [rows] */
export function flipsOf(one: Uint8Array, two: Uint8Array): Flips {
  const rows = one.length;
  const count = (was: number, is: number) =>
    one.reduce((sum, bit, row) => sum + Number(bit === was && two[row] === is), 0);
  const [bothRight, bothWrong, negative, positive] = [count(1, 1), count(0, 0), count(1, 0), count(0, 1)];
  const [wrong, right] = [negative + bothWrong, positive + bothRight];
  return {
    rows,
    bothRight,
    bothWrong,
    negative,
    positive,
    accuracy: [(bothRight + negative) / rows, right / rows],
    nfr: negative / rows,
    pfr: positive / rows,
    nfi: wrong > 0 ? negative / wrong : null,
    pfi: right > 0 ? positive / right : null,
    p: upperTail(negative + positive, negative),
  };
}
