/** How much a point is worth measuring, given what a posterior says of it. All are logarithms, to be maximised. */
import { exp, log } from "../../math/elementary.js";
import { erfcx, LOG_SQRT_2PI, logNormalCdf } from "../../math/normal.js";
import { type Posterior, type Prediction, predictEach } from "./posterior.js";

export interface Acquisition {
  value(x: Float64Array): number;
  /** The values at several points: the same numbers, at less cost than one by one. */
  values(points: readonly Float64Array[]): readonly number[];
  /** The value, with its gradient by the coordinates. */
  slopes(x: Float64Array, gradient: Float64Array): number;
}

/** Below it 1 + z·Φ/φ loses its digits, and its series has them. */
const SERIES_FROM = -50;

/** h(z)/φ(z) = 1 + z·Φ(z)/φ(z) for z ≤ 0: series 1/z² − 3/z⁴ + 15/z⁶ − … far out. */
function improvementRatio(z: number, ratio: number): number {
  if (z > SERIES_FROM) return 1 + z * ratio;
  const u = 1 / (z * z);
  return u * (1 - u * (3 - u * (15 - u * (105 - u * 945))));
}

interface Improvement {
  /** log h(z) */
  readonly value: number;
  /** Φ(z)/h(z) */
  readonly byMean: number;
  /** φ(z)/h(z) */
  readonly bySpread: number;
}

/**
 * h(z) = φ(z) + z·Φ(z), the expected improvement of a standard normal, as a logarithm with its derivatives; stable however
 * far out (Ament et al., "Unexpected improvements to expected improvement", NeurIPS 2023, eq. 9).
 */
export function logImprovement(z: number): Improvement {
  if (z > 0) {
    const density = exp(-0.5 * z * z - LOG_SQRT_2PI);
    const below = 1 - 0.5 * erfcx(z * Math.SQRT1_2) * exp(-0.5 * z * z);
    const h = density + z * below;
    return { value: log(h), byMean: below / h, bySpread: density / h };
  }
  const ratio = Math.sqrt(Math.PI / 2) * erfcx(-z * Math.SQRT1_2);
  const h = improvementRatio(z, ratio);
  return { value: log(h) - 0.5 * z * z - LOG_SQRT_2PI, byMean: ratio / h, bySpread: 1 / h };
}

/** Log of the expected improvement below `best`. */
export function logExpectedImprovement(posterior: Posterior, best: number, width: number): Acquisition {
  const byMean = new Float64Array(width);
  const byVariance = new Float64Array(width);
  const rate = ({ mean, variance }: Prediction): number => {
    const spread = Math.sqrt(variance);
    return logImprovement((best - mean) / spread).value + log(spread);
  };
  return {
    value: (x) => rate(posterior.predict(x)),
    values: (points) => predictEach(posterior, points).map(rate),
    slopes(x, gradient) {
      const { mean, variance } = posterior.slopes(x, byMean, byVariance);
      const spread = Math.sqrt(variance);
      const h = logImprovement((best - mean) / spread);
      for (let p = 0; p < width; p++) {
        const ofSpread = (byVariance[p] as number) / (2 * spread);
        gradient[p] = (h.bySpread * ofSpread - h.byMean * (byMean[p] as number)) / spread;
      }
      return h.value + log(spread);
    },
  };
}

/** Log of the probability that the function is at most `limit`. */
export function logProbabilityBelow(posterior: Posterior, limit: number, width: number): Acquisition {
  const byMean = new Float64Array(width);
  const byVariance = new Float64Array(width);
  const rate = ({ mean, variance }: Prediction): number => logNormalCdf((limit - mean) / Math.sqrt(variance));
  return {
    value: (x) => rate(posterior.predict(x)),
    values: (points) => predictEach(posterior, points).map(rate),
    slopes(x, gradient) {
      const { mean, variance } = posterior.slopes(x, byMean, byVariance);
      const spread = Math.sqrt(variance);
      const z = (limit - mean) / spread;
      const value = logNormalCdf(z);
      const hazard = exp(-0.5 * z * z - LOG_SQRT_2PI - value);
      for (let p = 0; p < width; p++)
        gradient[p] = hazard * (-(byMean[p] as number) / spread - (0.5 * z * (byVariance[p] as number)) / variance);
      return value;
    },
  };
}

/** The sum of several: a product of what their logarithms stand for. */
export function sumOf(parts: readonly Acquisition[], width: number): Acquisition {
  if (parts.length === 1) return parts[0] as Acquisition;
  const part = new Float64Array(width);
  return {
    value: (x) => parts.reduce((sum, each) => sum + each.value(x), 0),
    values(points) {
      const values = parts.map((each) => each.values(points));
      return points.map((_, at) => values.reduce((sum, each) => sum + (each[at] as number), 0));
    },
    slopes(x, gradient) {
      gradient.fill(0);
      return parts.reduce((sum, each) => {
        const value = each.slopes(x, part);
        for (let p = 0; p < width; p++) (gradient[p] as number) += part[p] as number;
        return sum + value;
      }, 0);
    },
  };
}
