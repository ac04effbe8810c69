/**
 * What each learner reaches and costs by itself: the middle of its space on five folds of train and select of four shared tables,
 * without search, ensemble or mean of folds. Prints score, seconds of a fit, microseconds of a row through
 * onnxruntime (alone and by the thousand), size, and the largest difference between graph and trainer.
 * Usage: npm run bench:learners [-- --learners gbdt,forest]
 */
import { parseArgs } from "node:util";
import { nearestPoint } from "hyperparameter-js";
import { openModel } from "../../dist/core/evaluator/scoring.js";
import { predictTimes } from "../../dist/core/evaluator/speed.js";
import { foldsOf, rowsWhere } from "../../dist/core/resampling/folds.js";
import { divided, pooled } from "../../dist/core/resampling/tables.js";
import gbdt from "../../dist/plugins/learners/gbdt/gbdt.js";
import linear from "../../dist/plugins/learners/linear/linear.js";
import mlp from "../../dist/plugins/learners/mlp/mlp.js";
import naiveBayes from "../../dist/plugins/learners/naive-bayes/naive-bayes.js";
import neighbours from "../../dist/plugins/learners/neighbours/neighbours.js";
import metricsPlugin from "../../dist/plugins/metrics/metrics.js";
import sourcesPlugin from "../../dist/plugins/sources/sources.js";
import { machine } from "./daemon.mjs";
import { openTask, TASKS } from "./portfolio/tasks.mjs";

const { values: options } = parseArgs({ options: { learners: { type: "string", default: "" } } });

const FOLDS = 5;
const TABLES = ["churn", "attrition", "concrete", "fine-foods"];
const METRICS = { regression: ["rmse"], binary: ["roc_auc", "log_loss"] };

const made = ({ useClass: Provided, useValue, useFactory }) => (Provided ? new Provided() : (useValue ?? useFactory()));
const instances = (providers) => providers.map(made);
const learners = [linear, neighbours, naiveBayes, gbdt, mlp].flatMap((plugin) => instances(plugin.learners));
const asked = options.learners === "" ? null : options.learners.split(",");
const metrics = new Map(instances(metricsPlugin.metrics).map((metric) => [metric.name, metric]));

/** The middle of a learner's space: of a choice the first one. */
const middle = (learner, spec) => nearestPoint(learner.space(spec), {}) ?? {};

async function measured(learner, { spec, all }, [metric]) {
  const dealt = foldsOf({ spec, truth: all.truth, group: null, seed: 3 }, FOLDS);
  const width = Math.max(1, spec.classes.length);
  const held = new Float64Array(all.table.rows * width);
  const found = { seconds: 0, bytes: 0, parity: 0, times: null };
  for (let fold = 0; fold < FOLDS; fold++) {
    const rows = rowsWhere(dealt, (one) => one === fold);
    const { train, select } = divided(all, { train: rowsWhere(dealt, (one) => one !== fold), select: rows });
    const loss = (prediction) => {
      const score = metric.score({ spec, truth: select.truth, prediction, weight: null });
      return metric.direction === "minimize" ? score : -score;
    };
    const context = { loss, report: async () => {}, pause: async () => {}, work: () => {}, isSpent: () => false };
    const began = performance.now();
    const fitted = await learner.fit({ spec, train, select, params: middle(learner, spec), seed: 1 }, context);
    found.seconds += (performance.now() - began) / 1000 / FOLDS;
    found.bytes += fitted.model.length / FOLDS;
    const open = await openModel(fitted.model, spec);
    const prediction = await open.predict(select.table);
    if (fold === 0) found.times = await predictTimes(open, select.table);
    await open.release();
    fitted.predict(select.table).forEach((value, at) => {
      found.parity = Math.max(found.parity, Math.abs(value - prediction[at]));
    });
    for (const [at, row] of rows.entries()) {
      held.set(prediction.subarray(at * width, (at + 1) * width), row * width);
    }
  }
  return { held, ...found };
}

const sources = new Map(instances(sourcesPlugin.sources).map((source) => [source.name, source]));

/** Whether the learner can do the task, and the table has what it needs. */
function applies({ tasks, needs }, { spec, all }) {
  const types = new Set(all.table.columns.map(({ type }) => type));
  return tasks.includes(spec.task) && (needs ?? []).every((type) => types.has(type));
}

console.log(`machine: ${machine()}; the middle of each space, ${FOLDS} folds, one thread`);
for (const name of TABLES) {
  const { spec, train, select } = await openTask(
    TASKS.find((task) => task.name === name),
    sources,
  );
  const table = { spec, all: pooled({ train, select }) };
  console.log(`\n${name}, ${table.all.table.rows} × ${table.all.table.columns.length}`);
  for (const learner of learners) {
    if (!applies(learner, table) || (asked !== null && !asked.includes(learner.name))) continue;
    const judges = METRICS[spec.task].map((metric) => metrics.get(metric));
    const { held, seconds, bytes, parity, times } = await measured(learner, table, judges);
    const scores = judges.map((metric) => {
      const score = metric.score({ spec, truth: table.all.truth, prediction: held, weight: null });
      return `${metric.name} ${score.toFixed(4)}`;
    });
    const costs = `${seconds.toFixed(2)} s, ${times.oneRow.toFixed(0)} µs a row alone, ${times.thousandRows.toFixed(1)} by the thousand, ${Math.round(bytes / 1024)} KiB, parity ${parity.toExponential(1)}`;
    console.log(`  ${learner.name.padEnd(12)} ${scores.join(", ")}; ${costs}`);
  }
}
