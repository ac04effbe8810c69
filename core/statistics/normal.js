/** The standard normal distribution. */
const SQRT_TWO_PI = 2.5066282746310002;
/** Beyond it Hart's rational form is replaced by a continued fraction: 5·√2, as published. */
const TAIL = 7.07106781186547;
// Hart, Computer Approximations (1968), function 5666, in the form of West, "Better approximations to cumulative normal
// functions", Wilmott (2005): absolute error below 1e-15, relative error below
// 1e-8 from −37 to 37. Highest power first.
const HART_P = [
  0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const HART_Q = [
  0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];
// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16:
// relative error about 1e-16. Lowest power first.
const CENTRE = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};
const SHOULDER = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};
const FAR_TAIL = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  denominator: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};
/** P(Z ≤ x). */
export function normalCdf(x) {
  const lower = lowerTail(-Math.abs(x));
  return x > 0 ? 1 - lower : lower;
}
/** The x with P(Z ≤ x) = p; ±Infinity at 1 and 0, NaN outside. */
export function normalQuantile(p) {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  if (r === Number.POSITIVE_INFINITY) return q < 0 ? -r : r;
  const x = r <= 5 ? ratio(SHOULDER, r - 1.6) : ratio(FAR_TAIL, r - 5);
  return q < 0 ? -x : x;
}
/** P(Z ≤ x) for x ≤ 0. */
function lowerTail(x) {
  const distance = -x;
  const density = Math.exp((-x * x) / 2);
  if (distance < TAIL) return (density * descending(HART_P, distance)) / descending(HART_Q, distance);
  let fraction = distance + 0.65;
  for (const term of [4, 3, 2, 1]) fraction = distance + term / fraction;
  return density / fraction / SQRT_TWO_PI;
}
function descending(coefficients, x) {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
function ratio(form, x) {
  const ascending = (coefficients) => coefficients.reduceRight((sum, c) => sum * x + c, 0);
  return ascending(form.numerator) / ascending(form.denominator);
}
