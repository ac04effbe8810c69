/**
 * The smallest gain that a confirm side can resolve, before there is any model: (z_alpha + z_power)·se, with the
 * standard error from the size of the side and stated assumptions on how models differ (knowledge/promotion.md §3.2).
 * Once a candidate has met a champion, the standard error that was measured then takes the place of the assumptions.
 */
import type { SideSummary } from "../data/snapshot.js";
import type { DecisionBody } from "../ledger/entry.js";
import type { Shape } from "../plugin/metric.js";
import { normalQuantile } from "../statistics/normal.js";

export interface SmallestEffect {
  /** In the metric's own unit, > 0. */
  readonly effect: number;
  /** What the number takes for granted, as a clause. */
  readonly assumption: string;
}

export interface PowerAsk {
  /** One-sided error rate that the next look may spend. */
  readonly alpha: number;
  /** 0.8 by convention. */
  readonly power?: number;
  /** Of the same metric; null or absent: nothing was measured yet. */
  readonly measured?: Measured | null;
}

/** What the last comparison of a candidate with a champion says of the next. */
export interface Measured {
  readonly metric: string;
  /** Standard error of the gain, and the rows that it was measured on. */
  readonly se: number;
  readonly rows: number;
  /** Score of the better one of the two as far as was decided: what a next candidate has to beat. */
  readonly score: number | null;
}

/** Null where a decision compared nothing with a champion, or found no difference on any row. */
export function measuredIn({ evidence, metric, decision }: DecisionBody): Measured | null {
  const { candidate, champion, gates } = evidence;
  const found = gates.find(({ figures }) => figures.metric === metric && figures.against === "champion");
  const { se, n } = found?.figures ?? {};
  if (typeof se !== "number" || typeof n !== "number" || !(se > 0)) return null;
  const standing = decision === "PROMOTED" ? candidate : champion;
  return { metric, se, rows: n, score: standing?.scores[metric]?.point ?? null };
}

/** Null where nothing was measured and the metric has no shape, or the side has too few rows to say anything. */
export function smallestEffect(side: SideSummary, shape: Shape | undefined, ask: PowerAsk): SmallestEffect | null {
  const deviations = normalQuantile(1 - ask.alpha) + normalQuantile(ask.power ?? 0.8);
  const { standardError, assumption } = ask.measured ? asMeasured(ask.measured, shape) : assumed(shape);
  const effect = deviations * standardError(side, deviations);
  return Number.isFinite(effect) && effect > 0 ? { effect, assumption } : null;
}

/**
 * Whether a side can't show the largest gain there is left at the next look's alpha, though it could at the first one's.
 * False where that isn't known.
 */
export function isBeyond(
  side: SideSummary,
  shape: Shape | undefined,
  ask: PowerAsk & { readonly first: number },
): boolean {
  const most = mostGain(shape, ask.measured?.score ?? null);
  const effect = (alpha: number) => smallestEffect(side, shape, { ...ask, alpha })?.effect ?? 0;
  return effect(ask.alpha) > most && effect(ask.first) <= most;
}

/** From a score to the best one there is. */
function mostGain(shape: Shape | undefined, score: number | null): number {
  if (shape === undefined || score === null) return Number.POSITIVE_INFINITY;
  return UP_TO_ONE.has(shape) ? 1 - score : Math.abs(score);
}

const UP_TO_ONE: ReadonlySet<Shape> = new Set(["ranking", "rate", "class_rate", "explained"]);

interface Assumption {
  /** Of the difference between two models' scores. `deviations` is how many of them the effect has to be. */
  readonly standardError: (side: SideSummary, deviations: number) => number;
  readonly assumption: string;
}

const AREA = 0.8;
const AREA_CORRELATION = 0.8;
/** Share of rows on which two models of the same data disagree: that of the simulations in knowledge/promotion.md §3. */
const DISAGREEMENT = 0.06;
const LOG_LOSS_SPREAD = 0.2;
const BRIER_SPREAD = 0.05;
/** Of a regression's residuals to its target, both as standard deviations: R² = 0.75. */
const RESIDUAL = 0.5;
const RESIDUAL_CORRELATION = 0.9;

