/**
 * Minimum of a smooth function in a box: limited-memory BFGS (Nocedal and Wright, "Numerical optimization", algorithm
 * 7.4) on the variables that are free, with steps projected onto the box (Bertsekas, SIAM J. Control Optim. 20 (1982)
 * 221). A variable is held while it lies on its bound and the gradient pushes it outwards.
 */

export interface Bounded {
  readonly start: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The value at x; writes the gradient. A value that isn't finite is taken as worse than any other. */
  value(x: Float64Array, gradient: Float64Array): number;
  /** Most directions taken. Default: 100. */
  readonly iterations?: number;
  /** Ends where no free component of the gradient is larger. Default: 1e-6. */
  readonly tolerance?: number;
  /** Ends where a direction lowers the value by less than this share of it (of 1 for smaller values). Default: 1e-10. */
  readonly progress?: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

const MEMORY = 8;
/** Constants of the weak Wolfe conditions, as usual for quasi-Newton directions. */
const SUFFICIENT = 1e-4;
const CURVATURE = 0.9;
const TRIES = 20;

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
}

interface Place {
  readonly x: Float64Array;
  readonly g: Float64Array;
  readonly f: number;
}

function dot(a: Float64Array, b: Float64Array, free: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (free[i] === 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function addScaled(to: Float64Array, factor: number, from: Float64Array, free: Uint8Array): void {
  for (let i = 0; i < to.length; i++) if (free[i] === 1) (to[i] as number) += factor * (from[i] as number);
}

/** 1 where a variable may move: not on a bound with the gradient pushing outwards. */
function freeAt({ x, g }: Place, { low, high }: Bounded): Uint8Array {
  return Uint8Array.from(x, (each, i) => {
    const slope = g[i] as number;
    return (each <= (low[i] as number) && slope > 0) || (each >= (high[i] as number) && slope < 0) ? 0 : 1;
  });
}

/** −H·g over the free variables, by the two-loop recursion; −g where that does not descend. */
function directionAt(g: Float64Array, pairs: readonly Pair[], free: Uint8Array): Float64Array {
  const d = g.map((slope, i) => (free[i] === 1 ? -slope : 0));
  const curved = pairs
    .map(({ s, y }) => ({ s, y, sy: dot(s, y, free), yy: dot(y, y, free) }))
    .filter(({ sy, yy }) => sy > 1e-12 * yy && yy > 0);
  const weights: number[] = [];
  for (const { s, y, sy } of curved.toReversed()) {
    const weight = dot(s, d, free) / sy;
    weights.push(weight);
    addScaled(d, -weight, y, free);
  }
  const latest = curved.at(-1);
  if (latest !== undefined) for (let i = 0; i < d.length; i++) (d[i] as number) *= latest.sy / latest.yy;
  for (const { s, y, sy } of curved) addScaled(d, (weights.pop() as number) - dot(y, d, free) / sy, s, free);
  return dot(g, d, free) < 0 ? d : g.map((slope, i) => (free[i] === 1 ? -slope : 0));
}

function placeAt(problem: Bounded, x: Float64Array): Place {
  const g = new Float64Array(x.length);
  const f = problem.value(x, g);
  return { x, g, f: Number.isNaN(f) ? Number.POSITIVE_INFINITY : f };
}

function clipped(x: Float64Array, { low, high }: Bounded): Float64Array {
  return x.map((each, i) => Math.min(Math.max(each, low[i] as number), high[i] as number));
}

function moved({ x }: Place, d: Float64Array, t: number): Float64Array {
  return x.map((each, i) => each + t * (d[i] as number));
}

function slopeAlong(g: Float64Array, from: Float64Array, to: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < g.length; i++) sum += (g[i] as number) * ((to[i] as number) - (from[i] as number));
  return sum;
}

interface Search {
  readonly place: Place | null;
  readonly evaluations: number;
}

/** A step that holds the weak Wolfe conditions on the projected path, by bracketing; null: none that descends. */
function lineSearch(problem: Bounded, from: Place, d: Float64Array, first: number): Search {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let t = first;
  let kept: Place | null = null;
  for (let evaluations = 1; evaluations <= TRIES; evaluations++) {
    const place = placeAt(problem, clipped(moved(from, d, t), problem));
    const slope = slopeAlong(from.g, from.x, place.x);
    if (!(place.f <= from.f + SUFFICIENT * slope) || slope >= 0) {
      if (kept !== null) return { place: kept, evaluations };
      high = t;
      const fitted = Number.isFinite(place.f) ? (-0.5 * slope * t) / (place.f - from.f - slope) : 0;
      t = Math.min(Math.max(fitted, low + 0.1 * (high - low)), low + 0.5 * (high - low));
    } else {
      if (slopeAlong(place.g, from.x, place.x) >= CURVATURE * slope || (kept !== null && place.f >= kept.f))
        return { place: kept !== null && kept.f < place.f ? kept : place, evaluations };
      kept = place;
      low = t;
      t = high === Number.POSITIVE_INFINITY ? 3 * t : 0.5 * (low + high);
    }
  }
  return { place: kept, evaluations: TRIES };
}

function largestFree(g: Float64Array, free: Uint8Array): number {
  let largest = 0;
  for (let i = 0; i < g.length; i++) if (free[i] === 1) largest = Math.max(largest, Math.abs(g[i] as number));
  return largest;
}

/** The first step has no curvature to go by: one of length 1 along the gradient at most. */
function firstStep(d: Float64Array, pairs: readonly Pair[]): number {
  if (pairs.length > 0) return 1;
  let sum = 0;
  for (const each of d) sum += Math.abs(each);
  return Math.min(1, 1 / sum);
}

/** The lowest point found from `start`; never worse than it. */
export function minimizeBounded(problem: Bounded): Minimum {
  const { iterations = 100, tolerance = 1e-6, progress = 1e-10 } = problem;
  const pairs: Pair[] = [];
  let place = placeAt(problem, clipped(problem.start, problem));
  let evaluations = 1;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const free = freeAt(place, problem);
    if (largestFree(place.g, free) <= tolerance) break;
    const d = directionAt(place.g, pairs, free);
    const search = lineSearch(problem, place, d, firstStep(d, pairs));
    evaluations += search.evaluations;
    const next = search.place;
    if (next === null) break;
    const before = place;
    pairs.push({
      s: next.x.map((x, i) => x - (before.x[i] as number)),
      y: next.g.map((g, i) => g - (before.g[i] as number)),
    });
    if (pairs.length > MEMORY) pairs.shift();
    place = next;
    if (before.f - next.f <= progress * Math.max(1, Math.abs(next.f))) break;
  }
  return { x: place.x, value: place.f, evaluations };
}
