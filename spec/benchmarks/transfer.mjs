/**
 * What earlier studies are worth: each task of a family is searched with what one study of each other task of the family has
 * learned, and with the same studies turned upside down, beside a search without any. It asserts nothing.
 * Usage: npm run bench:transfer [-- [--sampler gp] [--strategy ensemble] [--seeds 10] [--trials 60]]
 */
import { parseArgs } from "node:util";
import { createRng, createStudy, nopPruner, randomSampler, tpeSampler, transferSampler } from "hyperparameter-js";
import { samplerNamed } from "./measure/samplers.mjs";
import { machine, mean, median, progress, short, table } from "./measure/text.mjs";
import { tables } from "./problems/problems.mjs";

const { values: options } = parseArgs({
  options: {
    sampler: { type: "string", default: "gp" },
    strategy: { type: "string", default: "ensemble" },
    seeds: { type: "string", default: "10" },
    trials: { type: "string", default: "60" },
  },
});

const seeds = Array.from({ length: Number(options.seeds) }, (_, at) => at + 1);
const trials = Number(options.trials);
const CHECKPOINTS = [8, 25, trials];
const EARLIER_TRIALS = 100;
const RANDOM_STUDIES = 20;

/** The best value after each trial, and the trials. */
async function search({ space, value }, sampler, { seed, count, earlier }) {
  const study = await createStudy({
    space,
    sampler,
    pruner: nopPruner(),
    seed,
    budget: count,
    ...(earlier && { earlier }),
  });
  const curve = [];
  await study.optimize(
    ({ params }) => {
      const measured = value(params);
      curve.push(Math.min(curve.at(-1) ?? Number.POSITIVE_INFINITY, measured));
      return measured;
    },
    { nTrials: count },
  );
  return { curve, trials: study.trials };
}

/** Bowls with a rate, a width and a kind, whose best points lie near each other: no table, and nothing was tuned on them. */
function bowls() {
  const space = {
    rate: { type: "float", low: 1e-5, high: 1, log: true },
    width: { type: "int", low: 8, high: 512, log: true },
    share: { type: "float", low: 0, high: 1 },
    kind: { type: "categorical", choices: ["a", "b", "c"] },
  };
  return Array.from({ length: 4 }, (_, task) => {
    const rng = createRng(77, "bowls", task);
    const centre = { rate: -2.5 + 0.5 * rng.normal(), width: 6 + 0.5 * rng.normal(), share: 0.4 + 0.1 * rng.normal() };
    const costs = { a: 0, b: 0.05 + 0.1 * rng.next(), c: 0.3 };
    const value = ({ rate, width, share, kind }) =>
      0.2 * (Math.log10(rate) - centre.rate) ** 2 +
      0.05 * (Math.log2(width) - centre.width) ** 2 +
      (share - centre.share) ** 2 +
      costs[kind];
    return { name: `bowl-${task}`, space, value };
  });
}

/** Tasks by family: tables of one suite have one space. */
function families() {
  const bySuite = new Map();
  for (const problem of tables() ?? []) {
    const [suite] = problem.name.split("-");
    bySuite.set(suite, [...(bySuite.get(suite) ?? []), problem]);
  }
  return [...bySuite.values(), bowls()].filter((tasks) => tasks.length > 1);
}

async function earlierStudies(tasks) {
  const studies = new Map();
  for (const task of tasks) {
    const { trials: ended } = await search(task, tpeSampler(), { seed: 1000, count: EARLIER_TRIALS });
    studies.set(task, { space: task.space, directions: ["minimize"], trials: ended });
  }
  return studies;
}

/** The median best of a hundred random trials. */
async function randomLevel(task) {
  const bests = [];
  for (let seed = 500; seed < 500 + RANDOM_STUDIES; seed++)
    bests.push((await search(task, randomSampler(), { seed, count: 100 })).curve.at(-1));
  return median(bests);
}

async function curvesOf(task, sampler, earlier) {
  const curves = [];
  for (const seed of seeds) curves.push((await search(task, sampler(), { seed, count: trials, earlier })).curve);
  return curves;
}

/** Trials until the level is reached; one more than there were where it never was. */
function trialsTo(level, curve) {
  const at = curve.findIndex((best) => best <= level);
  return at < 0 ? curve.length + 1 : at + 1;
}

async function measure(task, earlier) {
  const cold = () => samplerNamed(options.sampler);
  const warm = () => transferSampler(cold(), { strategy: options.strategy });
  const inverted = earlier.map((study) => ({ ...study, directions: ["maximize"] }));
  const curves = {
    cold: await curvesOf(task, cold),
    transfer: await curvesOf(task, warm, earlier),
    misled: await curvesOf(task, warm, inverted),
  };
  return { name: task.name, level: await randomLevel(task), curves };
}

const after = (curves, at) => mean(curves.map((curve) => curve[at - 1]));

console.log(`machine: ${machine()}`);
console.log(
  `inner sampler ${options.sampler}, ${options.strategy}; ${seeds.length} seeds; earlier: one study of ${EARLIER_TRIALS} trials (tpe) per other task`,
);
if (tables() === null) console.log("tables: data absent, bowls only");

const rows = [];
const all = families();
const total = all.flat().length;
for (const tasks of all) {
  const studies = await earlierStudies(tasks);
  for (const task of tasks) {
    rows.push(
      await measure(
        task,
        tasks.filter((other) => other !== task).map((other) => studies.get(other)),
      ),
    );
    progress(rows.length, total);
  }
}

console.log("\nmedian trials to the median best of 100 random ones");
const hits = rows.map(({ name, level, curves }) => [
  name,
  short(level),
  ...Object.values(curves).map((runs) => short(median(runs.map((curve) => trialsTo(level, curve))))),
]);
console.log(table([["task", "level", "cold", "transfer", "misled"], ...hits]));

console.log(`\nmean regret after ${CHECKPOINTS.join(" / ")} trials`);
const figures = (curves) => CHECKPOINTS.map((at) => short(after(curves, at))).join(" / ");
const regretRows = rows.map(({ name, curves }) => [name, ...Object.values(curves).map(figures)]);
console.log(table([["task", "cold", "transfer", "misled"], ...regretRows]));

const over = (kind, at) => mean(rows.map(({ curves }) => after(curves[kind], at)));
const ratios = (kind) => CHECKPOINTS.map((at) => short(over(kind, at) / over("cold", at))).join(" / ");
console.log(
  `\nmean over the tasks, times the cold start's: transfer ${ratios("transfer")}, misled ${ratios("misled")} (at most 1.1)`,
);
