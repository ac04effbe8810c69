import {
  type Evidence,
  type Gate,
  type Json,
  type Outcome,
  rightRows,
  type ShareBounds,
  shareBounds,
  type Verdict,
} from "../../core/plugin/index.js";
import { unsure, worstOf } from "./verdict.js";
import { counted, figure, finite, many } from "./words.js";

/**
 * Rows that the champion has right and the candidate wrong, as a share of all rows (Yan et al., Positive-Congruent
 * Training, CVPR 2021): people who were served well and no longer are, which a better score may hide. `relative` is by
 * what two independent models of these accuracies would give, (1 − error of A)·error of B. Bounds are exact.
 */
export const negativeFlips: Gate = {
  name: "negative_flips",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["max"],
    properties: {
      max: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        description: "Largest share of rows that may turn from right to wrong.",
      },
      relative: {
        type: "number",
        exclusiveMinimum: 0,
        description: "Largest share by that of independent models of the same accuracies; 1: as many as by chance.",
      },
      tolerance: {
        type: "number",
        exclusiveMinimum: 0,
        description: "For a regression: how near a value is right, in the target's unit.",
      },
    },
  },
  judge(evidence, options) {
    const { champion, truth, alpha } = evidence;
    if (truth.length === 0) return unsure("There are no rows.");
    const isRight = judgeOf(evidence, options.tolerance);
    if (isRight === null)
      return unsure("A value is neither right nor wrong without a tolerance, and the recipe gives none.");
    if (champion === null)
      return { outcome: "PASS", reason: "Nothing serves yet, so no answer can turn from right to wrong.", figures: {} };
    const flips = flipsOf(evidence, isRight(champion), isRight(evidence.candidate));
    return verdictOf(flips, { options, alpha, rows: truth.length });
  },
};

type Right = (answers: Evidence["candidate"]) => Float64Array;

function judgeOf({ spec, truth }: Evidence, tolerance: Json | undefined): Right | null {
  if (spec.task !== "regression") return (answers) => rightRows({ spec, truth, ...answers });
  if (typeof tolerance !== "number") return null;
  return ({ prediction }) =>
    truth.map((value, row) => Number(Math.abs(value - (prediction[row] as number)) <= tolerance));
}

interface Flips {
  readonly negative: ShareBounds;
  readonly positive: number;
  /** Shares of rows that are right. */
  readonly right: { readonly champion: number; readonly candidate: number };
  readonly count: number;
}

function flipsOf(evidence: Evidence, champion: Float64Array, candidate: Float64Array): Flips {
  const share = (marked: Float64Array) => shareBounds(marked, evidence, evidence.alpha);
  const negative = champion.map((was, row) => was * (1 - (candidate[row] as number)));
  const positive = champion.map((was, row) => (1 - was) * (candidate[row] as number));
  return {
    negative: share(negative),
    positive: share(positive).share,
    right: { champion: share(champion).share, candidate: share(candidate).share },
    count: negative.reduce((sum, flip) => sum + flip, 0),
  };
}

interface Limits {
  readonly options: { readonly [key: string]: Json };
  readonly alpha: number;
  readonly rows: number;
}

interface Check {
  readonly name: string;
  readonly limit: number;
  readonly bounds: ShareBounds;
}

function verdictOf({ negative, positive, right, count }: Flips, { options, alpha, rows }: Limits): Verdict {
  // The two error rates are taken as measured: the share of flips is by far the least sure of the three.
  const chance = right.champion * (1 - right.candidate);
  const byChance = ({ share, lower, upper }: ShareBounds): ShareBounds => ({
    share: share / chance,
    lower: lower / chance,
    upper: upper / chance,
  });
  const checks: Check[] = [{ name: "of the rows", limit: Number(options.max), bounds: negative }];
  if (typeof options.relative === "number" && chance > 0)
    checks.push({ name: "times as many as by chance", limit: options.relative, bounds: byChance(negative) });
  const outcomes = checks.map(outcomeOf);
  const outcome = worstOf(outcomes);
  const telling = checks[outcomes.indexOf(outcome)] as Check;
  const figures = finite({
    n: rows,
    alpha,
    negative_flips: count,
    nfr: negative.share,
    lower: negative.lower,
    upper: negative.upper,
    pfr: positive,
    nfi: negative.share / (1 - right.candidate),
    pfi: positive / right.candidate,
    relative: chance > 0 ? negative.share / chance : null,
    max: Number(options.max),
    relative_max: typeof options.relative === "number" ? options.relative : null,
  });
  return { outcome, reason: sentence(telling, outcome, { count, rows, positive }), figures };
}

function outcomeOf({ limit, bounds }: Check): Outcome {
  return bounds.upper <= limit ? "PASS" : bounds.lower > limit ? "FAIL" : "INCONCLUSIVE";
}

interface Counts {
  readonly count: number;
  readonly rows: number;
  readonly positive: number;
}

function sentence({ name, limit, bounds }: Check, outcome: Outcome, { count, rows, positive }: Counts): string {
  const turned = `${many(count, "row")} of ${counted(rows)} turned from right to wrong, against ${counted(Math.round(positive * rows))} the other way`;
  const range = `${figure(bounds.share)} ${name}, ${figure(bounds.lower)} to ${figure(bounds.upper)}`;
  const tail = {
    PASS: `within the limit of ${figure(limit)}`,
    FAIL: `above the limit of ${figure(limit)}`,
    INCONCLUSIVE: `too unsure for the limit of ${figure(limit)}`,
  }[outcome];
  return `${turned} (${range}): ${tail}.`;
}
