/**
 * The Parzen estimator of TPE: a mixture with one product kernel per observation and one for the prior, over parameters
 * that may not exist. Bergstra, Bardenet, Bengio and Kégl, NIPS 2011; Watanabe, arXiv 2304.11127. Densities are on axes
 * from 0 to 1, and masses where parameters are on a grid or are choices.
 */
import type { Column } from "../../history/table.js";
import { log, quickExp } from "../../math/elementary.js";
import { LOG_SQRT_2PI, normalQuantile } from "../../math/normal.js";
import type { Scratch } from "../../math/scratch.js";
import type { Rng } from "../../random/rng.js";
import { cellCosts, type Kernels, kernelsOf, NO_CHOICE } from "./kernels.js";
import { upperTail } from "./mass.js";
import type { WidthRule } from "./widths.js";

export interface MixtureOptions {
  readonly columns: readonly Column[];
  /**
   * Per column the coordinates of the observations, NaN where one lacks the parameter, and a NaN behind them; what follows
   * says nothing. Taken over.
   */
  readonly centres: readonly Float64Array[];
  /** One per observation and one for the prior; together 1. */
  readonly weights: Float64Array;
  readonly widths: (column: Column) => WidthRule;
  /** Added to the count of each choice: above 0. */
  readonly smoothing: number;
  /** Where the kernels are kept: the mixture ends with its next `clear`. */
  readonly scratch: Scratch;
}

/** So many factors are multiplied before a log is taken: with widths of 1e-30 and more they can't underflow. */
const FACTORS = 8;

/** Kernels are summed up in portions of so many, the newest first. */
const PORTION = 32;

/** Terms below e^−25 of the prior's are left out of sums: 1,000 of them are 1e-8 of it. */
const NEGLIGIBLE = 25;

type Costs = Map<number, Float64Array>;

export class Mixture {
  readonly #weights: Float64Array;
  readonly #smoothing: number;
  readonly #kernels: readonly Kernels[];
  /** For points with all parameters, and for others by which they have: log of weight × density at a kernel's centre. */
  readonly #peaks = new Map<string, Float64Array>();
  readonly #cells: readonly Costs[];
  /** −2 log of each kernel's density as a share of its peak: filled for one point at a time. */
  readonly #costs: Float64Array;
  readonly #scratch: Scratch;

