import fc from "fast-check";
import type { Job, JobKind } from "../../core/evaluator/messages.js";
import { nextOf } from "../../core/evaluator/queue.js";
import { Ticket } from "../../core/evaluator/ticket.js";

const KINDS: readonly JobKind[] = ["describe", "propose", "confirm", "ensemble", "snapshot", "trial", "importance"];
const OPTIONS = { deadline: 1, memory: 1 };

let count = 0;

/** The order of work looks at a job's kind only. */
function ticket(kind: JobKind, alone = false): Ticket {
  const made = new Ticket(count++, { kind } as Job, OPTIONS);
  made.alone = alone;
  return made;
}

const tickets = (...kinds: JobKind[]) => kinds.map((kind) => ticket(kind));
const isLight = ({ job }: Ticket) => job.kind === "describe" || job.kind === "propose";

describe("nextOf", () => {
  it("takes what others wait for before what starts new work", () => {
    const waiting = tickets("importance", "trial", "snapshot", "ensemble", "confirm", "propose", "describe");
    const order: string[] = [];
    for (let next = nextOf(waiting, [], 1); next !== null; next = nextOf(waiting, [], 1)) {
      order.push(next.job.kind);
      waiting.splice(waiting.indexOf(next), 1);
    }
    expect(order).toEqual(["describe", "propose", "confirm", "ensemble", "snapshot", "trial", "importance"]);
  });

  it("keeps a thread for light jobs when trials have all the slots", () => {
    const running = tickets("trial", "trial");
    expect(nextOf(tickets("trial"), running, 2)).toBeNull();
    expect(nextOf(tickets("trial", "propose"), running, 2)?.job.kind).toBe("propose");
  });

  it("starts nothing beside a ticket that must be alone", () => {
    expect(nextOf(tickets("describe"), [ticket("trial", true)], 4)).toBeNull();
  });

  it("lets running jobs end before a ticket that must be alone, and starts no others meanwhile", () => {
    const suspect = ticket("trial", true);
    expect(nextOf([...tickets("describe"), suspect], tickets("trial"), 4)).toBeNull();
    expect(nextOf([...tickets("describe"), suspect], [], 4)).toBe(suspect);
  });

  it("keeps its promises whatever comes and goes", () => {
    const arrival = fc.record({ kind: fc.constantFrom(...KINDS), alone: fc.boolean(), ends: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (arrivals, slots) => {
        let waiting: Ticket[] = [];
        const running: Ticket[] = [];
        const started: Ticket[] = [];
        const fill = () => {
          for (let next = nextOf(waiting, running, slots); next !== null; next = nextOf(waiting, running, slots)) {
            const first = waiting.find(({ job, alone }) => job.kind === next.job.kind && alone === next.alone);
            expect(next).toBe(first);
            waiting = waiting.filter((one) => one !== next);
            running.push(next);
            started.push(next);
            expect(running.length).toBeLessThanOrEqual(slots + 1);
            expect(running.filter((one) => !isLight(one)).length).toBeLessThanOrEqual(slots);
            if (running.some(({ alone }) => alone)) expect(running).toHaveLength(1);
          }
        };
        for (const { kind, alone, ends } of arrivals) {
          waiting.push(ticket(kind, alone));
          fill();
          running.splice(0, ends);
          fill();
        }
        while (running.length > 0) {
          running.shift();
          fill();
        }
        expect(started).toHaveLength(arrivals.length);
      }),
    );
  });
});
