import { type FrozenTrial, medianPruner, nopPruner, type PruneRequest } from "hyperparameter-js";

type Reports = FrozenTrial["intermediate"];

function trial(number: number, state: FrozenTrial["state"], intermediate: Reports): FrozenTrial {
  const values = state === "complete" ? [0] : null;
  return { number, state, params: {}, distributions: {}, values, intermediate, userAttrs: {}, why: null };
}

/** Five complete trials that report 1 … 5 at step 0 and ten times that at step 10. */
const PAST = [1, 2, 3, 4, 5].map((value) =>
  trial(value, "complete", [
    [0, value],
    [10, 10 * value],
  ]),
);

function request(intermediate: Reports, change: Partial<PruneRequest> = {}): PruneRequest {
  return { trial: trial(9, "running", intermediate), trials: PAST, direction: "minimize", ...change };
}

describe("the median pruner", () => {
  const pruner = medianPruner();

  it("prunes what is worse than the median at the step, by the direction", () => {
    const verdicts = ([0, 2.9, 3, 3.1, 9] as const).map((value) => pruner.prune(request([[0, value]])));
    expect(verdicts).toEqual([false, false, false, true, true]);
    const upwards = ([0, 2.9, 3, 3.1] as const).map((value) =>
      pruner.prune(request([[0, value]], { direction: "maximize" })),
    );
    expect(upwards).toEqual([true, true, false, false]);
  });

  it("takes the mean of the middle two of an even number", () => {
    const even = { trials: [...PAST, trial(6, "complete", [[0, 6]])] };
    expect([3.5, 3.51].map((value) => pruner.prune(request([[0, value]], even)))).toEqual([false, true]);
  });

  it("judges a trial by its best report so far, not by its last", () => {
    expect(
      pruner.prune(
        request([
          [0, 2],
          [10, 99],
        ]),
      ),
    ).toBe(false);
    expect(
      pruner.prune(
        request([
          [0, 98],
          [10, 99],
        ]),
      ),
    ).toBe(true);
  });

  it("waits for five complete trials; pruned and failed ones don't count", () => {
    const few = [...PAST.slice(1), trial(7, "pruned", [[0, 1]]), trial(8, "failed", [[0, 1]])];
    expect(pruner.prune(request([[0, 99]], { trials: few }))).toBe(false);
    expect(medianPruner({ startup: 4 }).prune(request([[0, 99]], { trials: few }))).toBe(true);
  });

  it("compares at equal steps only", () => {
    expect(pruner.prune(request([[5, 99]]))).toBe(false);
  });

  it("prunes a trial that has reported only NaN, and leaves NaN of others out", () => {
    expect(pruner.prune(request([[0, Number.NaN]]))).toBe(true);
    const odd = [...PAST, trial(6, "complete", [[0, Number.NaN]])];
    expect([3, 3.1].map((value) => pruner.prune(request([[0, value]], { trials: odd })))).toEqual([false, true]);
  });

  it("checks from the warm-up on, once an interval", () => {
    const every = medianPruner({ warmup: 4, interval: 3 });
    const flat = PAST.map((each) => ({
      ...each,
      intermediate: Array.from({ length: 12 }, (_, step) => [step, 1] as const),
    }));
    const checked = Array.from({ length: 12 }, (_, last) => {
      const reports = Array.from({ length: last + 1 }, (__, step) => [step, 2] as const);
      return every.prune(request(reports, { trials: flat }));
    });
    expect(checked.flatMap((pruned, step) => (pruned ? [step] : []))).toEqual([4, 7, 10]);
    const sparse = request(
      [
        [2, 2],
        [9, 2],
        [11, 2],
      ],
      { trials: flat },
    );
    expect(every.prune(sparse)).toBe(true);
  });

  it.each([{ startup: -1 }, { warmup: 0.5 }, { interval: 0 }])("refuses the options %j", (options) => {
    expect(() => medianPruner(options)).toThrow("OPTION_INVALID");
  });
});

describe("the nop pruner", () => {
  it("never prunes", () => {
    expect(nopPruner().prune(request([[0, Number.NaN]]))).toBe(false);
  });
});
