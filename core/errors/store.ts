/** Files, blobs, locks and the database. */
import type { ErrorRow } from "./row.js";

export const STORE_ERRORS = {
  FILE_WRITE_FAILED: {
    kind: "transient",
    message: "{path} can't be written: {reason}.",
    mend: "Check that the disk has room and that this user may write there. Work goes on by itself once it can.",
  },
  FILE_READ_FAILED: {
    kind: "transient",
    message: "{path} can't be read: {reason}.",
    mend: "Check that this user may read it and that the disk is sound.",
  },
  BLOB_WRONG: {
    kind: "fatal",
    message: "The blob {path} does not have the digest that is its name: it was changed.",
    mend: "Nothing is read from it: what names it finds it missing. Remove it, and find out who could write there.",
  },
  LOCK_HELD: {
    kind: "fatal",
    message: "Another sous, with pid {pid}, has worked on {folder} since {since}.",
    mend: "Stop it first with `kill {pid}`, or give this one another folder.",
  },
  STORE_MISSING: {
    kind: "fatal",
    message: "There is no store at {path}: no daemon has worked here yet.",
    mend: "Start one with `sous up`, or name the folder of the one that runs.",
  },
  STORE_NEWER: {
    kind: "fatal",
    message: "The store {path} has version {found}; this sous knows versions up to {known}.",
    mend: "Use the newer sous that wrote it. A store is never taken back to an older version.",
  },
  STORE_OLDER: {
    kind: "fatal",
    message: "The store {path} has version {found}, and this sous reads version {known}.",
    mend: "Start the daemon with this version of sous once: it brings the store up to date.",
  },
  STORE_DAMAGED: {
    kind: "fatal",
    message: "The store {path} is not a sound database of sous: {reason}.",
    mend: "Move the file and those beside it with -wal and -shm away. Searches start anew; champions and log are not in it.",
  },
  STORE_BUSY: {
    kind: "transient",
    message: "The store {path} was locked by another process for longer than {seconds} seconds.",
    mend: "Find out what holds it open for writing. Work goes on by itself once it is free.",
  },
  STORE_FAILED: {
    kind: "transient",
    message: "The store {path} can't be used: {reason}.",
    mend: "Check that the disk has room and that this user may write there. Work goes on by itself once it can.",
  },
  STORE_STUDY_UNKNOWN: {
    kind: "transient",
    message: "The store {path} has no such study: it was removed.",
    mend: "Nothing to do: the recipe's next step makes the study anew.",
  },
} as const satisfies Record<string, ErrorRow>;
