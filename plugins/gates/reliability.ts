/** How far claimed probabilities are from what happens. */
import {
  type Evidence,
  type Layout,
  meanOf,
  normalCdf,
  predictedClass,
  spreadOf,
  studentQuantile,
} from "../../core/plugin/index.js";

/** An estimate with one-sided bounds at 1 − alpha. */
export interface Estimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** What is claimed of each row, and whether it came true. */
export interface Claims extends Omit<Layout, "strata"> {
  /** Of two classes the probability of the positive one; of more that of the label. [rows] */
  readonly claimed: Float64Array;
  /** 1 or 0. [rows] */
  readonly happened: Float64Array;
  readonly alpha: number;
}

const BINS = 15;
/** The smallest step below 1 that the float32 of a graph can show. */
const LEAST_PROBABILITY = 2 ** -23;

export function claimsOf(evidence: Evidence): Claims {
  const { spec, truth, candidate, weight, group, serial, alpha } = evidence;
  const classes = spec.classes.length;
  const said = truth.map((_, row) => (classes === 2 ? 1 : predictedClass({ spec, ...candidate }, row)));
  const claimed = said.map((code, row) => candidate.prediction[row * classes + code] as number);
  const happened = said.map((code, row) => Number(code === truth[row]));
  return { claimed, happened, weight, group, serial, alpha };
}

/** Of row losses the mean. */
export function meanEstimate(losses: Float64Array, claims: Claims): Estimate {
  const { value, influence } = meanOf(losses, claims.weight);
  return estimate(value, influence, claims);
}

/**
 * Expected calibration error over 15 bins of equal mass, less what chance adds to it: a bin's |claimed − happened| is
 * replaced by twice it less what it would be on average if it were the truth (Kumar, Liang and Ma, Verified Uncertainty
 * Calibration, NeurIPS 2019, appendix; the mean of a folded normal distribution). Bins never part equal claims.
 */
export function calibrationError(claims: Claims): Estimate {
  const { claimed, happened, weight } = claims;
  const influence = new Float64Array(claimed.length);
  const total = weight === null ? claimed.length : weight.reduce((sum, w) => sum + w, 0);
  let value = 0;
  for (const rows of binsOf(claimed)) {
    const { mass, claim, share, squares } = binMeans(rows, claims);
    const miss = claim - share;
    value += (mass / total) * (2 * Math.abs(miss) - foldedMean(miss, Math.sqrt(share * (1 - share) * squares)));
    for (const row of rows) {
      const own = (claimed[row] as number) - (happened[row] as number) - miss;
      influence[row] = (Math.sign(miss) * own * (weight === null ? 1 : (weight[row] as number))) / total;
    }
  }
  return estimate(Math.max(0, value), influence, claims);
}

/** Row numbers of each bin, by rising claims. */
function binsOf(claimed: Float64Array): Int32Array[] {
  const order = Int32Array.from(claimed, (_, row) => row).sort(
    (a, b) => (claimed[a] as number) - (claimed[b] as number) || a - b,
  );
  const bins: Int32Array[] = [];
  let from = 0;
  for (let to = 1; to <= order.length; to++) {
    const isTied = to < order.length && claimed[order[to] as number] === claimed[order[to - 1] as number];
    if (isTied || to < ((bins.length + 1) * order.length) / BINS) continue;
    bins.push(order.subarray(from, to));
    from = to;
  }
  return bins;
}

function binMeans(rows: Int32Array, { claimed, happened, weight }: Claims) {
  let [total, claim, share, squares] = [0, 0, 0, 0];
  for (const row of rows) {
    const w = weight === null ? 1 : (weight[row] as number);
    total += w;
    claim += w * (claimed[row] as number);
    share += w * (happened[row] as number);
    squares += w * w;
  }
  if (total === 0) return { mass: 0, claim: 0, share: 0, squares: 0 };
  return { mass: total, claim: claim / total, share: share / total, squares: squares / (total * total) };
}

/** E|X| of a normal X. */
function foldedMean(mean: number, deviation: number): number {
  if (deviation === 0) return Math.abs(mean);
  const z = mean / deviation;
  return deviation * Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2) + mean * (1 - 2 * normalCdf(-z));
}

export interface Recalibration {
  readonly intercept: Estimate;
  readonly slope: Estimate;
}

