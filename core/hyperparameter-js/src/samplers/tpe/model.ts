/** The two mixtures of TPE for some of the parameters, from a history in two parts. */
import { type Column, encodePoint, type Table } from "../../history/table.js";
import type { Scratch } from "../../math/scratch.js";
import { Mixture } from "../../models/parzen/mixture.js";
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

/** How the kernels of a mixture are made. */
interface Kind extends Pick<WidthRule, "rule"> {
  /** Added to the count of each choice, where a trial counts 1. */
  readonly smoothing: number;
  /** The smallest width, as a multiple of that of the good trials. */
  readonly least: number;
}

const GOOD: Kind = { rule: "gap", smoothing: 0.05, least: 1 };

/**
 * A choice that was hardly tried beside the others' values is worth a look, as a bonus for what is unknown would make it:
 * so less is added to its count. Kernels are as wide as the narrowest good one, by this factor.
 */
const REST: Kind = { rule: "same", smoothing: 0.02, least: 1.3 };

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

/** Coordinates, per column of the block. */
interface Centres {
  /** How many are of trials; a NaN for the prior is behind them. */
  readonly count: number;
  readonly centres: readonly Float64Array[];
}

/** The coordinates in all sources, one after another. */
function centresOf(sources: readonly Source[], { block, whole, scratch }: ModelOptions): Centres {
  const kept = sources.map((source) =>
    whole ? { ...source, rows: source.rows.filter((row) => !lacksOne(source, row, block)) } : source,
  );
  const count = kept.reduce((sum, { rows }) => sum + rows.length, 0);
  const columns = block.map((at) => {
    const centres = scratch.take(count + 1);
    let next = 0;
    for (const { cells, width, rows } of kept)
      for (const row of rows) centres[next++] = cells[row * width + at] as number;
    centres[next] = Number.NaN;
    return centres;
  });
  return { count, centres: columns };
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
  const width = options.width(good.count);
  // Field by field, as a copy by spread takes 30 times as long.
  const mixture = (
    centres: readonly Float64Array[],
    weights: Float64Array,
    { smoothing, rule, least }: Kind,
  ): Mixture =>
    new Mixture({
      columns,
      centres,
      weights: withPrior(weights, options.priorWeight),
      widths: ({ size }) => ({ rule, width: Math.max(least * width, CELL_SHARE / size) }),
      smoothing,
      scratch: options.scratch,
    });
  const weights = ranked ? rankWeights(good.count) : new Float64Array(good.count).fill(1);
  return {
    good: mixture(good.centres, weights, GOOD),
    rest: mixture(rest.centres, ageWeights(rest.count), REST),
  };
}
