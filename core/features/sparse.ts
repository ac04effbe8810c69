/** Rows of numbers without their zeros: what of texts and levels would not fit into memory otherwise. */

/** Compressed sparse rows. */
export interface SparseRows {
  readonly rows: number;
  readonly width: number;
  /** Where each row begins in the other two, and where the last one ends. [rows + 1] */
  readonly starts: Uint32Array;
  /** The column of each number, ascending in a row. */
  readonly places: Uint32Array;
  readonly values: Float32Array;
}

/** Numbers that are made at once, zeros too: 16 MB. */
const CHUNK = 2 ** 22;

/**
 * @param fill writes the numbers of the rows `from` … `to` − 1 into zeros, [rows, width] row by row
 */
export function sparseRows(
  { rows, width }: { readonly rows: number; readonly width: number },
  fill: (values: Float32Array, from: number, to: number) => void,
): SparseRows {
  const most = Math.max(1, Math.min(rows, Math.floor(CHUNK / width)));
  const chunk = new Float32Array(most * width);
  const kept = new Kept();
  const starts = new Uint32Array(rows + 1);
  for (let from = 0; from < rows; from += most) {
    const to = Math.min(from + most, rows);
    const values = chunk.subarray(0, (to - from) * width).fill(0);
    fill(values, from, to);
    for (let row = from; row < to; row++) {
      kept.add(values.subarray((row - from) * width, (row - from + 1) * width));
      starts[row + 1] = kept.count;
    }
  }
  return { rows, width, starts, ...kept.arrays() };
}

/** Numbers that are not 0, with room for more. */
class Kept {
  count = 0;
  private places = new Uint32Array(1_024);
  private values = new Float32Array(1_024);

  add(row: Float32Array): void {
    this.reserve(row.length);
    for (let at = 0; at < row.length; at++) {
      const value = row[at] as number;
      if (value === 0) continue;
      this.places[this.count] = at;
      this.values[this.count++] = value;
    }
  }

  arrays(): Pick<SparseRows, "places" | "values"> {
    return { places: this.places.slice(0, this.count), values: this.values.slice(0, this.count) };
  }

  private reserve(more: number): void {
    if (this.count + more <= this.values.length) return;
    const room = 2 * this.values.length + more;
    const { places, values } = this;
    this.places = new Uint32Array(room);
    this.values = new Float32Array(room);
    this.places.set(places);
    this.values.set(values);
  }
}
