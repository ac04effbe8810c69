/** How far an exported model is from the trainer's own predictions, on rows chosen to tell them apart. */
import { createRng, type Rng } from "hyperparameter-js";
import { SousError } from "../errors.js";
import type {
  Answers,
  Column,
  LevelColumn,
  NumberColumn,
  Parity,
  Prediction,
  Table,
  TaskSpec,
} from "../plugin/index.js";

/** Every fourth row stays as it is in the data; in the others this share of the cells is replaced. */
const PLAIN_EVERY = 4;
const REPLACED = 0.25;

const DENORMAL = 2 ** -149;
const LARGEST = 3.4e38;
/** Whose square is beyond single precision. */
const HUGE = 1e30;
const NUMBERS = [NaN, Infinity, -Infinity, LARGEST, -LARGEST, HUGE, -HUGE, 0, -0, DENORMAL, -DENORMAL, 1, -1];
const BOOLEANS = [Number.NaN, 0, 1];
/** The first one is as good as missing (docs/models.md). */
const LEVELS = [
  "",
  "never seen",
  " ",
  "Größe",
  "日本語",
  "👩🏽‍🚀",
  "e\u0301",
  "\ufeff",
  "nul\0inside",
  "half a pair \ud83d",
  "x".repeat(1_000),
  "many words ".repeat(500),
];

/** A few units in the last place of a single-precision probability. */
const TIE = 5e-7;

export interface ProbeOptions {
  /** Default 1,000. */
  readonly rows?: number;
  readonly seed: number;
}

/** Real rows, drawn with replacement, with missing, unseen and extreme values put into them. */
export function probeTable(table: Table, options: ProbeOptions): Table {
  if (table.rows === 0) return table;
  const rows = options.rows ?? 1_000;
  const rng = createRng(options.seed, "parity", "rows");
  const picked = Int32Array.from({ length: rows }, () => rng.int(table.rows));
  const columns = table.columns.map((column) =>
    probeColumn(column, picked, createRng(options.seed, "parity", column.name)),
  );
  return { rows, columns };
}

function probeColumn(column: Column, picked: Int32Array, rng: Rng): Column {
  return "values" in column ? probeNumbers(column, picked, rng) : probeLevels(column, picked, rng);
}

function probeNumbers(column: NumberColumn, picked: Int32Array, rng: Rng): NumberColumn {
  const extremes = column.type === "boolean" ? BOOLEANS : NUMBERS;
  const cell = (row: number, index: number) =>
    replaces(index, rng) ? pick(extremes, rng) : (column.values[row] ?? Number.NaN);
  return { ...column, values: Float32Array.from(picked, cell) };
}

function probeLevels(column: LevelColumn, picked: Int32Array, rng: Rng): LevelColumn {
  const levels = [...new Set([...column.levels, ...LEVELS])];
  const codes = new Map(levels.map((level, code) => [level, code]));
  const codeOf = (level: string | undefined) => (level === undefined ? -1 : (codes.get(level) ?? -1));
  const strange = [undefined, ...LEVELS];
  const cell = (row: number, index: number) =>
    codeOf(replaces(index, rng) ? pick(strange, rng) : column.levels[column.codes[row] ?? -1]);
  return { ...column, levels, codes: Int32Array.from(picked, cell) };
}

function replaces(index: number, rng: Rng): boolean {
  return index % PLAIN_EVERY !== 0 && rng.next() < REPLACED;
}

function pick<T>(choices: readonly T[], rng: Rng): T {
  return choices[rng.int(choices.length)] as T;
}

/**
 * Compares the two predictions of the same rows. `maxAbs` is the largest difference of a probability; for regression
 * that of a value, relative to the larger of the value and the root mean square of all, so that one tolerance serves
 * every unit of the target. `labelAgreement` is the share of rows whose label, as the model puts it out, is the one that
 * both predictions give.
 * @param threshold of two classes the probability above which the label is the second; null: the most probable class
 * @throws SousError MODEL_PREDICTION when the trainer's prediction is not finite, or not of the same size
 */
export function compareParity(
  spec: TaskSpec,
  trainer: Prediction,
  { prediction: exported, labels }: Answers,
  threshold: number | null = null,
): Parity {
  requireComparable(trainer, exported);
  if (spec.task === "regression") {
    return { rows: trainer.length, maxAbs: largest(trainer, exported, rootMeanSquare(trainer)), labelAgreement: 1 };
  }
  const width = spec.classes.length;
  const rows = trainer.length / width;
  let same = 0;
  for (let row = 0; row < rows; row++) {
    const [own, other] = [cellsOf(trainer, row, width), cellsOf(exported, row, width)];
    const given = labels?.[row] ?? labelOf(other, threshold);
    if (fits(given, other, threshold) && fits(labelOf(own, threshold), other, threshold)) same++;
  }
  return { rows, maxAbs: largest(trainer, exported, null), labelAgreement: rows === 0 ? 1 : same / rows };
}

function requireComparable(trainer: Prediction, exported: Prediction): void {
  const source = "learner's own predict";
  if (trainer.length !== exported.length) {
    const reason = `it has ${trainer.length} numbers where the exported model has ${exported.length}`;
    throw new SousError("MODEL_PREDICTION", { source, reason });
  }
  const bad = trainer.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new SousError("MODEL_PREDICTION", { source, reason: `number ${bad} is ${trainer[bad]}` });
}

/** The largest difference; with a `floor`, relative to the larger of it and the trainer's value. */
function largest(trainer: Prediction, exported: Prediction, floor: number | null): number {
  return trainer.reduce((most, value, index) => {
    const difference = Math.abs(value - (exported[index] ?? Number.NaN));
    const scale = floor === null ? 1 : Math.max(floor, Math.abs(value));
    return Math.max(most, scale === 0 ? difference : difference / scale);
  }, 0);
}

function rootMeanSquare(values: Prediction): number {
  return values.length === 0 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

function labelOf(cells: Prediction, threshold: number | null): number {
  return threshold === null ? cells.indexOf(Math.max(...cells)) : Number((cells[1] ?? Number.NaN) > threshold);
}

/** Whether a row of such probabilities may have the label; where single precision decides a tie, either. */
function fits(label: number, cells: Prediction, threshold: number | null): boolean {
  const beaten = threshold === null ? Math.max(...cells) : label === 1 ? threshold : 1 - threshold;
  return (cells[label] ?? Number.NaN) >= beaten - TIE;
}

function cellsOf(prediction: Prediction, row: number, width: number): Prediction {
  return prediction.subarray(row * width, (row + 1) * width);
}
