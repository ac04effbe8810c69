/** Crowding distance: Deb, Pratap, Agarwal and Meyarivan, IEEE TEC 6, 2002, §III-B. */
import type { Points } from "./point.js";

const NONE = -1;

/** The gap between two neighbours as a share of the range; where both are infinite they may be equal, or far apart. */
function share(from: number, to: number, range: number): number {
  if (from === to) return 0;
  const gap = (to - from) / range;
  return Number.isNaN(gap) ? 1 : gap;
}

/** Up to so many values insertion is the faster sort. */
const FEW = 100;

/** Sorts indexes by rising value, equal ones by index. Few are sorted fast where they come nearly in order. */
function sortBy(values: readonly number[], order: Uint32Array): void {
  if (order.length > FEW) {
    order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
    return;
  }
  for (let place = 1; place < order.length; place++) {
    const index = order[place] as number;
    const value = values[index] as number;
    let at = place - 1;
    for (; at >= 0; at--) {
      const other = order[at] as number;
      if ((values[other] as number) < value || (values[other] === value && other < index)) break;
      order[at + 1] = other;
    }
    order[at + 1] = index;
  }
}

/** One objective of a front: who stands next to whom. */
class Line {
  readonly #values: readonly number[];
  readonly #before: number[];
  readonly #after: number[];
  readonly #range: number;

  /** `order`: the front's indexes, in any order, which is left as this objective rises. */
  constructor(front: Points, k: number, order: Uint32Array) {
    const values = front.map((point) => point[k] as number);
    sortBy(values, order);
    this.#values = values;
    this.#before = new Array<number>(order.length).fill(NONE);
    this.#after = new Array<number>(order.length).fill(NONE);
    for (let place = 1; place < order.length; place++) {
      this.#before[order[place] as number] = order[place - 1] as number;
      this.#after[order[place - 1] as number] = order[place] as number;
    }
    this.#range = (values[order.at(-1) as number] as number) - (values[order[0] as number] as number);
  }

  gap(at: number): number {
    const [before, after] = [this.#before[at] as number, this.#after[at] as number];
    if (before === NONE || after === NONE) return Number.POSITIVE_INFINITY;
    return share(this.#values[before] as number, this.#values[after] as number, this.#range);
  }

  /** Its neighbours become each other's. */
  remove(at: number): readonly [number, number] {
    const [before, after] = [this.#before[at] as number, this.#after[at] as number];
    if (before !== NONE) this.#after[before] = after;
    if (after !== NONE) this.#before[after] = before;
    return [before, after];
  }
}

/** Along a front of two objectives one falls as the other rises, so that the second order is there already. */
function linesOf(front: Points): readonly Line[] {
  const order = new Uint32Array(front.length);
  for (let at = 0; at < order.length; at++) order[at] = at;
  const lines: Line[] = [];
  for (let k = 0; k < (front[0]?.length ?? 0); k++) lines.push(new Line(front, k, order.reverse()));
  return lines;
}

function crowdingAt(lines: readonly Line[], at: number): number {
  let sum = 0;
  for (const line of lines) sum += line.gap(at);
  return sum;
}

function measure(lines: readonly Line[], count: number): Float64Array {
  const distances = new Float64Array(count);
  for (let at = 0; at < count; at++) distances[at] = crowdingAt(lines, at);
  return distances;
}

/**
 * For each point of one front the sum, over the objectives, of the gap between its two neighbours as a share of the range;
 * infinite for the points at an end of an objective. Equal points count as neighbours.
 */
export function crowdingDistance(front: Points): Float64Array {
  return measure(linesOf(front), front.length);
}

function mostCrowded(distances: Float64Array, open: Uint8Array): number {
  let found = NONE;
  for (let at = 0; at < distances.length; at++)
    if (open[at] === 1 && (found === NONE || (distances[at] as number) <= (distances[found] as number))) found = at;
  return found;
}

export interface Thinned {
  /** Indexes, rising. */
  readonly kept: readonly number[];
  /** The crowding distance of each index kept, among those kept. */
  readonly distances: Float64Array;
}

/**
 * The `count` points of one front that are left when the most crowded one goes again and again: more even than the least
 * crowded ones all at once, of which whole neighbourhoods may go (Kukkonen and Deb, CEC 2006).
 */
export function thinByCrowding(front: Points, count: number): Thinned {
  const lines = linesOf(front);
  const all = measure(lines, front.length);
  const open = new Uint8Array(front.length).fill(1);
  for (let left = front.length; left > count; left--) {
    const gone = mostCrowded(all, open);
    open[gone] = 0;
    const near = lines.flatMap((line) => line.remove(gone)).filter((at) => at !== NONE);
    for (const at of near) all[at] = crowdingAt(lines, at);
  }
  const kept: number[] = [];
  for (let at = 0; at < open.length; at++) if (open[at] === 1) kept.push(at);
  return { kept, distances: all.filter((_, at) => open[at] === 1) };
}
