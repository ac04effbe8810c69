/** Which job runs next. Pure: the whole order of work is this file. */
import type { JobKind } from "./messages.js";
import type { Ticket } from "./ticket.js";

/** Lower first. What others wait for goes before what starts new work; within a rank the earlier goes first. */
const RANKS: Readonly<Record<JobKind, number>> = {
  describe: 0,
  propose: 1,
  confirm: 2,
  ensemble: 3,
  snapshot: 4,
  trial: 5,
  origin: 4,
  predict: 6,
  importance: 6,
  replay: 6,
  duel: 2,
  arrivals: 2,
};
const LIGHT: ReadonlySet<JobKind> = new Set(["describe", "propose"]);

/** The ticket to start now, or null. A ticket that must be alone waits for the others to end, and they for it. */
export function nextOf(waiting: readonly Ticket[], running: readonly Ticket[], slots: number): Ticket | null {
  if (running.some(({ alone }) => alone)) return null;
  const suspect = waiting.find(({ alone }) => alone);
  if (suspect) return running.length === 0 ? suspect : null;
  return first(waiting.filter(({ job }) => fits(job.kind, running, slots)));
}

/** Long jobs never take the last thread, so that a light one never waits behind them. */
function fits(kind: JobKind, running: readonly Ticket[], slots: number): boolean {
  if (LIGHT.has(kind)) return running.length <= slots;
  return running.filter(({ job }) => !LIGHT.has(job.kind)).length < slots && running.length <= slots;
}

function first(tickets: readonly Ticket[]): Ticket | null {
  return tickets.reduce<Ticket | null>((best, ticket) => (best === null || before(ticket, best) ? ticket : best), null);
}

function before(a: Ticket, b: Ticket): boolean {
  const difference = RANKS[a.job.kind] - RANKS[b.job.kind];
  return difference === 0 ? a.id < b.id : difference < 0;
}
