/**
 * What the samplers for several objectives reach, as hypervolume, beside Optuna's NSGA-II with as many evaluations. It
 * asserts nothing. Usage: npm run bench:moo [-- --quick] [--seeds 5] [--trials 1000] [--only zdt1,bnh]
 */
import { parseArgs } from "node:util";
import { nsga2Sampler, nsga3Sampler, randomSampler } from "hyperparameter-js";
import { machine, median, short, table } from "./measure/text.mjs";
import { PROBLEMS } from "./moo/problems.mjs";
import { ourOutcomes, peerOutcomes, volumeOf } from "./moo/studies.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    seeds: { type: "string" },
    trials: { type: "string" },
    only: { type: "string" },
  },
});

const count = Number(options.seeds ?? (options.quick ? 3 : 5));
const trials = Number(options.trials ?? (options.quick ? 300 : 1000));
const seeds = Array.from({ length: count }, (_, at) => at + 1);
const names = options.only?.split(",");
const OURS = { random: randomSampler(), nsga2: nsga2Sampler(), nsga3: nsga3Sampler() };

async function ourVolume(problem, sampler) {
  const volumes = [];
  for (const seed of seeds) volumes.push(volumeOf(problem, await ourOutcomes(problem, sampler, { seed, trials })));
  return median(volumes);
}

async function peerVolume(problem) {
  const volumes = [];
  for (const seed of seeds) {
    const found = await peerOutcomes(problem, { seed, trials });
    if (found === null) return null;
    volumes.push(volumeOf(problem, found.outcomes));
  }
  return median(volumes);
}

console.log(`machine: ${machine()}`);
console.log(`hypervolume after ${trials} trials, the more the better; medians over seeds 1 to ${count}`);
const rows = [];
let absent = false;
for (const problem of PROBLEMS.filter(({ name }) => names?.includes(name) ?? true)) {
  const ours = [];
  for (const sampler of Object.values(OURS)) ours.push(await ourVolume(problem, sampler));
  const peer = await peerVolume(problem);
  absent ||= peer === null;
  rows.push([`${problem.name} (${problem.group})`, ...ours.map(short), peer === null ? "absent" : short(peer)]);
}
console.log(`\n${table([["", ...Object.keys(OURS), "Optuna NSGA-II"], ...rows])}`);
if (absent) console.log("Optuna: peer absent");
