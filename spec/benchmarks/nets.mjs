/**
 * What kinds of nets reach and cost: on outer folds of shared and made-up tables that neither training nor stopping sees, without
 * search. Prints the metrics' means over the folds, CPU seconds of a fit, its epochs, and KiB.
 * Usage: npm run bench:nets [-- --tables churn,concrete] [--params '{"units":128}'] [--kinds '{"shared":{"members":"shared"}}']
 */
import { parseArgs } from "node:util";
import { openModel } from "../../dist/core/evaluator/scoring.js";
import { foldsOf, rowsWhere } from "../../dist/core/resampling/folds.js";
import { divided, pooled } from "../../dist/core/resampling/tables.js";
import mlp from "../../dist/plugins/learners/mlp/mlp.js";
import metricsPlugin from "../../dist/plugins/metrics/metrics.js";
import sourcesPlugin from "../../dist/plugins/sources/sources.js";
import { machine } from "./daemon.mjs";
import { openTask, TASKS } from "./portfolio/tasks.mjs";

const KINDS = {
  "separate, plain": {},
  "shared, plain": { members: "shared" },
  "separate, residual": { blocks: "residual" },
  "shared, residual": { members: "shared", blocks: "residual" },
  "separate, plain, smoothing 0.05": { smoothing: 0.05 },
  "shared, plain, smoothing 0.05": { members: "shared", smoothing: 0.05 },
  "separate, waves": { numbers: "waves" },
  "separate, pieces": { numbers: "pieces" },
  "shared, waves": { members: "shared", numbers: "waves" },
  "shared, pieces": { members: "shared", numbers: "pieces" },
};

const { values: options } = parseArgs({
  options: {
    tables: { type: "string", default: "churn,attrition,products,six,concrete,friedman" },
    params: { type: "string", default: "{}" },
    kinds: { type: "string", default: JSON.stringify(KINDS) },
  },
});

const FOLDS = 3;
/** Of the rows of a fit, one part in so many is what it stops by. */
const STOP = 5;
const METRICS = { regression: ["rmse"], binary: ["log_loss", "roc_auc"], multiclass: ["log_loss"] };

const made = ({ useClass: Provided, useValue, useFactory }) => (Provided ? new Provided() : (useValue ?? useFactory()));
const named = (providers) => new Map(providers.map(made).map((one) => [one.name, one]));
const [metrics, sources] = [named(metricsPlugin.metrics), named(sourcesPlugin.sources)];
const learner = made(mlp.learners[0]);

/** Two sides of rows: all folds but one, and that one. */
function sidesOf(spec, all, { folds, fold, seed }) {
  const dealt = foldsOf({ spec, truth: all.truth, group: null, seed }, folds);
  const [train, select] = [(one) => one !== fold, (one) => one === fold].map((keep) => rowsWhere(dealt, keep));
  return divided(all, { train, select });
}

async function measured({ spec, all }, fold, { params, judges }) {
  const outer = sidesOf(spec, all, { folds: FOLDS, fold, seed: 3 });
  const { train, select } = sidesOf(spec, outer.train, { folds: STOP, fold: 0, seed: 5 });
  const scored = (metric, { truth }, prediction) => metric.score({ spec, truth, prediction, weight: null });
  const loss = (prediction) => scored(judges[0], select, prediction);
  const context = { loss, report: async () => {}, pause: async () => {}, work: () => {}, isSpent: () => false };
  const before = process.cpuUsage();
  const { model, settled } = await learner.fit({ spec, train, select, params, seed: 1 + fold }, context);
  const { user, system } = process.cpuUsage(before);
  const open = await openModel(model, spec);
  const prediction = await open.predict(outer.select.table);
  await open.release();
  const scores = judges.map((metric) => scored(metric, outer.select, prediction));
  return [...scores, (user + system) / 1e6, settled.epochs, model.length / 1024];
}

console.log(`machine: ${machine()}; ${FOLDS} outer folds, one thread`);
for (const name of options.tables.split(",")) {
  const task = TASKS.find((one) => one.name === name);
  const { spec, train, select } = await openTask(task, sources);
  const table = { spec, all: pooled({ train, select }) };
  const judges = METRICS[spec.task].map((metric) => metrics.get(metric));
  console.log(`\n${name}, ${table.all.table.rows} × ${table.all.table.columns.length}`);
  for (const [kind, own] of Object.entries(JSON.parse(options.kinds))) {
    if (spec.task === "regression" && own.smoothing > 0) continue;
    const params = { ...JSON.parse(options.params), ...own };
    const rows = [];
    for (let fold = 0; fold < FOLDS; fold++) rows.push(await measured(table, fold, { params, judges }));
    const means = rows[0].map((_, at) => rows.reduce((sum, row) => sum + row[at] / FOLDS, 0));
    const [seconds, epochs, size] = means.slice(judges.length);
    const scores = judges.map((metric, at) => `${metric.name} ${means[at].toFixed(4)}`).join(", ");
    const costs = `${seconds.toFixed(2)} s, ${epochs.toFixed(0)} epochs, ${size.toFixed(0)} KiB`;
    console.log(`  ${kind.padEnd(32)} ${scores}; ${costs}`);
  }
}
