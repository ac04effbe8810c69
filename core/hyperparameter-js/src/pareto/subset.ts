/** Which points of many to keep, so that those kept dominate the most. */
import { exclusiveVolume } from "./hypervolume.js";
import type { Point, Points } from "./point.js";
import { groupByRank, nonDominatedRanks } from "./ranks.js";

/** Stands for 0, which no factor moves. */
const NEXT_TO_ZERO = 1e-12;

/**
 * A reference a tenth beyond the worst finite value of each objective, max(1.1 w, 0.9 w): multi-objective TPE's (Ozaki,
 * Tanigaki, Watanabe, Nomura and Onishi, JAIR 73, 2022).
 */
export function referenceFor(points: Points): Float64Array {
  const width = points[0]?.length ?? 0;
  return Float64Array.from({ length: width }, (_, k) => {
    let worst = Number.NEGATIVE_INFINITY;
    for (const point of points) if (Number.isFinite(point[k])) worst = Math.max(worst, point[k] as number);
    if (!Number.isFinite(worst) || worst === 0) return NEXT_TO_ZERO;
    return Math.max(1.1 * worst, 0.9 * worst);
  });
}

function largest(values: Float64Array, open: Uint8Array): number {
  let best = -1;
  for (let at = 0; at < values.length; at++)
    if (open[at] === 1 && (best < 0 || (values[at] as number) > (values[best] as number))) best = at;
  return best;
}

/**
 * Greedy: what a point adds never grows as others are taken, so that an old figure is a bound, and only the point with the
 * largest bound is measured again (Minoux, 1978; Guerreiro, Fonseca and Paquete, Evol. Comput. 24, 2016).
 */
function chooseLazily(front: Points, count: number, reference: Point): number[] {
  const bounds = Float64Array.from(front, (point) => exclusiveVolume(point, [], reference));
  const measuredAt = new Int32Array(front.length);
  const open = new Uint8Array(front.length).fill(1);
  const chosen: number[] = [];
  while (chosen.length < count) {
    const best = largest(bounds, open);
    if (measuredAt[best] === chosen.length) {
      open[best] = 0;
      chosen.push(best);
    } else {
      const taken = chosen.map((index) => front[index] as Point);
      bounds[best] = exclusiveVolume(front[best] as Point, taken, reference);
      measuredAt[best] = chosen.length;
    }
  }
  return chosen;
}

/** In the plane what a point of a front adds is a rectangle, which each choice cuts on one side: O(count · n). */
function chooseInPlane(front: Points, count: number, reference: Point): number[] {
  const xs = Float64Array.from(front, (point) => point[0] as number);
  const ys = Float64Array.from(front, (point) => point[1] as number);
  const rights = new Float64Array(front.length).fill(reference[0] as number);
  const tops = new Float64Array(front.length).fill(reference[1] as number);
  const areas = new Float64Array(front.length);
  const open = new Uint8Array(front.length).fill(1);
  const measure = (at: number) => {
    const [wide, high] = [(rights[at] as number) - (xs[at] as number), (tops[at] as number) - (ys[at] as number)];
    areas[at] = wide > 0 && high > 0 ? wide * high : 0;
  };
  const cut = (sides: Float64Array, at: number, to: number) => {
    if ((sides[at] as number) <= to) return;
    sides[at] = to;
    measure(at);
  };
  for (let at = 0; at < front.length; at++) measure(at);
  const chosen: number[] = [];
  while (chosen.length < count) {
    const best = largest(areas, open);
    const [x, y] = [xs[best] as number, ys[best] as number];
    open[best] = 0;
    chosen.push(best);
    for (let at = 0; at < front.length; at++)
      if ((xs[at] as number) < x) cut(rights, at, x);
      else cut(tops, at, y);
  }
  return chosen;
}

/** `count` indexes of points none of which dominates another, in the order of choice. */
function chooseFromFront(front: Points, count: number, reference: Point): number[] {
  return front[0]?.length === 2 ? chooseInPlane(front, count, reference) : chooseLazily(front, count, reference);
}

/**
 * Indexes of `count` points, rising: whole fronts while they fit, and of the next one those that greedily add the most
 * hypervolume, at least 63 % of what the best choice would dominate.
 *
 * @param reference - Default: `referenceFor` the front that is cut.
 */
export function selectByHypervolume(points: Points, count: number, reference?: Point): number[] {
  const kept: number[] = [];
  for (const group of groupByRank(nonDominatedRanks(points))) {
    const room = count - kept.length;
    if (room <= 0) break;
    const front = group.map((index) => points[index] as Point);
    const whole = group.length <= room;
    const chosen = whole ? front.keys() : chooseFromFront(front, room, reference ?? referenceFor(front));
    for (const at of chosen) kept.push(group[at] as number);
  }
  return kept.sort((a, b) => a - b);
}
