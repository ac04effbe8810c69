/** The conformance kit for metrics. */
import type { Judged, Metric, Task } from "../plugin/index.js";
import {
  brokenRules,
  type CheckOptions,
  expectThat,
  type Finding,
  firstOf,
  type Rule,
  withoutSkipped,
} from "./finding.js";
import { judgedOf, judgedRows, perfect, reversedRows, worst } from "./judged.js";

/** Scores agree to this, in proportion: sums in another order differ by a few units in the last place. */
const TOLERANCE = 1e-9;

interface Subject {
  readonly metric: Metric;
  readonly task: Task;
}

/** Scores made-up predictions of each task, and says what breaks the contract; each rule once. */
export async function checkMetric(metric: Metric, options: CheckOptions = {}): Promise<Finding[]> {
  const byRule = new Map<string, Finding>();
  for (const task of metric.tasks) {
    const name = `metric ${metric.name} (${task})`;
    for (const finding of await brokenRules(RULES, { metric, task }, name)) {
      if (!byRule.has(finding.rule)) byRule.set(finding.rule, finding);
    }
  }
  return withoutSkipped([...byRule.values()], `metric ${metric.name}`, options);
}

const RULES: readonly Rule<Subject>[] = [
  {
    name: "direction",
    mend: 'Say "minimize" where less is better and "maximize" where more is.',
    check({ metric, task }) {
      const [good, bad] = [metric.score(perfect(task)), metric.score(worst(task))];
      const better = metric.direction === "minimize" ? good < bad : good > bad;
      const expected = `${metric.direction}: a better score for perfect predictions than for the worst`;
      return expectThat(better, expected, () => `${good} for perfect and ${bad} for the worst ones`);
    },
  },
  {
    name: "pure",
    mend: "Copy what you want to sort or change, and keep nothing between two calls.",
    check({ metric, task }) {
      const judged = judgedOf(task);
      const [once, twice] = [metric.score(judged), metric.score(judged)];
      if (!Object.is(once, twice)) return { expected: `the same score twice, ${once}`, found: `${twice}` };
      const fresh = judgedOf(task);
      const same = judged.prediction.every((value, at) => Object.is(value, fresh.prediction[at]));
      const truthful = judged.truth.every((value, at) => Object.is(value, fresh.truth[at]));
      return expectThat(same && truthful, "truth and prediction as they were", () => "other values in them");
    },
  },
  {
    name: "row_order",
    mend: "Let the order of rows say nothing, among rows with equal predictions neither.",
    check: ({ metric, task }) =>
      equal(metric, judgedOf(task), reversedRows(judgedOf(task)), "the same score with the rows turned round"),
  },
  {
    name: "weights",
    mend: "Use the weights: a row of weight 2 counts as two rows do, and null as weights of 1.",
    check({ metric, task }) {
      const rows = Array.from(judgedOf(task).truth, (_, row) => row);
      const twice = rows.flatMap((row) => (row % 3 === 0 ? [row, row] : [row]));
      const weight = Float64Array.from(rows, (row) => (row % 3 === 0 ? 2 : 1));
      return firstOf([
        equal(
          metric,
          judgedOf(task),
          { ...judgedOf(task), weight: weight.map(() => 1) },
          "the same score with every weight 1",
        ),
        equal(
          metric,
          judgedRows(judgedOf(task), twice),
          { ...judgedOf(task), weight },
          "a weight of 2 to count as two rows",
        ),
      ]);
    },
  },
  {
    name: "no_rows",
    mend: "Give NaN where no score is defined.",
    check({ metric, task }) {
      const score = metric.score(judgedRows(judgedOf(task), []));
      return expectThat(Number.isNaN(score), "NaN without rows", () => String(score));
    },
  },
  {
    name: "losses",
    mend: "Give a loss for each row, lower is better, whose weighted mean, by way of fromMeanLoss, is the score; or leave losses out.",
    check({ metric, task }) {
      if (metric.losses === undefined) return null;
      const judged = judgedOf(task);
      const losses = metric.losses(judged);
      const rows = judged.truth.length;
      if (losses.length !== rows) return { expected: `${rows} losses`, found: String(losses.length) };
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / rows;
      const [made, score] = [metric.fromMeanLoss?.(mean) ?? mean, metric.score(judgedOf(task))];
      return expectThat(near(made, score), `the score ${score} from the mean loss`, () => String(made));
    },
  },
];

function equal(metric: Metric, one: Judged, other: Judged, expected: string) {
  const [before, after] = [metric.score(one), metric.score(other)];
  return expectThat(near(before, after), expected, () => `${after} in place of ${before}`);
}

function near(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a));
}
