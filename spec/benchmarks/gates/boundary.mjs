/**
 * Models and rows that lie exactly on the limit of a gate, where a pass or a fail is wrong as often as it may ever be. What a
 * gate says of them is to be the wrong thing in a share of alpha at most.
 */
import { contenderOf, evidenceOf, twoClasses } from "./evidence.mjs";

export const ALPHA = 0.05;

const column = (name, codes, levels) => ({ name, type: "categorical", codes: Int32Array.from(codes), levels });
const of = (rows, cell) => Float64Array.from({ length: rows }, (_, row) => cell(row));

/** A metric of labels, in place of a plugin's: the proof is of gates. */
const ACCURACY = {
  name: "accuracy",
  direction: "maximize",
  tasks: ["binary"],
  shape: "rate",
  score: (judged) => 1 - mean(mistakes(judged)),
  losses: (judged) => mistakes(judged),
  fromMeanLoss: (loss) => 1 - loss,
};

const mistakes = ({ truth, prediction }) =>
  truth.map((y, row) => Number((prediction[2 * row + 1] > 0.5 ? 1 : 0) !== y));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const model = (probabilities) => contenderOf(twoClasses(probabilities));

const evidence = (truth, candidate, champion, more = {}) =>
  evidenceOf({ metric: ACCURACY, truth, candidate, champion, alpha: ALPHA, ...more });

/** Labels of two models: both right but for these shares of rows, which only one has right, and some that neither has. */
function pair(rows, random, { lost, won, neither = 0.1 }, more) {
  const truth = of(rows, () => Number(random() < 0.5));
  const draws = of(rows, random);
  const losses = typeof lost === "function" ? lost : () => lost;
  const isWrong = (row, mine, other) =>
    draws[row] < neither || (draws[row] >= neither + other && draws[row] < neither + other + mine);
  const labels = (wrong) => model(of(rows, (row) => (wrong(row) ? 1 - truth[row] : truth[row])));
  const candidate = labels((row) => isWrong(row, losses(row), won));
  const champion = labels((row) => isWrong(row, won, 0));
  return evidence(truth, candidate, champion, more?.(truth));
}

const groups = (names, count) => (truth) => ({
  table: {
    rows: truth.length,
    columns: Array.from({ length: names }, (_, name) =>
      column(
        `c${name}`,
        truth.map((_, row) => Math.floor(row / count ** name) % count),
        Array.from({ length: count }, (_, code) => `l${code}`),
      ),
    ),
  },
});

/** Groups a and b with true positive rates that differ by 0.10 in the champion, and by 0.12 in the candidate. */
function unequal(rows, random) {
  const truth = of(rows, (row) => Number(row % 4 < 3));
  const isB = (row) => row % 2 === 1;
  const shared = of(rows, random);
  const labels = (rates) =>
    model(
      of(rows, (row) =>
        Number(
          (row % 10 < 8 ? shared[row] : random()) < (isB(row) ? rates[1] : rates[0]) ? truth[row] : 1 - truth[row],
        ),
      ),
    );
  const table = {
    rows,
    columns: [
      column(
        "g",
        truth.map((_, row) => Number(isB(row))),
        ["a", "b"],
      ),
    ],
  };
  return evidence(truth, labels([0.84, 0.72]), labels([0.82, 0.72]), { table });
}

/** Claims that are all 0.05 above what happens. */
function claims(rows, random) {
  const chances = of(rows, () => 0.1 + 0.75 * random());
  const truth = chances.map((p) => Number(random() < p));
  const candidate = model(chances.map((p) => p + 0.05));
  return evidence(truth, candidate, candidate);
}

/** A model of the 90 % quantile that is above 88 % of the values. */
function quantile(rows, random) {
  const truth = of(rows, random);
  const candidate = { ...model([]), prediction: new Float64Array(rows).fill(0.88) };
  return { ...evidence(truth, candidate, candidate), spec: { task: "regression", target: "y", classes: [] } };
}

/** Times of which the 99th percentile is 2 ms, and the ratio 1. */
function timed(rows, random) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const scale = 2 / Math.exp(0.2 * 2.3263478740408408);
  const open = async () => ({ loadMs: 1, time: async () => scale * Math.exp(0.2 * normal()), release: async () => {} });
  const one = { ...model(of(rows, () => 0.5)), open };
  return evidence(new Float64Array(rows), one, one);
}

/** What must hardly ever be said of rows on one limit, each a case by itself: in a share of `most` of them at most. */
const wrongly = (outcomes, { name, gate, most = ALPHA, ...limit }) =>
  outcomes.map((wrong, at) => ({ name: at === 0 ? name : `${gate}: the same`, gate, wrong, most, ...limit }));

export const CASES = [
  ...wrongly(["PASS", "FAIL"], {
    name: "not_worse: a loss as large as the margin",
    gate: "not_worse",
    options: { margin: 0.02 },
    made: (rows, random) => pair(rows, random, { lost: 0.05, won: 0.03 }),
  }),
  ...wrongly(["PASS"], {
    name: "slices: one of four loses the margin",
    gate: "slices",
    options: { by: ["c0"], margin: 0.04, min_rows: 50 },
    made: (rows, random) =>
      pair(rows, random, { lost: (row) => (row % 4 === 0 ? 0.06 : 0.02), won: 0.02 }, groups(1, 4)),
  }),
  ...wrongly(["FAIL"], {
    name: "slices found: 20 slices of equal models",
    gate: "slices",
    options: { found: true, margin: 0, min_rows: 50 },
    made: (rows, random) => pair(rows, random, { lost: 0.03, won: 0.03 }, groups(5, 4)),
  }),
  ...wrongly(["PASS", "FAIL"], {
    name: "fairness: a gap that rose by the margin",
    gate: "fairness",
    options: { by: ["g"], margin: 0.02 },
    made: unequal,
  }),
  ...wrongly(["PASS"], {
    name: "calibration: an error as large as the limit",
    gate: "calibration",
    options: { ece: 0.05 },
    made: claims,
  }),
  ...wrongly(["PASS", "FAIL"], {
    name: "coverage: 88 % where 90 ± 2 % is asked for",
    gate: "coverage",
    options: { level: 0.9, tolerance: 0.02 },
    made: quantile,
  }),
  ...wrongly(["PASS", "FAIL"], {
    name: "negative_flips: as many as the limit",
    gate: "negative_flips",
    options: { max: 0.03 },
    made: (rows, random) => pair(rows, random, { lost: 0.03, won: 0.06 }),
  }),
  ...wrongly(["PASS", "FAIL"], {
    name: "latency: a percentile at the limit",
    gate: "latency",
    options: { max: "2ms", wall: "1h" },
    most: 0.025,
    made: timed,
  }),
  ...wrongly(["PASS"], {
    name: "latency: a ratio at the limit",
    gate: "latency",
    options: { max: "1s", ratio: 1, wall: "1h" },
    most: 0.025,
    made: timed,
  }),
];

/** In how large a share of so many cases the gate says the wrong thing. */
export async function wrongShare({ options, wrong, made }, gate, { rounds, rows, random }) {
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    const { outcome } = await gate.judge({ ...made(rows, random), seed: round }, options);
    if (outcome === wrong) count++;
  }
  return count / rounds;
}
