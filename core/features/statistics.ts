/** Statistics of a column's finite values. Infinite ones are slips that must not move what the others agree on. */

export interface Moments {
  readonly mean: number;
  /** Standard deviation, dividing by the number of values. */
  readonly deviation: number;
}

/** Weighted, in two passes; 0 and 0 where there are none. */
export function momentsOf(values: Float32Array | Float64Array, weight: Float64Array | null): Moments {
  const mean = averageOf(values, weight, (value) => value);
  return { mean, deviation: Math.sqrt(averageOf(values, weight, (value) => (value - mean) ** 2)) };
}

function averageOf(
  values: Float32Array | Float64Array,
  weight: Float64Array | null,
  of: (value: number) => number,
): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!Number.isFinite(value)) continue;
    const share = weight === null ? 1 : (weight[row] as number);
    sum += share * of(value);
    total += share;
  }
  return total > 0 ? sum / total : 0;
}

/** The finite values, ascending. */
export function sortedFinite(values: Float32Array): Float32Array {
  return values.filter((value) => Number.isFinite(value)).sort();
}

/** Of ascending values: the middle one, or the mean of the two, as a float32; 0 where there are none. */
export function medianOf(sorted: Float32Array): number {
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? 0 : Math.fround(low / 2 + high / 2);
}

/** Whether two finite values differ. Deviations can't say: the rounding of a mean makes one of equal values, too. */
export function varies(sorted: Float32Array): boolean {
  return sorted.length > 0 && sorted[0] !== sorted[sorted.length - 1];
}

/** At most so many rows of a table, evenly spread and in their order. */
export function evenly(rows: number, most: number): Uint32Array {
  const places = new Uint32Array(Math.min(rows, most));
  for (let at = 0; at < places.length; at++) places[at] = Math.floor((at * rows) / places.length);
  return places;
}
