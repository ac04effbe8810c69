/**
 * The lines of the promotion log (docs/ledger.md). An entry is canonical JSON on one line; `previous` is the SHA-256 of
 * the line before it, so that no line can be changed, dropped or put in without breaking the chain. `digest` is of the
 * entry itself: it names the line that decayed, and is all that guards the last one, which no other line vouches for.
 */

import type { Params } from "hyperparameter-js";
import type { ConfirmOutcome, DuelProgress } from "../evaluator/messages.js";
import type { Shape } from "../plugin/index.js";

/** Of the line before the first one. */
export const GENESIS = "0".repeat(64);

export interface Header {
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
  /** ISO 8601, UTC. A record, not an order: `seq` orders. */
  readonly time: string;
  /** SHA-256 (hex) of the previous line without its newline; GENESIS for the first. */
  readonly previous: string;
  /** SHA-256 (hex) of the canonical JSON of the entry without this member. */
  readonly digest: string;
}

export interface RecipeMark {
  readonly name: string;
  readonly digest: string;
  readonly workDigest: string;
  /** Relative to the home folder, with "/". */
  readonly path: string;
}

export type Decision = "PROMOTED" | "REJECTED" | "INCONCLUSIVE" | "PENDING";

/** In place of what ended a study, in a decision on its first model. */
export const RUNNING = "running";

/** Who decided, and why. */
export interface Actor {
  readonly kind: "auto" | "person";
  readonly name: string;
  readonly reason: string;
}

export interface ProbationTerms {
  /** Chance of taking a champion back that is no worse than the one before. */
  readonly alpha: number;
  /** Rows that come later after which it ends; 0: it isn't watched. */
  readonly rows: number;
}

/** A finalist met the confirm set: the look itself, whatever came of it. */
export interface DecisionBody {
  readonly kind: "decision";
  readonly decision: Decision;
  /** One sentence with numbers. */
  readonly reason: string;
  readonly recipe: RecipeMark;
  readonly code: {
    readonly sous: string;
    /** The git commit that is checked out where it runs from a checkout; absent of an installed package, and in older entries. */
    readonly commit?: string;
    readonly node: string;
    /** That scored and trained; absent in older entries, as `platform` is. */
    readonly onnxruntime?: string;
    /** Operating system and processor, as in `linux-x64`. */
    readonly platform?: string;
    /** SHA-256 (hex) by `name@version`. */
    readonly plugins: Readonly<Record<string, string>>;
  };
  readonly data: {
    readonly snapshot: string;
    readonly rows: number;
    /** SHA-256 (hex) of the task and the columns with their kinds and types; absent in older entries. */
    readonly schema?: string;
    /** SHA-256 (hex) of the confirm side, or of the ids of its rows that were looked at. */
    readonly holdout: string;
    /** Only rows were looked at that this blob of known rows lacks; absent: all of the confirm side. */
    readonly since?: string;
    /** What sent rows to their sides; absent in older entries, whose recipe has it. */
    readonly split?: { readonly method: string; readonly seed: number };
    /** SHA-256 (hex) of the columns that gates saw beside the confirm side (core/data/context.ts); absent: none. */
    readonly context?: string;
    /** SHA-256 (hex) of the model that fits went on from; absent: they began from nothing. */
    readonly base?: string;
  };
  readonly search: {
    readonly study: string;
    readonly trials: Readonly<Record<"complete" | "pruned" | "failed", number>>;
    readonly work: number;
    readonly seed: number;
    /** What ended the study: "trials", "work", "wall" or "space"; RUNNING for a look before its end. */
    readonly ended: string;
    readonly finalist: {
      readonly trial: number;
      readonly learner: string;
      readonly params: Params;
      /** On the select side; optimistic, since it was chosen by it. The confirm score is in `evidence`. */
      readonly selectScore: number;
    };
  };
  /**
   * Seconds that the finalist's trial and its last fit took, and median microseconds of a row that comes alone and among
   * a thousand, on the machine and under the load that it had, and the most bytes that its process had held by then: nothing is
   * decided by them. Absent in older entries.
   */
  readonly resources?: {
    readonly seconds: number;
    readonly fitSeconds?: number;
    readonly oneRow?: number;
    readonly thousandRows?: number;
    readonly peakMemory?: number;
  };
  readonly metric: string;
  /** How the metric's score comes about; absent where the metric doesn't say, and in older entries. */
  readonly shape?: Shape;
  readonly evidence: ConfirmOutcome;
  /** How many looks this one makes at this holdout, or at what it grew out of, from 1. */
  readonly look: number;
  /** What the look could risk; 0 where its holdout was exhausted and nothing was tested. */
  readonly alpha: number;
  /** How `alpha` came about (core/promotion/alpha.ts); absent in older entries, which spent 6α/(π²·look²). */
  readonly multiplicity?: {
    readonly scheme: "lord++";
    /** The recipe's promotion.alpha. */
    readonly of: number;
    /** What the finalist had to be better than, which says whose account the look was charged to. */
    readonly against: "baseline" | "champion";
    /** What remains in that account for later looks. */
    readonly left: number;
  };
  readonly actor: Actor;
  /** Of an answer, a person's or a duel's: the line of the pending decision, whose look it carries once more. */
  readonly answers?: number;
  /** The order of a person that this line carries out. */
  readonly order?: string;
  /** By what the champion that comes of it is watched, fixed before a row of that has come; absent in older entries. */
  readonly probation?: ProbationTerms;
  /** Of a pending decision: what it waits for; absent: a person. */
  readonly waits?: "shadow";
  /** The promoted version; null unless PROMOTED. */
  readonly version: { readonly number: number; readonly model: string; readonly from: number | null } | null;
}

