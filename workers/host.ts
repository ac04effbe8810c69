/** The evaluator process: its main thread only passes messages, so that it answers whatever the jobs in its threads do. */
import { existsSync } from "node:fs";
import type { FromHost, ToHost } from "../core/evaluator/wire.js";
import { Pool } from "./pool.js";

/** Milliseconds between reports of memory, where the daemon can't look for itself. */
const MEMORY_PERIOD = 100;

let pool: Pool | null = null;

function tell(message: FromHost): void {
  process.send?.(message, () => {
    // The daemon is gone; `disconnect` ends this process.
  });
}

/** At once and for certain: `process.exit` would wait for native runs in the threads, for ever if need be. */
function die(): void {
  process.kill(process.pid, "SIGKILL");
}

const ACTIONS: { readonly [T in ToHost["type"]]: (message: Extract<ToHost, { type: T }>) => void } = {
  configure: ({ config }) => {
    pool = new Pool(config, { tell, giveUp: die });
    tell({ type: "ready" });
  },
  run: ({ id, job }) => void pool?.run(id, job),
  cancel: ({ id }) => pool?.cancel(id),
  answer: ({ id, prune }) => pool?.answer(id, { prune }),
  stop: () => void pool?.disposed().then(die),
};

function receive<T extends ToHost["type"]>(message: Extract<ToHost, { type: T }>): void {
  ACTIONS[message.type as T](message);
}

process.title = "sous evaluator";
process.on("message", (message: ToHost) => receive(message));
// A terminal sends these to the whole group; the daemon decides when this process ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
// The daemon's death must not leave an orphan that burns CPU.
process.on("disconnect", die);
if (!existsSync("/proc/self/status")) {
  setInterval(() => tell({ type: "memory", bytes: process.memoryUsage.rss() }), MEMORY_PERIOD);
}
