/**
 * Which numbers made of several columns tell something that the columns don't tell one by one: of what an additive model of the
 * columns leaves of the answers (backfitting; Friedman and Stuetzle, "Projection pursuit regression", JASA 76, 1981), the
 * share that bins of the number explain. One is taken at a time, and what it explains is taken away before the next.
 */
import { normalQuantile } from "../../statistics/normal.js";
import type { Answers } from "../answers.js";
import { evenly } from "../statistics.js";

/** Rows that say where the bins end, evenly spread. */
const BINNED = 512;
const BINS = 16;
/** Times that each column is fitted anew to what the others leave. */
const SWEEPS = 3;
/** Chance that pure noise brings one number in, whatever their count (Bonferroni). */
const LEVEL = 0.05;

export interface Candidates {
  readonly count: number;
  /** [rows] */
  of(at: number): Float32Array;
}

export class Screening {
  readonly #rests: readonly Float64Array[];
  /** Of the rows, those that say where the bins end. */
  readonly #binned: Uint32Array;
  /** The bins of all that has been taken away, columns first. */
  readonly #explained: Uint8Array[];

  /** @param columns without missing cells, [rows] each, of the same rows as the answers */
  constructor(columns: readonly Float32Array[], answers: Pick<Answers, "values" | "each">) {
    this.#rests = restsOf(answers);
    this.#binned = evenly(answers.values.length / answers.each, BINNED);
    this.#explained = columns.map((values) => binsOf(values, this.#binned));
    this.#takeAway();
  }

  /** Places among the candidates that noise would not make, what tells most first; at most `limit`. */
  take(candidates: Candidates, limit: number): number[] {
    const least = leastOf(Math.max(1, candidates.count) * this.#rests.length);
    const taken: number[] = [];
    const codesOf = (at: number) => binsOf(candidates.of(at), this.#binned);
    let left = Array.from({ length: candidates.count }, (_, at) => ({ at, codes: codesOf(at) }));
    while (taken.length < limit) {
      const spreads = this.#rests.map(squaresOf);
      const scored = left.map((one) => ({ ...one, score: scoreOf(this.#rests, spreads, one.codes) }));
      const telling = scored.filter(({ score }) => score > least).sort((a, b) => b.score - a.score || a.at - b.at);
      const [first, ...others] = telling;
      if (first === undefined) break;
      taken.push(first.at);
      left = others;
      this.#explained.push(first.codes);
      this.#takeAway();
    }
    return taken;
  }

  #takeAway(): void {
    for (let sweep = 0; sweep < SWEEPS; sweep++) for (const codes of this.#explained) free(this.#rests, codes);
  }
}

/** The answers less their mean, one array a target. */
function restsOf({ values, each }: Pick<Answers, "values" | "each">): Float64Array[] {
  return Array.from({ length: each }, (_, target) => {
    const own = Float64Array.from({ length: values.length / each }, (_, row) => values[row * each + target] as number);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return own.map((value) => value - mean);
  });
}

/**
 * In which of 16 bins of about as many rows each value is; one that is no number, as 0 / 0 makes, in the first. Hundreds of
 * candidates are binned in each fit: plain loops take a quarter of the time that iterators of typed arrays do.
 */
function binsOf(values: Float32Array, binned: Uint32Array): Uint8Array {
  const cuts = cutsOf(values, binned);
  const codes = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    let bin = 0;
    for (let step = BINS / 2; step >= 1; step >>= 1) if (value > (cuts[bin + step - 1] as number)) bin += step;
    codes[row] = bin;
  }
  return codes;
}

function cutsOf(values: Float32Array, binned: Uint32Array): Float32Array {
  const some = new Float32Array(binned.length);
  for (let at = 0; at < binned.length; at++) some[at] = values[binned[at] as number] as number;
  some.sort();
  const cuts = new Float32Array(BINS - 1);
  for (let at = 0; at < cuts.length; at++) cuts[at] = some[Math.floor(((at + 1) * some.length) / BINS)] as number;
  return cuts;
}

interface Sums {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

function sumsOf(rest: Float64Array, codes: Uint8Array): Sums {
  const [sums, counts] = [new Float64Array(BINS), new Float64Array(BINS)];
  for (let at = 0; at < codes.length; at++) {
    const bin = codes[at] as number;
    sums[bin] = (sums[bin] as number) + (rest[at] as number);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { sums, counts };
}

/** Takes from each rest the mean of its bin. */
function free(rests: readonly Float64Array[], codes: Uint8Array): void {
  for (const rest of rests) {
    const { sums, counts } = sumsOf(rest, codes);
    const means = sums.map((sum, bin) => sum / ((counts[bin] as number) || 1));
    for (let at = 0; at < rest.length; at++) rest[at] = (rest[at] as number) - (means[codes[at] as number] as number);
  }
}

function squaresOf(rest: Float64Array): number {
  return rest.reduce((sum, value) => sum + value ** 2, 0);
}

/**
 * About chi-squared of 15 degrees of freedom where the number tells nothing; the largest of the targets'.
 * @param spreads sums of squares of the rests
 */
function scoreOf(rests: readonly Float64Array[], spreads: readonly number[], codes: Uint8Array): number {
  return rests.reduce((most, rest, target) => {
    const { sums, counts } = sumsOf(rest, codes);
    const between = sums.reduce((sum, own, bin) => sum + own ** 2 / ((counts[bin] as number) || 1), 0);
    const all = spreads[target] as number;
    return Math.max(most, all > 0 ? (between * rest.length) / all : 0);
  }, 0);
}

/** The chi-squared that noise exceeds with a chance of LEVEL in any of so many tries (Wilson and Hilferty, 1931). */
function leastOf(tries: number): number {
  const spread = 2 / (9 * (BINS - 1));
  return (BINS - 1) * (1 - spread + normalQuantile(1 - LEVEL / tries) * Math.sqrt(spread)) ** 3;
}
