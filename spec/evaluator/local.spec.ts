import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Params } from "hyperparameter-js";
import type { EvaluatorOptions } from "../../core/evaluator/local.js";
import type { Evaluator, JobResult, RunOptions } from "../../core/evaluator/messages.js";
import { builtUrl } from "../support/child.js";
import {
  evaluatorIn,
  HOSTILE,
  isAlive,
  LIMITS,
  MEMORY,
  marksIn,
  snapshotIn,
  trialOf,
  until,
} from "../support/evaluator.js";

let home: string;
let snapshot: string;
let evaluator: Evaluator;
const evaluators: Evaluator[] = [];
let marks = 0;
let printed = "";

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "sous-evaluator-"));
  const onOutput = (text: string) => {
    printed += text;
  };
  evaluator = own({ heapMiB: 48, onOutput });
  snapshot = (await snapshotIn(home, evaluator)).summary.digest;
});

afterAll(async () => {
  await Promise.all(evaluators.map((one) => one.close()));
  await rm(home, { recursive: true, force: true });
});

function own(options: Partial<EvaluatorOptions> = {}): Evaluator {
  const started = evaluatorIn(home, options);
  evaluators.push(started);
  return started;
}

const newMark = () => join(home, `mark-${marks++}`);

function trial(params: Params, options: Partial<RunOptions> = {}, runner = evaluator): Promise<JobResult<"trial">> {
  return runner.run(trialOf(snapshot, params), { ...LIMITS, ...options });
}

/** A good trial that is under way once `begun` resolves, and goes on until `over` holds. */
function bystander(mark: string, over: () => boolean) {
  const reports: number[] = [];
  let starts = 0;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const result = trial(
    { act: "good", steps: 5, mark },
    {
      onStart: () => {
        starts += 1;
      },
      onReport: async (step) => {
        reports.push(step);
        begin();
        if (step === 3) await until(async () => over() || (await marksIn(mark)).length > 1);
        return false;
      },
    },
  );
  return { begun, result, reports, starts: () => starts };
}

describe("a job that harms the evaluator", () => {
  /** What it does, the code that it fails with, what the message must say, and how often a trial beside it is begun. */
  it.each([
    ["throws", "EVALUATOR_THREW", "RangeError: out of luck (at ", 1],
    ["throws_later", "EVALUATOR_THREW", "nobody waits for this", 1],
    ["fails", "TRIAL_FAILED", "(no_luck): the dice fell badly", 1],
    ["exits", "EVALUATOR_EXITED", "exit code 3", 1],
    ["heap", "EVALUATOR_HEAP", "out of JavaScript heap", 1],
    ["pauses", "EVALUATOR_DEADLINE", "ran longer than 0.3 s", 1],
    ["loops", "EVALUATOR_DEADLINE", "ran longer than 0.3 s", 2],
    ["segfaults", "EVALUATOR_CRASHED", "signal SIGSEGV", 2],
    ["buffers", "EVALUATOR_MEMORY", "over the cap of 500 MiB", 2],
  ])("that %s fails with %s, and the trial beside it completes", async (act, code, says, begun) => {
    const [mark, besideMark] = [newMark(), newMark()];
    let over = false;
    printed = "";
    const beside = bystander(besideMark, () => over || printed.includes("a worker thread died"));
    await Promise.race([beside.begun, beside.result]);
    const hasDeadline = code === "EVALUATOR_DEADLINE";
    const memory = act === "buffers" ? 500 * 2 ** 20 : MEMORY;
    const result = await trial({ act, mark }, { memory, deadline: hasDeadline ? 0.3 : 60 });
    over = true;
    expect(result).toMatchObject({ status: "failed", error: { code, message: expect.stringContaining(says) } });
    expect(await beside.result).toMatchObject({ status: "done" });
    expect(await marksIn(besideMark)).toHaveLength(begun);
    if (hasDeadline) expect(await marksIn(mark)).toHaveLength(1);
    expect(beside.reports).toEqual([1, 2, 3, 4, 5]);
    expect(beside.starts()).toBe(1);
  });
});

