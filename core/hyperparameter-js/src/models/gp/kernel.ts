/**
 * Matérn 5/2 with one length per dimension (Rasmussen and Williams, "Gaussian processes for machine learning", eq. 4.17),
 * on r² = Σ θ_i·d_i², θ_i the inverse squared length. d is the difference of numbers; for categories 0 or 1.
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

/** The correlation at a squared distance. */
export function matern(r2: number): number {
  const t = SQRT_5 * sqrt(r2);
  return (1 + t + (t * t) / 3) * exp(-t);
}

/** Its derivative by the squared distance: finite at 0. */
export function maternSlope(r2: number): number {
  const t = SQRT_5 * sqrt(r2);
  return (-5 / 6) * (1 + t) * exp(-t);
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
  for (let i = 0; i < rows; i++) {
    let r2 = 0;
    for (let p = 0; p < width; p++) {
      const d = (x[p] as number) - (cells[i * width + p] as number);
      if (d !== 0) r2 += (theta[p] as number) * (dimensions[p] === "number" ? d * d : 1);
    }
    into[i] = r2;
  }
}
