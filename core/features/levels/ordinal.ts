/** The code itself, for embeddings and trees: 0 is the rest, then the levels in the order of their spelling. */
import type { FittedPart, Training } from "../part.js";
import { codeNodes, codesOf, fitDictionaries, ownCodes } from "./dictionary.js";

export interface OrdinalOptions {
  /** Rows that a level needs for a code of its own; default 2. */
  readonly minCount?: number;
  /** Most levels with a code of their own; default 10,000. */
  readonly limit?: number;
}

export function fitOrdinal(training: Training, names: readonly string[], options: OrdinalOptions): FittedPart | null {
  const { minCount = 2, limit = 10_000 } = options;
  const coded = fitDictionaries(training, names, ownCodes({ minCount, limit }));
  const dictionaries = coded.map(({ dictionary }) => dictionary);
  if (dictionaries.length === 0) return null;
  const columns = dictionaries.map(({ column }) => column);
  return {
    columns,
    names: columns.map(({ name }) => `${name}:code`),
    sizes: dictionaries.map(({ size }) => size),
    encode(table, { values, width, at }) {
      dictionaries.forEach((dictionary, index) => {
        codesOf(dictionary, table).forEach((code, row) => {
          values[row * width + at + index] = code;
        });
      });
    },
    emit: (graph, inputs) => graph.cast(codeNodes(graph, inputs, dictionaries), "float"),
  };
}
