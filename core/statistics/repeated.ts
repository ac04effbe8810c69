/**
 * Two models by their scores on the same folds. Models of different folds have learned from largely the same rows, so that
 * scores of folds vary together: a plain paired t over folds finds differences that aren't there.
 */
import { deviationOf, weightedMean } from "./estimate.js";
import { studentCdf } from "./student.js";

/** Scores of one metric on every fold of every repeat. */
export interface FoldScores {
  readonly folds: number;
  /** [repeats × folds] */
  readonly scores: readonly number[];
}

export interface Odds {
  /** Mean difference over the folds, and its t by Nadeau and Bengio; null where all folds differ alike. */
  readonly delta: number;
  readonly t: number | null;
  /** One-sided, of "it is no better". */
  readonly p: number;
  /** Chances that it is worse by more than the region of practical equivalence, within it, and better by more. They sum to 1. */
  readonly worse: number;
  readonly same: number;
  readonly better: number;
}

/** With fewer folds there is nothing to estimate a spread from. */
const LEAST_FOLDS = 3;

/**
 * The corrected resampled t test (Nadeau and Bengio, Machine Learning 52, 2003) and the posterior that belongs to it, the
 * correlated Bayesian t (Corani and Benavoli 2015; Benavoli, Corani, Demšar and Zaffalon, JMLR 18, 2017) with a
 * correlation of 1/folds: a Student t with J − 1 degrees of freedom, centre the mean and scale² (1/J + 1/(folds − 1))·s².
 * @param differences of J folds, positive where it is better
 * @param rope half the width of the region of practical equivalence, in the score's unit, ≥ 0
 */
export function oddsOf(differences: readonly number[], folds: number, rope: number): Odds | null {
  const count = differences.length;
  if (count < LEAST_FOLDS || folds < 2 || !differences.every(Number.isFinite)) return null;
  const values = Float64Array.from(differences);
  const delta = weightedMean(values, null);
  const scale = Math.sqrt(1 / count + 1 / (folds - 1)) * deviationOf(values);
  const below = (x: number) => (scale > 0 ? studentCdf((x - delta) / scale, count - 1) : Number(delta < x));
  const worse = below(-rope);
  const better = scale > 0 ? studentCdf((delta - rope) / scale, count - 1) : Number(delta > rope);
  return {
    delta,
    t: scale > 0 ? delta / scale : null,
    p: scale > 0 ? studentCdf(-delta / scale, count - 1) : Number(delta <= 0),
    worse,
    same: Math.max(0, 1 - worse - better),
    better,
  };
}
