/** The log, its proofs, its witnesses and its keys. */
import type { ErrorRow } from "./row.js";

export const LEDGER_ERRORS = {
  LEDGER_DAMAGED: {
    kind: "fatal",
    message: "The promotion log {path} is not what was written: line {line} (entry {seq}) {reason}.",
    mend: "Nothing was changed. Put a copy of the log back, or read in docs/ledger.md what each line must hold.",
  },
  LEDGER_CHANGED: {
    kind: "fatal",
    message:
      "The promotion log {path} has {bytes} bytes where this process left {expected}: something else wrote to it.",
    mend: "Nothing was appended. Find out what writes there, then start again: the whole log is checked at start.",
  },
  LEDGER_READ_ONLY: {
    kind: "fatal",
    message: "The promotion log {path} was opened for reading, and an entry was to be appended.",
    mend: "This is a fault in sous: please report it with the command that you ran.",
  },
  LEDGER_ENTRY_TOO_LARGE: {
    kind: "terminal",
    message: "An entry of kind {entry} takes {bytes} bytes in the promotion log, where {limit} is the most.",
    mend: "Ask for fewer gates, slices and secondary metrics, so that the evidence fits.",
  },
  LEDGER_ENTRY_INVALID: {
    kind: "terminal",
    message: "An entry of kind {entry} can't stand in the promotion log: {reason}.",
    mend: "The evidence holds something that JSON has no word for, such as NaN. Mend the plugin that made it.",
  },
  LEDGER_SIGNATURE: {
    kind: "fatal",
    message: "{path} {reason}.",
    mend: "Nothing was changed. Put a copy of the whole log back, with the key that signed it; `sous verify` says more.",
  },
  LEDGER_CUT: {
    kind: "fatal",
    message: "The promotion log {path} has {entries} entries, where {signed} were signed: its end was cut off.",
    mend: "Nothing was changed. Put a copy of the whole log back.",
  },
  LEDGER_REWRITTEN: {
    kind: "fatal",
    message: "The promotion log {path} is not the one that was signed: entry {seq} was put in another's place.",
    mend: "Nothing was changed. Put a copy of the whole log back, and find out who could write there.",
  },
  LEDGER_FOREIGN: {
    kind: "fatal",
    message: "The promotion log {path} has an entry {seq} that was never announced: something else wrote it.",
    mend: "Nothing was changed. Put a copy of the whole log back, and find out who could write there.",
  },
  LEDGER_UNFOUNDED: {
    kind: "fatal",
    message: "Entry {seq} of the promotion log, a {entry}, doesn't follow from the lines before it: {reason}.",
    mend: "The line is as it was written, so whoever wrote it had the log's key, or sous has a fault: compare with what a witness or a backup has, change the keys with `sous keys rotate`, and go back to a version that you trust.",
  },
  LEDGER_TILE: {
    kind: "fatal",
    message: "{path} {reason}.",
    mend: "The lines of the log are sound: the next start writes its tiles and its roster again. Find out who could write there.",
  },
  WITNESS_DAMAGED: {
    kind: "fatal",
    message: "The witness in {path} can't be believed: {reason}.",
    mend: "Put a copy of its folder back. A new witness knows nothing of what came before it.",
  },
  LEDGER_UNSIGNED: {
    kind: "terminal",
    message: "Nothing of the promotion log in {path} is signed yet.",
    mend: "Start `sous up` or `sous run` once in that home: they make its keys and sign its log.",
  },
  LEDGER_TILES: {
    kind: "transient",
    message: "The tiles of the promotion log in {path} are not those of its lines.",
    mend: "Stop the daemon and start it again: tiles are written anew from the lines at each start.",
  },
  KEY_MISSING: {
    kind: "fatal",
    message: "The key {path} is gone, and what was signed with it is still here.",
    mend: "Put the file back from a backup, with mode 0600. No other key can go on with this log.",
  },
  KEY_EXPOSED: {
    kind: "fatal",
    message: "The key {path} has mode {mode}: others than its owner may use it.",
    mend: "Run `chmod 600 {path}`. If somebody may have read it, change it as well: `sous keys rotate`.",
  },
  KEY_LOCKED: {
    kind: "fatal",
    message: "The key {path} is encrypted, and {reason}.",
    mend: "Set SOUS_KEY_PASSPHRASE to the passphrase that it was made with.",
  },
  KEY_INVALID: {
    kind: "fatal",
    message: "The file {path} holds no {expected}.",
    mend: "Put it back from a backup. If it never was in use, remove the folder of keys, and the next start makes new ones.",
  },
} as const satisfies Record<string, ErrorRow>;
