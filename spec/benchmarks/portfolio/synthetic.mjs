/**
 * Tables of many kinds, made up, as CSV: what a portfolio is chosen on must not be five tables that everyone knows. A table is
 * a sum of effects (lines, steps, waves, products, levels, words) with noise, and columns that have none.
 */
import { normals, uniforms } from "../random.mjs";

/**
 * `categories`: levels of each categorical column. `mix`: how much of the answer's variance each kind of effect has. `noise`:
 * the noise's share beside them. `classes`: 0 for a regression. `skew`: of a regression's answer, or of the classes' shares.
 */
export const SYNTHETIC = [
  { name: "lines", rows: 600, numbers: 12, mix: { lines: 1 }, noise: 0.5, classes: 2 },
  { name: "steps", rows: 3_000, numbers: 10, categories: [4], mix: { steps: 1, levels: 0.3 }, noise: 0.3, classes: 2 },
  {
    name: "levels",
    rows: 4_000,
    numbers: 4,
    categories: [5, 12, 40, 200],
    mix: { levels: 1, lines: 0.3 },
    noise: 0.5,
    classes: 2,
  },
  { name: "smooth", rows: 20_000, numbers: 16, mix: { waves: 1, products: 1 }, noise: 0.3, classes: 2 },
  {
    name: "rare",
    rows: 6_000,
    numbers: 12,
    categories: [6],
    missing: 0.15,
    mix: { steps: 1, lines: 0.5 },
    noise: 0.6,
    classes: 2,
    skew: 2,
  },
  { name: "products", rows: 2_000, numbers: 8, mix: { products: 1 }, noise: 0.2, classes: 2 },
  { name: "wide", rows: 300, numbers: 40, mix: { lines: 1, steps: 0.5 }, noise: 0.6, classes: 2 },
  {
    name: "mixed",
    rows: 9_000,
    numbers: 10,
    categories: [3, 8, 30],
    missing: 0.05,
    mix: { lines: 0.5, steps: 0.7, products: 0.5, levels: 0.5 },
    noise: 0.5,
    classes: 2,
  },
  { name: "words", rows: 1_500, numbers: 3, words: true, mix: { words: 1, lines: 0.3 }, noise: 0.4, classes: 2 },
  { name: "three", rows: 500, numbers: 8, mix: { lines: 1, waves: 0.5 }, noise: 0.4, classes: 3 },
  {
    name: "six",
    rows: 5_000,
    numbers: 10,
    categories: [5, 15],
    mix: { steps: 1, levels: 0.7 },
    noise: 0.4,
    classes: 6,
    skew: 0.5,
  },
  { name: "topics", rows: 1_200, numbers: 1, words: true, mix: { words: 1 }, noise: 0.3, classes: 4 },
  { name: "friedman", rows: 1_200, numbers: 10, mix: { products: 1, waves: 1, lines: 1 }, noise: 0.2, classes: 0 },
  { name: "stairs", rows: 6_000, numbers: 10, categories: [7], mix: { steps: 1, levels: 0.4 }, noise: 0.2, classes: 0 },
  {
    name: "shops",
    rows: 3_000,
    numbers: 5,
    categories: [4, 25, 120],
    missing: 0.05,
    mix: { levels: 1, lines: 0.5, products: 0.3 },
    noise: 0.4,
    classes: 0,
    skew: 1,
  },
  { name: "noisy", rows: 500, numbers: 10, mix: { lines: 1, steps: 0.3 }, noise: 1.5, classes: 0 },
  { name: "waves", rows: 10_000, numbers: 8, mix: { waves: 1, products: 0.5 }, noise: 0.1, classes: 0 },
  {
    name: "prices",
    rows: 2_500,
    numbers: 12,
    categories: [10],
    missing: 0.1,
    mix: { lines: 1, steps: 0.6, products: 0.4 },
    noise: 0.3,
    classes: 0,
    skew: 1.5,
  },
];

/** The table as CSV, with the column `answer`. */
export function csvOf(kind) {
  const columns = columnsOf(kind);
  const answers = answersOf(kind, columns);
  const header = [...columns.map(({ name }) => name), "answer"].join(",");
  const lines = answers.map((answer, row) => [...columns.map(({ cells }) => cells[row]), answer].join(","));
  return `${[header, ...lines].join("\n")}\n`;
}

function columnsOf({ name, rows, numbers, categories = [], missing = 0, words = false }) {
  const uniform = uniforms("missing", name);
  const gaps = (cells) => cells.map((cell) => (uniform() < missing ? "" : cell));
  const made = [
    ...Array.from({ length: numbers }, (_, at) => numberColumn(name, at, rows)),
    ...categories.map((levels, at) => levelColumn(name, at, { rows, levels })),
    ...(words ? [wordColumn(name, rows)] : []),
  ];
  return made.map((column) => ({ ...column, cells: column.kind === "words" ? column.cells : gaps(column.cells) }));
}

/** Normal, long-tailed and whole numbers take turns. */
function numberColumn(table, at, rows) {
  const normal = normals("number", table, at);
  const values = Array.from({ length: rows }, normal);
  const shown = [(x) => x.toFixed(4), (x) => Math.exp(x).toFixed(3), (x) => String(Math.round(4 * x) + 20)][at % 3];
  return { name: `n${at}`, kind: "number", values, cells: values.map(shown) };
}

