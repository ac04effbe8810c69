/** The words of multi-objective optimisation once more, slow and plain, from their definitions: the oracles. */
import fc from "fast-check";

export function dominatesPlainly(a: readonly number[], b: readonly number[]): boolean {
  return a.every((x, k) => x <= (b[k] as number)) && a.some((x, k) => x < (b[k] as number));
}

/** Peels one front after another. */
export function ranksByPeeling(points: readonly (readonly number[])[]): number[] {
  const ranks = points.map(() => -1);
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = points.map((_, index) => index).filter((index) => ranks[index] === -1);
    const at = (index: number) => points[index] as readonly number[];
    for (const index of left.filter((i) => !left.some((j) => dominatesPlainly(at(j), at(i))))) ranks[index] = rank;
  }
  return ranks;
}

/** Σ over non-empty subsets of (−1)^(size + 1) · volume of the box that all of the subset dominate. */
export function volumeByInclusion(points: readonly (readonly number[])[], reference: readonly number[]): number {
  let total = 0;
  for (let mask = 1; mask < 2 ** points.length; mask++) {
    const subset = points.filter((_, index) => (mask >> index) & 1);
    const box = reference.reduce((volume, top, k) => {
      return volume * Math.max(0, top - Math.max(...subset.map((point) => point[k] as number)));
    }, 1);
    total += subset.length % 2 ? box : -box;
  }
  return total;
}

/** Of subsets of this size, the largest hypervolume. */
export function bestSubsetVolume(
  points: readonly (readonly number[])[],
  count: number,
  reference: readonly number[],
): number {
  let best = 0;
  for (let mask = 0; mask < 2 ** points.length; mask++) {
    const subset = points.filter((_, index) => (mask >> index) & 1);
    if (subset.length === count) best = Math.max(best, volumeByInclusion(subset, reference));
  }
  return best;
}

const coordinate = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 5, noNaN: true }));

/** Up to `most` points of one width, with ties. */
export function pointsOf(width: number, most: number): fc.Arbitrary<number[][]> {
  return fc.array(fc.array(coordinate, { minLength: width, maxLength: width }), { maxLength: most });
}

export const WIDTHS = [1, 2, 3, 4, 5];
