/**
 * A quadratic model of a function near a point, from any number of values: the most probable one a priori where they do
 * not fix it, which without noise is the one with the least Hessian (Powell, "Least Frobenius norm updating of quadratic
 * models that satisfy interpolation conditions", Math. Program. 100 (2004) 183). Fitted as kernel regression with
 * k(s, t) = 1 + s·t + ½(s·t)², so that its cost is that of the values, not of the d²/2 coefficients.
 */
import { factorize, logDeterminant, rowStart, solveLower, solveUpper } from "../math/cholesky.js";
import { log } from "../math/elementary.js";

export interface Samples {
  readonly d: number;
  /** Displacements from the centre in units of the radius: row-major, count × d. */
  readonly points: Float64Array;
  /** Values there, in units of their spread. */
  readonly values: Float64Array;
}

/** q(s) = constant + gradient·s + ½·s·Hessian·s. */
export interface Quadratic {
  readonly constant: number;
  readonly gradient: Float64Array;
  /** d × d, row-major. */
  readonly hessian: Float64Array;
}

/** What the values have beside a quadratic, as variances in units of the model's own. */
interface Noise {
  /** Everywhere alike. */
  readonly level: number;
  /** At the radius; it grows as the error of a quadratic squared, the sixth power of the distance. */
  readonly cubic: number;
}

/** The likeliest of them is taken: from functions that are a quadratic to those that are little else than noise. */
const NOISES: readonly Noise[] = [1e-10, 1e-5, 1e-2].flatMap((level) =>
  [1e-14, 1e-11, 1e-8, 1e-5, 1e-2, 1].map((cubic) => ({ level, cubic })),
);

function dotAt(points: Float64Array, d: number, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += (points[i * d + k] as number) * (points[j * d + k] as number);
  return sum;
}

/** The kernel's packed lower triangle, with the noise on its diagonal. */
function covariance({ d, points, values }: Samples, noise: Noise): Float64Array {
  const packed = new Float64Array(rowStart(values.length));
  for (let i = 0, at = 0; i < values.length; i++) {
    for (let j = 0; j <= i; j++, at++) {
      const dot = dotAt(points, d, i, j);
      packed[at] = 1 + dot + 0.5 * dot * dot;
    }
    const square = dotAt(points, d, i, i);
    (packed[at - 1] as number) += noise.level + noise.cubic * square * square * square;
  }
  return packed;
}

interface Fit {
  readonly weights: Float64Array;
  /** −2 · log likelihood with the best amplitude, but for a constant. */
  readonly misfit: number;
}

function fitWith(samples: Samples, noise: Noise): Fit | null {
  const { values } = samples;
  const n = values.length;
  const factor = covariance(samples, noise);
  if (!factorize(factor, n)) return null;
  const weights = values.slice();
  solveLower(factor, n, weights);
  let square = 0;
  for (const each of weights) square += each * each;
  solveUpper(factor, n, weights);
  return { weights, misfit: n * log(square / n + 1e-300) + logDeterminant(factor, n) };
}

function assemble({ d, points }: Samples, weights: Float64Array): Quadratic {
  const gradient = new Float64Array(d);
  const hessian = new Float64Array(d * d);
  let constant = 0;
  weights.forEach((weight, i) => {
    constant += weight;
    for (let a = 0; a < d; a++) {
      const along = weight * (points[i * d + a] as number);
      (gradient[a] as number) += along;
      for (let b = 0; b < d; b++) (hessian[a * d + b] as number) += along * (points[i * d + b] as number);
    }
  });
  return { constant, gradient, hessian };
}

/** The model that explains the values best; null where none can be fitted. */
export function fitQuadratic(samples: Samples): Quadratic | null {
  const fits = NOISES.map((noise) => fitWith(samples, noise)).filter((fit) => fit !== null);
  const [first, ...rest] = fits;
  if (first === undefined) return null;
  const best = rest.reduce((least, fit) => (fit.misfit < least.misfit ? fit : least), first);
  return assemble(samples, best.weights);
}

/** The value at s; writes the gradient there. */
export function quadraticAt({ constant, gradient, hessian }: Quadratic, s: Float64Array, slope: Float64Array): number {
  const d = s.length;
  let value = constant;
  for (let a = 0; a < d; a++) {
    let product = 0;
    for (let b = 0; b < d; b++) product += (hessian[a * d + b] as number) * (s[b] as number);
    slope[a] = (gradient[a] as number) + product;
    value += (s[a] as number) * ((gradient[a] as number) + 0.5 * product);
  }
  return value;
}
