/**
 * The portfolio that opens every study: evaluates configurations of each learner on the tasks (portfolio/tasks.mjs), chooses
 * an order for each kind of task, prints what it is worth on tasks that had no part in choosing it, beside random search and
 * the middle of each space, and writes plugins/portfolio.ts. Scores are kept in figures/portfolio, so that it goes on where it
 * was ended; those of a learner whose code has changed are made anew unless `--keep` says that they still hold, which they do
 * from then on.
 * Usage: npm run bench:portfolio [-- [--minutes 12] [--learner gbdt] [--keep] [--write]]
 */
import "reflect-metadata";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { contains } from "hyperparameter-js";
import { loadPlugins } from "../../dist/core/registry/load.js";
import { BUILTINS, DEFAULTS } from "../../dist/plugins/builtins.js";
import { machine, mean, progress, table } from "./measure/text.mjs";
import { choose, curveOf, randomCurve, regretsOf, secondsOf, weightsFor } from "./portfolio/choose.mjs";
import { configsOf } from "./portfolio/configs.mjs";
import { evaluate } from "./portfolio/evaluate.mjs";
import { readConfigs, readScores, writeMatrix } from "./portfolio/matrix.mjs";
import { openTask, TASKS, taskOf } from "./portfolio/tasks.mjs";

const KINDS = ["binary", "multiclass", "regression"];
const MOST = 12;
const COUNTS = [1, 2, 3, 5, 8, 12];
const PLACE = new URL("../../plugins/portfolio.ts", import.meta.url);
const EXAMPLE = { task: "binary", target: "answer", classes: ["no", "yes"] };

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "12" },
    keep: { type: "boolean", default: false },
    learner: { type: "string", multiple: true },
    write: { type: "boolean", default: false },
  },
});

const registry = await loadPlugins({ builtins: BUILTINS, defaults: DEFAULTS, folder: null, packagesFrom: null });
const learners = [...registry.learners.values()].filter(({ baseline }) => !baseline);
const drawn = learners.flatMap((learner) => configsOf(learner.name, learner.space(EXAMPLE)));
const isPoint = ({ learner, params }) => contains(registry.learners.get(learner)?.space(EXAMPLE) ?? {}, params);
const configs = [
  ...new Map([...drawn, ...readConfigs().filter(isPoint)].map((config) => [config.id, config])).values(),
];
const scores = readScores();
const tasks = TASKS.map((task) => ({ ...task, task: taskOf(task) }));

function codes() {
  const { learners: described, plugins } = registry.describe();
  const digestOf = (plugin) => plugins.find(({ name }) => name === plugin).digest.slice(0, 6);
  return new Map(described.map(({ name, plugin }) => [name, digestOf(plugin)]));
}

function suits(learner, { spec, train }) {
  const has = (type) => train.table.columns.some((column) => column.type === type);
  return learner.tasks.includes(spec.task) && (learner.needs === undefined || learner.needs.some(has));
}

/** Scores that other code made count as if that of now had: whoever runs this says that they would be the same. */
function keep(code) {
  const learners = new Map(configs.map(({ id, learner }) => [id, learner]));
  for (const [key, known] of scores) {
    const learner = learners.get(key.slice(0, 8));
    if (learner !== undefined) scores.set(key, { ...known, code: code.get(learner) });
  }
  writeMatrix(configs, scores);
}

/** Fits what has no score yet, until the time is up. */
async function fill() {
  const code = codes();
  if (options.keep) keep(code);
  const isKnown = ({ id, learner }, { name }) => scores.get(`${id},${name}`)?.code === code.get(learner);
  const end = performance.now() + Number(options.minutes) * 60_000;
  for (const [at, task] of tasks.entries()) {
    const isWanted = ({ learner }) => options.learner?.includes(learner) ?? true;
    const missing = configs.filter((config) => isWanted(config) && !isKnown(config, task));
    if (missing.length > 0 && performance.now() < end) await fillTask(task, missing, { code, end });
    progress(at + 1, tasks.length);
  }
}

