import { expect, it } from "@jest/globals";
import type { Judged, Metric } from "../../core/plugin/index.js";
import { checkMetric } from "../../core/testing/conformance.js";

function weighted({ truth, weight }: Judged, value: (row: number) => number): number {
  let [sum, total] = [0, 0];
  truth.forEach((_, row) => {
    sum += (weight?.[row] ?? 1) * value(row);
    total += weight?.[row] ?? 1;
  });
  return sum / total;
}

const error = ({ truth, prediction }: Judged, row: number) => Math.abs((truth[row] ?? 0) - (prediction[row] ?? 0));

const GOOD: Metric = {
  name: "absolute",
  direction: "minimize",
  tasks: ["regression"],
  score: (judged) => weighted(judged, (row) => error(judged, row)),
  losses: (judged) => judged.truth.map((_, row) => error(judged, row)),
};

const { losses: _losses, ...PLAIN } = GOOD;

it("has nothing to say of a metric that keeps its contract", async () => {
  expect(await checkMetric(GOOD)).toEqual([]);
});

it.each<[string, string, Partial<Metric>]>([
  ["the wrong direction", "direction", { direction: "maximize" }],
  [
    "a write to the predictions",
    "pure",
    {
      score: (judged) => {
        const score = GOOD.score(judged);
        judged.prediction.sort();
        return score;
      },
    },
  ],
  [
    "a score that goes by the order of rows",
    "row_order",
    { score: (judged) => weighted(judged, (row) => error(judged, row) * (row === judged.truth.length - 1 ? 2 : 1)) },
  ],
  ["weights that are not used", "weights", { score: (judged) => GOOD.score({ ...judged, weight: null }) }],
  ["a number where there are no rows", "no_rows", { score: (judged) => GOOD.score(judged) || 0 }],
  [
    "losses that make another score",
    "losses",
    { losses: (judged) => judged.truth.map((_, row) => error(judged, row) ** 2) },
  ],
  ["too few losses", "losses", { losses: () => new Float64Array(3) }],
])("finds %s, and nothing else", async (_, rule, wrong) => {
  const findings = await checkMetric({ ...PLAIN, ...wrong });
  expect(findings.map((finding) => finding.rule)).toEqual([rule]);
});

it("takes losses whose mean makes the score by fromMeanLoss", async () => {
  const squared: Metric = {
    ...GOOD,
    score: (judged) => Math.sqrt(weighted(judged, (row) => error(judged, row) ** 2)),
    losses: (judged) => judged.truth.map((_, row) => error(judged, row) ** 2),
    fromMeanLoss: Math.sqrt,
  };
  expect(await checkMetric(squared)).toEqual([]);
});
