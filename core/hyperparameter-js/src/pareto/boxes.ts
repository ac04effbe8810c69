/**
 * The part of the space of objectives that no point dominates, as boxes: what expected hypervolume improvement integrates
 * over. At most n + 1 boxes for two objectives and 2n + 1 for three (Yang, Emmerich, Deutz and Bäck, "Efficient computation
 * of expected hypervolume improvement using box decomposition algorithms", J. Global Optim. 75, 2019).
 */
import { HyperparameterError } from "../errors.js";
import type { Point, Points } from "./point.js";
import { Staircase } from "./staircase.js";

/** All y with lower < y ≤ upper; lower may be −∞. */
export interface Box {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

const OPEN = Number.NEGATIVE_INFINITY;

function lineBoxes(points: Points, reference: Point): Box[] {
  const best = points.reduce((least, point) => Math.min(least, point[0] as number), reference[0] as number);
  return best === OPEN ? [] : [{ lower: [OPEN], upper: [best] }];
}

function flatBoxes(points: Points, reference: Point): Box[] {
  const boxes: Box[] = [];
  let [from, top] = [OPEN, reference[1] as number];
  for (const point of points.toSorted((a, b) => (a[0] as number) - (b[0] as number))) {
    const [x, y] = [point[0] as number, point[1] as number];
    if (y >= top) continue;
    if (x > from) boxes.push({ lower: [from, OPEN], upper: [x, top] });
    [from, top] = [x, y];
  }
  if (top > OPEN) boxes.push({ lower: [from, OPEN], upper: [reference[0] as number, top] });
  return boxes;
}

/** Strips under a staircase, side by side, each open from a level of the third objective on. */
class Strips {
  readonly #steps = new Staircase();
  readonly #reference: Point;
  /** Where strip i opened; it lies between steps i − 1 and i. */
  readonly #opened: number[] = [OPEN];
  readonly boxes: Box[] = [];

  constructor(reference: Point) {
    this.#reference = reference;
  }

  #close(at: number, level: number): void {
    const { xs, ys } = this.#steps;
    const opened = this.#opened[at] as number;
    const lower = [xs[at - 1] ?? OPEN, OPEN, opened];
    const upper = [xs[at] ?? (this.#reference[0] as number), ys[at - 1] ?? (this.#reference[1] as number), level];
    if (lower.every((low, k) => low < (upper[k] as number))) this.boxes.push({ lower, upper });
  }

  /** The strip that holds x and those under which the new step goes are closed; two open in their place. */
  add(x: number, y: number, level: number): void {
    if (this.#steps.covers(x, y)) return;
    const change = this.#steps.change(x, y);
    for (let at = change.first; at <= change.first + change.count; at++) this.#close(at, level);
    this.#opened.splice(change.first, change.count + 1, level, level);
    this.#steps.add(x, y, change);
  }

  closeAll(level: number): void {
    for (let at = 0; at < this.#opened.length; at++) this.#close(at, level);
  }
}

function solidBoxes(points: Points, reference: Point): Box[] {
  const strips = new Strips(reference);
  for (const point of points.toSorted((a, b) => (a[2] as number) - (b[2] as number)))
    strips.add(point[0] as number, point[1] as number, point[2] as number);
  strips.closeAll(reference[2] as number);
  return strips.boxes;
}

const BY_WIDTH = [lineBoxes, flatBoxes, solidBoxes];

/**
 * Boxes without overlap that together are all y ≤ reference which no point weakly dominates (up to their faces). One to
 * three objectives; throws OBJECTIVES_UNSUPPORTED for more. Points that are not better than the reference in each objective
 * are left out.
 */
export function nonDominatedBoxes(points: Points, reference: Point): readonly Box[] {
  const decompose = BY_WIDTH[reference.length - 1];
  if (decompose === undefined) {
    const [expected, got] = ["one to three objectives", `${reference.length}`];
    throw new HyperparameterError({ code: "OBJECTIVES_UNSUPPORTED", where: "boxes", expected, got });
  }
  const inside = points.filter((point) =>
    Array.prototype.every.call(reference, (top, k) => (point[k] as number) < top),
  );
  return decompose(inside, reference);
}