async function fillTask(task, missing, { code, end }) {
  const open = await openTask(task, registry.sources);
  for (const { id, learner: name, params } of missing) {
    const learner = registry.learners.get(name);
    if (!suits(learner, open) || performance.now() > end) continue;
    const space = learner.space(open.spec);
    const own = Object.fromEntries(Object.entries(params).filter(([parameter]) => parameter in space));
    const found = await evaluate(learner, own, open, registry.metrics.get(task.metric));
    scores.set(`${id},${task.name}`, { ...found, code: code.get(name) });
  }
  writeMatrix(configs, scores);
}

/** A share of the tasks below which little is known of a configuration. */
const COVERED = 0.7;

function isCovered({ id }) {
  return known.filter(({ name }) => scores.has(`${id},${name}`)).length >= COVERED * known.length;
}

const mostly = (rows) => COUNTS.map((_, at) => mean(rows.map((row) => row[at])).toFixed(3));

/** Each task's regret with an order chosen without it, beside what would have been done without a portfolio. */
function judge(known, regrets, seconds) {
  const ofKind = (kind) => configs.flatMap((config, at) => (config.kind === kind && isCovered(config) ? [at] : []));
  const [middle, random] = ["middle", "random"].map(ofKind);
  const others = (at) => weightsFor(known[at].task, known).map((weight, task) => (task === at ? 0 : weight));
  const left = known.map((_, at) =>
    curveOf(choose({ regrets, seconds, weights: others(at), most: MOST }), regrets, at, COUNTS),
  );
  const rows = {
    "portfolio, the task left out": left,
    "random configurations": known.map((_, at) => randomCurve(random, regrets, at, COUNTS)),
    "the middle of each space in turn": known.map((_, at) => curveOf(middle, regrets, at, COUNTS)),
  };
  console.log(
    `\nmean normalised regret (0 the best of all, 1 the median one) after so many trials, ${known.length} tasks`,
  );
  console.log(
    table([["", ...COUNTS.map(String)], ...Object.entries(rows).map(([name, all]) => [name, ...mostly(all)])]),
  );
  const each = known.map(({ name, task }, at) => [name, task, ...left[at].map((value) => value.toFixed(2))]);
  console.log(`\n${table([["task left out", "", ...COUNTS.map(String)], ...each])}`);
}

/** Each configuration once; that a regression has no weights of classes is for the study to see. */
function text(chosen) {
  const used = [...new Set(Object.values(chosen).flat())];
  const entry = (at) => `{ learner: "${configs[at].learner}", params: ${JSON.stringify(configs[at].params)} },`;
  const order = ([kind, list]) => `${kind}: [${list.map((at) => used.indexOf(at)).join(", ")}],`;
  return `/**
 * With which configurations studies open, best first: chosen by \`npm run bench:portfolio -- --write\`, which says how.
 * Not to be edited by hand.
 */
const CONFIGURATIONS = [
${used.map(entry).join("\n")}
];

const ORDERS = {
${Object.entries(chosen).map(order).join("\n")}
};

const inOrder = (order: readonly number[]) => order.flatMap((at) => CONFIGURATIONS[at] ?? []);

export const PORTFOLIO = {
  binary: inOrder(ORDERS.binary),
  multiclass: inOrder(ORDERS.multiclass),
  regression: inOrder(ORDERS.regression),
};
`;
}

console.log(`machine: ${machine()}; ${configs.length} configurations of ${learners.length} learners`);
await fill();
const known = tasks.filter(({ name }) => configs.some(({ id }) => scores.has(`${id},${name}`)));
const regrets = regretsOf(configs, known, scores);
const seconds = secondsOf(configs, known, scores);
judge(known, regrets, seconds);
const portfolio = Object.fromEntries(
  KINDS.map((kind) => [kind, choose({ regrets, seconds, weights: weightsFor(kind, known), most: MOST })]),
);
for (const [kind, list] of Object.entries(portfolio)) {
  console.log(`\n${kind}`);
  for (const at of list) console.log(`  ${configs[at].learner} ${JSON.stringify(configs[at].params)}`);
}
if (options.write) writeFileSync(PLACE, text(portfolio));
