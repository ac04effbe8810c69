/**
 * Which columns of a table largely stand for each other. Where two do, a model can take from one what is scrambled in the
 * other, so that permuting either alone shows less than both are worth (Strobl et al., BMC Bioinformatics 9:307, 2008).
 */
import type { Column, LevelColumn, NumberColumn, Table } from "../plugin/index.js";
import type { Alike } from "./messages.js";

/** From here on two columns count as alike: the square, 0.64, is the share of spread that one explains of the other. */
const LEAST = 0.8;

/** Values of a column with more levels than rows a level are nearly a key, and explain everything by chance alone. */
const LEAST_ROWS_A_LEVEL = 5;

/** What of a column its measures need. */
type Prepared =
  | { readonly kind: "numbers"; readonly name: string; readonly ranks: Float64Array }
  | { readonly kind: "levels"; readonly name: string; readonly codes: Int32Array; readonly levels: number };

/**
 * Every pair of columns that is alike, the strongest first; missing values are values of their own.
 * @param check called once a column; throws where the work is to end
 */
export function alikeColumns(table: Table, check: () => void): readonly Alike[] {
  const columns = table.columns.flatMap((column) => prepare(column, table.rows));
  const found: Alike[] = [];
  for (const [at, a] of columns.entries()) {
    check();
    for (const b of columns.slice(at + 1)) {
      const { strength, measure } = likeness(a, b);
      if (strength >= LEAST) found.push({ columns: [a.name, b.name], strength, measure });
    }
  }
  return found.sort((a, b) => b.strength - a.strength);
}

/** Columns that hang together by pairs, each group in the order of `names`; those that are like no other are in none. */
export function groupsOf(names: readonly string[], alike: readonly Alike[]): readonly (readonly string[])[] {
  const groupOf = new Map(names.map((name) => [name, new Set([name])]));
  for (const { columns } of alike) {
    const [a, b] = columns.map((name) => groupOf.get(name) ?? new Set([name]));
    const joined = new Set([...(a ?? []), ...(b ?? [])]);
    for (const name of joined) groupOf.set(name, joined);
  }
  const groups = [...new Set(groupOf.values())].filter(({ size }) => size > 1);
  return groups.map((group) => names.filter((name) => group.has(name)));
}

/** Nothing for a column without variation, and for one that is nearly a key. */
function prepare(column: Column, rows: number): readonly Prepared[] {
  if ("values" in column) {
    const ranks = centredRanks(column);
    return ranks.some((rank) => rank !== 0) ? [{ kind: "numbers", name: column.name, ranks }] : [];
  }
  const { codes, levels } = dense(column);
  const tells = levels > 1 && rows >= levels * LEAST_ROWS_A_LEVEL;
  return tells ? [{ kind: "levels", name: column.name, codes, levels }] : [];
}

function likeness(a: Prepared, b: Prepared): Pick<Alike, "strength" | "measure"> {
  if (a.kind === "numbers" && b.kind === "numbers")
    return { strength: Math.abs(cosine(a.ranks, b.ranks)), measure: "rank correlation" };
  if (a.kind === "levels" && b.kind === "levels") return { strength: cramer(a, b), measure: "Cramér's V" };
  const [numbers, levels] = a.kind === "numbers" ? [a, b] : [b, a];
  if (numbers.kind !== "numbers" || levels.kind !== "levels") throw new TypeError("a pair of one kind came through");
  return { strength: correlationRatio(numbers.ranks, levels), measure: "correlation ratio" };
}

/** Midranks less their mean; missing values rank below all others. */
function centredRanks({ values }: NumberColumn): Float64Array {
  const keys = values.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
  const order = Int32Array.from(keys, (_, row) => row).sort((a, b) => keyed(keys, a) - keyed(keys, b) || a - b);
  const ranks = new Float64Array(keys.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && keys[order[to] as number] === keys[order[from] as number]) to++;
    for (let at = from; at < to; at++) ranks[order[at] as number] = (from + to - keys.length) / 2;
    from = to;
  }
  return ranks;
}

/** A difference of infinities is no number, so the ends are the largest of single precision. */
function keyed(keys: Float32Array, row: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, keys[row] as number));
}

/** Codes from 0 without gaps; missing is one of them. */
function dense({ codes }: LevelColumn): { readonly codes: Int32Array; readonly levels: number } {
  const numbers = new Map<number, number>();
  for (const code of codes) if (!numbers.has(code)) numbers.set(code, numbers.size);
  return { codes: codes.map((code) => numbers.get(code) as number), levels: numbers.size };
}

function cosine(a: Float64Array, b: Float64Array): number {
  let [product, aa, bb] = [0, 0, 0];
  for (let row = 0; row < a.length; row++) {
    const [x, y] = [a[row] as number, b[row] as number];
    product += x * y;
    aa += x * x;
    bb += y * y;
  }
  return product / Math.sqrt(aa * bb);
}

/** Root of the share of the ranks' spread that lies between the levels (Pearson 1905). */
function correlationRatio(ranks: Float64Array, { codes, levels }: Extract<Prepared, { kind: "levels" }>): number {
  const [sums, counts] = [new Float64Array(levels), new Float64Array(levels)];
  let total = 0;
  for (let row = 0; row < ranks.length; row++) {
    const code = codes[row] as number;
    sums[code] = (sums[code] as number) + (ranks[row] as number);
    counts[code] = (counts[code] as number) + 1;
    total += (ranks[row] as number) ** 2;
  }
  const between = sums.reduce((sum, one, code) => sum + one ** 2 / (counts[code] as number), 0);
  return Math.sqrt(between / total);
}

type Levels = Extract<Prepared, { kind: "levels" }>;

/** Cramér, Mathematical Methods of Statistics (1946), ch. 21: 1 where the levels of one tell those of the other. */
function cramer(a: Levels, b: Levels): number {
  const cells = new Map<number, number>();
  const [rows, columns] = [new Float64Array(a.levels), new Float64Array(b.levels)];
  for (let row = 0; row < a.codes.length; row++) {
    const [x, y] = [a.codes[row] as number, b.codes[row] as number];
    cells.set(x * b.levels + y, (cells.get(x * b.levels + y) ?? 0) + 1);
    rows[x] = (rows[x] as number) + 1;
    columns[y] = (columns[y] as number) + 1;
  }
  let phi = -1;
  for (const [cell, count] of cells) {
    phi += count ** 2 / ((rows[Math.floor(cell / b.levels)] as number) * (columns[cell % b.levels] as number));
  }
  return Math.sqrt(Math.max(0, phi) / (Math.min(a.levels, b.levels) - 1));
}
