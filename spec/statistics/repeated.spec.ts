import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRng } from "hyperparameter-js";
import { oddsOf } from "../../core/statistics/repeated.js";

const ORACLE = JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures/statistics/oracle.json"), "utf8"));

interface Row {
  readonly differences: readonly number[];
  readonly folds: number;
  readonly rope: number;
  readonly t: number;
  readonly p: number;
  readonly worse: number;
  readonly same: number;
  readonly better: number;
}

// scipy.stats.t with the published scale.
test.each(ORACLE.repeated as Row[])("has scipy's t, p-value and posterior: %#", (row) => {
  const odds = oddsOf(row.differences, row.folds, row.rope);
  for (const key of ["t", "p", "worse", "same", "better"] as const) expect(odds?.[key]).toBeCloseTo(row[key], 10);
});

test("models that differ nowhere are the same, and ones that differ alike on every fold are told apart", () => {
  expect(oddsOf([0, 0, 0, 0, 0], 5, 0.01)).toEqual({ delta: 0, t: null, p: 1, worse: 0, same: 1, better: 0 });
  expect(oddsOf([0.5, 0.5, 0.5], 3, 0.01)).toMatchObject({ p: 0, worse: 0, better: 1 });
});

test("of fewer than three folds, or of scores that aren't defined, nothing is said", () => {
  expect(oddsOf([0.1, 0.2], 2, 0)).toBeNull();
  expect(oddsOf([0.1, Number.NaN, 0.2], 3, 0)).toBeNull();
});

/** Differences of 2 × 5 folds that have a correlation of 1/5, as folds of models that learned from shared rows have. */
function related(seed: number): number[] {
  const rng = createRng(seed, "folds");
  const shared = rng.normal();
  return Array.from({ length: 10 }, () => Math.sqrt(0.2) * shared + Math.sqrt(0.8) * rng.normal());
}

// 1,000 draws at 5 %: three standard deviations above it are 7.1 %. A plain paired t is wrong in about 20 %.
test("is wrong in about as many cases as it says, where a plain paired t over folds is not", () => {
  let [corrected, plain] = [0, 0];
  for (let seed = 0; seed < 1000; seed++) {
    const { t, p } = oddsOf(related(seed), 5, 0) ?? { t: null, p: 1 };
    if (p < 0.05) corrected++;
    // the uncorrected scale has 1/J alone
    if ((t ?? 0) * Math.sqrt((1 / 10 + 1 / 4) / (1 / 10)) > 1.833) plain++;
  }
  expect(corrected / 1000).toBeLessThan(0.071);
  expect(plain / 1000).toBeGreaterThan(0.15);
});
