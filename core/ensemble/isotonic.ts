import type { Rows } from "../statistics/surprise.js";
import type { Isotonic } from "./calibration.js";

/** Points of the exported map. */
const MOST_KNOTS = 100;

/** Rows that share a value: their weight, and weighted means. */
export interface Block {
  readonly weight: number;
  /** Of the probability before. */
  readonly before: number;
  /** Of the answer: the value after. */
  readonly after: number;
}

/**
 * Pool adjacent violators (Ayer et al. 1955; Zadrozny and Elkan 2002 for probabilities): the ascending steps with the least
 * squared error, of rows in ascending order of what is before. Rows that are equal before share a step.
 */
export function pooled(rows: readonly Block[]): readonly Block[] {
  const distinct = unitedWhere(rows, (a, b) => a.before === b.before);
  return unitedWhere(distinct, (a, b) => a.after >= b.after);
}

function unitedWhere(rows: readonly Block[], belong: (a: Block, b: Block) => boolean): readonly Block[] {
  const blocks: Block[] = [];
  for (const row of rows) {
    let last = row;
    for (let before = blocks.at(-1); before !== undefined && belong(before, last); before = blocks.at(-1)) {
      blocks.pop();
      last = united(before, last);
    }
    blocks.push(last);
  }
  return blocks;
}

function united(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  const mean = (x: number, y: number) => (x === y ? x : (a.weight * x + b.weight * y) / weight);
  return { weight, before: mean(a.before, b.before), after: mean(a.after, b.after) };
}

/**
 * Linear between the middles of the steps, which keeps apart most rows that steps would tie. Ends are kept off 0 and 1 by
 * half a row, since a probability of 0 can be wrong without bound. Null where all is one step.
 */
export function fitIsotonic({ truth, prediction, weight }: Rows): Isotonic | null {
  const order = Array.from(truth.keys()).sort((a, b) => shareOf(prediction, a) - shareOf(prediction, b));
  const rows = order.map((row) => ({
    weight: weight?.[row] ?? 1,
    before: shareOf(prediction, row),
    after: truth[row] as number,
  }));
  const blocks = thinned(pooled(rows.filter((row) => row.weight > 0)));
  if (blocks.length < 2) return null;
  const least = 0.5 / truth.length;
  return {
    kind: "isotonic",
    before: blocks.map(({ before }) => before),
    after: blocks.map(({ after }) => Math.min(1 - least, Math.max(least, after))),
  };
}

function shareOf(prediction: Float64Array, row: number): number {
  return prediction[2 * row + 1] as number;
}

/** Some of them, evenly: a part of what ascends does so too. */
function thinned(blocks: readonly Block[]): readonly Block[] {
  if (blocks.length <= MOST_KNOTS) return blocks;
  const place = (knot: number) => Math.round((knot * (blocks.length - 1)) / (MOST_KNOTS - 1));
  return Array.from({ length: MOST_KNOTS }, (_, knot) => blocks[place(knot)] as Block);
}
