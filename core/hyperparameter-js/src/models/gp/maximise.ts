/**
 * The best point of an acquisition over numbers, grids and categories: points spread over the whole domain and points near
 * those that are known to be good; the best of them are improved by gradient along what is continuous and by trying the
 * values of what isn't, in turn.
 */
import { minimizeBounded } from "../../math/lbfgsb.js";
import type { Sequence } from "../../math/sobol.js";
import type { Rng } from "../../random/rng.js";
import type { Acquisition } from "./acquisition.js";

const { min, max } = Math;

/** Where a coordinate may lie. Grids: coordinates, ascending; categories: 0 … count − 1. */
export type SearchAxis =
  | { readonly kind: "continuous" }
  | { readonly kind: "grid"; readonly values: Float64Array }
  | { readonly kind: "category"; readonly count: number };

export interface Domain {
  readonly axes: readonly SearchAxis[];
  /** Bounds of the numbers. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Puts coordinates that mean nothing beside the others where they belong; writes which may move, 1, to `movable`. */
  readonly settle?: (x: Float64Array, movable: Uint8Array) => void;
  /** Whether a point may be the answer. */
  readonly allowed?: (x: Float64Array) => boolean;
}

export interface Scored {
  readonly x: Float64Array;
  readonly value: number;
}

export interface Search {
  readonly acquisition: Acquisition;
  readonly domain: Domain;
  /** Known points, the best first: the search goes near them. */
  readonly known: readonly Float64Array[];
  /** Spreads points over the domain. */
  readonly spread: Sequence;
  readonly rng: Rng;
}

/** Points spread over the domain. */
const DRAWS = 256;
/** Points drawn near known ones. */
const NEAR = 64;
/** Points that are improved. */
const STARTS = 4;
/** How far from a known point, as shares of the box: each in turn. */
const REACHES = [0.1, 0.03, 0.01, 0.003] as const;
/** Times that continuous and other coordinates are improved in turn, at most. */
const ROUNDS = 3;
/** Acquisitions are logarithms: less is no gain. */
const GAIN = 1e-6;
/** Grids are tried whole up to so many values, and so many steps to both sides beyond. */
const WHOLE_GRID = 16;
const GRID_REACH = 4;
const GRADIENT_STEPS = { iterations: 30, tolerance: 1e-3, progress: 1e-6 } as const;

/** Index of the ascending number that is nearest. */
function nearestIndex(values: Float64Array, to: number): number {
  let low = 0;
  let high = values.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= to) low = middle;
    else high = middle;
  }
  return to - (values[low] as number) <= (values[high] as number) - to ? low : high;
}

/** The coordinate on an axis that is nearest to a number. */
function snap({ axes, low, high }: Domain, p: number, to: number): number {
  const axis = axes[p] as SearchAxis;
  if (axis.kind === "grid") return axis.values[nearestIndex(axis.values, to)] as number;
  return min(max(to, low[p] as number), high[p] as number);
}

function spreadPoint(domain: Domain, shares: Float64Array): Float64Array {
  return shares.map((share, p) => {
    const axis = domain.axes[p] as SearchAxis;
    if (axis.kind === "category") return min(Math.floor(share * axis.count), axis.count - 1);
    const low = domain.low[p] as number;
    return snap(domain, p, low + share * ((domain.high[p] as number) - low));
  });
}

/** Numbers move a little, one category in d is drawn anew. */
function nearPoint(domain: Domain, around: Float64Array, reach: number, rng: Rng): Float64Array {
  return around.map((at, p) => {
    const axis = domain.axes[p] as SearchAxis;
    if (axis.kind === "category") return rng.next() * around.length < 1 ? rng.int(axis.count) : at;
    return snap(domain, p, at + reach * ((domain.high[p] as number) - (domain.low[p] as number)) * rng.normal());
  });
}

