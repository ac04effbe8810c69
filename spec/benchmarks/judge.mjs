/**
 * Samplers on a group of problems: medians of what is left above the minimum, and each sampler's standing over the group.
 * The held-back group is for judging what was chosen elsewhere; whoever looks at it to choose has used it up.
 * Usage: npm run bench:judge [-- [--group held-back] [--samplers auto,gp,tpe] [--seeds 10] [--trials 50,100]]
 */
import { parseArgs } from "node:util";
import { runAll } from "./measure/pool.mjs";
import { has } from "./measure/samplers.mjs";
import { machine, mean, median, progress, short, table } from "./measure/text.mjs";
import { HELD_BACK, TUNING, tables } from "./problems/problems.mjs";

const { values: options } = parseArgs({
  options: {
    group: { type: "string", default: "held-back" },
    samplers: { type: "string", default: "auto,gp,tpe,cmaes,random" },
    seeds: { type: "string", default: "10" },
    trials: { type: "string", default: "50,100" },
  },
});

const groups = { "held-back": HELD_BACK, tuning: TUNING, tables: tables() ?? [] };
const problems = groups[options.group].map(({ name }) => name);
const samplers = options.samplers.split(",").filter(has);
const seeds = Array.from({ length: Number(options.seeds) }, (_, at) => 1001 + at);
const checkpoints = options.trials.split(",").map(Number);
const trials = Math.max(...checkpoints);

const pairs = problems.flatMap((problem) => samplers.map((sampler) => ({ problem, sampler })));
const jobs = pairs.flatMap((pair) => seeds.map((seed) => ({ ...pair, seed, trials })));

console.log(`machine: ${machine()}`);
console.log(`${options.group}: medians of regret over seeds ${seeds[0]} to ${seeds.at(-1)}`);
const curves = await runAll(jobs, { progress });
const runs = new Map(
  pairs.map(({ problem, sampler }, at) => [
    `${problem} ${sampler}`,
    curves.slice(at * seeds.length, (at + 1) * seeds.length),
  ]),
);

const medianOf = (problem, sampler, at) => median(runs.get(`${problem} ${sampler}`).map((curve) => curve[at - 1]));

/** Below this the figures are the noise of arithmetic. */
const FLOOR = 1e-9;

/** How many orders of magnitude a sampler is behind the best one, on the average problem. */
function behind(sampler, at) {
  const orders = problems.map((problem) => {
    const all = samplers.map((each) => Math.log10(Math.max(FLOOR, medianOf(problem, each, at))));
    return all[samplers.indexOf(sampler)] - Math.min(...all);
  });
  return mean(orders);
}

for (const at of checkpoints) {
  const rows = problems.map((problem) => [
    problem,
    ...samplers.map((sampler) => short(medianOf(problem, sampler, at))),
  ]);
  const standing = [
    "orders of magnitude behind the best",
    ...samplers.map((sampler) => behind(sampler, at).toFixed(2)),
  ];
  console.log(`\n${table([[`${at} trials`, ...samplers], ...rows, standing])}`);
}
