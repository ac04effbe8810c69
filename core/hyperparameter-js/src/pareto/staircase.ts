/** The lower left front of points in the plane, as steps: x rises, y falls. */

/** Index of the last of rising numbers that is at most `x`; −1: none. */
export function lastAtMost(rising: readonly number[], x: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A step of `count` old ones, from index `first` on, was replaced by the new one. */
export interface Change {
  readonly first: number;
  readonly count: number;
}

export class Staircase {
  /** Strictly rising. */
  readonly xs: number[] = [];
  /** Strictly falling. */
  readonly ys: number[] = [];

  /** Whether a step is nowhere above the point. */
  covers(x: number, y: number): boolean {
    const at = lastAtMost(this.xs, x);
    return at >= 0 && (this.ys[at] as number) <= y;
  }

  /** What `add` would replace: the steps that the point covers. Only for a point that is not covered itself. */
  change(x: number, y: number): Change {
    const at = lastAtMost(this.xs, x);
    const first = at >= 0 && this.xs[at] === x ? at : at + 1;
    let end = first;
    while (end < this.ys.length && (this.ys[end] as number) >= y) end++;
    return { first, count: end - first };
  }

  /** Takes in a point that is not covered. */
  add(x: number, y: number, { first, count }: Change = this.change(x, y)): void {
    this.xs.splice(first, count, x);
    this.ys.splice(first, count, y);
  }
}
