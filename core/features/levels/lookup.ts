/** Kinds that look numbers up by a column's code. */
import { tensor } from "onnx-train";
import type { FittedPart, Place } from "../part.js";
import { codeNodes, codesOf, type Dictionary } from "./dictionary.js";

/** A column's codes, and what each stands for. */
export interface LookUp {
  readonly dictionary: Dictionary;
  /** [size, numbers] row by row */
  readonly numbers: Float32Array;
}

/** @param suffixes behind the column's name; one for each of the numbers that a code stands for */
export function lookUpPart(lookUps: readonly LookUp[], suffixes: readonly string[]): FittedPart {
  const dictionaries = lookUps.map(({ dictionary }) => dictionary);
  const columns = dictionaries.map(({ column }) => column);
  const each = suffixes.length;
  return {
    columns,
    names: columns.flatMap(({ name }) => suffixes.map((suffix) => `${name}:${suffix}`)),
    encode(table, place) {
      lookUps.forEach(({ dictionary, numbers }, index) => {
        const codes = codesOf(dictionary, table);
        write(codes, each, () => numbers, { ...place, at: place.at + index * each });
      });
    },
    emit(graph, inputs) {
      const offsets = dictionaries.map((_, at) => dictionaries.slice(0, at).reduce((sum, { size }) => sum + size, 0));
      const all = Float32Array.from(lookUps.flatMap(({ numbers }) => [...numbers]));
      const table = graph.initializer(tensor("float", [all.length / each, each], all), "levels");
      const found = graph.gather(table, codeNodes(graph, inputs, dictionaries, offsets));
      return graph.reshape(found, [0, columns.length * each]);
    },
  };
}

/** The numbers of each row's code, `each` of them, from `at` on; `numbersOf` gives the table that holds for a row. */
export function write(
  codes: Int32Array,
  each: number,
  numbersOf: (row: number) => Float32Array,
  { values, width, at }: Place,
): void {
  codes.forEach((code, row) => {
    const numbers = numbersOf(row);
    const first = row * width + at;
    for (let number = 0; number < each; number++) values[first + number] = numbers[code * each + number] as number;
  });
}
