/** One parameter over a history: its values as cells of a grid, for each distribution that it has had. */
import { exp, log } from "../math/elementary.js";
import { sameDistribution, sizeOf } from "../space/distribution.js";
import type { Distribution, FrozenTrial, ParamValue } from "../types.js";

/** Cells of a grid of numbers, at most. */
const MOST_CELLS = 50;

/** The trials in which a parameter had one distribution. */
export interface Regime {
  readonly categorical: boolean;
  /** How many trials had each cell: all of them, and the best. */
  readonly all: Float64Array;
  readonly top: Float64Array;
}

/** Log grids of whole numbers have a cell for each doubling of their width, as neighbours say little of each other. */
function cellsOf(distribution: Distribution): number {
  const size = sizeOf(distribution);
  if (distribution.type === "categorical") return size;
  const logarithmic = distribution.type === "int" && distribution.log === true;
  let cells = Math.min(size, MOST_CELLS);
  if (logarithmic) for (cells = 2; 2 ** cells < distribution.high - distribution.low + 1; ) cells++;
  return Math.min(cells, size, MOST_CELLS);
}

/** The last of the rising bounds below a value, by its index; −1: none. */
function lastBelow(bounds: Float64Array, value: number): number {
  let low = 0;
  for (let high = bounds.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Of evenly spaced points from bound to bound, the index of the nearest one on a log scale. */
function logCellFinder(low: number, high: number, cells: number): (value: number) => number {
  const step = (log(high) - log(low)) / (cells - 1);
  // a search among the borders takes a tenth of the time of a logarithm
  const borders = Float64Array.from({ length: cells - 1 }, (_, cell) => exp(log(low) + (cell + 0.5) * step));
  return (value) => 1 + lastBelow(borders, value);
}

/** The cell of a value: of a choice its index, of a number the nearest of evenly spaced ones from bound to bound. */
function cellFinder(distribution: Distribution, cells: number): (value: ParamValue) => number {
  if (distribution.type === "categorical") {
    const indexes = new Map(distribution.choices.map((choice, index) => [choice, index]));
    return (value) => indexes.get(value) ?? -1;
  }
  const { low, high } = distribution;
  if (distribution.log) {
    const find = logCellFinder(low, high, cells);
    return (value) => find(value as number);
  }
  const scale = (cells - 1) / (high - low);
  return (value) => Math.ceil(((value as number) - low) * scale - 0.5);
}

interface CountedRegime extends Regime {
  readonly cellOf: (value: ParamValue) => number;
}

function emptyRegime(distribution: Distribution): CountedRegime {
  const cells = cellsOf(distribution);
  const [all, top] = [new Float64Array(cells), new Float64Array(cells)];
  return { categorical: distribution.type === "categorical", all, top, cellOf: cellFinder(distribution, cells) };
}

/** Regimes by distribution; conditions don't tell them apart. Trials that follow each other mostly have the same. */
class Regimes {
  readonly #known = new Map<string, CountedRegime>();
  #last: Distribution | null = null;
  #regime: CountedRegime | null = null;

  of(distribution: Distribution): CountedRegime {
    const last = this.#last;
    if (this.#regime !== null && last !== null && (last === distribution || sameDistribution(last, distribution)))
      return this.#regime;
    const { when: _, ...rest } = distribution;
    const key = JSON.stringify(rest);
    const regime = this.#known.get(key) ?? emptyRegime(distribution);
    this.#known.set(key, regime);
    this.#last = distribution;
    this.#regime = regime;
    return regime;
  }

  get isEmpty(): boolean {
    return this.#regime === null;
  }

  get all(): readonly Regime[] {
    return [...this.#known.values()];
  }
}

/** Counts a value; one whose distribution has no other tells nothing. */
function countValue(regimes: Regimes, distribution: Distribution, value: ParamValue, isTop: boolean): void {
  const regime = regimes.of(distribution);
  const cell = regime.cellOf(value);
  if (!(cell >= 0 && cell < regime.all.length)) return;
  regime.all[cell] = (regime.all[cell] as number) + 1;
  if (isTop) regime.top[cell] = (regime.top[cell] as number) + 1;
}

/** The parameters of a history, each with the regimes in which it had several values to choose from. */
export function regimesOf(trials: readonly FrozenTrial[], isTop: Uint8Array): ReadonlyMap<string, readonly Regime[]> {
  const known = new Map<string, Regimes>();
  for (let at = 0; at < trials.length; at++) {
    const { distributions, params } = trials[at] as FrozenTrial;
    for (const name in distributions) {
      const regimes = known.get(name) ?? new Regimes();
      if (regimes.isEmpty) known.set(name, regimes);
      countValue(regimes, distributions[name] as Distribution, params[name] as ParamValue, isTop[at] === 1);
    }
  }
  return new Map([...known].map(([name, regimes]) => [name, regimes.all.filter(({ all }) => all.length > 1)]));
}
