/** One child of two members: each of its parameters is crossed, mutated, or drawn where neither parent has it. */
import { type Column, columnsOf } from "../history/table.js";
import { log } from "../math/elementary.js";
import type { Rng } from "../random/rng.js";
import { hasConditions, isActive, topologicalOrder } from "../space/conditions.js";
import { type NumericDistribution, stepOf, valueAt } from "../space/distribution.js";
import type { Params, ParamValue, Space } from "../types.js";
import type { Crossing, Mutation } from "./operators.js";
import type { Member } from "./population.js";

export interface Operators {
  /** Each child gets one of them. */
  readonly crossings: readonly Crossing[];
  readonly crossoverIndex: number;
  readonly mutate: Mutation;
  readonly mutationIndex: number;
  /** Share of the parameters that is mutated; null: one in a child, on average. */
  readonly mutationRate: number | null;
}

interface Making {
  readonly operators: Operators;
  /** The parents' coordinates. */
  readonly rows: readonly [Float64Array, Float64Array];
  readonly cross: Crossing;
  /** The place, among the parameters with more than one value, that is mutated in any case. */
  readonly forced?: number;
}

/** Where the parameters are in a member's row, parents of conditions first. */
interface Layout {
  readonly columns: readonly Column[];
  readonly order: readonly number[];
  readonly conditional: boolean;
  /** Parameters with more than one value. */
  readonly open: number;
}

const layouts = new WeakMap<Space, Layout>();

function layoutOf(space: Space): Layout {
  const known = layouts.get(space);
  if (known !== undefined) return known;
  const columns = columnsOf(space);
  const places = new Map(columns.map(({ name }, at) => [name, at]));
  const order = topologicalOrder(space).map((name) => places.get(name) as number);
  const open = columns.filter(({ size }) => size > 1).length;
  const layout = { columns, order, conditional: hasConditions(space), open };
  layouts.set(space, layout);
  return layout;
}

function gridIndex(distribution: NumericDistribution, value: number): number {
  return Math.round((value - distribution.low) / (stepOf(distribution) as number));
}

/** Another value of the parameter: near by for numbers, any other choice, the next grid point where the grid is coarse. */
function mutated(column: Column, x: number, rng: Rng, { mutate, mutationIndex }: Operators): ParamValue {
  const { axis, distribution, size } = column;
  if (axis === null || distribution.type === "categorical") return column.decode((x + 1 + rng.int(size - 1)) % size);
  const moved = mutate(x, rng.next(), mutationIndex);
  const [from, to] = [column.decode(x), column.decode(moved)];
  if (from !== to || !Number.isFinite(size)) return to;
  const index = gridIndex(distribution, from as number);
  const up = index === 0 || (moved > x && index < size - 1);
  return valueAt(distribution, up ? index + 1 : index - 1);
}

function drawn({ axis, size }: Column, rng: Rng): number {
  return axis === null ? rng.int(size) : rng.next();
}

/** A coordinate of the child, from those of its parents at `at`. */
function crossed(column: Column, at: number, rng: Rng, { rows, cross, operators }: Making): number {
  const [first, second] = [rows[0][at] as number, rows[1][at] as number];
  if (Number.isNaN(first)) return Number.isNaN(second) ? drawn(column, rng) : second;
  if (Number.isNaN(second) || first === second) return first;
  if (column.axis === null) return rng.next() < 0.5 ? first : second;
  return cross(first, second, rng.next(), operators.crossoverIndex);
}

/** How many parameters are passed over before the next one that is mutated: geometric, by inversion. */
function nextMutation(rate: number, rng: Rng): number {
  if (rate <= 0) return Number.POSITIVE_INFINITY;
  return rate >= 1 ? 0 : Math.floor(log(1 - rng.next()) / log(1 - rate));
}

function build(space: Space, rng: Rng, making: Making) {
  const { columns, order, conditional, open } = layoutOf(space);
  const rate = making.operators.mutationRate ?? 1 / Math.max(open, 1);
  const params: Record<string, ParamValue> = {};
  let next = nextMutation(rate, rng);
  let place = 0;
  for (const at of order) {
    const column = columns[at] as Column;
    if (conditional && !isActive(column.distribution, params)) continue;
    const x = crossed(column, at, rng, making);
    if (column.size > 1 && (place === next || place === making.forced)) {
      params[column.name] = mutated(column, x, rng, making.operators);
      next = place + 1 + nextMutation(rate, rng);
    } else params[column.name] = column.decode(x);
    if (column.size > 1) place++;
  }
  return { params, places: place };
}

/** Whether a point is the parent again. */
function isCopy(space: Space, params: Params, { row }: Member): boolean {
  const { columns } = layoutOf(space);
  for (let at = 0; at < columns.length; at++) {
    const { name, decode } = columns[at] as Column;
    const x = row[at] as number;
    if ((Number.isNaN(x) ? undefined : decode(x)) !== params[name]) return false;
  }
  return true;
}

/** A child that is neither of its parents again, as far as the space has other points. */
export function childOf(space: Space, parents: readonly [Member, Member], rng: Rng, operators: Operators): Params {
  const { crossings } = operators;
  const cross = crossings[crossings.length > 1 ? rng.int(crossings.length) : 0] as Crossing;
  const [first, second] = parents;
  const { params, places } = build(space, rng, { operators, cross, rows: [first.row, second.row] });
  if (places === 0 || !parents.some((parent) => isCopy(space, params, parent))) return params;
  const again = { operators, cross, rows: [first.row, first.row], forced: rng.int(places) } as const;
  return build(space, rng, again).params;
}
