/** The regularised incomplete beta function and the logarithm of the gamma function. */
// Lanczos' approximation with g = 7 and 9 terms (coefficients of P. Godfrey, 2001): relative error about 1e-15.
const LANCZOS_G = 7;
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];
const TINY = 1e-300;
const CLOSE = 1e-15;
/** The continued fraction needs about √max(a, b) terms; callers stay below 10^5. */
const MOST_TERMS = 5000;
/** ln Γ(x), x > 0. */
export function lnGamma(x) {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const shifted = x - 1;
  const sum = LANCZOS.reduce((total, term, index) => (index === 0 ? term : total + term / (shifted + index)), 0);
  const t = shifted + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}
/** I_x(a, b) for 0 ≤ x ≤ 1 and 0 < a, b < 10^5. Continued fraction of DLMF 8.17.22 by the modified Lentz method. */
export function regularizedBeta(x, a, b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below (a + 1)/(a + b + 2) and slowly above, where the symmetry helps.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  return Math.exp(front) / a / betaFraction(x, a, b);
}
function betaFraction(x, a, b) {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let term = 1; term <= MOST_TERMS; term++) {
    const coefficient = betaCoefficient(term, x, a, b);
    d = 1 / awayFromZero(1 + coefficient * d);
    c = awayFromZero(1 + coefficient / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < CLOSE) break;
  }
  return value;
}
/** The d of DLMF 8.17.23: odd and even terms differ. */
function betaCoefficient(term, x, a, b) {
  const m = Math.floor(term / 2);
  const below = (a + term - 1) * (a + term);
  return term % 2 === 1 ? (-(a + m) * (a + b + m) * x) / below : (m * (b - m) * x) / below;
}
function awayFromZero(value) {
  return Math.abs(value) < TINY ? TINY : value;
}
