/** Crowding distance: Deb, Pratap, Agarwal and Meyarivan, IEEE TEC 6, 2002, §III-B. */
import type { Point, Points } from "./point.js";

/** The gap between two neighbours as a share of the range; infinite ends that are equal have no gap. */
function share(from: number, to: number, range: number): number {
  if (from === to) return 0;
  const gap = (to - from) / range;
  return Number.isNaN(gap) ? 1 : gap;
}

/**
 * For each point of one front the sum, over the objectives, of the gap between its two neighbours as a share of the range;
 * infinite for the points at an end of an objective. Equal points count as neighbours.
 */
export function crowdingDistance(front: Points): Float64Array {
  const distances = new Float64Array(front.length);
  const order = Uint32Array.from(front, (_, index) => index);
  const last = front.length - 1;
  const width = front[0]?.length ?? 0;
  for (let k = 0; k < width; k++) {
    const at = (place: number) => (front[order[place] as number] as Point)[k] as number;
    order.sort((a, b) => {
      const [left, right] = [front[a]?.[k] as number, front[b]?.[k] as number];
      return left === right ? a - b : left < right ? -1 : 1;
    });
    const range = at(last) - at(0);
    distances[order[0] as number] = Number.POSITIVE_INFINITY;
    distances[order[last] as number] = Number.POSITIVE_INFINITY;
    for (let place = 1; place < last; place++)
      distances[order[place] as number] =
        (distances[order[place] as number] as number) + share(at(place - 1), at(place + 1), range);
  }
  return distances;
}
