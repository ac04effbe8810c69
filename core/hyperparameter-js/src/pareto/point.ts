/** Points in the space of objectives, all of them minimised. */

/** One number per objective. Never NaN; infinities are numbers like others. */
export type Point = ArrayLike<number>;
export type Points = readonly Point[];

/** Whether a is nowhere worse than b. */
export function weaklyDominates(a: Point, b: Point): boolean {
  for (let k = 0; k < a.length; k++) if ((a[k] as number) > (b[k] as number)) return false;
  return true;
}

/** Whether a is nowhere worse than b and somewhere better. */
export function dominates(a: Point, b: Point): boolean {
  return weaklyDominates(a, b) && !weaklyDominates(b, a);
}
