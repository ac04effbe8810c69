/** What the daemon tells whoever shows it: the terminal now, the HTTP server later. Plain data, never read back. */
import type { ErrorRecord } from "../errors.js";
import type { Decision, DrillBody, DuelBody } from "../ledger/entry.js";

export type DaemonEvent =
  | { readonly kind: "watching"; readonly folders: readonly string[]; readonly recipes: number }
  | { readonly kind: "notice"; readonly message: string }
  | { readonly kind: "invalid"; readonly name: string; readonly errors: readonly ErrorRecord[]; readonly text: string }
  | { readonly kind: "failed"; readonly name: string; readonly error: ErrorRecord; readonly again: boolean }
  | { readonly kind: "reading"; readonly name: string }
  /** The data are known; with what a person should know of them, leak suspects first of all. */
  | { readonly kind: "data"; readonly name: string; readonly rows: number; readonly warnings: readonly string[] }
  | { readonly kind: "study"; readonly name: string; readonly study: string; readonly resumed: number }
  | { readonly kind: "trialStarted"; readonly name: string; readonly trial: number }
  | {
      readonly kind: "trial";
      readonly name: string;
      readonly trial: number;
      readonly state: "complete" | "pruned" | "failed";
      readonly score: number | null;
      readonly best: number | null;
      readonly metric: string;
      readonly done: number;
      readonly total: number;
      readonly error: ErrorRecord | null;
    }
  /** A study's last candidate was recorded, or why there is none. */
  | { readonly kind: "ensemble"; readonly name: string; readonly trial: number; readonly reason: string }
  /** A study was ended before its time, by an edit or by the end of the daemon; what it learned is kept. */
  | { readonly kind: "interrupted"; readonly name: string }
  | { readonly kind: "confirming"; readonly name: string; readonly trial: number }
  | {
      readonly kind: "decided";
      readonly name: string;
      readonly decision: Decision;
      readonly reason: string;
      readonly seq: number;
      /** Absolute path of the champion's file, or null when there is none. */
      readonly champion: string | null;
    }
  | {
      readonly kind: "rolledBack";
      readonly name: string;
      /** Numbers of versions. */
      readonly from: number;
      readonly to: number;
      readonly reason: string;
      readonly seq: number;
    }
  | {
      readonly kind: "drilled";
      readonly name: string;
      readonly version: number;
      readonly outcome: DrillBody["outcome"];
      readonly reason: string;
      readonly seq: number;
    }
  /** Two models met rows that came later; `outcome` is of the one that is to prove itself. */
  | {
      readonly kind: "duel";
      readonly name: string;
      readonly purpose: DuelBody["purpose"];
      readonly outcome: DuelBody["outcome"];
      readonly reason: string;
      readonly seq: number;
    }
  | { readonly kind: "restored"; readonly name: string; readonly paths: readonly string[] }
  | { readonly kind: "retired"; readonly name: string }
  /** What was told to be wrong with a recipe, or with its file, is so no longer. */
  | { readonly kind: "mended"; readonly name: string; readonly path: string }
  | { readonly kind: "idle" };

export type Listener = (event: DaemonEvent) => void;
