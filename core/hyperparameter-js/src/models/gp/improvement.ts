/** The expected improvement of a front: how much more than it one more point is expected to dominate. */
import { exp, log } from "../../math/elementary.js";
import { type Box, nonDominatedBoxes } from "../../pareto/boxes.js";
import type { Points } from "../../pareto/point.js";
import { type Acquisition, logImprovement } from "./acquisition.js";
import { type Posterior, type Prediction, predictEach } from "./posterior.js";

/** log(ψ(upper) − ψ(lower)) for ψ(a) = E max(0, a − Y), Y normal; and its derivatives by the mean and the deviation of Y. */
interface Side {
  value: number;
  byMean: number;
  byDeviation: number;
}

/** log(1 − e^d), d < 0. */
function logOneMinusExp(d: number): number {
  return d > -1e-5 ? log(-d) + d / 2 : log(1 - exp(d));
}

function sideOf(lower: number, upper: number, mean: number, deviation: number): Side {
  const above = logImprovement((upper - mean) / deviation);
  const value = above.value + log(deviation);
  if (lower === Number.NEGATIVE_INFINITY)
    return { value, byMean: -above.byMean / deviation, byDeviation: above.bySpread / deviation };
  const below = logImprovement((lower - mean) / deviation);
  const apart = below.value - above.value;
  const share = exp(apart);
  const rest = Math.max(1 - share, Number.EPSILON) * deviation;
  return {
    value: value + logOneMinusExp(Math.min(apart, -Number.EPSILON)),
    byMean: -(above.byMean - share * below.byMean) / rest,
    byDeviation: (above.bySpread - share * below.bySpread) / rest,
  };
}

interface Marginal {
  readonly mean: number;
  readonly deviation: number;
}

/** What each box adds, as a logarithm, with the sides that it is made of. */
function boxTerms(boxes: readonly Box[], marginals: readonly Marginal[]): { value: number; sides: readonly Side[] }[] {
  return boxes.map(({ lower, upper }) => {
    const sides = marginals.map(({ mean, deviation }, k) =>
      sideOf(lower[k] as number, upper[k] as number, mean, deviation),
    );
    return { value: sides.reduce((sum, side) => sum + side.value, 0), sides };
  });
}

/** log Σ exp */
function logSum(terms: readonly { readonly value: number }[]): number {
  const most = terms.reduce((largest, { value }) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
  return most + log(terms.reduce((sum, { value }) => sum + exp(value - most), 0));
}

function marginalOf({ mean, variance }: Prediction): Marginal {
  return { mean, deviation: Math.sqrt(variance) };
}

/**
 * Log of the expected hypervolume improvement over `front`, for independent posteriors of one to three objectives, all to be
 * minimised: exact, a product of one-dimensional improvements in each box that the front leaves (Yang, Emmerich, Deutz and
 * Bäck, J. Global Optim. 75, 2019, eq. 12).
 */
export function logHypervolumeImprovement(
  posteriors: readonly Posterior[],
  front: Points,
  reference: Float64Array,
  width: number,
): Acquisition {
  const boxes = nonDominatedBoxes(front, reference);
  const byMean = posteriors.map(() => new Float64Array(width));
  const byVariance = posteriors.map(() => new Float64Array(width));
  const rate = (predictions: readonly Prediction[]): number => logSum(boxTerms(boxes, predictions.map(marginalOf)));
  return {
    value: (x) => rate(posteriors.map((posterior) => posterior.predict(x))),
    values(points) {
      const predicted = posteriors.map((posterior) => predictEach(posterior, points));
      return points.map((_, at) => rate(predicted.map((each) => each[at] as Prediction)));
    },
    slopes(x, gradient) {
      const marginals = posteriors.map((posterior, k) =>
        marginalOf(posterior.slopes(x, byMean[k] as Float64Array, byVariance[k] as Float64Array)),
      );
      const terms = boxTerms(boxes, marginals);
      const value = logSum(terms);
      gradient.fill(0);
      marginals.forEach(({ deviation }, k) => {
        let [ofMean, ofDeviation] = [0, 0];
        for (const term of terms) {
          const weight = exp(term.value - value);
          ofMean += weight * (term.sides[k] as Side).byMean;
          ofDeviation += weight * (term.sides[k] as Side).byDeviation;
        }
        const [mean, variance] = [byMean[k] as Float64Array, byVariance[k] as Float64Array];
        for (let p = 0; p < width; p++)
          (gradient[p] as number) +=
            ofMean * (mean[p] as number) + (ofDeviation * (variance[p] as number)) / (2 * deviation);
      });
      return value;
    },
  };
}
