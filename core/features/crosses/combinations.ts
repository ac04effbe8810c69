/**
 * Sums, differences, products and ratios of two columns of numbers, and of these with a column again: directions that trees,
 * which cut along one number at a time, need many cuts for. Those are taken of which beyond.ts finds that they tell more than
 * the columns one by one. Single precision step by step on both sides, so that they give the same bits.
 */
import type { GraphBuilder, Value } from "onnx-train";
import type { Table } from "../../plugin/table.js";
import { clip, clipped, filledInputs } from "../numbers/numbers.js";
import {
  byName,
  distinct,
  type FittedPart,
  joined,
  numbersOf,
  type RawColumn,
  rawColumn,
  type Training,
} from "../part.js";
import { medianOf, sortedFinite, varies } from "../statistics.js";
import { Screening } from "./beyond.js";
import { type Sample, sampleOf } from "./sample.js";

export interface CombinationOptions {
  /** Most numbers that are made; default 8. */
  readonly limit?: number;
}

const LIMIT = 8;
/** Columns that are combined, the first of the step: 20 make 190 pairs. */
const MOST_COLUMNS = 20;
/** The first pairs columns, the next ones what the one before found with columns. */
const ROUNDS = 3;

interface Operation {
  readonly sign: string;
  of(left: number, right: number): number;
  emit(graph: GraphBuilder, left: Value, right: Value): Value;
  /** Whether a pair can have it. */
  suits(right: Range): boolean;
}

const always = () => true;

const OPERATIONS: readonly Operation[] = [
  { sign: "+", of: (left, right) => left + right, emit: (graph, left, right) => graph.add(left, right), suits: always },
  { sign: "-", of: (left, right) => left - right, emit: (graph, left, right) => graph.sub(left, right), suits: always },
  { sign: "*", of: (left, right) => left * right, emit: (graph, left, right) => graph.mul(left, right), suits: always },
  {
    sign: "/",
    of: (left, right) => left / right,
    emit: (graph, left, right) => graph.div(left, right),
    suits: ({ low, high }) => low > 0 || high < 0,
  },
];

/** What a number was in training: its ends, which others are held to, and its median, for one that is missing. */
interface Range {
  readonly fill: number;
  readonly low: number;
  readonly high: number;
}

/** A column, or what was made of two terms. */
interface Term extends Range {
  readonly name: string;
  readonly of: RawColumn | Combination;
  /** Of the rows that are screened, none of them NaN. [rows] */
  readonly values: Float32Array;
}

interface Combination {
  readonly operation: Operation;
  readonly left: Term;
  readonly right: Term;
}

export function fitCombinations(
  training: Training,
  names: readonly string[],
  { limit = LIMIT }: CombinationOptions,
): FittedPart | null {
  const { table } = training.train;
  const sample = sampleOf(training);
  const own = names.slice(0, MOST_COLUMNS).flatMap((name) => columnTerm(table, name, sample));
  const values = own.map((term) => term.values);
  const screening = new Screening(values, sample.answers);
  const taken: Term[] = [];
  let pairs = own.flatMap((left, at) => own.slice(at + 1).map((right) => [left, right] as const));
  for (let round = 0; round < ROUNDS && taken.length < limit; round++) {
    const candidates = pairs.flatMap(([left, right]) => combinationsOf(left, right));
    const of = (at: number) => valuesOf(candidates[at] as Combination);
    const found = screening.take({ count: candidates.length, of }, limit - taken.length);
    const terms = found.flatMap((at) => combinedTerm(candidates[at] as Combination));
    taken.push(...terms);
    pairs = terms.flatMap((left) => own.map((right) => [left, right] as const));
  }
  return taken.length === 0 ? null : partOf(taken);
}

function columnTerm(table: Table, name: string, sample: Sample): Term[] {
  return termOf(name, rawColumn(table, name), sample.of(numbersOf(table, name)));
}

function combinedTerm(combination: Combination): Term[] {
  const { operation, left, right } = combination;
  const side = ({ name, of }: Term) => ("operation" in of ? `(${name})` : name);
  return termOf(`${side(left)}${operation.sign}${side(right)}`, combination, valuesOf(combination));
}

function termOf(name: string, of: Term["of"], cells: Float32Array): Term[] {
  const sorted = sortedFinite(cells);
  if (!varies(sorted)) return [];
  const range = { fill: medianOf(sorted), low: sorted[0] as number, high: sorted.at(-1) as number };
  return [{ name, of, ...range, values: cells.map((cell) => held(cell, range)) }];
}

function held(value: number, { fill, low, high }: Range): number {
  return clip(Number.isNaN(value) ? fill : value, low, high);
}

/** Of a ratio one of the two ways, as either has the other's order. */
function combinationsOf(left: Term, right: Term): Combination[] {
  return OPERATIONS.flatMap((operation) => {
    if (operation.suits(right)) return [{ operation, left, right }];
    return operation.suits(left) ? [{ operation, left: right, right: left }] : [];
  });
}

function valuesOf({ operation, left, right }: Combination): Float32Array {
  const { values } = right;
  return left.values.map((value, row) => operation.of(value, values[row] as number));
}

function columnsOf({ of }: Term): RawColumn[] {
  return "operation" in of ? [...columnsOf(of.left), ...columnsOf(of.right)] : [of];
}

function partOf(taken: readonly Term[]): FittedPart {
  const columns = distinct(taken.flatMap(columnsOf));
  return {
    columns,
    names: taken.map(({ name }) => name),
    encode(table, { values, width, at }) {
      taken.forEach((term, index) => {
        cellsOf(term, table).forEach((cell, row) => {
          values[row * width + at + index] = cell;
        });
      });
    },
    emit(graph, inputs) {
      const emitted: Emitted = { inputs: byName(columns, inputs), values: new Map() };
      return joined(
        graph,
        taken.map((term) => nodesOf(graph, term, emitted)),
      );
    },
  };
}

function cellsOf(term: Term, table: Table): Float32Array {
  const { of } = term;
  if (!("operation" in of)) return numbersOf(table, of.name).map((cell) => held(cell, term));
  const right = cellsOf(of.right, table);
  return cellsOf(of.left, table).map((cell, row) =>
    held(Math.fround(of.operation.of(cell, right[row] as number)), term),
  );
}

interface Emitted {
  readonly inputs: ReadonlyMap<string, Value>;
  readonly values: Map<Term, Value>;
}

function nodesOf(graph: GraphBuilder, term: Term, emitted: Emitted): Value {
  const known = emitted.values.get(term);
  if (known !== undefined) return known;
  const { of, fill, low, high } = term;
  const side = (one: Term) => nodesOf(graph, one, emitted);
  const raw = "operation" in of ? of.operation.emit(graph, side(of.left), side(of.right)) : emitted.inputs.get(of.name);
  const made = clipped(graph, filledInputs(graph, [raw as Value], [fill]), low, high);
  emitted.values.set(term, made);
  return made;
}
