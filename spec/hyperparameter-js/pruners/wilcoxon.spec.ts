import { wilcoxonPruner } from "hyperparameter-js";
import { normalCdf } from "../../../core/hyperparameter-js/src/math/normal.js";
import { largestWealth } from "../../../core/hyperparameter-js/src/pruners/wilcoxon.js";
import { reports, trial } from "./trials.js";

const ALPHA = 0.05;
const INSTANCES = 100;
const RUNS = 2000;

/** One-sided p of Wilcoxon's signed-rank test by the normal approximation, without ties. */
function plainP(differences: readonly number[]): number {
  const n = differences.length;
  const order = differences
    .map((_, index) => index)
    .toSorted((a, b) => Math.abs(differences[a] as number) - Math.abs(differences[b] as number));
  const positive = order.reduce((sum, index, rank) => sum + ((differences[index] as number) > 0 ? rank + 1 : 0), 0);
  return 1 - normalCdf((positive - (n * (n + 1)) / 4) / Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24));
}

const { imul } = Math;

/** Uniform in [0, 1): Mulberry32, which is enough here and quicker than the library's own. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), state | 1);
    t ^= t + imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Draw = () => number;

/** The sum of four uniforms, to mean 0 and variance 1. */
const bell = (next: Draw) => (next() + next() + next() + next() - 2) * Math.sqrt(3);

/** Draws symmetric around 0. */
const NOISES: Readonly<Record<string, (next: Draw) => number>> = {
  bell,
  uniform: (next) => 2 * next() - 1,
  "two sizes": (next) => (next() < 0.5 ? 1 : -1) * (next() < 0.9 ? 1 : 50),
  "heavy tails": (next) => bell(next) / (next() + 0.01),
};

function sample(noise: string, shift: number, run: number): readonly number[] {
  const next = uniform(1000 * run + noise.length);
  const draw = NOISES[noise] as (next: Draw) => number;
  return Array.from({ length: INSTANCES }, () => draw(next) + shift);
}

function share(runs: number, holds: (run: number) => boolean): number {
  return Array.from({ length: runs }, (_, run) => holds(run)).filter(Boolean).length / runs;
}

describe("the always-valid Wilcoxon pruner", () => {
  const pruner = wilcoxonPruner({ alpha: ALPHA });

  /** Whether a trial with these differences from the best is pruned at any of its reports. */
  function isEverPruned(differences: readonly number[]): boolean {
    const best = differences.map((_, instance) => [instance, 3] as const);
    const trials = [trial(0, "complete", best)];
    return differences.some((_, last) => {
      const reported = differences
        .slice(0, last + 1)
        .map((difference, instance) => [instance, 3 + difference] as const);
      return pruner.prune({ trial: trial(1, "running", reported), trials, direction: "minimize" });
    });
  }

  it("prunes at most alpha of the trials that are as good as the best, however often it looks", () => {
    for (const noise of Object.keys(NOISES)) {
      const wrong = share(RUNS, (run) => largestWealth(sample(noise, 0, run)) >= 1 / ALPHA);
      process.stdout.write(`false prunes under peeking, ${noise}: always-valid ${(100 * wrong).toFixed(1)} %\n`);
      expect(wrong).toBeLessThanOrEqual(ALPHA);
    }
  });

  it("does so where peeking at the plain test errs three times as often, even at every third report only", () => {
    const plain = share(300, (run) => {
      const all = sample("bell", 0, run);
      return all.some((_, last) => last >= 4 && last % 3 === 0 && plainP(all.slice(0, last + 1)) < ALPHA);
    });
    process.stdout.write(`false prunes under peeking, bell: plain p < 0.05 ${(100 * plain).toFixed(1)} %\n`);
    expect(plain).toBeGreaterThan(0.15);
  });

  it.each([
    [0.3, 0.5],
    [0.5, 0.95],
  ])("finds a shift of %s standard deviations in 100 instances", (shift, least) => {
    const found = share(300, (run) => largestWealth(sample("bell", shift, run)) >= 1 / ALPHA);
    const plain = share(300, (run) => plainP(sample("bell", shift, run)) < ALPHA);
    const [own, fixed] = [found, plain].map((power) => `${(100 * power).toFixed(0)} %`);
    process.stdout.write(`power at ${shift} sd: always-valid ${own}, plain test once at the end ${fixed}\n`);
    expect(found).toBeGreaterThan(least);
  });

  it("is what the pruner decides by", () => {
    for (let run = 0; run < 40; run++) {
      const differences = sample("bell", 0.2, run);
      const sums = differences.map((_, last) => differences.slice(0, last + 1).reduce((sum, each) => sum + each, 0));
      const due = sums.some((sum, last) => sum > 1e-9 && largestWealth(differences.slice(0, last + 1)) >= 20);
      expect(isEverPruned(differences)).toBe(due);
    }
  });

  it("wins on bets as on paper", () => {
    const bet = (stake: number, rank: number) => Math.tanh(stake * rank);
    const expected = [0.6, 1.8].map((c) => (1 + bet(c, 1)) * (1 - bet(c, 1 / 2)) * (1 + bet(c, 2 / 3)));
    const wealths = [2, 2].map((count) => {
      const [a, b] = [0.6, 1.8].map((c) => (1 + bet(c, 1)) * (count > 1 ? 1 - bet(c, 1 / 2) : 1)) as [number, number];
      return (a + b) / 2;
    });
    const first = (2 + bet(0.6, 1) + bet(1.8, 1)) / 2;
    const last = ((expected[0] as number) + (expected[1] as number)) / 2;
    expect(largestWealth([4, 0, -1, 2])).toBeCloseTo(Math.max(1, first, ...wealths, last), 12);
    expect(largestWealth([-1, -2])).toBe(1);
  });

  it("compares with the best complete trial, by the direction, feasible ones first", () => {
    const good = trial(0, "complete", reports(...Array(12).fill(1)), 1);
    const bad = trial(1, "complete", reports(...Array(12).fill(9)), 9);
    const now = trial(3, "running", reports(...Array.from({ length: 12 }, (_, n) => 5 + n / 9)));
    const judge = (trials: readonly (typeof good)[], direction: "minimize" | "maximize") =>
      pruner.prune({ trial: now, trials, direction });
    expect([judge([good, bad], "minimize"), judge([bad, good], "maximize")]).toEqual([true, true]);
    expect([judge([bad], "minimize"), judge([good], "maximize"), judge([], "minimize")]).toEqual([false, false, false]);
    const broken = { ...good, constraints: [0.5] };
    expect(judge([broken, { ...bad, constraints: [-1] }], "minimize")).toBe(false);
  });

  it("needs instances that both have, and leaves NaN out", () => {
    const best = trial(0, "complete", reports(...Array(12).fill(1)), 1);
    const judge = (reported: readonly (readonly [number, number])[]) =>
      pruner.prune({ trial: trial(3, "running", reported), trials: [best], direction: "minimize" });
    const worse = Array.from({ length: 12 }, (_, n) => [n, 5 + n] as const);
    expect(judge(worse)).toBe(true);
    expect(judge(worse.map(([n, value]) => [n + 50, value] as const))).toBe(false);
    expect(judge([...worse, [12, Number.NaN]])).toBe(true);
  });
});
