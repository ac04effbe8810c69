/** Points of a space as rows of coordinates for models: numbers on 0 … 1, choices by their index, and what is absent. */
import { type Column, columnsOf, encodePoint } from "../../history/table.js";
import type { Dimension } from "../../models/gp/kernel.js";
import type { SearchAxis } from "../../models/gp/maximise.js";
import { activeSpace, buildParams, hasConditions } from "../../space/conditions.js";
import { valueAt } from "../../space/distribution.js";
import type { Params, Space } from "../../types.js";

/**
 * Where a parameter that a point doesn't have is put: a number in the middle, so that it is near to all of its values, and a
 * choice apart from all others. Branches of a conditional space share one model by that; what tells them apart is the
 * parameter that decides between them.
 */
const ABSENT_NUMBER = 0.5;
const ABSENT_CHOICE = -1;

export interface Coordinates {
  readonly dimensions: readonly Dimension[];
  readonly axes: readonly SearchAxis[];
  /** Fills what is absent, NaN, in a row of a table. */
  fill(row: Float64Array): void;
  decode(x: Float64Array): Params;
  /** Of points from anywhere in the box: see `Domain`. Undefined where each point has all parameters. */
  readonly settle?: (x: Float64Array, movable: Uint8Array) => void;
}

/** Values of a grid that are told apart when a point is looked for. */
const MOST_VALUES = 2 ** 16;

function allOf({ distribution, size, encode }: Column): Float64Array {
  return Float64Array.from({ length: size }, (_, index) => encode(valueAt(distribution, index)));
}

/** Of a longer grid the values that are spread evenly over the axis, each once. */
function spreadOver({ encode, decode }: Column): Float64Array {
  const last = MOST_VALUES - 1;
  const members = Float64Array.from({ length: MOST_VALUES }, (_, at) => encode(decode(at / last)));
  return members.filter((value, at) => value !== members[at - 1]);
}

function searchAxis(column: Column): SearchAxis {
  const { axis, size } = column;
  if (axis === null) return { kind: "category", count: size };
  if (!Number.isFinite(size)) return { kind: "continuous" };
  return { kind: "grid", values: size <= MOST_VALUES ? allOf(column) : spreadOver(column) };
}

function decoder(space: Space, columns: readonly Column[]): (x: Float64Array) => Params {
  const places = new Map(columns.map(({ name }, place) => [name, place]));
  return (x) =>
    buildParams(space, (name) => {
      const place = places.get(name) as number;
      return (columns[place] as Column).decode(x[place] as number);
    });
}

const known = new WeakMap<Space, Coordinates>();

function build(space: Space): Coordinates {
  const columns = columnsOf(space);
  const decode = decoder(space, columns);
  const fill = (row: Float64Array) =>
    columns.forEach(({ axis }, p) => {
      if (Number.isNaN(row[p])) row[p] = axis === null ? ABSENT_CHOICE : ABSENT_NUMBER;
    });
  const settle = (x: Float64Array, movable: Uint8Array) => {
    const active = activeSpace(space, decode(x));
    columns.forEach(({ name, axis }, p) => {
      movable[p] = Object.hasOwn(active, name) ? 1 : 0;
      if (movable[p] === 0) x[p] = axis === null ? ABSENT_CHOICE : ABSENT_NUMBER;
    });
  };
  return {
    dimensions: columns.map(({ axis }) => (axis === null ? "category" : "number")),
    axes: columns.map(searchAxis),
    fill,
    decode,
    ...(hasConditions(space) ? { settle } : {}),
  };
}

/** The coordinates of a valid space, as its table's columns are. */
export function coordinatesOf(space: Space): Coordinates {
  const coordinates = known.get(space) ?? build(space);
  known.set(space, coordinates);
  return coordinates;
}

/** The coordinates of one point; what it lacks is filled in. */
export function rowOf(space: Space, params: Params): Float64Array {
  const columns = columnsOf(space);
  const row = new Float64Array(columns.length);
  encodePoint(columns, params, row);
  coordinatesOf(space).fill(row);
  return row;
}
