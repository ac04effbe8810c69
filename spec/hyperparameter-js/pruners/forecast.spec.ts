import { forecastPruner } from "hyperparameter-js";
import { type Reports, trial } from "./trials.js";

/** Learners that count in rounds of ten and in epochs: what they come to is 0.30 … 0.34. */
const ENDED = [0.3, 0.31, 0.32, 0.33, 0.34].map((end, number) =>
  trial(number, number % 2 === 0 ? "complete" : "pruned", curve(end, number % 2 === 0 ? 10 : 1)),
);

/** A power law to `end`, reported every `stride` steps. */
function curve(end: number, stride: number, count = 32): Reports {
  return Array.from({ length: count }, (_, at) => [stride * (at + 1), end + 0.5 * (at + 1) ** -1] as const);
}

const ends = ENDED.map(({ intermediate }) => intermediate.at(-1)?.[1] as number);

function pruned(intermediate: Reports, trials = ENDED): boolean {
  return forecastPruner().prune({ trial: trial(9, "running", intermediate), trials, direction: "minimize" });
}

describe("the pruner by forecast", () => {
  it("finds the end of a power law early, in whatever steps it is counted", () => {
    const median = ends.sort((a, b) => a - b)[2] as number;
    for (const stride of [1, 10, 500]) {
      expect(pruned(curve(median + 0.01, stride, 8))).toBe(true);
      expect(pruned(curve(median - 0.01, stride, 8))).toBe(false);
    }
  });

  it("lets a slow start go on for as long as each doubling gains more than the one before", () => {
    const slow: Reports = [10, 20, 40, 80].map((step) => [step, 0.9 - step / 1_000] as const);
    expect(pruned(slow)).toBe(false);
    expect(pruned([...slow, [160, 0.8]])).toBe(true);
  });

  it("compares what is reported at step 0 with what others reported there, and with nothing else", () => {
    expect(pruned([[0, 0.9]])).toBe(false);
    const sampled = ENDED.map((one, at) => trial(at, "complete", [[0, 0.5 + at / 100], ...one.intermediate]));
    expect(pruned([[0, 0.6]], sampled)).toBe(true);
    expect(pruned([[0, 0.51]], sampled)).toBe(false);
  });

  it("waits for trials that have reported, and sees the mirror image the other way round", () => {
    const flat = (sign: number): Reports => [1, 2, 4, 8].map((step) => [step, sign * 0.9] as const);
    expect(pruned(flat(1), ENDED.slice(0, 4))).toBe(false);
    expect(pruned(flat(1))).toBe(true);
    const upside = ENDED.map((one, at) =>
      trial(
        at,
        "complete",
        one.intermediate.map(([step, value]) => [step, -value]),
      ),
    );
    const request = { trial: trial(9, "running", flat(-1)), trials: upside, direction: "maximize" } as const;
    expect(forecastPruner().prune(request)).toBe(true);
  });
});
