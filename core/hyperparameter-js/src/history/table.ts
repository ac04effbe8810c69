/** The parameters of a history as columns of numbers, which is what models are made of. */
import { type Axis, axisOf, memberOf, sizeOf } from "../space/distribution.js";
import type { Distribution, FrozenTrial, Params, ParamValue, Space } from "../types.js";
import { foldTrials } from "./fold.js";

/** Bound once: a look-up of a global is slow in some hosts (Node's vm contexts). */
const { max, min } = Math;

/** One parameter and its coordinate: 0 … 1 on the axis for numbers, the index for choices, NaN where it has no value. */
export interface Column {
  readonly name: string;
  readonly distribution: Distribution;
  /** How many values it has; Infinity for a float without step. */
  readonly size: number;
  /** Null for choices. */
  readonly axis: Axis | null;
  encode(value: ParamValue | undefined): number;
  /** The member nearest to a coordinate. */
  decode(coordinate: number): ParamValue;
}

function categoricalColumn(name: string, distribution: Distribution & { readonly type: "categorical" }): Column {
  const { choices } = distribution;
  const indexes = new Map(choices.map((choice, index) => [choice, index]));
  return {
    name,
    distribution,
    size: choices.length,
    axis: null,
    encode: (value) => (value === undefined ? Number.NaN : (indexes.get(value) ?? Number.NaN)),
    decode: (coordinate) => choices[Math.min(Math.max(Math.round(coordinate), 0), choices.length - 1)] as ParamValue,
  };
}

function numericColumn(name: string, distribution: Exclude<Distribution, { readonly type: "categorical" }>): Column {
  const axis = axisOf(distribution);
  const { low, high } = axis;
  const width = high - low || 1;
  const gridded = Number.isFinite(sizeOf(distribution));
  return {
    name,
    distribution,
    size: sizeOf(distribution),
    axis,
    encode(value) {
      const member = gridded ? memberOf(distribution, value) : value;
      if (typeof member !== "number" || !(member >= distribution.low && member <= distribution.high)) return Number.NaN;
      return min(max((axis.encode(member) - low) / width, 0), 1);
    },
    decode: (coordinate) => axis.decode(low + width * coordinate),
  };
}

const columnsBySpace = new WeakMap<Space, readonly Column[]>();

/** The columns of a valid space, as declared. */
export function columnsOf(space: Space): readonly Column[] {
  const known = columnsBySpace.get(space);
  if (known !== undefined) return known;
  const columns = Object.entries(space).map(([name, distribution]) =>
    distribution.type === "categorical" ? categoricalColumn(name, distribution) : numericColumn(name, distribution),
  );
  columnsBySpace.set(space, columns);
  return columns;
}

/** Coordinates of a point, one per column. */
export function encodePoint(columns: readonly Column[], params: Params, into: Float64Array, offset = 0): void {
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at] as Column;
    // What an object inherits under such a name is a function or an object, which no distribution has.
    into[offset + at] = column.encode(params[column.name]);
  }
}

/** Coordinates of all trials of a history, row by row in its order. A value that the space no longer has is NaN. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Row-major; `rows × columns.length` numbers, and room for more behind them. */
  readonly cells: Float64Array;
}

class GrowingTable implements Table {
  readonly columns: readonly Column[];
  rows = 0;
  cells: Float64Array;

  constructor(space: Space) {
    this.columns = columnsOf(space);
    this.cells = new Float64Array(64 * this.columns.length);
  }

  add(params: Params): void {
    const width = this.columns.length;
    if ((this.rows + 1) * width > this.cells.length) {
      const larger = new Float64Array(2 * this.cells.length);
      larger.set(this.cells);
      this.cells = larger;
    }
    encodePoint(this.columns, params, this.cells, this.rows * width);
    this.rows++;
  }
}

/** The table of a history over a space. The one returned grows with the history: read it, don't keep it. */
export const tableOf: (trials: readonly FrozenTrial[], space: Space) => Table = foldTrials(
  (space: Space) => new GrowingTable(space),
  (table, { params }) => table.add(params),
);
