import { EXIT } from "./exit.js";

/** Milliseconds after which a stop that hangs is cut short; what was acknowledged is on disk by then. */
const PATIENCE = 4500;

/**
 * Aborts at the first Ctrl-C or SIGTERM, and ends the process at the second, or when stopping takes too long: the user
 * is promised 5 seconds.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    setTimeout(() => process.exit(EXIT.interrupted), PATIENCE).unref();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
