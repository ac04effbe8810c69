/** A number for each code: 1 where the cell has it, else 0. */
import type { FittedPart, Training } from "../part.js";
import { type Coded, codeNodes, codesOf, fitDictionaries, ownCodes, REST } from "./dictionary.js";

export interface OneHotOptions {
  /** Rows that a level needs for a number of its own; default 5. */
  readonly minCount?: number;
  /** Most levels with a number of their own; default 255. */
  readonly limit?: number;
}

export interface HashedOptions {
  /** Numbers that a column's levels share; default 64. */
  readonly buckets?: number;
}

export function fitOneHot(training: Training, names: readonly string[], options: OneHotOptions): FittedPart | null {
  const { minCount = 5, limit = 255 } = options;
  const coded = fitDictionaries(training, names, ownCodes({ minCount, limit }));
  return hotPart(coded, ({ dictionary: { column, keys } }, code) => {
    if (code === REST) return `${column.name}:other`;
    const key = keys[code - 1] as string;
    return key === "" ? `${column.name}:missing` : `${column.name}=${key}`;
  });
}

/**
 * Levels of more than one row share buckets by their hash; the others, and those that training doesn't have, are the rest. So the
 * unseen have a bucket of their own that training has rows for, which a hash computed in the graph could not give them: it
 * would put them among the levels of some other bucket. (And no operator of ai.onnx hashes strings.)
 */
export function fitHashed(training: Training, names: readonly string[], options: HashedOptions): FittedPart | null {
  const { buckets = 64 } = options;
  const own = ownCodes({ minCount: 2, limit: Number.POSITIVE_INFINITY });
  const coded = fitDictionaries(training, names, (column, counts) => {
    const { keys } = own(column, counts);
    return { column, keys, codes: keys.map((key) => 1 + (hashOf(key) % buckets)), size: buckets + 1 };
  });
  return hotPart(coded, ({ dictionary: { column } }, code) =>
    code === REST ? `${column.name}:other` : `${column.name}#${code}`,
  );
}

/** FNV-1a of the UTF-8 bytes, 32 bits (Fowler, Noll and Vo). */
function hashOf(text: string): number {
  return Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

interface Hot {
  /** Place of the column among those of the part. */
  readonly owner: number;
  readonly code: number;
  readonly name: string;
}

/** Codes that no training row has get no number: nothing could be learned of it. */
function hotPart(coded: readonly Coded[], nameOf: (coded: Coded, code: number) => string): FittedPart | null {
  const dictionaries = coded.map(({ dictionary }) => dictionary);
  const hot = coded.flatMap((one, owner) =>
    [...new Set(one.codes)].sort((a, b) => a - b).map((code): Hot => ({ owner, code, name: nameOf(one, code) })),
  );
  if (hot.length === 0) return null;
  const numbers = dictionaries.map(({ size }, owner) => {
    const byCode = new Int32Array(size).fill(-1);
    hot.forEach(({ owner: of, code }, number) => {
      if (of === owner) byCode[code] = number;
    });
    return byCode;
  });
  return {
    columns: dictionaries.map(({ column }) => column),
    names: hot.map(({ name }) => name),
    encode(table, { values, width, at }) {
      dictionaries.forEach((dictionary, owner) => {
        codesOf(dictionary, table).forEach((code, row) => {
          const number = numbers[owner]?.[code] ?? -1;
          if (number >= 0) values[row * width + at + number] = 1;
        });
      });
    },
    emit(graph, inputs) {
      const owners = hot.map(({ owner }) => owner);
      const codes = hot.map(({ code }) => code);
      const found = graph.gather(codeNodes(graph, inputs, dictionaries), graph.vector("int64", owners), 1);
      return graph.cast(graph.equal(found, graph.vector("int64", codes)), "float");
    },
  };
}
