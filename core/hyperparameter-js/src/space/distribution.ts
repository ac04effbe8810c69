/** What one distribution contains, and the internal axis on which numbers are drawn and compared. */
import { exp, log } from "../math/elementary.js";
import type { Rng } from "../random/rng.js";
import type {
  CategoricalDistribution,
  Distribution,
  FloatDistribution,
  IntDistribution,
  ParamValue,
} from "../types.js";

/** Bound once: a look-up of a global is slow in some hosts (Node's vm contexts). */
const { abs, max, min, round } = Math;

export type NumericDistribution = FloatDistribution | IntDistribution;

/** Share of a step by which a stepped float may miss its grid point: decimal steps are not exact in binary. */
const GRID_TOLERANCE = 1e-6;

/** Distance between grid points; null: any number between the bounds. */
export function stepOf(distribution: NumericDistribution): number | null {
  return distribution.step ?? (distribution.type === "int" ? 1 : null);
}

/** How many values there are; Infinity for a float without step. */
export function sizeOf(distribution: Distribution): number {
  if (distribution.type === "categorical") return distribution.choices.length;
  const { low, high } = distribution;
  if (low === high) return 1;
  const step = stepOf(distribution);
  return step === null ? Number.POSITIVE_INFINITY : round((high - low) / step) + 1;
}

/** The value at an index of a finite distribution, 0 … size − 1. Floats to 15 digits, so that 0.1 + 2·0.1 is 0.3. */
export function valueAt(distribution: Distribution, index: number): ParamValue {
  if (distribution.type === "categorical") return distribution.choices[index] as ParamValue;
  const { low, high } = distribution;
  if (index === 0) return low;
  if (index === sizeOf(distribution) - 1) return high;
  const value = low + index * (stepOf(distribution) ?? 0);
  return distribution.type === "int" ? value : Number(value.toPrecision(15));
}

/** The member of the distribution that `value` stands for (stepped floats snap to their grid); undefined: none. */
export function memberOf(distribution: Distribution, value: unknown): ParamValue | undefined {
  if (distribution.type === "categorical") return distribution.choices.find((choice) => choice === value);
  if (typeof value !== "number" || !(value >= distribution.low && value <= distribution.high)) return undefined;
  const step = stepOf(distribution);
  if (step === null) return value;
  const index = round((value - distribution.low) / step);
  const member = valueAt(distribution, index) as number;
  const tolerance = distribution.type === "int" ? 0 : step * GRID_TOLERANCE;
  return abs(member - value) <= tolerance ? member : undefined;
}

/**
 * A numeric distribution on its internal axis: log of the value where `log` is set, and widened by half a step at both
 * ends where there is a grid, so that each grid point owns a cell of its own.
 */
export interface Axis {
  readonly low: number;
  readonly high: number;
  encode(value: number): number;
  /** The nearest member; points outside are clipped. */
  decode(position: number): number;
  /** The part of the axis that decodes to this value; null without a grid. */
  cell(value: number): readonly [number, number] | null;
}

export function axisOf(distribution: NumericDistribution): Axis {
  const into = distribution.log ? log : (x: number) => x;
  const back = distribution.log ? exp : (x: number) => x;
  const { low, high } = distribution;
  const step = stepOf(distribution);
  const clip = (value: number) => min(max(value, low), high);
  if (step === null)
    return { low: into(low), high: into(high), encode: into, decode: (u) => clip(back(u)), cell: () => null };
  const last = sizeOf(distribution) - 1;
  const indexOf = (value: number) => min(max(round((value - low) / step), 0), last);
  return {
    low: into(low - step / 2),
    high: into(high + step / 2),
    encode: into,
    decode: (u) => valueAt(distribution, indexOf(back(u))) as number,
    cell: (value) => [into(value - step / 2), into(value + step / 2)],
  };
}

/** Uniform over the choices, the grid, or the (log) range; log grids by the width of their cells. */
export function drawUniform(distribution: Distribution, rng: Rng): ParamValue {
  const size = sizeOf(distribution);
  const logarithmic = distribution.type !== "categorical" && distribution.log === true;
  if (Number.isFinite(size) && !logarithmic) return valueAt(distribution, rng.int(size));
  const axis = axisOf(distribution as NumericDistribution);
  return axis.decode(axis.low + (axis.high - axis.low) * rng.next());
}

function sameChoices(a: CategoricalDistribution, b: CategoricalDistribution): boolean {
  return a.choices.length === b.choices.length && a.choices.every((choice, index) => choice === b.choices[index]);
}

/** Whether two distributions draw the same values in the same way; conditions do not count. */
export function sameDistribution(a: Distribution, b: Distribution): boolean {
  if (a.type === "categorical" || b.type === "categorical")
    return a.type === "categorical" && b.type === "categorical" && sameChoices(a, b);
  const alike = a.type === b.type && a.low === b.low && a.high === b.high;
  return alike && (a.log ?? false) === (b.log ?? false) && stepOf(a) === stepOf(b);
}
