/** The data of a program: a table per input of the model and of the loss, with one row for each example. */
import { OnnxError } from "../errors.js";
import type { Dimension, Graph, Value } from "../graph.js";
import type { Loss } from "../losses/loss.js";
import { type ElementType, elementCount, type Tensor } from "../tensor.js";

/** One column of the data: what it holds per row. */
export interface Column {
  readonly name: string;
  readonly element: ElementType;
  /** Of one row. */
  readonly shape: readonly Dimension[];
  /** Its values are numbers of so many classes. */
  readonly classes?: number;
}

/** What the size of a batch is called in a program. */
export const BATCH = "batch";

/** What a program calls the input of a column. */
export function columnInput(name: string): string {
  return `data_${name}`;
}

/** The column for a model's input, of which the first axis counts rows. */
export function columnOf({ name, type }: Value): Column {
  if (!type?.shape || type.shape.length === 0) {
    throw new OnnxError("ONNX_INVALID", `input ${JSON.stringify(name)} has no axis for the rows of a batch`);
  }
  return { name, element: type.element, shape: type.shape.slice(1) };
}

/** What a loss reads beside the model's inputs and outputs. */
export function lossColumns({ data }: Loss, model: Graph, inputs: readonly Column[]): Column[] {
  const own = Object.entries(data).filter(([name]) => inputs.every((input) => input.name !== name));
  return own.map(([name, { element, shape, classesOf }]) => {
    const classes = model.outputs.find((output) => output.name === classesOf)?.type?.shape?.at(-1);
    return { name, element, shape, ...(typeof classes === "number" ? { classes } : {}) };
  });
}

/**
 * The data of each column.
 * @returns how many rows there are
 * @throws OnnxError ONNX_INVALID for data that lack a column or don't fit one, naming it
 */
export function checkData(columns: readonly Column[], data: Readonly<Record<string, Tensor>>): number {
  const counts = columns.map((column) => [column.name, rowsOf(column, data)] as const);
  for (const column of columns) checkClasses(column, data[column.name]?.data as BigInt64Array);
  const [[first, rows] = ["", 0]] = counts;
  for (const [name, count] of counts) {
    if (count !== rows)
      throw invalid(`column ${JSON.stringify(name)} has ${count} rows, ${JSON.stringify(first)} ${rows}`);
  }
  return rows;
}

function rowsOf({ name, element, shape }: Column, data: Readonly<Record<string, Tensor>>): number {
  const held = Object.hasOwn(data, name) ? data[name] : undefined;
  if (held === undefined) throw invalid(`the data have no column ${JSON.stringify(name)}`);
  const [rows = 0, ...dims] = held.dims;
  const wanted = `${element} of [rows${shape.map((size) => `, ${size || "?"}`).join("")}]`;
  const fits = dims.length === shape.length && shape.every((size, at) => typeof size === "string" || size === dims[at]);
  if (held.element === element && fits && held.dims.length > 0 && elementCount(held.dims) === held.data.length)
    return rows;
  throw invalid(
    `column ${JSON.stringify(name)} is ${wanted}; the data have ${held.element} of [${held.dims.join(", ")}] with ${held.data.length} values`,
  );
}

/** Onnxruntime takes -1 for the last class, and refuses others that there are not without saying where. */
function checkClasses({ name, classes }: Column, numbers: BigInt64Array): void {
  if (classes === undefined) return;
  const odd = firstOutside(numbers, classes);
  if (odd < 0) return;
  const where = `value ${odd} of column ${JSON.stringify(name)} is ${numbers[odd]}`;
  throw invalid(`${where}, but classes are numbered from 0 to ${classes - 1}: mask what doesn't count`);
}

/**
 * Where the first number is that isn't from 0 to before `limit`; -1 where there is none. Read as pairs of 32 bits: big
 * integers one by one took 1 % of the training of a small net.
 */
export function firstOutside(numbers: BigInt64Array, limit: number): number {
  const halves = new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  for (let at = 0; at < halves.length; at += 2) {
    if (halves[at + 1] !== 0 || (halves[at] as number) >= limit) return at / 2;
  }
  return -1;
}

function invalid(message: string): OnnxError {
  return new OnnxError("ONNX_INVALID", message);
}
