import { jest } from "@jest/globals";
import type { RunOptions, TrialJob } from "../../core/evaluator/messages.js";
import { nameOf, Ticket } from "../../core/evaluator/ticket.js";
import { HOLDOUT } from "../../core/search/resampling.js";

const JOB: TrialJob = {
  kind: "trial",
  snapshot: "0",
  resampling: HOLDOUT,
  learner: "slow",
  params: {},
  seed: 1,
  metric: "m",
  secondary: [],
};
const KILLED = { how: "signal SIGKILL", heldBytes: null };

/** A dispatched ticket, and what it has asked of its process. */
function dispatched(options: Partial<RunOptions> = {}) {
  const asked: string[] = [];
  const control = { cancel: () => asked.push("cancel"), kill: () => asked.push("kill") };
  const ticket = new Ticket(0, JOB, { deadline: 60, memory: 2 ** 30, ...options });
  ticket.dispatched(control);
  return { ticket, asked, control };
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe("a ticket", () => {
  it("ends a job that no worker takes up", async () => {
    const { ticket, asked } = dispatched();
    jest.advanceTimersByTime(29_999);
    expect(asked).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(asked).toEqual(["cancel"]);
    jest.advanceTimersByTime(1500);
    expect(asked).toEqual(["cancel", "kill"]);
    expect(ticket.died(KILLED)).toBe(true);
    expect(await ticket.result).toMatchObject({
      status: "failed",
      error: {
        code: "EVALUATOR_NOT_BEGUN",
        message: "The trial of slow had not begun 30 s after it was given to a worker thread.",
      },
    });
  });

  it("counts the deadline from the start, and again in a second attempt", () => {
    const { ticket, asked, control } = dispatched({ deadline: 10 });
    jest.advanceTimersByTime(20_000);
    ticket.started();
    jest.advanceTimersByTime(9_000);
    expect(ticket.died(KILLED)).toBe(false);
    expect(ticket.alone).toBe(true);
    ticket.dispatched(control);
    ticket.started();
    jest.advanceTimersByTime(9_999);
    expect(asked).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(asked).toEqual(["cancel"]);
  });

  it("takes what is done in the time of grace", async () => {
    const { ticket } = dispatched({ deadline: 10 });
    ticket.started();
    jest.advanceTimersByTime(10_500);
    ticket.settle({ status: "pruned", step: 1 });
    expect(await ticket.result).toMatchObject({ status: "failed", error: { code: "EVALUATOR_DEADLINE" } });
    const other = dispatched({ deadline: 10 }).ticket;
    other.started();
    jest.advanceTimersByTime(10_500);
    const outcome = { plugins: [], broken: [] };
    other.settle({ status: "done", outcome } as never);
    expect(await other.result).toEqual({ status: "done", outcome });
  });

  it("has no deadline shorter than what was asked for", () => {
    const { ticket, asked } = dispatched({ deadline: 30 * 24 * 3600 });
    ticket.started();
    jest.advanceTimersByTime(24 * 24 * 3600 * 1000);
    expect(asked).toEqual([]);
  });

  it("asks once for each report, and gives a second attempt the same answers", async () => {
    const seen: number[] = [];
    const onReport = async (step: number) => {
      seen.push(step);
      return step === 3;
    };
    const { ticket, control } = dispatched({ onReport });
    expect([await ticket.reported(1, 0), await ticket.reported(2, 0)]).toEqual([false, false]);
    ticket.died(KILLED);
    ticket.dispatched(control);
    const again = [await ticket.reported(1, 0), await ticket.reported(2, 0), await ticket.reported(3, 0)];
    expect(again).toEqual([false, false, true]);
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe("nameOf", () => {
  it("says what a job is", () => {
    expect(nameOf(JOB)).toBe("trial of slow");
    expect(nameOf({ kind: "describe" })).toBe("description of the plugins");
  });
});