/** An earlier version serves again. */
export interface RollbackBody {
  readonly kind: "rollback";
  readonly recipe: RecipeMark;
  /** Numbers of the version that served and of the one that serves now. */
  readonly from: number;
  readonly to: number;
  /** SHA-256 (hex) of the ONNX file that serves now. */
  readonly model: string;
  readonly reason: string;
  readonly actor: Actor;
  /** What the model answered before it was put back. */
  readonly inference: Inference;
  readonly order?: string;
}

/** What a drill found. */
export interface Drilled {
  /** INCONCLUSIVE: its files came back, and nothing was kept to ask it again. */
  readonly outcome: "PASSED" | "FAILED" | "INCONCLUSIVE";
  /** One sentence with numbers. */
  readonly reason: string;
  /** Rows that it was asked, and of them those that it answered as it did when it was promoted, bit for bit. */
  readonly rows: number;
  readonly same: number;
  /** Milliseconds that it took to bring its files back; a record, nothing is decided by it. */
  readonly restoreMs: number;
}

/** A version was brought back beside what serves, and asked again what it had been asked. */
export interface DrillBody extends Drilled {
  readonly kind: "drill";
  readonly recipe: RecipeMark;
  readonly version: number;
  readonly model: string;
  readonly actor: Actor;
  readonly order?: string;
}

/** Two models met rows that came after both were made. */
export interface DuelBody {
  readonly kind: "duel";
  readonly recipe: RecipeMark;
  readonly purpose: "shadow" | "probation";
  /** Line of the decision that it is about: pending, or a promotion. */
  readonly of: number;
  /** SHA-256 (hex) of what serves, or served before, and of what is to prove itself. */
  readonly a: string;
  readonly b: string;
  readonly metric: string;
  readonly snapshot: string;
  /** Rows that came with this snapshot; all so far are in `progress`. */
  readonly arrived: number;
  /** SHA-256 (hex) of the ids of all rows that are known now. */
  readonly known: string;
  /** Chance that a model which is no better wins, over all rows there will ever be. */
  readonly alpha: number;
  /** Rows after which it ends. */
  readonly most: number;
  readonly progress: DuelProgress;
  readonly outcome: "open" | "a" | "b" | "ended";
  /** One sentence with numbers. */
  readonly reason: string;
  /** What A answered: it can be put back. */
  readonly inference: Inference;
}

/** A model was run. */
export interface Inference {
  readonly rows: number;
  /** SHA-256 (hex) of its answers, float32, little-endian. */
  readonly sha256: string;
}

/** The recipe's file is gone; its models stay. */
export interface RetiredBody {
  readonly kind: "retired";
  readonly recipe: RecipeMark;
  readonly reason: string;
}

/** A retired recipe's file is there again, with work that was decided before it went. */
interface ReturnedBody {
  readonly kind: "returned";
  readonly recipe: RecipeMark;
}

/** Bytes after the last whole line were moved away at start: a write that a crash cut short, never acknowledged. */
export interface RepairedBody {
  readonly kind: "repaired";
  readonly bytes: number;
  readonly sha256: string;
  readonly kept: string;
}

/** The keys of the home were changed. Verifier keys of the log, and model keys as SPKI PEM. */
export interface RotatedBody {
  readonly kind: "rotated";
  readonly log: { readonly from: string; readonly to: string };
  readonly model: { readonly from: string; readonly to: string };
  /** A signed note of the log's old key that names all four. */
  readonly statement: string;
}

export type Body =
  | DecisionBody
  | RollbackBody
  | DrillBody
  | DuelBody
  | RetiredBody
  | ReturnedBody
  | RepairedBody
  | RotatedBody;
export type Entry = Header & Body;
