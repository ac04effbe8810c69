/**
 * Non-dominated sorting. Points come in lexicographic order, so that each can only be dominated by those before it, and a
 * binary search over the fronts found so far tells where it belongs: Zhang, Tian, Cheng and Jin, "An efficient approach to
 * nondominated sorting", IEEE TEC 19, 2015. What a front of two or three objectives dominates is read off its staircase
 * without looking at its points: O(n log n) for two objectives, O(n log² n) and moves in an array for three, O(n²) at
 * worst for more.
 */
import type { Point, Points } from "./point.js";
import { Staircase } from "./staircase.js";

/** The points without copies in lexicographic order, row by row. */
interface Sorted {
  readonly width: number;
  readonly cells: Float64Array;
  /** The row of each given point; equal ones share a row. */
  readonly rowOf: Int32Array;
  readonly rows: number;
}

function compareRows(cells: Float64Array, width: number): (a: number, b: number) => number {
  return (a, b) => {
    for (let k = 0; k < width; k++) {
      const left = cells[a * width + k] as number;
      const right = cells[b * width + k] as number;
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}

function flatten(points: Points, width: number): Float64Array {
  const cells = new Float64Array(points.length * width);
  for (let row = 0; row < points.length; row++) {
    const point = points[row] as Point;
    for (let k = 0; k < width; k++) cells[row * width + k] = point[k] as number;
  }
  return cells;
}

function sortPoints(points: Points): Sorted {
  const width = points[0]?.length ?? 0;
  const given = flatten(points, width);
  const compare = compareRows(given, width);
  const order = new Uint32Array(points.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  order.sort(compare);
  const cells = new Float64Array(given.length);
  const rowOf = new Int32Array(points.length);
  let rows = 0;
  for (let at = 0; at < order.length; at++) {
    const index = order[at] as number;
    if (at === 0 || compare(order[at - 1] as number, index) !== 0) {
      for (let k = 0; k < width; k++) cells[rows * width + k] = given[index * width + k] as number;
      rows++;
    }
    rowOf[index] = rows - 1;
  }
  return { width, cells, rowOf, rows };
}

/** A front while rows are given to it in order. */
interface Front {
  dominates(row: number): boolean;
  add(row: number): void;
}

/** Of different numbers in order, each dominates all that follow. */
const LINE: Front = { dominates: () => true, add: () => undefined };

function flatFront({ cells }: Sorted): Front {
  let lowest = Number.POSITIVE_INFINITY;
  return {
    dominates: (row) => lowest <= (cells[2 * row + 1] as number),
    add(row) {
      lowest = cells[2 * row + 1] as number;
    },
  };
}

function solidFront({ cells }: Sorted): Front {
  const steps = new Staircase();
  return {
    dominates: (row) => steps.covers(cells[3 * row + 1] as number, cells[3 * row + 2] as number),
    add: (row) => steps.add(cells[3 * row + 1] as number, cells[3 * row + 2] as number),
  };
}

/** Looks at its rows one by one, the latest first, as they are the likeliest to dominate. */
function wideFront({ cells, width }: Sorted): Front {
  const offsets: number[] = [];
  const covers = (offset: number, row: number): boolean => {
    for (let k = 1; k < width; k++)
      if ((cells[offset + k] as number) > (cells[row * width + k] as number)) return false;
    return true;
  };
  return {
    dominates(row) {
      for (let at = offsets.length - 1; at >= 0; at--) if (covers(offsets[at] as number, row)) return true;
      return false;
    },
    add: (row) => void offsets.push(row * width),
  };
}

function newFront(sorted: Sorted): Front {
  if (sorted.width <= 1) return LINE;
  if (sorted.width === 2) return flatFront(sorted);
  return sorted.width === 3 ? solidFront(sorted) : wideFront(sorted);
}

/** The first front that doesn't dominate the row: those before it all do, those after it don't. */
function frontFor(fronts: readonly Front[], row: number): number {
  let [low, high] = [0, fronts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fronts[middle]?.dominates(row)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rank of each point: 0 on the Pareto front, 1 on the front of what is left without that, … Equal points share it. */
export function nonDominatedRanks(points: Points): Int32Array {
  const sorted = sortPoints(points);
  const fronts: Front[] = [];
  const ranks = new Int32Array(sorted.rows);
  for (let row = 0; row < sorted.rows; row++) {
    const rank = frontFor(fronts, row);
    if (rank === fronts.length) fronts.push(newFront(sorted));
    (fronts[rank] as Front).add(row);
    ranks[row] = rank;
  }
  return sorted.rowOf.map((row) => ranks[row] as number);
}

/** Indexes of the smallest first numbers. */
function leastOf(points: Points): number[] {
  let least = Number.POSITIVE_INFINITY;
  for (const point of points) least = Math.min(least, point[0] as number);
  const indexes: number[] = [];
  for (let index = 0; index < points.length; index++) if (points[index]?.[0] === least) indexes.push(index);
  return indexes;
}

/** Indexes, rising, of the points that no other dominates; all of equal ones. */
export function frontOf(points: Points): number[] {
  if (points[0]?.length === 1) return leastOf(points);
  const sorted = sortPoints(points);
  const front = newFront(sorted);
  const onFront = new Uint8Array(sorted.rows);
  for (let row = 0; row < sorted.rows; row++) {
    if (row > 0 && front.dominates(row)) continue;
    front.add(row);
    onFront[row] = 1;
  }
  const indexes: number[] = [];
  sorted.rowOf.forEach((row, index) => {
    if (onFront[row] === 1) indexes.push(index);
  });
  return indexes;
}

/** Indexes of equal rank together, best first. */
export function groupByRank(ranks: Int32Array): number[][] {
  const groups: number[][] = [];
  ranks.forEach((rank, index) => {
    while (groups.length <= rank) groups.push([]);
    (groups[rank] as number[]).push(index);
  });
  return groups;
}
