import {
  type Evidence,
  effectiveRows,
  type Gate,
  type Json,
  type Outcome,
  type Verdict,
} from "../../core/plugin/index.js";
import {
  type Claims,
  calibrationError,
  claimsOf,
  type Estimate,
  meanEstimate,
  recalibration,
  spiegelhalter,
} from "./reliability.js";
import { unsure, worstOf } from "./verdict.js";
import { counted, figure, finite } from "./words.js";

const DEFAULT_ECE = 0.05;
/** Rows below which bins say nothing: two for each of 15. */
const LEAST_ROWS = 30;

/**
 * Probabilities mean what they say. Every limit that is given must be kept with confidence 1 − alpha; all measures are
 * shown. Of more than two classes the probability of the label is judged, but for `brier`.
 */
export const calibration: Gate = {
  name: "calibration",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      ece: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        default: DEFAULT_ECE,
        description: "Largest expected calibration error, over 15 bins of equal mass, corrected for its bias.",
      },
      brier: { type: "number", exclusiveMinimum: 0, description: "Largest Brier score." },
      slope: {
        type: "number",
        exclusiveMinimum: 0,
        description: "How far from 1 the slope of Cox's recalibration may be.",
      },
      intercept: {
        type: "number",
        exclusiveMinimum: 0,
        description: "How far from 0 the intercept of Cox's recalibration may be.",
      },
      spiegelhalter: {
        type: "number",
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: "Smallest p-value of Spiegelhalter's Z, which is small where probabilities are wrong.",
      },
    },
  },
  judge(evidence, options) {
    const reason = whyNot(evidence);
    return reason === null ? judgeClaims(evidence, options) : unsure(reason);
  },
};

function whyNot({ spec, truth, weight, candidate }: Evidence): string | null {
  if (spec.task === "regression")
    return "Calibration is of probabilities, and the task is regression: see the gate coverage.";
  const rows = effectiveRows(truth.length, weight);
  if (rows < LEAST_ROWS) return `There are only ${Math.floor(rows)} rows, and ${LEAST_ROWS} are the least.`;
  if (new Set(truth).size < 2) return "All rows are of one class.";
  return candidate.prediction.every(Number.isFinite) ? null : "The candidate predicts what is no number.";
}

interface Measured {
  readonly ece: Estimate;
  readonly brier: Estimate;
  readonly slope: Estimate | null;
  readonly intercept: Estimate | null;
  readonly spiegelhalter: { readonly z: number; readonly p: number } | null;
}

/** What each limit asks of what was measured; null: it was not. */
const CHECKS: Readonly<Record<keyof Measured, (measured: Measured, limit: number) => Outcome>> = {
  ece: ({ ece }, limit) => atMost(ece, limit),
  brier: ({ brier }, limit) => atMost(brier, limit),
  slope: ({ slope }, limit) => near(slope, 1, limit),
  intercept: ({ intercept }, limit) => near(intercept, 0, limit),
  spiegelhalter: ({ spiegelhalter: test }, limit) =>
    test === null ? "INCONCLUSIVE" : test.p < limit ? "FAIL" : "PASS",
};

function atMost({ lower, upper }: Estimate, limit: number): Outcome {
  return upper <= limit ? "PASS" : lower > limit ? "FAIL" : "INCONCLUSIVE";
}

function near(estimate: Estimate | null, centre: number, limit: number): Outcome {
  if (estimate === null) return "INCONCLUSIVE";
  const { lower, upper } = estimate;
  if (lower >= centre - limit && upper <= centre + limit) return "PASS";
  return lower > centre + limit || upper < centre - limit ? "FAIL" : "INCONCLUSIVE";
}

function judgeClaims(evidence: Evidence, options: { readonly [key: string]: Json }): Verdict {
  const claims = claimsOf(evidence);
  const cox = recalibration(claims);
  const measured: Measured = {
    ece: calibrationError(claims),
    brier: meanEstimate(brierLosses(evidence), claims),
    slope: cox?.slope ?? null,
    intercept: cox?.intercept ?? null,
    spiegelhalter: spiegelhalter(claims),
  };
  const limits: { readonly [key: string]: Json } = { ece: DEFAULT_ECE, ...options };
  const names = (Object.keys(CHECKS) as (keyof Measured)[]).filter((name) => typeof limits[name] === "number");
  const outcomes = names.map((name) => CHECKS[name](measured, Number(limits[name])));
  const outcome = worstOf(outcomes);
  const telling = names.filter((_, index) => outcomes[index] === outcome);
  const said = telling.map((name) => `${WORDS[name]} ${shown(measured[name])}, limit ${figure(Number(limits[name]))}`);
  return {
    outcome,
    reason: `On ${counted(evidence.truth.length)} rows ${HOW[outcome]}: ${said.join("; ")}.`,
    figures: figuresOf(measured, claims, limits),
  };
}

const WORDS: Readonly<Record<keyof Measured, string>> = {
  ece: "calibration error",
  brier: "Brier score",
  slope: "Cox slope",
  intercept: "Cox intercept",
  spiegelhalter: "Spiegelhalter's Z",
};

const HOW: Readonly<Record<Outcome, string>> = {
  PASS: "probabilities mean what they say",
  FAIL: "probabilities don't mean what they say",
  INCONCLUSIVE: "it is too unsure what probabilities mean",
};

function shown(measure: Measured[keyof Measured]): string {
  if (measure === null) return "not defined";
  if ("z" in measure) return `${figure(measure.z)} (p ${figure(measure.p)})`;
  return `${figure(measure.value)} (${figure(measure.lower)} to ${figure(measure.upper)})`;
}

function figuresOf(measured: Measured, { alpha, claimed }: Claims, limits: { readonly [key: string]: Json }) {
  const all = Object.entries(measured).map(
    ([name, measure]) => [name, measure === null ? null : finite({ ...measure })] as const,
  );
  return { ...Object.fromEntries(all), limits, alpha, n: claimed.length };
}

/** Of two classes (p − y)² of the positive one; of more the sum over the classes (Brier 1950). */
function brierLosses({ spec, truth, candidate }: Evidence): Float64Array {
  const classes = spec.classes.length;
  return truth.map((answer, row) => {
    let sum = 0;
    for (let code = classes === 2 ? 1 : 0; code < classes; code++)
      sum += ((candidate.prediction[row * classes + code] as number) - Number(answer === code)) ** 2;
    return sum;
  });
}
