/**
 * The one home of time. Nothing that decides (a proposal, a verdict, a digest) may read it: time goes into records,
 * back-off and caps only (DESIGN §6, Determinism).
 */

/** Milliseconds since the Unix epoch. */
export function now(): number {
  return Date.now();
}

/** ISO 8601 in UTC with milliseconds, the form of every time in the ledger and in status files. */
export function isoNow(): string {
  return new Date(now()).toISOString();
}

/** Milliseconds on a clock that never goes back; for durations. */
export function monotonic(): number {
  return performance.now();
}

/** Waits; ends early, without an error, when the signal aborts. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done, { once: true });
  });
}
