import { SousError } from "../../core/errors.js";
import type { TrialJob } from "../../core/evaluator/messages.js";
import { HOLDOUT } from "../../core/search/resampling.js";
import { threadDied, thrownBy } from "../../workers/failure.js";

const JOB: TrialJob = {
  kind: "trial",
  snapshot: "0",
  resampling: HOLDOUT,
  learner: "lucky",
  params: {},
  seed: 1,
  metric: "m",
  secondary: [],
};

describe("thrownBy", () => {
  it("keeps a coded error as it is", () => {
    const error = new SousError("MODEL_MISSING", { digest: "ab" });
    expect(thrownBy(JOB, error)).toBe(error);
  });

  it("takes a learner's labelled failure for a result, also from another copy of the class", () => {
    class LearnerFailure extends Error {
      override readonly name = "LearnerFailure";
      readonly label = "no_luck";
    }
    const { code, message, details } = thrownBy(JOB, new LearnerFailure("the dice fell badly"));
    expect([code, details.label]).toEqual(["TRIAL_FAILED", "no_luck"]);
    expect(message).toBe("The learner lucky made no model (no_luck): the dice fell badly");
  });

  it("says what was thrown and where", () => {
    const { code, message } = thrownBy(JOB, new RangeError("out of luck"));
    expect(code).toBe("EVALUATOR_THREW");
    expect(message).toMatch(/^The trial of lucky threw: RangeError: out of luck \(at .*failure\.spec\.ts:\d+:\d+\)+$/);
  });

  it.each([
    [undefined, "undefined"],
    ["text", "text"],
    [null, "null"],
    [{ a: 1 }, "[object Object]"],
  ])("takes %p thrown for an error", (thrown, text) => {
    expect(thrownBy(JOB, thrown).message).toBe(`The trial of lucky threw: ${text}`);
  });

  it("keeps the beginning of a message of any size", () => {
    expect(thrownBy(JOB, "x".repeat(1e6)).message.length).toBeLessThan(2100);
  });
});

describe("threadDied", () => {
  it("knows a thread that was ended from within", () => {
    const error = threadDied(JOB, new Error("worker exited with code: 3"));
    expect([error.code, error.details.exitCode]).toEqual(["EVALUATOR_EXITED", 3]);
  });

  it("knows a full heap", () => {
    const full = Object.assign(new Error("reached its limit"), { code: "ERR_WORKER_OUT_OF_MEMORY" });
    expect(threadDied(JOB, full).code).toBe("EVALUATOR_HEAP");
  });

  it("takes everything else for an error that nobody waited for", () => {
    expect(threadDied(JOB, new Error("late")).code).toBe("EVALUATOR_THREW");
  });
});
