/** Several nets that speak as one: the mean of their chances, or of their values. */
import type { TaskSpec } from "../../../core/plugin/index.js";
import type { NetShape } from "./net.js";

/** How a regression's standardised value becomes one in the target's unit. */
export interface Unit {
  readonly mean: number;
  readonly scale: number;
}

/** Scores of a row, softened to chances, added to a sum. */
function addChances(scores: Float64Array | Float32Array, from: number, sum: Float64Array, share: number): void {
  const classes = sum.length;
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < classes; at++) largest = Math.max(largest, scores[from + at] as number);
  let total = 0;
  for (let at = 0; at < classes; at++) total += Math.exp((scores[from + at] as number) - largest);
  for (let at = 0; at < classes; at++)
    sum[at] = (sum[at] as number) + (share * Math.exp((scores[from + at] as number) - largest)) / total;
}

/**
 * The prediction of all members together.
 * @param scores one array for each member, [rows × outputs]
 */
export function together(
  { task, classes }: TaskSpec,
  scores: readonly (Float64Array | Float32Array)[],
  unit: Unit,
): Float64Array {
  const [first = new Float64Array()] = scores;
  const share = 1 / scores.length;
  if (task === "regression")
    return Float64Array.from(first, (_, row) => {
      const mean = scores.reduce((sum, one) => sum + share * (one[row] as number), 0);
      return unit.mean + unit.scale * mean;
    });
  const count = classes.length;
  const all = new Float64Array(first.length);
  for (const one of scores)
    for (let from = 0; from < one.length; from += count) addChances(one, from, all.subarray(from, from + count), share);
  return all;
}

/** Scores as a net gives them, [rows, shared, outputs], one array for each member: [rows × outputs]. */
export function byMember<Scores extends Float32Array | Float64Array>(
  scores: Scores,
  { shared, outputs }: Pick<NetShape, "shared" | "outputs">,
): readonly Scores[] {
  if (shared === null) return [scores];
  return Array.from({ length: shared }, (_, member) => {
    const own = scores.slice(0, scores.length / shared) as Scores;
    for (let row = 0; row * outputs < own.length; row++) {
      const from = (row * shared + member) * outputs;
      own.set(scores.subarray(from, from + outputs), row * outputs);
    }
    return own;
  });
}
