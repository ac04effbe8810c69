/** The two mixtures of TPE for some of the parameters, from a history in two parts. */
import { type Column, encodePoint, type Table } from "../../history/table.js";
import type { Scratch } from "../../math/scratch.js";
import { Mixture, type MixtureOptions } from "../../models/parzen/mixture.js";
import { ageWeights, rankWeights, withPrior } from "../../models/parzen/weights.js";
import type { WidthRule } from "../../models/parzen/widths.js";
import type { FrozenTrial } from "../../types.js";
import type { Split } from "./split.js";

/** What a model learns from. */
export interface Evidence {
  readonly table: Table;
  readonly split: Split;
  /** Whether `split.below` is best first. */
  readonly ranked: boolean;
  /** Trials that count as poor until they are known. */
  readonly running: readonly FrozenTrial[];
}

/** Where the columns of some parameters are in the table. */
export type Block = readonly number[];

export interface ModelOptions {
  readonly block: Block;
  /** Leave out trials that lack one of the block's parameters; else they have the prior's kernel there. */
  readonly whole: boolean;
  readonly priorWeight: number;
  /** The smallest width of a kernel for `count` good trials, as a share of the axis. */
  readonly width: (count: number) => number;
  /** Where the model is kept: it ends with the next `clear`. */
  readonly scratch: Scratch;
}

export interface Model {
  readonly good: Mixture;
  readonly rest: Mixture;
}

/**
 * Added to the count of each choice, where a trial counts 1. Less in the rest: a choice that was hardly tried beside the
 * others' values is then worth a look, as a bonus for what is unknown would make it.
 */
const SMOOTHING = { good: 0.05, rest: 0.02 };

/** The others' kernels are as wide as the narrowest good one, by this factor. */
const REST_WIDER = 1.3;

/** Kernels on a grid are at least as wide as this share of its cells: narrower ones would draw the same value again. */
const CELL_SHARE = 0.85;

/** Rows of cells: of the history's table, or of the trials that run. */
interface Source {
  readonly cells: Float64Array;
  readonly width: number;
  readonly rows: readonly number[];
}

function lacksOne({ cells, width }: Source, row: number, block: Block): boolean {
  return block.some((at) => Number.isNaN(cells[row * width + at] as number));
}

function runningRows({ table: { columns }, running }: Evidence): Source {
  const width = columns.length;
  const cells = new Float64Array(width * running.length);
  running.forEach(({ params }, row) => {
    encodePoint(columns, params, cells, row * width);
  });
  return { cells, width, rows: [...running.keys()] };
}

/** Per column of the block the coordinates in all sources, one after another, and a NaN for the prior. */
function centresOf(sources: readonly Source[], { block, whole, scratch }: ModelOptions): readonly Float64Array[] {
  const kept = sources.map((source) =>
    whole ? { ...source, rows: source.rows.filter((row) => !lacksOne(source, row, block)) } : source,
  );
  const count = kept.reduce((sum, { rows }) => sum + rows.length, 0);
  return block.map((at) => {
    const centres = scratch.take(count + 1);
    let next = 0;
    for (const { cells, width, rows } of kept)
      for (const row of rows) centres[next++] = cells[row * width + at] as number;
    centres[next] = Number.NaN;
    return centres;
  });
}

/**
 * The good trials' kernels have widths by the gap rule and weights by rank; the others' are all equally wide and weigh by
 * age. How this was chosen is in docs/hyperparameter-js.md.
 */
export function modelOf(evidence: Evidence, options: ModelOptions): Model {
  const { table, split, ranked } = evidence;
  const columns = options.block.map((at) => table.columns[at] as Column);
  const ended = (rows: readonly number[]): Source => ({ cells: table.cells, width: table.columns.length, rows });
  const good = centresOf([ended(split.below)], options);
  const rest = centresOf([ended(split.above), runningRows(evidence)], options);
  const [goods, rests] = [good, rest].map((centres) => (centres[0]?.length ?? 1) - 1) as [number, number];
  const width = options.width(goods);
  const mixture = (part: Pick<MixtureOptions, "centres" | "weights" | "smoothing">, widths: WidthRule): Mixture =>
    new Mixture({
      ...part,
      columns,
      weights: withPrior(part.weights, options.priorWeight),
      widths: ({ size }) => ({ ...widths, width: Math.max(widths.width, CELL_SHARE / size) }),
      scratch: options.scratch,
    });
  const weights = ranked ? rankWeights(goods) : new Float64Array(goods).fill(1);
  return {
    good: mixture({ centres: good, weights, smoothing: SMOOTHING.good }, { rule: "gap", width }),
    rest: mixture(
      { centres: rest, weights: ageWeights(rests), smoothing: SMOOTHING.rest },
      { rule: "same", width: REST_WIDER * width },
    ),
  };
}
