/** What products are made of: standardised numbers and levels, where 1 says that a cell has the level. */
import { type GraphBuilder, type Value } from "onnx-train";
import type { Table } from "../../plugin/table.js";
import { codeNodes, codesOf, type Dictionary, fitDictionaries, ownCodes } from "../levels/dictionary.js";
import { filledInputs } from "../numbers/numbers.js";
import { type Standard, standard } from "../numbers/standard.js";
import { joined, numbersOf, type RawColumn, rawColumn, type Training } from "../part.js";
import { medianOf, sortedFinite, varies } from "../statistics.js";

export interface Factor {
  readonly name: string;
  readonly column: RawColumn;
  readonly fit: Standard;
  readonly of: { readonly fill: number } | { readonly dictionary: Dictionary; readonly code: number };
}

/** Share of the rows that a level needs, and levels of a column: products of few rows are noise. */
const LEAST_SHARE = 0.02;
const MOST_LEVELS = 8;

export function factorsOf(training: Training, name: string): Factor[] {
  const { table } = training.train;
  return table.columns.some((one) => one.name === name && "codes" in one)
    ? levelFactors(training, name)
    : numberFactor(training, name);
}

function numberFactor({ train: { table, weight } }: Training, name: string): Factor[] {
  const values = numbersOf(table, name);
  const sorted = sortedFinite(values);
  const fit = varies(sorted) ? standard.fit({ values, sorted, weight }) : null;
  return fit === null ? [] : [{ name, column: rawColumn(table, name), fit, of: { fill: medianOf(sorted) } }];
}

function levelFactors(training: Training, name: string): Factor[] {
  const { table, weight } = training.train;
  const minCount = Math.max(2, Math.ceil(LEAST_SHARE * table.rows));
  return fitDictionaries(training, [name], ownCodes({ minCount, limit: MOST_LEVELS })).flatMap(
    ({ dictionary, codes }) =>
      dictionary.keys.flatMap((key, at): Factor[] => {
        const code = at + 1;
        const values = Float32Array.from(codes, (one) => (one === code ? 1 : 0));
        const fit = standard.fit({ values, sorted: values, weight });
        const { column } = dictionary;
        return fit === null ? [] : [{ name: `${name}=${key}`, column, fit, of: { dictionary, code } }];
      }),
  );
}

/** [rows], standardised. */
export function cellsOf({ of, fit, column }: Factor, table: Table): Float32Array {
  if ("fill" in of)
    return numbersOf(table, column.name).map((value) => standard.apply(fit, Number.isNaN(value) ? of.fill : value));
  const [absent, present] = [standard.apply(fit, 0), standard.apply(fit, 1)];
  return Float32Array.from(codesOf(of.dictionary, table), (code) => (code === of.code ? present : absent));
}

/** Those of numbers first, as `factorNodes` takes them. */
export function inOrder(factors: readonly Factor[]): Factor[] {
  return [...factors.filter(({ of }) => "fill" in of), ...factors.filter(({ of }) => "code" in of)];
}

/** @param inputs by column @returns the factors side by side, float [N, factors] */
export function factorNodes(
  graph: GraphBuilder,
  inputs: ReadonlyMap<string, Value>,
  factors: readonly Factor[],
): Value {
  const input = ({ column }: Pick<Factor, "column">) => inputs.get(column.name) as Value;
  const numbers = factors.filter(({ of }) => "fill" in of);
  const fills = numbers.flatMap(({ of }) => ("fill" in of ? [of.fill] : []));
  const levels = factors.flatMap(({ of }) => ("code" in of ? [of] : []));
  const dictionaries = [...new Set(levels.map(({ dictionary }) => dictionary))];
  const parts: Value[] = [];
  if (fills.length > 0) parts.push(filledInputs(graph, numbers.map(input), fills));
  if (levels.length > 0) {
    const owners = levels.map(({ dictionary }) => dictionaries.indexOf(dictionary));
    const all = codeNodes(graph, dictionaries.map(input), dictionaries);
    const own = graph.gather(all, graph.vector("int64", owners), 1);
    const codes = levels.map(({ code }) => code);
    parts.push(graph.cast(graph.equal(own, graph.vector("int64", codes)), "float"));
  }
  return standard.emit(
    graph,
    joined(graph, parts),
    factors.map(({ fit }) => fit),
  );
}