/** Few levels have most of the rows. */
function levelColumn(table, at, { rows, levels }) {
  const uniform = uniforms("levels", table, at);
  const values = Array.from({ length: rows }, () => Math.floor(levels * uniform() ** 2));
  return { name: `c${at}`, kind: "level", levels, values, cells: values.map((code) => `v${code.toString(36)}`) };
}

const VOCABULARY = 400;
const LETTERS = "aeioulnrst";

function wordOf(code) {
  return Array.from(String(code + 1000), (digit, at) => LETTERS[(Number(digit) + 3 * at) % 10]).join("");
}

/** Rows of 8 to 30 words, common ones more often. */
function wordColumn(table, rows) {
  const uniform = uniforms("words", table);
  const values = Array.from({ length: rows }, () =>
    Array.from({ length: 8 + Math.floor(23 * uniform()) }, () => Math.floor(VOCABULARY * uniform() ** 2)),
  );
  return { name: "text", kind: "words", values, cells: values.map((codes) => codes.map(wordOf).join(" ")) };
}

const EFFECTS = {
  lines: (draw, { numbers }) => {
    const slopes = numbers.map((_, at) => (at % 2 === 0 ? draw.normal() : 0));
    return (row) => numbers.reduce((sum, { values }, at) => sum + slopes[at] * values[row], 0);
  },
  steps: (draw, { numbers }) =>
    sumOf(12, () => {
      const tests = Array.from({ length: 1 + Math.floor(3 * draw.uniform()) }, () => ({
        values: pick(numbers, draw).values,
        cut: 0.8 * draw.normal(),
        above: draw.uniform() < 0.5,
      }));
      const height = draw.normal();
      return (row) => (tests.every(({ values, cut, above }) => values[row] > cut === above) ? height : 0);
    }),
  waves: (draw, { numbers }) =>
    sumOf(4, () => {
      const [{ values }, pace, phase, height] = [
        pick(numbers, draw),
        1 + 2 * draw.uniform(),
        6 * draw.uniform(),
        draw.normal(),
      ];
      return (row) => height * Math.sin(pace * values[row] + phase);
    }),
  products: (draw, { numbers }) =>
    sumOf(3, () => {
      const [a, b, height] = [pick(numbers, draw).values, pick(numbers, draw).values, draw.normal()];
      return (row) => height * a[row] * b[row];
    }),
  levels: (draw, { categories }) => {
    const effects = categories.map(({ levels }) => Array.from({ length: levels }, () => draw.normal()));
    return (row) => categories.reduce((sum, { values }, at) => sum + effects[at][values[row]], 0);
  },
  words: (draw, { texts }) => {
    const weights = Array.from({ length: VOCABULARY }, () => (draw.uniform() < 0.2 ? draw.normal() : 0));
    return (row) =>
      texts.reduce((sum, { values }) => sum + values[row].reduce((all, code) => all + weights[code], 0), 0);
  },
};

function pick(list, { uniform }) {
  return list[Math.floor(list.length * uniform())];
}

function sumOf(count, make) {
  const terms = Array.from({ length: count }, make);
  return (row) => terms.reduce((sum, term) => sum + term(row), 0);
}

/** One signal a class, each of effects of its own, and the class is that of the highest; of a regression one. */
function answersOf(kind, columns) {
  const { name, rows, classes, skew = 0 } = kind;
  const signals = Array.from({ length: classes === 2 || classes === 0 ? 1 : classes }, (_, at) =>
    signalOf(kind, columns, at),
  );
  if (classes === 0) return signals[0].map((value) => (skew === 0 ? value : Math.exp(skew * 0.5 * value)).toFixed(4));
  if (classes === 2) return signals[0].map((value) => (value > 0.75 * skew ? "yes" : "no"));
  return Array.from({ length: rows }, (_, row) => {
    const heights = signals.map((signal, at) => signal[row] - skew * 0.5 * at);
    return `${name}-${heights.indexOf(Math.max(...heights))}`;
  });
}

function signalOf({ name, rows, mix, noise }, columns, at) {
  const draw = { normal: normals("effects", name, at), uniform: uniforms("effects", name, at) };
  const by = {
    numbers: columns.filter(({ kind }) => kind === "number"),
    categories: columns.filter(({ kind }) => kind === "level"),
    texts: columns.filter(({ kind }) => kind === "words"),
  };
  const total = new Float64Array(rows);
  for (const [effect, share] of Object.entries(mix)) add(total, scaled(rows, EFFECTS[effect](draw, by)), share);
  const clean = scaled(rows, (row) => total[row]);
  return Array.from(clean, (value) => value + noise * draw.normal());
}

function add(total, values, share) {
  for (let row = 0; row < total.length; row++) total[row] += share * values[row];
}

/** Mean 0, deviation 1. */
function scaled(rows, at) {
  const values = Float64Array.from({ length: rows }, (_, row) => at(row));
  const mean = values.reduce((sum, value) => sum + value, 0) / rows;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows) || 1;
  return values.map((value) => (value - mean) / spread);
}
