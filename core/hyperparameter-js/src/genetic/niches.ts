/**
 * Survival by reference directions: Deb and Jain, "An evolutionary many-objective optimization algorithm using
 * reference-point-based nondominated sorting approach, part I", IEEE TEC 18, 2014. Algorithms 1 to 4 of it.
 */
import type { Point, Points } from "../pareto/point.js";
import { createRng, type Rng } from "../random/rng.js";
import type { Member, Standing, Survival } from "./population.js";
import { frontsOf } from "./survival.js";

/** Weight of the other objectives when the extreme point of one is looked for. */
const SLANT = 1e-6;

/** Smaller intercepts are none. */
const FLAT = 1e-10;

/** Das and Dennis, SIAM J. Optim. 8, 1998: all points of the unit simplex whose coordinates are multiples of 1/divisions. */
export function simplexLattice(width: number, divisions: number): number[][] {
  const rows = (left: number, free: number): number[][] => {
    if (free === 1) return [[left / divisions]];
    return Array.from({ length: left + 1 }, (_, taken) => taken).flatMap((taken) =>
      rows(left - taken, free - 1).map((rest) => [taken / divisions, ...rest]),
    );
  };
  return rows(divisions, width);
}

/** The most divisions, at least one, that give no more directions than `most`: C(width + divisions − 1, divisions). */
export function divisionsFor(width: number, most: number): number {
  if (width === 1) return 1;
  let divisions = 1;
  let count = width;
  for (;;) {
    count = (count * (width + divisions)) / (divisions + 1);
    if (count > most) return divisions;
    divisions++;
  }
}

/** Values of one objective on a scale of its own: 0 at the best finite one, 1 at the worst; infinite ones at 0 or 2. */
function rescaled(column: readonly number[]): number[] {
  const finite = column.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const range = high > low ? high - low : 1;
  return column.map((value) => {
    if (Number.isFinite(value)) return (value - low) / range;
    return value < 0 ? 0 : 2;
  });
}

/** Per objective the point that is best in all the others: where its axis meets the front. */
function extremesOf(points: Points, width: number): Points {
  return Array.from({ length: width }, (_, axis) => {
    const slanted = points.map((point) =>
      Array.from(point).reduce((most, value, k) => Math.max(most, k === axis ? value : value / SLANT), 0),
    );
    return points[slanted.indexOf(Math.min(...slanted))] as Point;
  });
}

/** Solves Σ a_jk x_k = 1 for all j by elimination; null where there is no one solution. */
function solveForOnes(rows: Points): number[] | null {
  const width = rows.length;
  const system = rows.map((row) => [...Array.from(row), 1]);
  for (let k = 0; k < width; k++) {
    const pivot = system.reduce(
      (best, row, at) =>
        at >= k && Math.abs(row[k] as number) > Math.abs((system[best] as number[])[k] as number) ? at : best,
      k,
    );
    [system[k], system[pivot]] = [system[pivot] as number[], system[k] as number[]];
    const top = system[k] as number[];
    if (Math.abs(top[k] as number) < FLAT) return null;
    for (const row of system) {
      if (row === top) continue;
      const factor = (row[k] as number) / (top[k] as number);
      for (let column = k; column <= width; column++)
        row[column] = (row[column] as number) - factor * (top[column] as number);
    }
  }
  return system.map((row, k) => (row[width] as number) / (row[k] as number));
}

/** Where the plane through the extreme points meets each axis; the worst of the first front where it doesn't. */
function interceptsOf(points: Points, first: Points, width: number): number[] {
  const inverse = solveForOnes(extremesOf(points, width));
  const intercepts = inverse?.map((each) => 1 / each);
  if (intercepts?.every((each) => each > FLAT && Number.isFinite(each))) return intercepts;
  return Array.from({ length: width }, (_, k) => {
    const worst = first.reduce((most, point) => Math.max(most, point[k] as number), 0);
    return worst > FLAT ? worst : 1;
  });
}

/** Points on a scale that the front's extremes give: 0 at the best of an objective, about 1 at the worst of the front. */
function normalised(points: Points, firstCount: number): Points {
  const width = points[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, k) => rescaled(points.map((point) => point[k] as number)));
  const rows = points.map((_, at) => columns.map((column) => column[at] as number));
  const intercepts = interceptsOf(rows, rows.slice(0, firstCount), width);
  return rows.map((row) => row.map((value, k) => value / (intercepts[k] as number)));
}

interface Niche {
  readonly direction: number;
  /** Squared distance from the direction's line. */
  readonly far: number;
}

