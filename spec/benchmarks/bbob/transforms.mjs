/**
 * The transformations that BBOB's functions are made of. Source: Hansen, Finck, Ros, Auger, "Real-parameter black-box
 * optimization benchmarking: noiseless functions definitions" (COCO, RR-6829), §0.2.
 */

/** The exponent of axis i of d: (i − 1)/(d − 1), from 0 to 1. */
export const along = (i, d) => (d === 1 ? 0 : i / (d - 1));

/** Λ^α as its diagonal: conditioning √α between the first and the last axis. */
export function scales(alpha, d) {
  return Array.from({ length: d }, (_, i) => alpha ** (0.5 * along(i, d)));
}

/** T_osz of a number: small smooth wiggles, sign and 0 kept. */
export function oscillate(x) {
  if (x === 0) return 0;
  const log = Math.log(Math.abs(x));
  const [fast, slow] = x > 0 ? [10, 7.9] : [5.5, 3.1];
  return Math.sign(x) * Math.exp(log + 0.049 * (Math.sin(fast * log) + Math.sin(slow * log)));
}

/** T_asy^β of a vector: positive entries grow faster than negative ones. */
export function skew(beta, x) {
  return x.map((v, i) => (v > 0 ? v ** (1 + beta * along(i, x.length) * Math.sqrt(v)) : v));
}

/** f_pen: how far outside the box. */
export function penalty(x) {
  return x.reduce((sum, v) => sum + Math.max(0, Math.abs(v) - 5) ** 2, 0);
}

export function scaled(diagonal, x) {
  return x.map((v, i) => diagonal[i] * v);
}
