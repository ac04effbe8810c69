/** Decisions, the orders of persons, and what reproduces or serves a version. */
import type { ErrorRow } from "./row.js";

export const PROMOTION_ERRORS = {
  PROMOTION_NOT_REPRODUCED: {
    kind: "terminal",
    message: "The finalist's model was made again by {learner} and is another one ({got} for {expected}).",
    mend: "Its learner isn't deterministic, or changed: its conformance check says more. Change search.seed to search anew.",
  },
  PROMOTION_NO_BASELINE: {
    kind: "terminal",
    message: "No baseline learner for the task {task} is loaded, so there is nothing that a first champion could beat.",
    mend: "Load a plugin with a baseline learner for the task.",
  },
  HOLDOUT_EXHAUSTED: {
    kind: "terminal",
    message:
      "The confirm side was looked at {looks} times; the alpha of {alpha} that the next look may risk can't show the gain that there may be.",
    mend: "Bring fresh labelled rows, about {rows} more: rows that no look has seen open an account of their own.",
  },
  GATE_UNKNOWN: {
    kind: "terminal",
    message: "No gate is of the kind {gate}.",
    mend: "Use one of: {known}; or load the plugin that has it.",
  },
  REPLAY_DAMAGED: {
    kind: "terminal",
    message: "The rows that a version is to be asked again can't be read: {reason}.",
    mend: "Bring `.sous/artifacts` back from a backup. The version itself is not affected.",
  },
  REPRODUCE_DATA_CHANGED: {
    kind: "terminal",
    message: "The data are no longer those that the version was made of: their snapshot is {found}, not {expected}.",
    mend: "Bring the files back as they were then; `sous lineage` names them.",
  },
  REPRODUCE_FORGOTTEN: {
    kind: "terminal",
    message: "The store no longer knows how version {number} of {name}, an ensemble, was put together.",
    mend: "Bring `.sous/store.sqlite` back from a backup. The version itself is not affected.",
  },
  REPRODUCE_FAILED: {
    kind: "terminal",
    message: "Version {number} of {name} can't be made again: its ensemble comes to nothing now.",
    mend: "Look whether plugins are those of then: `sous lineage` names them with their digests.",
  },
  ORDER_NOTHING_PENDING: {
    kind: "terminal",
    message: "No decision on {recipe} waits for a person. {known}.",
    mend: "See `sous status`. A recipe waits where it says `promotion: { mode: manual }`, or its finalist had been rolled back.",
  },
  ORDER_OUTDATED: {
    kind: "terminal",
    message: "Meanwhile another decision on {recipe} waits: log entry {pending}, not {meant}.",
    mend: "Read it with `sous log --recipe {recipe}`, and give the order again.",
  },
  ORDER_NO_CHAMPION: {
    kind: "terminal",
    message: "Nothing serves for {recipe}, so there is nothing to go back from.",
    mend: "See `sous status` for what serves.",
  },
  ORDER_NO_VERSION: {
    kind: "terminal",
    message: "There is no version {version} of {recipe} to go back to. Version {serves} serves; others: {known}.",
    mend: "Name one of them with `--to`.",
  },
  ORDER_NO_REASON: {
    kind: "terminal",
    message: "`{option}` says nothing.",
    mend: 'Give a reason in words, as in `--reason "too many complaints since Monday"`: it stays in the log.',
  },
  ORDER_EXPIRED: {
    kind: "terminal",
    message: "The order on {recipe} was older than {seconds} s when it was found, and was not carried out.",
    mend: "Give it again.",
  },
  ORDER_UNANSWERED: {
    kind: "transient",
    message: "The daemon {pid} has not answered the order on {recipe} within {seconds} s; it was taken back.",
    mend: "Look what the daemon is doing with `sous status`, and give the order again.",
  },
  ORDER_MODEL_BAD: {
    kind: "terminal",
    message: "Version {version} of {recipe} can't be run: {reason}",
    mend: "Take another version with `--to`, or bring the file {path} back from a backup.",
  },
  VERSION_LOST: {
    kind: "terminal",
    message:
      "{path} is lost or damaged and can't be restored: the artifact {digest} that the ledger names is gone as well.",
    mend: "Put the file back from a backup; its SHA-256 is {digest}. The ledger still says what it was.",
  },
  VERSION_FILE_WRONG: {
    kind: "terminal",
    message: "{path} is {why}: it is not what the promotion log says.",
    mend: "Ask who changed it. `sous up` and `sous run` put back whatever they can make again, and say what they mended.",
  },
  VERSION_KNOWN: {
    kind: "fatal",
    message: "Version {number} of {name} is in the ledger already and is never written again.",
    mend: "This is a fault of the program; please report it.",
  },
  VERSION_UNPREPARED: {
    kind: "fatal",
    message: "Version {number} of {name} can't be written: the artifact {digest} isn't there.",
    mend: "This is a fault of the program, or somebody removed files from the artifacts while a promotion ran; run the recipe again.",
  },
} as const satisfies Record<string, ErrorRow>;
