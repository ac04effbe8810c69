/** How long a model takes to predict: what people weigh against a score. */
import { monotonic } from "../clock.js";
import type { OpenContender, Table, TaskSpec } from "../plugin/index.js";
import { rowsOf } from "./rows.js";
import { type OpenModel, openModel } from "./scoring.js";

/** Runs that are timed at most and at least, and the milliseconds after which no further one begins. */
const MOST_RUNS = 51;
const LEAST_RUNS = 3;
const PATIENCE = 40;
/** Milliseconds of a first run from which on it is taken as it is: what it allocates is little beside, and more such runs take seconds. */
const LONG = 250;

const THOUSAND = 1_000;

/**
 * Median microseconds a row when rows come one at a time, as in a service, and by the thousand; rows are taken in turn
 * from the table, and again from its start where it is shorter. A run includes what every caller has to do, tensors in
 * and numbers out. Other work on the machine shows in it; the median of many short runs shows least of that. An
 * observation, by which nothing is decided.
 */
export async function predictTimes(
  model: OpenModel,
  table: Table,
): Promise<{ readonly oneRow: number; readonly thousandRows: number }> {
  return { oneRow: await perRow(model, table, 1), thousandRows: await perRow(model, table, THOUSAND) };
}

async function perRow(model: OpenModel, table: Table, size: number): Promise<number> {
  if (table.rows === 0) return 0;
  const first = await timed(model, batchOf(table, size, 0)); // allocates what later runs of this size find there
  if (first > LONG) return (1000 * first) / size;
  const times: number[] = [];
  const end = monotonic() + PATIENCE;
  while (times.length < MOST_RUNS && (times.length < LEAST_RUNS || monotonic() < end)) {
    times.push(await timed(model, batchOf(table, size, times.length)));
  }
  return (1000 * median(times)) / size;
}

/**
 * A model in a session of its own, for gates that time it by rows of this table.
 * @throws SousError MODEL_UNLOADABLE, MODEL_CONTRACT
 */
export async function openTimed(bytes: Uint8Array, spec: TaskSpec, table: Table): Promise<OpenContender> {
  const began = monotonic();
  const model = await openModel(bytes, spec);
  const loadMs = monotonic() - began;
  return { loadMs, time: (row) => timed(model, batchOf(table, 1, row)), release: () => model.release() };
}

/** Milliseconds of one run. */
async function timed(model: OpenModel, batch: Table): Promise<number> {
  const began = monotonic();
  await model.predict(batch);
  return monotonic() - began;
}

function batchOf(table: Table, size: number, number: number): Table {
  return rowsOf(
    table,
    Int32Array.from({ length: size }, (_, row) => (number * size + row) % table.rows),
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