describe("a job that leaves a bomb behind", () => {
  it("does not fail the next one in its thread", async () => {
    const mark = newMark();
    const narrow = own({ slots: 1 });
    await trial({ act: "leaves_a_bomb" }, {}, narrow);
    const next = await trial({ act: "good", milliseconds: 500, mark }, {}, narrow);
    expect(next).toMatchObject({ status: "done" });
    expect(new Set(await marksIn(mark)).size).toBe(2);
  });
});

describe("cancelling", () => {
  it("takes a waiting job out of the queue", async () => {
    const busy = new AbortController();
    const running = [
      trial({ act: "pauses" }, { signal: busy.signal }),
      trial({ act: "pauses" }, { signal: busy.signal }),
    ];
    const waits = new AbortController();
    const mark = newMark();
    const waiting = trial({ act: "good", mark }, { signal: waits.signal });
    waits.abort();
    expect(await waiting).toEqual({ status: "cancelled" });
    busy.abort();
    expect(await Promise.all(running)).toEqual([{ status: "cancelled" }, { status: "cancelled" }]);
    expect(await marksIn(mark)).toEqual([]);
  });

  it("does not begin a job whose signal was aborted before", async () => {
    expect(await trial({ act: "throws" }, { signal: AbortSignal.abort() })).toEqual({ status: "cancelled" });
  });

  it("ends a trial at its next yield, in the same process", async () => {
    const mark = newMark();
    const cancel = new AbortController();
    const running = trial({ act: "pauses", mark }, { signal: cancel.signal, onStart: () => cancel.abort() });
    expect(await running).toEqual({ status: "cancelled" });
    await trial({ act: "good", mark });
    const [first, second] = await marksIn(mark);
    expect(second).toBe(first ?? second);
  });

  it("ends a trial that swallows it by force, and the one beside it completes", async () => {
    const [mark, besideMark] = [newMark(), newMark()];
    const cancel = new AbortController();
    const beside = bystander(besideMark, () => false);
    await Promise.race([beside.begun, beside.result]);
    const running = trial({ act: "swallows", mark }, { signal: cancel.signal });
    await until(async () => (await marksIn(mark)).length > 0);
    cancel.abort();
    expect(await running).toEqual({ status: "cancelled" });
    expect(await beside.result).toMatchObject({ status: "done" });
    expect(await marksIn(besideMark)).toHaveLength(2);
  });
});

