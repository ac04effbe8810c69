/**
 * exp and log that give the same bits on every platform: Math.exp and Math.log may differ by engine and processor, and
 * one last bit is enough to send a search elsewhere. JavaScript's + − × ÷ and sqrt are exact by definition.
 * Method and constants: FreeBSD msun e_exp.c and e_log.c (Sun Microsystems, freely distributable); error < 1 ulp.
 */

// Taken once: what runs in a context of its own (jest, vm) looks globals up slowly.
const { round, LOG2E, SQRT1_2 } = Math;

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = LOG2E;
const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019411;
const SQRT_HALF = SQRT1_2;

const P1 = 0.16666666666666602;
const P2 = -0.0027777777777015593;
const P3 = 6.613756321437934e-5;
const P4 = -1.6533902205465252e-6;
const P5 = 4.1381367970572385e-8;

const L1 = 0.6666666666666735;
const L2 = 0.3999999999940942;
const L3 = 0.2857142874366239;
const L4 = 0.22222198432149784;
const L5 = 0.1818357216161805;
const L6 = 0.15313837699209373;
const L7 = 0.14798198605116586;

/** 2^k for k = −1074 … 1023, by exact doublings. */
const POWERS = Float64Array.from({ length: 2098 });
for (let k = 0, power = Number.MIN_VALUE; k < POWERS.length; k++, power *= 2) POWERS[k] = power;

/** x·2^k; in two steps below the normal range, so that it rounds once. */
function scale(x: number, k: number): number {
  if (k > 1023) return x * 2 * (POWERS[k - 1 + 1074] as number);
  if (k < -1021) return x * (POWERS[k + 54 + 1074] as number) * (POWERS[-54 + 1074] as number);
  return x * (POWERS[k + 1074] as number);
}

export function exp(x: number): number {
  if (!(x <= EXP_OVERFLOW)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < EXP_UNDERFLOW) return 0;
  const k = round(x * INVERSE_LN2);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  return scale(1 - (low - (r * c) / (2 - c) - high), k);
}

const bits = new DataView(new ArrayBuffer(8));

/** Natural logarithm; −∞ at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const subnormal = x < 2.2250738585072014e-308;
  bits.setFloat64(0, subnormal ? x * 2 ** 54 : x);
  const word = bits.getUint32(0);
  let k = (word >>> 20) - 1022 - (subnormal ? 54 : 0);
  bits.setUint32(0, (word & 0xfffff) | 0x3fe00000);
  let m = bits.getFloat64(0);
  if (m < SQRT_HALF) {
    m *= 2;
    k -= 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const r = z * (L1 + z * (L2 + z * (L3 + z * (L4 + z * (L5 + z * (L6 + z * L7))))));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f);
}

const STEPS = 64;
const STEP = Math.LN2 / STEPS;
const PER_STEP = STEPS / Math.LN2;
/** 2^(i/64) for i = 0 … 63. */
const FRACTIONS = Float64Array.from({ length: STEPS }, (_, index) => exp(index * STEP));

/** exp to 11 digits at a third of the cost, for sums of many terms; 0 below −708 and Infinity above 709. */
export function quickExp(x: number): number {
  if (!(x > -708)) return 0;
  if (x > 709) return Number.POSITIVE_INFINITY;
  const index = Math.floor(x * PER_STEP);
  const r = x - index * STEP;
  const series = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24))));
  return (FRACTIONS[index & 63] as number) * (POWERS[(index >> 6) + 1074] as number) * series;
}
