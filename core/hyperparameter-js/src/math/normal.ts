/** The normal distribution, stable in the tails. Built on `exp` and `log` of this library, so the same bits everywhere. */
import { exp, log } from "./elementary.js";

/** Bound once: a look-up of a global is slow in some hosts (Node's vm contexts). */
const { SQRT1_2, abs, sqrt } = Math;

/** log √(2π) */
export const LOG_SQRT_2PI = 0.9189385332046728;

/**
 * Chebyshev coefficients of (1 + 2x)·erfcx(x) in t = (x − 3.75)/(x + 3.75), x ≥ 0. Form: Shepherd and Laframboise,
 * Math. Comp. 36 (1981) 249; the numbers were computed anew to 40 digits. The first one left out is 5e-17.
 */
const ERFCX = [
  2.3551578691348034, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6,
  7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9, -7.754400208831351e-10,
  -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17,
] as const;

/** exp(x²)·erfc(x) for x ≥ 0, by Clenshaw's recurrence. */
export function erfcx(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  const t = (x - 3.75) / (x + 3.75);
  let b1 = 0;
  let b2 = 0;
  for (let k = ERFCX.length - 1; k > 0; k--) {
    const b0 = 2 * t * b1 - b2 + (ERFCX[k] as number);
    b2 = b1;
    b1 = b0;
  }
  return (t * b1 - b2 + ERFCX[0] / 2) / (1 + 2 * x);
}

/** log Φ(z); relative error below 1e-11, however far out. */
export function logNormalCdf(z: number): number {
  if (z > 0) return logOneMinus(0.5 * erfcx(z * SQRT1_2) * exp(-0.5 * z * z));
  return log(0.5 * erfcx(-z * SQRT1_2)) - 0.5 * z * z;
}

/** log(1 − p) for p in [0, 1): the series where 1 − p would drop p's digits. */
function logOneMinus(p: number): number {
  if (p > 1e-4) return log(1 - p);
  return -p * (1 + p * (1 / 2 + p * (1 / 3 + p / 4)));
}

/** log(1 − e^d) for d < 0. */
function logOneMinusExp(d: number): number {
  if (d > -1e-3) return log(-d * (1 + d * (1 / 2 + d * (1 / 6 + d / 24))));
  return logOneMinus(exp(d));
}

/** Below this width the density at the middle is nearer than the difference of two logs that almost cancel. */
const NARROW = 1e-5;

/** log(Φ(b) − Φ(a)) for a < b. */
export function logNormalMass(a: number, b: number): number {
  if (b - a < NARROW) return -0.125 * (a + b) * (a + b) - LOG_SQRT_2PI + log(b - a);
  if (a >= 0) return logNormalMass(-b, -a);
  if (b > 0) {
    const left = 0.5 * erfcx(-a * SQRT1_2) * exp(-0.5 * a * a);
    const right = 0.5 * erfcx(b * SQRT1_2) * exp(-0.5 * b * b);
    return log(1 - left - right);
  }
  const upper = logNormalCdf(b);
  return upper + logOneMinusExp(logNormalCdf(a) - upper);
}

/** Φ(z) */
export function normalCdf(z: number): number {
  const tail = 0.5 * erfcx(abs(z) * SQRT1_2) * exp(-0.5 * z * z);
  return z < 0 ? tail : 1 - tail;
}

// Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988) 477, PPND16.
const CENTRE_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
];
const CENTRE_BOTTOM = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
];
const MIDDLE_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const MIDDLE_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
];
const TAIL_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const TAIL_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
];

function ratio(top: readonly number[], bottom: readonly number[], x: number): number {
  let upper = 0;
  let lower = 0;
  for (let k = 0; k < top.length; k++) {
    upper = upper * x + (top[k] as number);
    lower = lower * x + (bottom[k] as number);
  }
  return upper / lower;
}

/** Φ⁻¹(p); relative error about 1e-16 inside (0, 1), −∞ and ∞ at its ends. */
export function normalQuantile(p: number): number {
  if (p <= 0 || p >= 1) return p <= 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const q = p - 0.5;
  if (abs(q) <= 0.425) return q * ratio(CENTRE_TOP, CENTRE_BOTTOM, 0.180625 - q * q);
  const r = sqrt(-log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? ratio(MIDDLE_TOP, MIDDLE_BOTTOM, r - 1.6) : ratio(TAIL_TOP, TAIL_BOTTOM, r - 5);
  return q < 0 ? -z : z;
}