describe("pruning", () => {
  it("ends a trial at the report whose answer says so, however late it comes", async () => {
    const reports: [number, number][] = [];
    const onReport = async (step: number, loss: number) => {
      reports.push([step, loss]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return step === 3;
    };
    expect(await trial({ act: "good", steps: 9 }, { onReport })).toEqual({ status: "pruned", step: 3 });
    expect(reports).toEqual([
      [1, 0.01],
      [2, 0.02],
      [3, 0.03],
    ]);
  });

  it("holds for a learner that catches what it must let pass and returns a model", async () => {
    const result = await trial({ act: "swallows_and_returns" }, { onReport: (step) => step === 2 });
    expect(result).toEqual({ status: "pruned", step: 2 });
  });

  it("ends the trial and rejects where the answer fails, which is no fault of the job", async () => {
    const onReport = () => Promise.reject(new Error("the store is full"));
    await expect(trial({ act: "good", steps: 9 }, { onReport })).rejects.toThrow("the store is full");
    expect(await trial({ act: "good" })).toMatchObject({ status: "done" });
  });
});

describe("the evaluator", () => {
  it("runs light jobs while all slots are taken by long ones", async () => {
    const stop = new AbortController();
    const long = [1, 2, 3].map(() => trial({ act: "pauses" }, { signal: stop.signal }));
    expect(await evaluator.run({ kind: "describe" }, LIMITS)).toMatchObject({ status: "done" });
    stop.abort();
    await Promise.all(long);
  });

  it("makes the same model of the same job in every thread and process", async () => {
    const other = own();
    const results = await Promise.all(
      [evaluator, evaluator, other, other].map((runner) => runner.run(trialOf(snapshot, {}, "linear"), LIMITS)),
    );
    const models = results.map((result) => (result.status === "done" ? result.outcome.model : result));
    expect(new Set(models)).toEqual(new Set([models[0]]));
    expect(models[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("ends its process when there is nothing to do, and starts one for the next job", async () => {
    const mark = newMark();
    const brief = own({ idleSeconds: 0 });
    await trial({ act: "good", mark }, {}, brief);
    const [first = 0] = await marksIn(mark);
    await until(() => !isAlive(first));
    expect(await trial({ act: "good", mark }, {}, brief)).toMatchObject({ status: "done" });
    const [, second] = await marksIn(mark);
    expect(second).not.toBe(first);
  });

  it("leaves no process behind when the daemon is killed, whatever runs in it", async () => {
    const mark = newMark();
    const script = `
      import { startEvaluator } from ${JSON.stringify(builtUrl("core/evaluator/local.js"))};
      const host = new URL(${JSON.stringify(builtUrl("workers/host.js"))});
      const places = ${JSON.stringify({ artifacts: join(home, "artifacts"), plugins: HOSTILE })};
      const evaluator = startEvaluator({ host, places, slots: 1, idleSeconds: 60 });
      evaluator.run(${JSON.stringify(trialOf(snapshot, { act: "loops", mark }))}, ${JSON.stringify(LIMITS)});
    `;
    const daemon = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
    await until(async () => (await marksIn(mark)).length > 0);
    const [pid = 0] = await marksIn(mark);
    expect(isAlive(pid)).toBe(true);
    daemon.kill("SIGKILL");
    await until(() => !isAlive(pid));
  });

  it("cancels what it has when it is closed, by force if need be, and refuses more", async () => {
    const mark = newMark();
    const closing = own({ slots: 1 });
    const jobs = [trial({ act: "loops", mark }, {}, closing), trial({ act: "good" }, {}, closing)];
    await until(async () => (await marksIn(mark)).length > 0);
    await closing.close();
    expect(await Promise.all(jobs)).toEqual([{ status: "cancelled" }, { status: "cancelled" }]);
    expect((await marksIn(mark)).some(isAlive)).toBe(false);
    await expect(trial({ act: "good" }, {}, closing)).rejects.toMatchObject({ code: "EVALUATOR_CLOSED" });
  });

  it("closes while its process starts, and when it has none", async () => {
    const starting = own();
    const result = trial({ act: "good" }, {}, starting);
    await starting.close();
    expect(await result).toEqual({ status: "cancelled" });
    await own().close();
  });

  it("fails waiting jobs when no process can be started", async () => {
    const broken = own({ host: new URL("file:///no/such/host.js") });
    const result = await trial({ act: "good" }, {}, broken);
    expect(result).toMatchObject({
      status: "failed",
      error: { code: "EVALUATOR_UNSTARTABLE", details: { reason: "exit code 1" } },
    });
  });

  it("ends a process that speaks nonsense", async () => {
    const host = new URL("../fixtures/evaluator/nonsense.js", import.meta.url);
    const mad = own({ host });
    expect(await trial({ act: "good" }, {}, mad)).toMatchObject({
      status: "failed",
      error: { code: "EVALUATOR_CRASHED" },
    });
  });

  it("passes on what plugins print", async () => {
    const printed: string[] = [];
    const loud = own({ onOutput: (text) => printed.push(text) });
    await trial({ act: "prints" }, {}, loud);
    await until(() => printed.join("").includes("a word of the learner"));
  });
});
