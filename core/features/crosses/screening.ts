/**
 * Which products of two columns say something that their sum doesn't: by the correlation of product and answers that remains
 * when both are freed of what the two columns explain of them (partial correlation).
 */
import { normalQuantile } from "../../statistics/normal.js";
import type { Answers } from "../answers.js";

export interface Pair {
  /** Places among the columns; the same twice is a square. */
  readonly left: number;
  readonly right: number;
}

/** Chance that pure noise brings one product in, whatever their number (Bonferroni). */
const LEVEL = 0.01;
/** Relative to their sizes: two columns whose determinant is less are one. */
const SINGULAR = 1e-6;
/** Squared correlation from which on two products are one: minutes and their charge make the same ones. */
const ALIKE = 0.95;

/**
 * The pairs that noise would not make, those that say most first.
 * @param columns standardised, of the same rows as the answers
 */
export function tellingPairs(
  columns: readonly Float32Array[],
  { values, each }: Pick<Answers, "values" | "each">,
  limit: number,
): Pair[] {
  const centred = columns.map((column) => centredOf(Float64Array.from(column)));
  const targets = Array.from({ length: each }, (_, at) =>
    centredOf(Float64Array.from({ length: values.length / each }, (_, row) => values[row * each + at] as number)),
  );
  const pairs = centred.flatMap((_, left) => centred.slice(left).map((_, at): Pair => ({ left, right: left + at })));
  const least = normalQuantile(1 - LEVEL / 2 / Math.max(1, pairs.length * targets.length)) ** 2;
  const telling = pairs
    .map((pair) => ({ pair, score: scoreOf(centred, targets, pair) }))
    .filter(({ score }) => score > least)
    .sort((a, b) => b.score - a.score || a.pair.left - b.pair.left || a.pair.right - b.pair.right);
  return different(
    centred,
    telling.map(({ pair }) => pair),
    limit,
  );
}

/** The first ones that no product before says nearly the same as. */
function different(columns: readonly Float64Array[], pairs: readonly Pair[], limit: number): Pair[] {
  const taken: Float64Array[] = [];
  return pairs.filter((pair) => {
    if (taken.length >= limit) return false;
    const product = productOf(columns, pair);
    const size = dot(product, product);
    if (taken.some((one) => dot(one, product) ** 2 > ALIKE * size * dot(one, one))) return false;
    taken.push(product);
    return true;
  });
}

function productOf(columns: readonly Float64Array[], { left, right }: Pair): Float64Array {
  const other = columns[right] as Float64Array;
  return centredOf((columns[left] as Float64Array).map((value, row) => value * (other[row] as number)));
}

function centredOf(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** About a squared standard normal variable where the product says nothing; the largest of the answers'. */
function scoreOf(columns: readonly Float64Array[], targets: readonly Float64Array[], { left, right }: Pair): number {
  const [a, b] = [columns[left] as Float64Array, columns[right] as Float64Array];
  const product = productOf(columns, { left, right });
  const rest = left === right ? freedOfOne(a) : freedOfTwo(a, b);
  const own = rest(product, product);
  // of levels of one column, or of a level with itself, the product is a sum
  if (own < SINGULAR * dot(product, product)) return 0;
  return targets.reduce((most, target) => {
    const shared = rest(product, target) ** 2 / (own * rest(target, target));
    return shared >= 0 && shared < 1 ? Math.max(most, (product.length * shared) / (1 - shared)) : most;
  }, 0);
}

/** The product of two variables after what columns explain of them is taken away. */
type Rest = (one: Float64Array, other: Float64Array) => number;

function freedOfOne(a: Float64Array): Rest {
  const size = dot(a, a);
  return (one, other) => dot(one, other) - (dot(one, a) * dot(other, a)) / size;
}

/** By Cramer's rule for the two coefficients. */
function freedOfTwo(a: Float64Array, b: Float64Array): Rest {
  const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
  const determinant = aa * bb - ab * ab;
  if (determinant < SINGULAR * aa * bb) return freedOfOne(a);
  return (one, other) => {
    const [oneA, oneB, otherA, otherB] = [dot(one, a), dot(one, b), dot(other, a), dot(other, b)];
    const explained = oneA * (bb * otherA - ab * otherB) + oneB * (aa * otherB - ab * otherA);
    return dot(one, other) - explained / determinant;
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