// For normal residuals e₁, e₂ of equal deviation σ and correlation ρ: sd(e₁² − e₂²) = 2σ²√(1 − ρ²), hence for the
// root of the mean, by the delta method, σ√(1 − ρ²).
const SQUARED_SPREAD = RESIDUAL * Math.sqrt(1 - RESIDUAL_CORRELATION ** 2);
// sd(|e₁| − |e₂|) = σ√(2(1 − 2/π)(1 − r)), where r = 0.777 is the correlation of the absolute values at ρ = 0.9:
// (2/π)(ρ·asin ρ + √(1 − ρ²) − 1)/(1 − 2/π).
const ABSOLUTE_SPREAD = RESIDUAL * Math.sqrt(2 * (1 - 2 / Math.PI) * (1 - 0.777));

const ASSUMPTIONS: Readonly<Record<Shape, Assumption>> = {
  ranking: {
    standardError: ({ classCounts }) => hanleyMcNeil(classCounts) * Math.sqrt(2 * (1 - AREA_CORRELATION)),
    assumption: `both models have an area near ${AREA}, and their areas a correlation of ${AREA_CORRELATION}`,
  },
  rate: {
    // A gain can't be larger than the share on which the models disagree; few rows need a larger share.
    standardError: ({ rows }, deviations) => Math.sqrt(Math.max(DISAGREEMENT, deviations ** 2 / rows) / rows),
    assumption: `the models disagree on ${DISAGREEMENT * 100} % of the rows, or on more where that couldn't show a gain`,
  },
  class_rate: {
    standardError: ({ classCounts }) =>
      Math.sqrt(DISAGREEMENT * classCounts.reduce((sum, count) => sum + 1 / count, 0)) / classCounts.length,
    assumption: `the models disagree on ${DISAGREEMENT * 100} % of the rows of each class`,
  },
  log: perRow(LOG_LOSS_SPREAD, "log-losses"),
  probability: perRow(BRIER_SPREAD, "squared errors"),
  squared_error: ofTarget(SQUARED_SPREAD, ({ targetStd }) => targetStd),
  absolute_error: ofTarget(ABSOLUTE_SPREAD, ({ targetStd }) => targetStd),
  explained: ofTarget(2 * RESIDUAL * SQUARED_SPREAD, () => 1),
};

const UNKNOWN: Assumption = { standardError: () => Number.NaN, assumption: "" };

function assumed(shape: Shape | undefined): Assumption {
  return shape === undefined ? UNKNOWN : ASSUMPTIONS[shape];
}

function asMeasured({ se, rows: measuredOn }: Measured, shape: Shape | undefined): Assumption {
  return {
    standardError: ({ rows }, deviations) => {
      const perRow = se * Math.sqrt(measuredOn);
      // Of shares of rows as among ASSUMPTIONS: the gain itself takes rows on which the models disagree.
      return (shape === "rate" ? Math.max(perRow, deviations / Math.sqrt(rows)) : perRow) / Math.sqrt(rows);
    },
    assumption: `as sure as the last comparison with a champion was, whose standard error on ${measuredOn} rows was ${se.toPrecision(2)}`,
  };
}

function perRow(spread: number, what: string): Assumption {
  return {
    standardError: ({ rows }) => spread / Math.sqrt(rows),
    assumption: `the models' ${what} of a row differ with a standard deviation of ${spread}`,
  };
}

function ofTarget(spread: number, unit: (side: SideSummary) => number | null): Assumption {
  return {
    standardError: (side) => (spread * (unit(side) ?? Number.NaN)) / Math.sqrt(side.rows),
    assumption: `residuals spread half as far as the target, and those of two models have a correlation of ${RESIDUAL_CORRELATION}`,
  };
}

/**
 * Standard error of an area (Hanley and McNeil, Radiology 143, 1982); for more than two classes the mean of those of
 * each class against the rest, as if they were one.
 */
function hanleyMcNeil(classCounts: readonly number[]): number {
  const rows = classCounts.reduce((sum, count) => sum + count, 0);
  const q1 = AREA / (2 - AREA);
  const q2 = (2 * AREA ** 2) / (1 + AREA);
  const errors = classCounts.map((positives) => {
    const negatives = rows - positives;
    const spread = AREA * (1 - AREA) + (positives - 1) * (q1 - AREA ** 2) + (negatives - 1) * (q2 - AREA ** 2);
    return Math.sqrt(spread / (positives * negatives));
  });
  // Of two classes each alone stands for both: the second is the one that is judged.
  return classCounts.length === 2 ? (errors[1] ?? Number.NaN) : errors.reduce((sum, e) => sum + e, 0) / errors.length;
}