/** Other values that a coordinate which isn't continuous may take. */
function otherValues(axis: SearchAxis, at: number): readonly number[] {
  if (axis.kind === "continuous") return [];
  if (axis.kind === "category") return Array.from({ length: axis.count }, (_, c) => c).filter((c) => c !== at);
  const index = nearestIndex(axis.values, at);
  const reach = axis.values.length <= WHOLE_GRID ? WHOLE_GRID : GRID_REACH;
  const values = axis.values.subarray(max(0, index - reach), index + reach + 1);
  return Array.from(values).filter((value) => value !== at);
}

class Climb {
  readonly #acquisition: Acquisition;
  readonly #domain: Domain;
  readonly #movable: Uint8Array;

  constructor({ acquisition, domain }: Search) {
    this.#acquisition = acquisition;
    this.#domain = domain;
    this.#movable = new Uint8Array(domain.axes.length).fill(1);
  }

  /** Puts a point where it would be proposed; whether it may be. */
  #settles(x: Float64Array): boolean {
    this.#domain.settle?.(x, this.#movable);
    return this.#domain.allowed?.(x) ?? true;
  }

  /** The point as it would be proposed; null where it may not be. */
  score(x: Float64Array): Scored | null {
    return this.#settles(x) ? { x, value: this.#acquisition.value(x) } : null;
  }

  /** Those of many that may be proposed. */
  scoreEach(points: readonly Float64Array[]): Scored[] {
    const allowed = points.filter((x) => this.#settles(x));
    const values = this.#acquisition.values(allowed);
    return allowed.map((x, at) => ({ x, value: values[at] as number }));
  }

  #alongGradient(from: Scored): Scored {
    const { axes, low, high, settle } = this.#domain;
    settle?.(from.x, this.#movable);
    const moves = (p: number) => axes[p]?.kind === "continuous" && this.#movable[p] === 1;
    if (!from.x.some((_, p) => moves(p))) return from;
    const { x } = minimizeBounded({
      ...GRADIENT_STEPS,
      start: from.x,
      low: from.x.map((at, p) => (moves(p) ? (low[p] as number) : at)),
      high: from.x.map((at, p) => (moves(p) ? (high[p] as number) : at)),
      value: (at, gradient) => {
        const value = this.#acquisition.slopes(at, gradient);
        for (let p = 0; p < gradient.length; p++) gradient[p] = -(gradient[p] as number);
        return -value;
      },
    });
    const found = this.score(x);
    return found !== null && found.value > from.value ? found : from;
  }

  #alongValues(from: Scored): Scored {
    let best = from;
    this.#domain.axes.forEach((axis, p) => {
      for (const value of otherValues(axis, best.x[p] as number)) {
        const x = best.x.slice();
        x[p] = value;
        const found = this.score(x);
        if (found !== null && found.value > best.value) best = found;
      }
    });
    return best;
  }

  improve(start: Scored): Scored {
    let best = start;
    for (let round = 0; round < ROUNDS; round++) {
      const smooth = this.#alongGradient(best);
      const whole = this.#alongValues(smooth);
      best = whole;
      if (whole.value - smooth.value < GAIN) break;
    }
    return best;
  }
}

/** Null: no point was found that is allowed. */
export function maximise(search: Search): Scored | null {
  const { domain, known, rng, spread } = search;
  const climb = new Climb(search);
  const points = Array.from({ length: DRAWS }, (_, index) => spreadPoint(domain, spread(index)));
  for (let draw = 0; draw < NEAR && known.length > 0; draw++) {
    const around = known[draw % known.length] as Float64Array;
    const reach = REACHES[Math.floor(draw / known.length) % REACHES.length] as number;
    points.push(nearPoint(domain, around, reach, rng));
  }
  const starts = climb
    .scoreEach(points)
    .sort((a, b) => b.value - a.value)
    .slice(0, STARTS);
  const ends = starts.map((start) => climb.improve(start));
  return ends.reduce<Scored | null>((best, end) => (best === null || end.value > best.value ? end : best), null);
}
