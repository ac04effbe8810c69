/** The same with models of real learners on tables drawn again from a real one. */
import { nearestPoint } from "hyperparameter-js";
import { divided, pooled } from "../../../dist/core/resampling/tables.js";
import { pairedTest } from "../../../dist/core/statistics/compare.js";
import { scoreInterval } from "../../../dist/core/statistics/interval.js";
import gbdt from "../../../dist/plugins/learners/gbdt/gbdt.js";
import linear from "../../../dist/plugins/learners/linear/linear.js";
import naiveBayes from "../../../dist/plugins/learners/naive-bayes/naive-bayes.js";
import neighbours from "../../../dist/plugins/learners/neighbours/neighbours.js";
import { accuracy, f1 } from "../../../dist/plugins/metrics/labels.js";
import { brier, logLoss } from "../../../dist/plugins/metrics/probabilities.js";
import { rocAuc } from "../../../dist/plugins/metrics/ranking.js";
import sourcesPlugin from "../../../dist/plugins/sources/sources.js";
import { openTask, TASKS } from "../portfolio/tasks.mjs";
import { uniforms } from "../random.mjs";
import { Line } from "./line.mjs";

const made = ({ useClass: Provided, useValue, useFactory }) => (Provided ? new Provided() : (useValue ?? useFactory()));
const learners = [linear, neighbours, gbdt, naiveBayes].flatMap((plugin) => plugin.learners.map(made));
const sources = new Map(sourcesPlugin.sources.map(made).map((source) => [source.name, source]));
/** Cheap points of the spaces; a family is more than its best model. */
const CHEAP = { gbdt: { rounds: 30, leaves: 8 }, linear: {}, knn: {}, naive_bayes: {} };

async function churn() {
  const { spec, train, select, held } = await openTask(
    TASKS.find(({ name }) => name === "churn"),
    sources,
  );
  return { spec, all: pooled({ train: pooled({ train, select }), select: held }) };
}

function drawn(count, from, uniform) {
  return Int32Array.from({ length: count }, () => from[Math.floor(uniform() * from.length)]);
}

const part = (all, rows) => divided(all, { train: rows, select: Int32Array.of() }).train;

function shuffled(count, uniform) {
  const order = Int32Array.from({ length: count }, (_, at) => at);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(uniform() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

async function fitted(learner, { spec, train, select, seed }) {
  const params = nearestPoint(learner.space(spec), CHEAP[learner.name] ?? {}) ?? {};
  const loss = (prediction) => logLoss.score({ spec, truth: select.truth, prediction, weight: null });
  const context = { loss, report: async () => {}, pause: async () => {}, work: () => {}, isSpent: () => false };
  return learner.fit({ spec, train, select, params, seed }, context);
}

const usable = ({ tasks, needs }, table) =>
  tasks.includes("binary") && (needs ?? []).every((type) => table.columns.some((column) => column.type === type));

/** Models of all families, each on rows drawn for it, and what they say of select and confirm rows. */
async function models({ spec, all }, { count, train, select, confirm, uniform }) {
  const families = learners.filter((learner) => usable(learner, all.table));
  const found = [];
  for (let number = 0; number < count; number++) {
    const sides = { train: part(all, drawn(train.length, train, uniform)), select: part(all, select) };
    const model = await fitted(families[number % families.length], { spec, ...sides, seed: number });
    found.push({
      name: families[number % families.length].name,
      select: model.predict(part(all, select).table),
      confirm: model.predict(part(all, confirm).table),
    });
  }
  return found;
}

/**
 * Campaigns on the table with its answers dealt anew, where no model can be better than any other: every area under the
 * curve is one half. 30 rounds, in each 20 of the campaign's models; the best by the select rows meets the confirm rows.
 */
export async function nullFamilies(campaigns, { rounds = 30, candidates = 20, pool = 24 } = {}) {
  const table = await churn();
  let wrong = 0;
  const tests = new Set();
  for (let campaign = 0; campaign < campaigns; campaign++) {
    const uniform = uniforms("families", campaign);
    const { truth } = table.all;
    const dealt = { ...table.all, truth: Float64Array.from(shuffled(truth.length, uniform), (row) => truth[row]) };
    const order = shuffled(truth.length, uniform);
    const sides = {
      train: order.subarray(0, 500),
      select: order.subarray(500, 1000),
      confirm: order.subarray(1000, 2000),
    };
    const known = await models({ spec: table.spec, all: dealt }, { count: pool, ...sides, uniform });
    const score = ({ select }, rows) =>
      rocAuc.score({
        spec: table.spec,
        truth: Float64Array.from(rows, (at) => dealt.truth[sides.select[at]]),
        prediction: Float64Array.from({ length: 2 * rows.length }, (_, at) => select[2 * rows[at >> 1] + (at & 1)]),
        weight: null,
      });
    const line = new Line(rocAuc, part(dealt, sides.confirm).truth);
    for (let round = 0; round < rounds; round++) {
      const met = shuffled(pool - 1, uniform).subarray(0, candidates);
      const rows = drawn(500, shuffled(500, uniform), uniform);
      const scored = [...met].map((at) => ({ at: at + 1, score: score(known[at + 1], rows) }));
      const finalist = known[scored.reduce((most, one) => (one.score > most.score ? one : most)).at];
      const { decision, evidence } = line.look(known[0].confirm, finalist.confirm, round);
      tests.add(evidence.gates[0].figures.test);
      if (decision === "PROMOTED") {
        wrong++;
        break;
      }
    }
  }
  return { share: wrong / campaigns, tests: [...tests], families: learners.map(({ name }) => name) };
}

/**
 * How often 95 % intervals hold the truth: of models of real learners, on 1,000 rows drawn again and again from 3,500 that
 * stand for the world, on which the truth is known.
 */
export async function* coverage(runs) {
  const { spec, all } = await churn();
  const order = shuffled(all.truth.length, uniforms("coverage"));
  const sides = { train: order.subarray(0, 1000), select: order.subarray(1000, 1500), confirm: order.subarray(1500) };
  const [a, b] = await models({ spec, all }, { count: 2, ...sides, uniform: uniforms("coverage models") });
  const world = part(all, sides.confirm);
  const metrics = [rocAuc, accuracy, logLoss, brier, f1];
  for (const metric of metrics) {
    const scored = (answers, truth) => metric.score({ spec, truth, prediction: answers, weight: null });
    const sign = metric.direction === "maximize" ? 1 : -1;
    const truths = {
      score: scored(b.confirm, world.truth),
      gain: sign * (scored(b.confirm, world.truth) - scored(a.confirm, world.truth)),
    };
    const held = { score: 0, gain: 0 };
    for (let run = 0; run < runs; run++) {
      const rows = drawn(
        1000,
        shuffled(world.truth.length, () => 0),
        uniforms("run", metric.name, run),
      );
      const take = (answers) =>
        Float64Array.from({ length: 2 * rows.length }, (_, at) => answers[2 * rows[at >> 1] + (at & 1)]);
      const judged = {
        metric,
        spec,
        truth: Float64Array.from(rows, (row) => world.truth[row]),
        weight: null,
        group: null,
        seed: run,
      };
      const [ours, theirs] = [take(b.confirm), take(a.confirm)];
      const one = scoreInterval(metric, { ...judged, prediction: ours, labels: null }, run);
      const two = pairedTest(judged, theirs, ours, { margin: 0, alpha: 0.05 });
      if (one.low <= truths.score && truths.score <= one.high) held.score++;
      if (two.low <= truths.gain && truths.gain <= two.high) held.gain++;
    }
    yield { metric: metric.name, score: held.score / runs, gain: held.gain / runs };
  }
}
