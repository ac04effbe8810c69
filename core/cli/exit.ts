/** Exit statuses of every command; docs/cli.md lists them. */
export const EXIT = {
  /** Done. For `run --once`: a champion serves. */
  ok: 0,
  /** A defect of sous or of a plugin. */
  unexpected: 1,
  /** Bad input: the message has a code, the place, and how to mend it. */
  invalid: 2,
  /** The work ended, and no champion serves. */
  noChampion: 3,
  /** Another daemon holds the folder. */
  locked: 4,
  /** Ended by Ctrl-C or SIGTERM; nothing is lost. */
  interrupted: 130,
} as const;
