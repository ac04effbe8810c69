/** How wide the kernels of one parameter are, on an axis from 0 to 1. */

/** Bound once: a look-up of a global is slow in some hosts (Node's vm contexts). */
const { max, min } = Math;

/** How the kernels of one parameter get their widths: from the gaps between them, or all the same one. */
export interface WidthRule {
  readonly rule: "gap" | "same";
  /** The width of all, or the smallest one: above 0. */
  readonly width: number;
}

/**
 * Of each of the sorted centres the wider of the gaps to both neighbours; the ends of the axis are neighbours only of a lone
 * centre. At least `floor`, at most the axis.
 */
export function gapWidths(sorted: ArrayLike<number>, floor: number): number[] {
  const m = sorted.length;
  const widths: number[] = [];
  let left = m > 1 ? 0 : (sorted[0] as number);
  for (let index = 0; index < m; index++) {
    const centre = sorted[index] as number;
    const lone = m > 1 ? 0 : 1 - centre;
    const right = index < m - 1 ? (sorted[index + 1] as number) - centre : lone;
    widths.push(min(max(left, right, floor), 1));
    left = right;
  }
  return widths;
}

/** The smallest width that Bergstra's implementation and Optuna allow m observations ("magic clip"). */
export function magicFloor(m: number): number {
  return 1 / Math.min(100, m + 2);
}

/** Indexes of the first centres, by rising centre; NaN left out. By insertion: the good trials are few. */
function rising(centres: Float64Array, count: number): number[] {
  const order: number[] = [];
  for (let index = 0; index < count; index++) {
    const centre = centres[index] as number;
    if (Number.isNaN(centre)) continue;
    let at = order.length;
    for (; at > 0 && (centres[order[at - 1] as number] as number) > centre; at--) order[at] = order[at - 1] as number;
    order[at] = index;
  }
  return order;
}

/** Fills in a width for each of the first `count` centres; that of a NaN says nothing. */
export function setWidths(
  widths: Float64Array,
  centres: Float64Array,
  { rule, width }: WidthRule,
  count = centres.length,
): Float64Array {
  const same = min(width, 1);
  for (let index = 0; index < count; index++) widths[index] = same;
  if (rule === "same") return widths;
  const order = rising(centres, count);
  const gaps = gapWidths(
    order.map((index) => centres[index] as number),
    width,
  );
  for (let rank = 0; rank < order.length; rank++) widths[order[rank] as number] = gaps[rank] as number;
  return widths;
}
