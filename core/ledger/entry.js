/**
 * The lines of the promotion log (docs/ledger.md). An entry is canonical JSON on one line; `previous` is the SHA-256 of
 * the line before it, so that no line can be changed, dropped or put in without breaking the chain. `digest` is of the
 * entry itself: it names the line that decayed, and is all that guards the last one, which no other line vouches for.
 */
/** Of the line before the first one. */
export const GENESIS = "0".repeat(64);
