import { MessageChannel } from "node:worker_threads";
import type { FromWorker } from "../../workers/assignment.js";
import { JobContext } from "../../workers/context.js";

/** A context whose reports are answered by `prune`, and what it told. */
function line(prune: (loss: number) => boolean) {
  const { port1, port2 } = new MessageChannel();
  const cancel = new SharedArrayBuffer(4);
  const told: FromWorker[] = [];
  port1.on("message", (message: FromWorker) => {
    told.push(message);
    if (message.type === "report") port1.postMessage({ prune: prune(message.loss) });
  });
  const context = new JobContext(port2, cancel);
  return { context, told, cancel: () => Atomics.store(new Int32Array(cancel), 0, 1), end: () => port1.close() };
}

describe("JobContext", () => {
  it("reports, and goes on until it is told to prune", async () => {
    const { context, told, end } = line((loss) => loss > 0.5);
    await context.report(1, 0.1);
    await context.report(2, 0.2);
    await expect(context.report(3, 0.9)).rejects.toMatchObject({ name: "Stopped" });
    expect(told).toEqual([0.1, 0.2, 0.9].map((loss, index) => ({ type: "report", step: index + 1, loss })));
    expect(context.stop).toEqual({ status: "pruned", step: 3 });
    end();
  });

  it("throws at every later call once it is stopped, and asks no more", async () => {
    const { context, told, end } = line(() => true);
    await expect(context.report(1, 0)).rejects.toThrow();
    await expect(context.report(2, 0)).rejects.toThrow();
    await expect(context.pause()).rejects.toThrow();
    expect(() => context.check()).toThrow();
    expect(told).toHaveLength(1);
    expect(context.stop).toEqual({ status: "pruned", step: 1 });
    end();
  });

  it("gives reports that were not waited for their own answers, in order", async () => {
    const { context, end } = line((loss) => loss === 2);
    const answers = await Promise.allSettled([context.report(1, 1), context.report(2, 2)]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(context.stop).toEqual({ status: "pruned", step: 2 });
    end();
  });

  it("sees a cancel at a pause that other threads never had a turn in", async () => {
    const { context, cancel, end } = line(() => false);
    await context.pause();
    cancel();
    await expect(context.pause()).rejects.toMatchObject({ name: "Stopped" });
    expect(context.stop).toEqual({ status: "cancelled" });
    end();
  });

  it.each([
    [1, Number.NaN],
    [1, Number.POSITIVE_INFINITY],
    [0.5, 1],
  ])("refuses a report of step %d with loss %d as the learner's failure", async (step, loss) => {
    const { context, told, end } = line(() => false);
    await expect(context.report(step, loss)).rejects.toMatchObject({
      name: "LearnerFailure",
      label: "non_finite_loss",
    });
    expect(told).toEqual([]);
    end();
  });

  it("adds up work and refuses what is none", () => {
    const { context, end } = line(() => false);
    context.work(3);
    context.work(4);
    expect(context.units).toBe(7);
    expect(() => context.work(Number.NaN)).toThrow("NaN units");
    expect(() => context.work(-1)).toThrow("-1 units");
    expect(context.units).toBe(7);
    end();
  });
});