  constructor({ columns, centres, weights, widths, smoothing, scratch }: MixtureOptions) {
    this.#weights = weights;
    this.#smoothing = smoothing;
    const count = weights.length;
    this.#kernels = columns.map((column, at) =>
      kernelsOf(column, { centres: centres[at] as Float64Array, count, rule: widths(column), smoothing, scratch }),
    );
    this.#cells = columns.map(() => new Map());
    this.#costs = scratch.take(weights.length);
    this.#scratch = scratch;
  }

  /** A point of the mixture; all parameters are drawn, those too that may not exist beside the others. */
  draw(rng: Rng): Float64Array {
    const kernel = drawIndex(this.#weights, rng);
    const point = new Float64Array(this.#kernels.length);
    for (let at = 0; at < point.length; at++) {
      const kernels = this.#kernels[at] as Kernels;
      point[at] = kernels.kind === "choice" ? this.#drawChoice(kernels, kernel, rng) : drawNumber(kernels, kernel, rng);
    }
    return point;
  }

  #drawChoice({ column: { size }, centres }: Kernels, kernel: number, rng: Rng): number {
    const observed = centres[kernel] as number;
    if (observed === NO_CHOICE) return rng.int(size);
    const left = rng.next() * (1 + size * this.#smoothing) - 1;
    return left < 0 ? observed : Math.min(size - 1, Math.floor(left / this.#smoothing));
  }

  /** Log density at a point, over the parameters that it has: the others are NaN. To 11 digits of the density. */
  logDensity(point: Float64Array): number {
    const peaks = this.#peaksOf(point);
    const terms = this.#costs;
    const count = this.#weights.length;
    this.#price(point, 0, count);
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < count; k++) {
      const term = (peaks[k] as number) - 0.5 * (terms[k] as number);
      terms[k] = term;
      if (term > largest) largest = term;
    }
    let sum = 0;
    for (let k = 0; k < count; k++) sum += quickExp((terms[k] as number) - largest);
    return largest + log(sum);
  }

  /** Density at a point as a multiple of e^reference, to 8 digits; something above `limit` as soon as it is above. */
  densityOver(point: Float64Array, reference: number, limit: number): number {
    const peaks = this.#peaksOf(point);
    const prior = this.#weights.length - 1;
    this.#price(point, prior, prior + 1);
    const ofPrior = (peaks[prior] as number) - reference - 0.5 * (this.#costs[prior] as number);
    let sum = quickExp(ofPrior);
    for (let to = prior; to > 0 && sum <= limit; to -= PORTION) {
      const from = Math.max(0, to - PORTION);
      this.#price(point, from, to);
      for (let k = to - 1; k >= from; k--) {
        const term = (peaks[k] as number) - reference - 0.5 * (this.#costs[k] as number);
        if (term > ofPrior - NEGLIGIBLE) sum += quickExp(term);
      }
    }
    return sum;
  }

  /** Fills in the costs of some kernels at a point. */
  #price(point: Float64Array, from: number, to: number): void {
    const costs = this.#costs;
    for (let k = from; k < to; k++) costs[k] = 0;
    const part = { costs, from, to };
    for (let at = 0; at < point.length; at++) {
      const x = point[at] as number;
      if (Number.isNaN(x)) continue;
      const kernels = this.#kernels[at] as Kernels;
      if (kernels.kind === "float") addFloat(part, kernels, x);
      else if (kernels.kind === "choice") addChoice(part, kernels, x);
      else addCell(part, kernels, this.#cellCosts(at, x));
    }
  }

  #cellCosts(at: number, coordinate: number): Float64Array {
    const cells = this.#cells[at] as Costs;
    const known = cells.get(coordinate);
    if (known !== undefined) return known;
    const costs = cellCosts(this.#kernels[at] as Kernels, coordinate);
    cells.set(coordinate, costs);
    return costs;
  }

  #peaksOf(point: Float64Array): Float64Array {
    const absent = absentIn(point);
    const known = this.#peaks.get(absent);
    if (known !== undefined) return known;
    const active = this.#kernels.filter((_, at) => !Number.isNaN(point[at] as number));
    const peaks = peaksOf(this.#weights, active, this.#scratch);
    this.#peaks.set(absent, peaks);
    return peaks;
  }
}

interface Part {
  readonly costs: Float64Array;
  readonly from: number;
  readonly to: number;
}

function addFloat({ costs, from, to }: Part, { centres, scales }: Kernels, x: number): void {
  for (let k = from; k < to; k++) {
    const z = (x - (centres[k] as number)) * (scales[k] as number);
    costs[k] = (costs[k] as number) + z * z;
  }
}

function addChoice({ costs, from, to }: Part, { centres, scales }: Kernels, x: number): void {
  for (let k = from; k < to; k++) if (centres[k] !== x) costs[k] = (costs[k] as number) + (scales[k] as number);
}

function addCell({ costs, from, to }: Part, { alike }: Kernels, cells: Float64Array): void {
  for (let k = from; k < to; k++) costs[k] = (costs[k] as number) + (cells[alike[k] as number] as number);
}

/** Which parameters a point lacks, as a key. */
function absentIn(point: Float64Array): string {
  let absent = "";
  for (let at = 0; at < point.length; at++) if (Number.isNaN(point[at] as number)) absent += `${at},`;
  return absent;
}

function peaksOf(weights: Float64Array, active: readonly Kernels[], scratch: Scratch): Float64Array {
  const floats = active.filter(({ kind }) => kind === "float").length;
  const count = weights.length;
  const [peaks, products] = [scratch.take(count), scratch.take(count)];
  const settle = (): void => {
    for (let k = 0; k < count; k++) peaks[k] = (peaks[k] as number) - log(products[k] as number);
    products.fill(1, 0, count);
  };
  peaks.fill(-floats * LOG_SQRT_2PI, 0, count);
  for (let k = 0; k < count; k++) products[k] = 1 / (weights[k] as number);
  for (let at = 0; at < active.length; at++) {
    const { divisors } = active[at] as Kernels;
    for (let k = 0; k < count; k++) products[k] = (products[k] as number) * (divisors[k] as number);
    if (at % FACTORS === FACTORS - 1) settle();
  }
  settle();
  return peaks;
}

/** By inversion of the cut-off normal. */
function drawNumber({ column, kind, centres, scales }: Kernels, kernel: number, rng: Rng): number {
  const centre = centres[kernel] as number;
  const scale = scales[kernel] as number;
  const below = upperTail(centre * scale);
  const inside = 1 - below - upperTail((1 - centre) * scale);
  const coordinate = centre + normalQuantile(below + rng.next() * inside) / scale;
  const onAxis = Math.min(Math.max(coordinate, 0), 1);
  return kind === "grid" ? column.encode(column.decode(onAxis)) : onAxis;
}

function drawIndex(weights: Float64Array, rng: Rng): number {
  let left = rng.next();
  for (let index = 0; index < weights.length; index++) {
    left -= weights[index] as number;
    if (left < 0) return index;
  }
  return weights.length - 1;
}
