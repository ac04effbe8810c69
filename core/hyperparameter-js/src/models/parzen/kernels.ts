/** The kernels of one parameter in a Parzen mixture, as flat arrays: one per observation, and the prior's last. */
import type { Column } from "../../history/table.js";
import { log } from "../../math/elementary.js";
import type { Scratch } from "../../math/scratch.js";
import { logCellMass, upperTail } from "./mass.js";
import { setWidths, type WidthRule } from "./widths.js";

/** Bound once: a look-up of a global is slow in some hosts (Node's vm contexts). */
const { max } = Math;
const { EPSILON } = Number;

/** The prior's kernel: on the middle of the axis, and as wide. An observation that lacks a parameter has it there, too. */
const PRIOR_CENTRE = 0.5;
const PRIOR_WIDTH = 1;

/** Stands for the choice of an observation that has none: all are as likely. */
export const NO_CHOICE = -1;

/** Arrays have one number per kernel, and room for more behind them. */
export interface Kernels {
  readonly column: Column;
  readonly kind: "float" | "grid" | "choice";
  /** How many there are. */
  readonly count: number;
  /** Coordinates; for choices the index, or `NO_CHOICE`. */
  readonly centres: Float64Array;
  /** 1 / width for numbers; for choices the cost of another one than the observed, 2 log(p(observed) / p(other)). */
  readonly scales: Float64Array;
  /** The density at the centre is 1 / this, but for a factor 1 / √2π of floats; on a grid it is the part on the axis. */
  readonly divisors: Float64Array;
  /** On a grid, kernels with equal centres and scales have the same number here, so that masses are computed once. */
  readonly alike: Int32Array;
}

const ALL_UNLIKE = new Int32Array(0);

export interface KernelOptions {
  /** Coordinates of the observations, NaN where one lacks the parameter, and NaN for the prior behind them. Changed. */
  readonly centres: Float64Array;
  /** How many these are. */
  readonly count: number;
  readonly rule: WidthRule;
  /** Added to the count of each choice: above 0. */
  readonly smoothing: number;
  readonly scratch: Scratch;
}

function choiceKernels(column: Column, { centres, count, smoothing, scratch }: KernelOptions): Kernels {
  const { size } = column;
  const scales = scratch.take(count);
  const divisors = scratch.take(count);
  const cost = 2 * log((1 + smoothing) / smoothing);
  const divisor = (1 + size * smoothing) / (1 + smoothing);
  for (let k = 0; k < count; k++) {
    const lacking = Number.isNaN(centres[k] as number);
    if (lacking) centres[k] = NO_CHOICE;
    scales[k] = lacking ? 0 : cost;
    divisors[k] = lacking ? size : divisor;
  }
  return { column, kind: "choice", count, centres, scales, divisors, alike: ALL_UNLIKE };
}

function numberAlike({ count, centres, scales }: Pick<Kernels, "count" | "centres" | "scales">): Int32Array {
  const byCentre = new Map<number, Map<number, number>>();
  const alike = new Int32Array(count);
  let next = 0;
  for (let k = 0; k < count; k++) {
    const centre = centres[k] as number;
    const scale = scales[k] as number;
    const byScale = byCentre.get(centre) ?? new Map<number, number>();
    byCentre.set(centre, byScale);
    const number = byScale.get(scale) ?? next++;
    byScale.set(scale, number);
    alike[k] = number;
  }
  return alike;
}

/** The prior's centre and width for those that have none. */
function fillLacking(centres: Float64Array, widths: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) {
    if (!Number.isNaN(centres[k] as number)) continue;
    centres[k] = PRIOR_CENTRE;
    widths[k] = PRIOR_WIDTH;
  }
}

function numberKernels(column: Column, { centres, count, rule, scratch }: KernelOptions): Kernels {
  const kind = Number.isFinite(column.size) ? "grid" : "float";
  const scales = scratch.take(count);
  const divisors = setWidths(scratch.take(count), centres, rule, count);
  fillLacking(centres, divisors, count);
  for (let k = 0; k < count; k++) {
    const centre = centres[k] as number;
    const width = divisors[k] as number;
    const scale = 1 / width;
    const inside = 1 - upperTail(centre * scale) - upperTail((1 - centre) * scale);
    scales[k] = scale;
    divisors[k] = kind === "float" ? width * inside : inside;
  }
  const alike = kind === "grid" ? numberAlike({ count, centres, scales }) : ALL_UNLIKE;
  return { column, kind, count, centres, scales, divisors, alike };
}

export function kernelsOf(column: Column, options: KernelOptions): Kernels {
  return column.axis === null ? choiceKernels(column, options) : numberKernels(column, options);
}

/** The part of the unit axis that belongs to a value on a grid; never so narrow that its mass is lost. */
function cellOf({ axis, decode }: Column, coordinate: number): readonly [number, number] {
  const [from, to] = axis?.cell(decode(coordinate) as number) ?? [0, 1];
  const { low = 0, high = 1 } = axis ?? {};
  const left = (from - low) / (high - low);
  return [left, max((to - low) / (high - low), left + EPSILON)];
}

/** For a value on a grid and each number in `alike`: −2 log of the mass on the value's cell, before `divisors`. */
export function cellCosts({ column, count, centres, scales, alike }: Kernels, coordinate: number): Float64Array {
  const cell = cellOf(column, coordinate);
  const costs: number[] = [];
  for (let k = 0; k < count; k++)
    if (alike[k] === costs.length) costs.push(-2 * logCellMass(centres[k] as number, 1 / (scales[k] as number), cell));
  return Float64Array.from(costs);
}
