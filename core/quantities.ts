/** Durations and sizes as people write them, both ways. */

export interface Bounds {
  readonly nullable?: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
}

/** In seconds. */
const DURATIONS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** In bytes; IEC and SI prefixes mean what they say. */
const SIZES = {
  B: 1,
  kB: 1e3,
  KiB: 2 ** 10,
  MB: 1e6,
  MiB: 2 ** 20,
  GB: 1e9,
  GiB: 2 ** 30,
  TB: 1e12,
  TiB: 2 ** 40,
} as const;

type Units = Readonly<Record<string, number>>;

const patternOf = (units: Units) => `^\\d+(\\.\\d+)? ?(${Object.keys(units).join("|")})$`;

export const DURATION_PATTERN = patternOf(DURATIONS);
export const SIZE_PATTERN = patternOf(SIZES);

/**
 * JSON Schema of seconds, or a text with a unit. Its smallest value holds for numbers alone; whoever reads the texts
 * looks at theirs.
 */
export function durationSchema(expected: string, bounds: Bounds = {}) {
  return quantitySchema(DURATION_PATTERN, expected, bounds);
}

/** JSON Schema of bytes, or a text with a unit. */
export function sizeSchema(expected: string, bounds: Bounds = {}) {
  return quantitySchema(SIZE_PATTERN, expected, bounds);
}

function quantitySchema(pattern: string, expected: string, { nullable = false, ...range }: Bounds) {
  return {
    if: { type: "string" },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { pattern, "x-expected": expected },
    else: { type: nullable ? ["number", "null"] : "number", ...range, "x-expected": expected },
  };
}

/** Seconds. @param written matches DURATION_PATTERN, or is seconds already */
export function seconds(written: string | number): number {
  return quantity(written, DURATIONS);
}

/** Whole bytes. @param written matches SIZE_PATTERN, or is bytes already */
export function bytes(written: string | number): number {
  return Math.round(quantity(written, SIZES));
}

/** The shortest text that means exactly these seconds, in the largest unit that has no fraction. */
export function writeDuration(value: number): string {
  return write(value, { s: 1, m: 60, h: 3600 }, "s");
}

export function writeSize(value: number): string {
  return write(value, { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }, "B");
}

function quantity(written: string | number, units: Units): number {
  if (typeof written === "number") return written;
  const unit = /[A-Za-z]+$/.exec(written)?.[0] ?? "";
  return Number.parseFloat(written) * (units[unit] ?? Number.NaN);
}

function write(value: number, units: Units, smallest: string): string {
  const whole = Object.entries(units).filter(([, size]) => value >= size && value % size === 0);
  const [unit, size] = whole.at(-1) ?? [smallest, 1];
  return `${value / size}${unit}`;
}
