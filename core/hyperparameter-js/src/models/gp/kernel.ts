/**
 * A constant and Matérn 5/2 with one length per dimension (Rasmussen and Williams, "Gaussian processes for machine learning",
 * eq. 4.17), on r² = Σ θ_i·d_i², θ_i the inverse squared length. d is the difference of numbers; for categories 0 or 1.
 */

import { rowStart } from "../../math/cholesky.js";
import { exp } from "../../math/elementary.js";

/** What a dimension holds: numbers in 0 … 1, or the index of a category. */
export type Dimension = "number" | "category";

/** Points as rows of coordinates, row-major. */
export interface Inputs {
  readonly dimensions: readonly Dimension[];
  readonly rows: number;
  /** rows × dimensions.length numbers; none is NaN. */
  readonly cells: Float64Array;
}

const { sqrt } = Math;
const SQRT_5 = sqrt(5);

/**
 * Variance of the constant that is part of the kernel, in units of the Matérn part: the function's mean, which is not known
 * (Rasmussen and Williams, §2.7). An average of the values would follow where most of them were measured, which is near the
 * best, and make all that is far from them look good.
 */
export const MEAN_VARIANCE = 1;

/** The covariance of a point with itself. */
export const SELF = 1 + MEAN_VARIANCE;

/** The covariance at a squared distance, in units of the Matérn part. */
export function covarianceAt(r2: number): number {
  const t = SQRT_5 * sqrt(r2);
  return MEAN_VARIANCE + (1 + t + (t * t) / 3) * exp(-t);
}

/** What the derivatives of many covariances need beside their distances. */
export interface Covariances {
  readonly r2: Float64Array;
  /** Covariances at these squared distances. */
  readonly k: Float64Array;
  /** e^(−√(5·r²)) */
  readonly decay: Float64Array;
}

/** Covariances at the squared distances, and what they decay by. */
export function covaryAll({ r2, k, decay }: Covariances): void {
  for (let i = 0; i < k.length; i++) {
    const t = SQRT_5 * sqrt(r2[i] as number);
    const e = exp(-t);
    decay[i] = e;
    k[i] = MEAN_VARIANCE + (1 + t + (t * t) / 3) * e;
  }
}

/** The derivative by the squared distance, finite at 0, of a covariance that decays by `decay` there. */
export function maternSlope(r2: number, decay: number): number {
  return (-5 / 6) * (1 + SQRT_5 * sqrt(r2)) * decay;
}

/** Squared differences of all pairs along each dimension, as packed triangles. */
export function squaredDifferences({ dimensions, rows, cells }: Inputs): readonly Float64Array[] {
  const width = dimensions.length;
  return dimensions.map((kind, p) => {
    const packed = new Float64Array(rowStart(rows));
    for (let i = 0, at = 0; i < rows; i++) {
      const x = cells[i * width + p] as number;
      for (let j = 0; j <= i; j++, at++) {
        const d = x - (cells[j * width + p] as number);
        packed[at] = kind === "number" ? d * d : d === 0 ? 0 : 1;
      }
    }
    return packed;
  });
}

/** Squared distances from a point to the rows of `cells`, into `into`. */
export function distancesTo(
  x: Float64Array,
  { dimensions, rows, cells }: Inputs,
  theta: Float64Array,
  into: Float64Array,
): void {
  const width = dimensions.length;
  into.fill(0, 0, rows);
  for (let p = 0; p < width; p++) {
    const at = x[p] as number;
    const weight = theta[p] as number;
    if (dimensions[p] === "number")
      for (let i = 0, cell = p; i < rows; i++, cell += width) {
        const d = at - (cells[cell] as number);
        (into[i] as number) += weight * (d * d);
      }
    else for (let i = 0, cell = p; i < rows; i++, cell += width) if (cells[cell] !== at) (into[i] as number) += weight;
  }
}
