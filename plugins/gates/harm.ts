/** Non-inferiority: the test of an effect the other way round, of the gain that the reference has over the candidate. */
import {
  type Answers,
  type Comparison,
  type Demand,
  type Evidence,
  gather,
  type Judging,
  type Metric,
  pairedTest,
  type Undecidable,
} from "../../core/plugin/index.js";
import type { Reference } from "./reference.js";

/** Two models on the same rows. */
export interface Contest extends Judging {
  readonly candidate: Answers;
  readonly reference: Answers;
}

/** What the candidate loses against the reference, in the metric's own unit: `upper` is how much it may be. */
export type Harm = Comparison | Undecidable;

export function contestOf(evidence: Evidence, metric: Metric, reference: Reference): Contest {
  return { ...evidence, metric, reference: reference.contender };
}

/** The contest on some of its rows. */
export function onRows(contest: Contest, rows: Int32Array): Contest {
  const { group } = contest;
  const side = (answers: Answers) => gather({ ...contest, labels: null, ...answers }, rows);
  const [candidate, reference] = [side(contest.candidate), side(contest.reference)];
  return {
    ...contest,
    truth: candidate.truth,
    weight: candidate.weight,
    group: group && Int32Array.from(rows, (row) => group[row] as number),
    candidate,
    reference,
  };
}

/** @param demand its margin is the loss that is allowed */
export function harmOf(contest: Contest, demand: Demand): Harm {
  return pairedTest(contest, contest.candidate, contest.reference, demand);
}

/** The loss is below the margin with confidence 1 − alpha. */
export function isHarmless(harm: Comparison, margin: number): boolean {
  return harm.upper < margin;
}
