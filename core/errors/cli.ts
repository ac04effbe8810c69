/** What the command line and the configuration are given, and what nobody foresaw. */
import type { ErrorRow } from "./row.js";

export const CLI_ERRORS = {
  UNEXPECTED: {
    kind: "transient",
    message: "Something happened that sous has no code for: {reason}",
    mend: "It is tried again. This is a defect of sous or of a plugin: please report it with this text.",
  },

  CONFIG_UNKNOWN_KEY: {
    kind: "fatal",
    message: "The configuration has a key {key} that sous does not know.{hint}",
    mend: "The keys are: {known}.",
  },
  CONFIG_INVALID: {
    kind: "fatal",
    message: "In the configuration, {key} must be {expected}.",
    mend: "Correct it; docs/configuration.md shows every key with its default.",
  },
  CLI_NOT_A_RECIPE: {
    kind: "fatal",
    message: "{path} is no recipe file.",
    mend: "Name a file that ends in .recipe.yaml, .recipe.yml or .recipe.json.",
  },
  CLI_NO_SUCH_FILE: {
    kind: "fatal",
    message: "There is no file {path}.",
    mend: "Check the path; `sous init` writes a first recipe.",
  },
  CLI_TARGET_NEEDED: {
    kind: "fatal",
    message: "Which column of {path} is to be predicted can't be guessed: it is no text table.",
    mend: "Say it with --target <column>.",
  },
  CLI_FILE_EXISTS: {
    kind: "fatal",
    message: "{path} is there already.",
    mend: "Name another file, or delete it first; nothing was changed.",
  },
  CLI_NO_SUCH_RECIPE: {
    kind: "fatal",
    message: "No recipe {name} is known here.{hint}",
    mend: "The recipes are: {known}.",
  },
  CLI_NO_FLIPS: {
    kind: "terminal",
    message: "{name}: what changed between version {from} and version {to} isn't known: {reason}.",
    mend: "Name two versions that were judged on the same confirm side; `sous log --json` has the `holdout` of each look. Of a regression, and of looks by an earlier sous, it isn't kept.",
  },
  CLI_BAD_TIME: {
    kind: "terminal",
    message: "{given} is no time.",
    mend: "Give a day or a moment, as in 2026-11-25 or 2026-11-25T14:30, in UTC unless it says otherwise (+02:00).",
  },
  CLI_NO_STUDY: {
    kind: "fatal",
    message: "No study of {name} has begun yet.",
    mend: "Start one with `sous run`, or with `sous up` for a folder of recipes.",
  },
  CLI_NO_SUCH_STUDY: {
    kind: "fatal",
    message: "There is no study {given} of {name}.",
    mend: "They are numbered from 1, the newest, to {count}, the oldest.",
  },
  CLI_NO_SUCH_MODEL: {
    kind: "fatal",
    message: "{name} has no model {given}.",
    mend: "Name a version as v2, or a complete trial of the newest study by its number; `sous leaderboard` lists both.",
  },
  CLI_BAD_NUMBER: {
    kind: "fatal",
    message: "{option} is {given}, and has to be {expected}.",
    mend: "Give it such a number, or leave it out.",
  },
  CLI_MODEL_FORGOTTEN: {
    kind: "fatal",
    message: "That model of {name} was deleted, as every candidate that lost.",
    mend: "Explain a version instead, as v1: those are kept for ever.",
  },
  CLI_DATA_FORGOTTEN: {
    kind: "fatal",
    message: "The data that {name} was searched on are no longer kept.",
    mend: "Run the recipe once: `sous run <recipe> --once` takes them again, and trains nothing where nothing changed.",
  },
} as const satisfies Record<string, ErrorRow>;