/** Directions with their squared lengths. */
interface Directions {
  readonly rows: Points;
  readonly squares: readonly number[];
}

function nicheOf(point: Point, { rows, squares }: Directions): Niche {
  let [direction, far] = [0, Number.POSITIVE_INFINITY];
  rows.forEach((row, at) => {
    let [along, length] = [0, 0];
    for (let k = 0; k < row.length; k++) {
      along += (row[k] as number) * (point[k] as number);
      length += (point[k] as number) ** 2;
    }
    const off = length - (along * along) / (squares[at] as number);
    if (off < far) [direction, far] = [at, off];
  });
  return { direction, far };
}

/** Of equals any. */
function leastUsed(counts: ReadonlyMap<number, number>, open: Iterable<number>, rng: Rng): number {
  const directions = [...new Set(open)];
  const least = directions.reduce((low, each) => Math.min(low, counts.get(each) ?? 0), Number.POSITIVE_INFINITY);
  const equals = directions.filter((each) => (counts.get(each) ?? 0) === least);
  return equals[rng.int(equals.length)] as number;
}

/** Takes `free` of the candidates, each for the direction that has the fewest members: its nearest first, then any. */
function fillNiches(
  { taken, candidates }: { readonly taken: readonly Niche[]; readonly candidates: readonly Niche[] },
  free: number,
  rng: Rng,
): number[] {
  const counts = new Map<number, number>();
  const count = (direction: number) => counts.set(direction, (counts.get(direction) ?? 0) + 1);
  for (const { direction } of taken) count(direction);
  const open = new Set(candidates.keys());
  const chosen: number[] = [];
  while (chosen.length < free) {
    const direction = leastUsed(
      counts,
      Array.from(open, (at) => (candidates[at] as Niche).direction),
      rng,
    );
    const near = [...open].filter((at) => candidates[at]?.direction === direction);
    const nearest = near.reduce((a, b) => ((candidates[b] as Niche).far < (candidates[a] as Niche).far ? b : a));
    const next = counts.has(direction) ? (near[rng.int(near.length)] as number) : nearest;
    count(direction);
    open.delete(next);
    chosen.push(next);
  }
  return chosen;
}

const lattices = new Map<string, Directions>();

function directionsOf(width: number, divisions: number): Directions {
  const key = `${width} ${divisions}`;
  const known = lattices.get(key);
  if (known !== undefined) return known;
  const rows = simplexLattice(width, divisions);
  const directions = { rows, squares: rows.map((row) => row.reduce((sum, x) => sum + x * x, 0)) };
  lattices.set(key, directions);
  return directions;
}

/** The members of the front that is cut, for the room that whole fronts leave. */
function cutFront(
  { fronts, members }: { readonly fronts: readonly (readonly number[])[]; readonly members: readonly Member[] },
  { free, directions, rng }: { readonly free: number; readonly directions: Directions; readonly rng: Rng },
): readonly number[] {
  const order = fronts.flat();
  const values = order.map((index) => (members[index] as Member).values);
  const niches = normalised(values, fronts[0]?.length ?? 0).map((point) => nicheOf(point, directions));
  const last = fronts.at(-1) ?? [];
  const split = order.length - last.length;
  const chosen = fillNiches({ taken: niches.slice(0, split), candidates: niches.slice(split) }, free, rng);
  return chosen.map((at) => last[at] as number);
}

/**
 * Whole fronts while they fit; of the next one members for the directions that have the fewest.
 *
 * @param divisions - Of the lattice of directions; null: the most that give no more directions than members.
 */
export function surviveByNiche(divisions: number | null): Survival {
  return (members, capacity, { ground, generation }): Standing => {
    const width = ground.directions.length;
    const directions = directionsOf(width, divisions ?? divisionsFor(width, capacity));
    const rng = createRng(ground.seed, generation, "nsga3");
    const kept: { index: number; rank: number }[] = [];
    const fronts = frontsOf(members);
    for (const [rank, front] of fronts.entries()) {
      const free = capacity - kept.length;
      if (free <= 0) break;
      const cut = { fronts: fronts.slice(0, rank + 1), members };
      const chosen = front.length <= free ? front : cutFront(cut, { free, directions, rng });
      for (const index of chosen) kept.push({ index, rank });
    }
    return {
      members: kept.map(({ index }) => members[index] as Member),
      ranks: kept.map(({ rank }) => rank),
      room: new Float64Array(kept.length),
    };
  };
}
