import { setTimeout as sleep } from "node:timers/promises";
import { jest } from "@jest/globals";
import { NameQueue, type StepEnd } from "../../core/reconcile/queue.js";

const SETTLED: StepEnd = { again: null };
const FAILED: StepEnd = { again: null, failed: true };

/** Runs a queue until it is idle and returns the names in the order in which their steps began. */
async function drain(names: readonly string[], step: (name: string, signal: AbortSignal) => Promise<StepEnd>) {
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    const queue = new NameQueue({
      concurrency: 3,
      step: (name, signal) => {
        order.push(name);
        return step(name, signal);
      },
      onIdle: resolve,
    });
    for (const name of names) queue.add(name);
  });
  return order;
}

describe("NameQueue", () => {
  it("runs a name once however often it was added while waiting", async () => {
    const queue = await drain(["a", "b", "c", "d", "d", "d", "e"], async () => SETTLED);
    expect(queue.sort()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("never has a name in flight twice and runs it once more when it was added in flight", async () => {
    let flying = 0;
    let most = 0;
    let runs = 0;
    const idle = deferred();
    const queue = new NameQueue({
      concurrency: 4,
      step: async () => {
        runs += 1;
        most = Math.max(most, ++flying);
        await sleep(10);
        flying -= 1;
        return SETTLED;
      },
      onIdle: () => idle.resolve(),
    });
    queue.add("a");
    await sleep(2);
    queue.add("a");
    queue.add("a");
    await idle.promise;
    expect({ most, runs }).toEqual({ most: 1, runs: 2 });
  });

  it("keeps at most `concurrency` names in flight", async () => {
    let flying = 0;
    let most = 0;
    const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
    await drain(names, async () => {
      most = Math.max(most, ++flying);
      await sleep(1);
      flying -= 1;
      return SETTLED;
    });
    expect(most).toBe(3);
  });

  it("tries a failed step again, later each time, and forgets the failures after a success", async () => {
    jest.useFakeTimers();
    try {
      let runs = 0;
      const ends: StepEnd[] = [FAILED, FAILED, SETTLED, FAILED];
      const queue = new NameQueue({ concurrency: 1, step: async () => ends[runs++] ?? SETTLED });
      const runsAfter = async (milliseconds: number) => {
        await jest.advanceTimersByTimeAsync(milliseconds);
        return runs;
      };
      queue.add("a");
      expect(await runsAfter(249)).toBe(1);
      expect(await runsAfter(1)).toBe(2);
      expect(await runsAfter(499)).toBe(2);
      expect(await runsAfter(1)).toBe(3);
      queue.add("a");
      expect(await runsAfter(249)).toBe(4);
      expect(await runsAfter(1)).toBe(5);
    } finally {
      jest.useRealTimers();
    }
  });

  it("interrupts the step of a name in flight and runs it again when it was added as well", async () => {
    const seen: boolean[] = [];
    const end = deferred();
    const queue = new NameQueue({
      concurrency: 1,
      step: async (_name, signal) => {
        if (seen.length === 0) await new Promise((resolve) => signal.addEventListener("abort", resolve));
        seen.push(signal.aborted);
        return SETTLED;
      },
      onIdle: () => end.resolve(),
    });
    queue.add("a");
    await sleep(2);
    queue.add("a");
    queue.interrupt("a");
    await end.promise;
    expect(seen).toEqual([true, false]);
  });

  it("does work alone: starts nothing meanwhile, and refuses while something is in flight", async () => {
    const order: string[] = [];
    const end = deferred();
    const queue = new NameQueue({
      concurrency: 2,
      step: async (name) => {
        order.push(name);
        if (name === "a") order.push(`alone beside a: ${await queue.alone(async () => {})}`);
        return SETTLED;
      },
      onIdle: () => order.includes("b") && end.resolve(),
    });
    queue.add("a");
    await sleep(5);
    const alone = queue.alone(async () => {
      queue.add("b");
      await sleep(10);
      order.push("alone");
    });
    await Promise.all([alone, end.promise]);
    expect(order).toEqual(["a", "alone beside a: false", "alone", "b"]);
  });

  it("stops: asks what is in flight to end, waits for it, and starts nothing more", async () => {
    const ended: string[] = [];
    const queue = new NameQueue({
      concurrency: 1,
      step: async (name, signal) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        ended.push(name);
        return SETTLED;
      },
    });
    queue.add("a");
    queue.add("b");
    await queue.stop();
    queue.add("c");
    await sleep(5);
    expect(ended).toEqual(["a"]);
  });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
