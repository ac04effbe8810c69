/**
 * Permutation importance: how much worse a model's score is when one column is scrambled among the rows, all else as it
 * was (Breiman, Machine Learning 45, 2001; for any model and loss Fisher, Rudin and Dominici, JMLR 20, 2019). It is the
 * exported file that predicts, on rows that it was not trained on.
 */
import { createRng, type Rng } from "hyperparameter-js";
import { SousError } from "../errors.js";
import type { Column, Labelled, Metric, Table, TaskSpec } from "../plugin/index.js";
import { deviationOf, weightedMean } from "../statistics/estimate.js";
import { alikeColumns, groupsOf } from "./alike.js";
import type { ColumnImportance, ImportanceJob, ImportanceOutcome } from "./messages.js";
import { cellsOf, rowsOf } from "./rows.js";
import type { OpenModel } from "./scoring.js";

/** Likeness of columns is told from this many rows: an error of a rank correlation of 0.02, at 0.8 less. */
const ALIKE_ROWS = 2_000;

export interface ImportanceInputs {
  readonly job: Pick<ImportanceJob, "repeats" | "rows" | "seed">;
  readonly spec: TaskSpec;
  readonly model: OpenModel;
  readonly side: Labelled;
  readonly metric: Metric;
  /** Called between predictions; throws where the job is to end. */
  readonly check: () => void;
}

/**
 * The same for the same model, side, metric and seed. Columns that are alike are also permuted together.
 * @throws SousError IMPORTANCE_NO_SCORE where the metric is not defined on the rows
 */
export async function importanceOf(inputs: ImportanceInputs): Promise<ImportanceOutcome> {
  const { model, metric, job } = inputs;
  const { table, rest } = drawn(inputs);
  const score = async (changed: Table) => {
    inputs.check();
    return metric.score({ spec: inputs.spec, ...rest, ...(await model.answer(changed)) });
  };
  const intact = await score(table);
  if (!Number.isFinite(intact)) throw new SousError("IMPORTANCE_NO_SCORE", { metric: metric.name, rows: table.rows });
  const losses = async (names: readonly string[]): Promise<ColumnImportance> => {
    const drops = new Float64Array(job.repeats);
    for (const repeat of drops.keys()) {
      const worse = await score(permuted(table, names, createRng(job.seed, "importance", names.join("\n"), repeat)));
      drops[repeat] = metric.direction === "minimize" ? worse - intact : intact - worse;
    }
    return { columns: names, ...summaryOf(drops) };
  };
  const columns: ColumnImportance[] = [];
  for (const { name } of table.columns) columns.push(await losses([name]));
  const alike = alikeColumns(rowsOf(table, upTo(Math.min(table.rows, ALIKE_ROWS))), inputs.check);
  const names = table.columns.map(({ name }) => name);
  const groups: ColumnImportance[] = [];
  for (const group of groupsOf(names, alike)) groups.push(await losses(group));
  const ordered = (all: readonly ColumnImportance[]) => all.toSorted((a, b) => b.mean - a.mean);
  const { direction } = metric;
  return { rows: table.rows, score: intact, direction, columns: ordered(columns), groups: ordered(groups), alike };
}

/** The rows to look at, of the columns that the model takes. */
function drawn({ job, side, model }: ImportanceInputs): {
  readonly table: Table;
  readonly rest: Pick<Labelled, "truth" | "weight">;
} {
  const rows = shuffled(side.table.rows, createRng(job.seed, "importance", "rows")).slice(0, job.rows);
  const taken = new Set(model.columns);
  const columns = side.table.columns.filter(({ name }) => taken.has(name));
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] as number);
  return {
    table: rowsOf({ rows: side.table.rows, columns }, rows),
    rest: { truth: pick(side.truth), weight: side.weight && pick(side.weight) },
  };
}

/** The table with these columns scrambled, all by the same permutation, so that they still fit each other. */
function permuted(table: Table, names: readonly string[], rng: Rng): Table {
  const order = shuffled(table.rows, rng);
  const scrambled = (column: Column) => (names.includes(column.name) ? cellsOf(column, order) : column);
  return { ...table, columns: table.columns.map(scrambled) };
}

/** Fisher and Yates. */
function shuffled(length: number, rng: Rng): Int32Array {
  const order = upTo(length);
  for (let at = length - 1; at > 0; at--) {
    const other = rng.int(at + 1);
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
}

function upTo(length: number): Int32Array {
  return Int32Array.from({ length }, (_, row) => row);
}

function summaryOf(drops: Float64Array): { readonly mean: number; readonly deviation: number } {
  return { mean: weightedMean(drops, null), deviation: drops.length > 1 ? deviationOf(drops) : 0 };
}
