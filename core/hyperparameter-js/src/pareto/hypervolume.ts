/**
 * The volume that points dominate, up to a reference point. Two objectives: a sweep. Three: a sweep over a staircase,
 * O(n log n) and moves in an array (Beume, Fonseca, López-Ibáñez, Paquete and Vahrenhold, IEEE TEC 13, 2009). More: sliced
 * exclusive volumes (While, Bradstreet and Barone, "A fast way of calculating exact hypervolumes", IEEE TEC 16, 2012).
 */
import { type Point, type Points, weaklyDominates } from "./point.js";
import { frontOf } from "./ranks.js";
import { lastAtMost, Staircase } from "./staircase.js";

/** ∏ (reference − point) over the first `width` objectives. */
function boxVolume(point: Point, reference: Point, width: number): number {
  let volume = 1;
  for (let k = 0; k < width; k++) volume *= (reference[k] as number) - (point[k] as number);
  return volume;
}

function sortedOn(k: number, points: Points): Points {
  return points.toSorted((a, b) => (a[k] as number) - (b[k] as number));
}

function flatVolume(points: Points, reference: Point): number {
  let total = 0;
  let lowest = reference[1] as number;
  for (const point of sortedOn(0, points)) {
    const y = point[1] as number;
    if (y >= lowest) continue;
    total += ((reference[0] as number) - (point[0] as number)) * (lowest - y);
    lowest = y;
  }
  return total;
}

/** The area that (x, y), not covered by the steps, adds to theirs. */
function gainedArea({ xs, ys }: Staircase, x: number, y: number, reference: Point): number {
  let at = lastAtMost(xs, x);
  let height = at >= 0 ? (ys[at] as number) : (reference[1] as number);
  let gained = 0;
  for (let from = x; height > y; height = ys[++at] ?? Number.NEGATIVE_INFINITY) {
    const to = xs[at + 1] ?? (reference[0] as number);
    gained += (to - from) * (height - y);
    from = to;
  }
  return gained;
}

function solidVolume(points: Points, reference: Point): number {
  const steps = new Staircase();
  let [total, area, level] = [0, 0, 0];
  for (const point of sortedOn(2, points)) {
    const [x, y, z] = [point[0] as number, point[1] as number, point[2] as number];
    total += area * (z - level);
    level = z;
    if (steps.covers(x, y)) continue;
    area += gainedArea(steps, x, y, reference);
    steps.add(x, y);
  }
  return total + area * ((reference[2] as number) - level);
}

/** The others as the point sees them: each no better than it in any of the first `width` objectives. */
function limitTo(point: Point, others: Points, width: number): Points {
  return others.map((other) =>
    Float64Array.from({ length: width }, (_, k) => Math.max(point[k] as number, other[k] as number)),
  );
}

/** What each point adds to those below it in the last objective is a box times what it adds in the objectives before. */
function slicedVolume(points: Points, reference: Point, width: number): number {
  const last = width - 1;
  const descending = sortedOn(last, points).toReversed();
  let total = 0;
  for (const [index, point] of descending.entries()) {
    const limited = limitTo(point, descending.slice(index + 1), last);
    const added = boxVolume(point, reference, last) - volumeOf(limited, reference, last);
    total += added * ((reference[last] as number) - (point[last] as number));
  }
  return total;
}

/** Of finite points that are better than the reference in each of the first `width` objectives. */
function volumeOf(points: Points, reference: Point, width: number): number {
  if (points.length === 0) return 0;
  if (points.length === 1) return boxVolume(points[0] as Point, reference, width);
  if (width === 1)
    return (
      (reference[0] as number) -
      points.reduce((least, point) => Math.min(least, point[0] as number), Number.POSITIVE_INFINITY)
    );
  if (width === 2) return flatVolume(points, reference);
  if (width === 3) return solidVolume(points, reference);
  return slicedVolume(
    frontOf(points).map((index) => points[index] as Point),
    reference,
    width,
  );
}

function isInside(point: Point, reference: Point): boolean {
  for (let k = 0; k < reference.length; k++) if (!((point[k] as number) < (reference[k] as number))) return false;
  return true;
}

function isFinitePoint(point: Point): boolean {
  return Array.prototype.every.call(point, Number.isFinite);
}

/**
 * The volume of the points that are dominated by one of `points` and dominate `reference`. A point that is not better than
 * the reference in each objective adds nothing; Infinity where a bound is missing.
 */
export function hypervolumeOf(points: Points, reference: Point): number {
  const inside = points.filter((point) => isInside(point, reference));
  if (inside.length === 0) return 0;
  if (!isFinitePoint(reference) || !inside.every(isFinitePoint)) return Number.POSITIVE_INFINITY;
  return volumeOf(inside, reference, reference.length);
}

/** The volume that `point` adds to that of `others`. */
export function exclusiveVolume(point: Point, others: Points, reference: Point): number {
  if (!isInside(point, reference) || others.some((other) => weaklyDominates(other, point))) return 0;
  const own = boxVolume(point, reference, reference.length);
  const shared = hypervolumeOf(limitTo(point, others, reference.length), reference);
  return Number.isFinite(own) ? Math.max(0, own - shared) : Number.POSITIVE_INFINITY;
}

/** For each point the volume that only it dominates: 0 for dominated points and for equal ones. */
export function hypervolumeContributions(points: Points, reference: Point): Float64Array {
  return Float64Array.from(points, (point, index) => exclusiveVolume(point, points.toSpliced(index, 1), reference));
}
