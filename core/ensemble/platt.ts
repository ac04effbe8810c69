import { logOf, type Rows } from "../statistics/surprise.js";
import type { Platt } from "./calibration.js";

const MOST_STEPS = 100;
/** Of a Newton step in either parameter, below which it has converged. */
const CONVERGED = 1e-10;
/** Added to the diagonal of the Hessian, per row: keeps separable rows from running away. */
const RIDGE = 1e-12;

/**
 * Logistic regression on the log odds, with targets a little inside 0 and 1 (Platt 1999), by Newton's method with the
 * guards of Lin, Lin and Weng ("A note on Platt's probabilistic outputs for support vector machines", Machine Learning 68,
 * 2007). Null where the odds don't rise with the class: that would turn rows round.
 */
export function fitPlatt({ truth, prediction, weight }: Rows): Platt | null {
  const odds = truth.map((_, row) => logOf(prediction[2 * row + 1] as number) - logOf(prediction[2 * row] as number));
  const data = { odds, target: targets(truth, weight), weight };
  let at = { slope: 1, intercept: 0 };
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = newton(data, at);
    const moved = Math.max(Math.abs(next.slope - at.slope), Math.abs(next.intercept - at.intercept));
    at = next;
    if (moved < CONVERGED) break;
  }
  return at.slope > 0 ? { kind: "platt", ...at } : null;
}

interface Data {
  readonly odds: Float64Array;
  readonly target: Float64Array;
  readonly weight: Float64Array | null;
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

function targets(truth: Float64Array, weight: Float64Array | null): Float64Array {
  const sums: [number, number] = [0, 0];
  truth.forEach((code, row) => {
    sums[code === 1 ? 1 : 0] += weight?.[row] ?? 1;
  });
  const [no, yes] = [1 / (sums[0] + 2), (sums[1] + 1) / (sums[1] + 2)];
  return truth.map((code) => (code === 1 ? yes : no));
}

/** One step, halved until the loss falls; the same line where it can't. */
function newton(data: Data, at: Line): Line {
  const [gs, gi, ss, si, ii] = derivatives(data, at);
  const determinant = ss * ii - si * si;
  if (!(determinant > 0)) return at;
  const step = { slope: (ii * gs - si * gi) / determinant, intercept: (ss * gi - si * gs) / determinant };
  const before = lossOf(data, at);
  for (let size = 1; size > CONVERGED; size /= 2) {
    const next = { slope: at.slope - size * step.slope, intercept: at.intercept - size * step.intercept };
    if (lossOf(data, next) <= before) return next;
  }
  return at;
}

/** Of the loss: by slope, intercept, and the three second ones. */
function derivatives(
  { odds, target, weight }: Data,
  { slope, intercept }: Line,
): [number, number, number, number, number] {
  let [gs, gi] = [0, 0];
  let [ss, si, ii] = [RIDGE * odds.length, 0, RIDGE * odds.length];
  odds.forEach((x, row) => {
    const w = weight?.[row] ?? 1;
    const p = 1 / (1 + Math.exp(-(slope * x + intercept)));
    const error = w * (p - (target[row] as number));
    const curvature = w * p * (1 - p);
    gs += error * x;
    gi += error;
    ss += curvature * x * x;
    si += curvature * x;
    ii += curvature;
  });
  return [gs, gi, ss, si, ii];
}

/** Cross-entropy with targets between 0 and 1: log(1 + e^z) − t·z, without overflow. */
function lossOf({ odds, target, weight }: Data, { slope, intercept }: Line): number {
  return odds.reduce((sum, x, row) => {
    const z = slope * x + intercept;
    const softplus = Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    return sum + (weight?.[row] ?? 1) * (softplus - (target[row] as number) * z);
  }, 0);
}