/**
 * The logistic regression of what happened on the log odds of the claims (Cox, Biometrika 45, 1958): 0 and 1 where all is
 * well; a slope below 1 is overconfident. Null where it isn't defined: claims that are all alike, or that tell all apart.
 */
export function recalibration(claims: Claims): Recalibration | null {
  const odds = claims.claimed.map(logOdds);
  const fit = logisticFit(odds, claims);
  if (fit === null) return null;
  const { intercept, slope, inverse } = fit;
  const [a, b] = [new Float64Array(odds.length), new Float64Array(odds.length)];
  for (const [row, x] of odds.entries()) {
    const w = claims.weight === null ? 1 : (claims.weight[row] as number);
    const residual = w * ((claims.happened[row] as number) - logistic(intercept + slope * x));
    a[row] = residual * (inverse[0] + inverse[1] * x);
    b[row] = residual * (inverse[1] + inverse[2] * x);
  }
  return { intercept: estimate(intercept, a, claims), slope: estimate(slope, b, claims) };
}

interface Fit {
  readonly intercept: number;
  readonly slope: number;
  /** Of the information: [aa, ab, bb]. */
  readonly inverse: readonly [number, number, number];
}

/** Newton's steps end long before; without an optimum the slope grows without end. */
const MOST_STEPS = 50;
const MOST_SLOPE = 1e3;

function logisticFit(odds: Float64Array, claims: Claims): Fit | null {
  let [intercept, slope] = [0, 0]; // from here Newton's steps don't overshoot: all rows weigh the same
  for (let step = 0; step < MOST_STEPS; step++) {
    const { gradient, information } = slopesAt(odds, claims, [intercept, slope]);
    const [aa, ab, bb] = information;
    const determinant = aa * bb - ab * ab;
    if (!(determinant > 1e-12 * aa * bb) || Math.abs(slope) > MOST_SLOPE) return null;
    const inverse = [bb / determinant, -ab / determinant, aa / determinant] as const;
    const [da, db] = [
      inverse[0] * gradient[0] + inverse[1] * gradient[1],
      inverse[1] * gradient[0] + inverse[2] * gradient[1],
    ];
    intercept += da;
    slope += db;
    if (Math.abs(da) + Math.abs(db) < 1e-10) return { intercept, slope, inverse };
  }
  return null;
}

function slopesAt(odds: Float64Array, { happened, weight }: Claims, [intercept, slope]: readonly [number, number]) {
  const gradient: [number, number] = [0, 0];
  const information: [number, number, number] = [0, 0, 0];
  for (const [row, x] of odds.entries()) {
    const w = weight === null ? 1 : (weight[row] as number);
    const p = logistic(intercept + slope * x);
    const [residual, curve] = [w * ((happened[row] as number) - p), w * p * (1 - p)];
    gradient[0] += residual;
    gradient[1] += residual * x;
    information[0] += curve;
    information[1] += curve * x;
    information[2] += curve * x * x;
  }
  return { gradient, information };
}

/**
 * Z of Spiegelhalter (Statistics in Medicine 5, 1986), which is standard normal where every claim is right. Null for
 * weighted, grouped or serial rows, for which it isn't, and where nothing can be told.
 */
export function spiegelhalter({
  claimed,
  happened,
  weight,
  group,
  serial,
}: Claims): { readonly z: number; readonly p: number } | null {
  if (weight !== null || group !== null || serial === true) return null;
  let [sum, variance] = [0, 0];
  for (const [row, p] of claimed.entries()) {
    sum += ((happened[row] as number) - p) * (1 - 2 * p);
    variance += (1 - 2 * p) ** 2 * p * (1 - p);
  }
  if (!(variance > 0)) return null;
  const z = sum / Math.sqrt(variance);
  return { z, p: 2 * normalCdf(-Math.abs(z)) };
}

function estimate(value: number, influence: Float64Array, claims: Claims): Estimate {
  const { se, df } = spreadOf(influence, { ...claims, strata: null });
  const reach = se > 0 ? se * studentQuantile(1 - claims.alpha, df) : 0;
  return { value, lower: value - reach, upper: value + reach };
}

function logOdds(p: number): number {
  const inside = Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, p));
  return Math.log(inside / (1 - inside));
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
