/** Which parameters of a space are coordinates of the normal distribution, and which are choices beside it. */
import { type Column, columnsOf } from "../../history/table.js";
import type { Cell, CellAt } from "../../models/cmaes/margin.js";
import { buildParams, hasConditions } from "../../space/conditions.js";
import type { Axis, NumericDistribution } from "../../space/distribution.js";
import type { Params, ParamValue, Space } from "../../types.js";

export interface Frame {
  readonly space: Space;
  /** Parameters with one value. */
  readonly fixed: readonly Column[];
  readonly numbers: readonly Column[];
  /** Whether a number has finitely many values. */
  readonly gridded: readonly boolean[];
  readonly choices: readonly Column[];
  /** The part of an axis that is tried as the same value as a coordinate of it; null: the coordinate alone. */
  readonly cellAt: CellAt;
}

/** Unit coordinates of a grid value's cell; the first and the last one have no end. */
function gridCell({ axis, distribution, decode }: Column, coordinate: number): Cell {
  const { low: from, high: to, cell } = axis as Axis;
  const { low, high } = distribution as NumericDistribution;
  const value = decode(coordinate) as number;
  const [below, above] = cell(value) as Cell;
  const unit = (position: number) => (position - from) / (to - from);
  return [
    value === low ? Number.NEGATIVE_INFINITY : unit(below),
    value === high ? Number.POSITIVE_INFINITY : unit(above),
  ];
}

/**
 * A draw outside the box is tried on its border, so that the border is the first cell of a grid: were the draws beyond it
 * learnt from as if they had been drawn there, the border would seem certain and end the search.
 */
function borderCell(coordinate: number): Cell | null {
  if (coordinate <= 0) return [Number.NEGATIVE_INFINITY, 0];
  return coordinate >= 1 ? [1, Number.POSITIVE_INFINITY] : null;
}

const frames = new WeakMap<Space, Frame>();

export function frameOf(space: Space): Frame {
  const known = frames.get(space);
  if (known !== undefined) return known;
  const columns = columnsOf(space);
  const fixed = columns.filter(({ size }) => size === 1);
  const open = columns.filter(({ size }) => size > 1);
  const numbers = open.filter(({ axis }) => axis !== null);
  const gridded = numbers.map(({ size }) => Number.isFinite(size));
  const cellAt: CellAt = (j, coordinate) => {
    const column = numbers[j];
    if (column === undefined) return null;
    return gridded[j] ? gridCell(column, coordinate) : borderCell(coordinate);
  };
  const frame = { space, fixed, numbers, gridded, choices: open.filter(({ axis }) => axis === null), cellAt };
  frames.set(space, frame);
  return frame;
}

/** One, which nothing depends on, where the space has no numbers. */
export function dimensionsOf({ numbers }: Frame): number {
  return Math.max(1, numbers.length);
}

/** The value of a coordinate; of one outside the box the bound itself. */
function valueAt({ distribution, decode }: Column, coordinate: number): ParamValue {
  if (coordinate > 0 && coordinate < 1) return decode(coordinate);
  const { low, high } = distribution as NumericDistribution;
  return coordinate <= 0 ? low : high;
}

/** One place in the distribution: coordinates, and indexes of choices (−1: none). */
export interface Place {
  readonly coordinates: Float64Array;
  readonly picks: Int32Array;
}

export function newPlace(frame: Frame): Place {
  return { coordinates: new Float64Array(dimensionsOf(frame)), picks: new Int32Array(frame.choices.length) };
}

/** The point of a place; what doesn't exist beside its choices is left out. */
export function pointOfPlace({ space, fixed, numbers, choices }: Frame, { coordinates, picks }: Place): Params {
  const values: Record<string, ParamValue> = {};
  for (const { name, decode } of fixed) values[name] = decode(0.5);
  for (let j = 0; j < numbers.length; j++) {
    const column = numbers[j] as Column;
    values[column.name] = valueAt(column, coordinates[j] as number);
  }
  choices.forEach(({ name, decode }, at) => {
    values[name] = decode(picks[at] as number);
  });
  return hasConditions(space) ? buildParams(space, (name) => values[name]) : values;
}

/**
 * Writes what a trial's parameters say: NaN and −1 where it lacks one. False: it says nothing, as it has no parameter of
 * the frame, or has one with a value that the space doesn't hold.
 */
export function encodePlace({ numbers, choices }: Frame, params: Params, { coordinates, picks }: Place): boolean {
  let found = numbers.length + choices.length === 0 ? 1 : 0;
  coordinates.fill(Number.NaN, numbers.length);
  for (let j = 0; j < numbers.length; j++) {
    const { name, encode } = numbers[j] as Column;
    const coordinate = encode(params[name]);
    coordinates[j] = coordinate;
    if (!Number.isNaN(coordinate)) found++;
    else if (Object.hasOwn(params, name)) return false;
  }
  for (let at = 0; at < choices.length; at++) {
    const { name, encode } = choices[at] as Column;
    const index = Object.hasOwn(params, name) ? encode(params[name]) : -1;
    if (Number.isNaN(index)) return false;
    picks[at] = index;
    if (index >= 0) found++;
  }
  return found > 0;
}
