/**
 * BBOB: 24 functions in five groups; how much of the ECDF of targets each sampler fills, and `auto` beside the best one.
 * To reach: auto never below 0.9 of the best in any group.
 * Usage: npm run bench:bbob [-- [--full] [--dims 2,5] [--samplers auto,gp] [--instances 3]]
 */
import { parseArgs } from "node:util";
import { ecdfArea } from "./bbob/area.mjs";
import { GROUPS } from "./bbob/functions.mjs";
import { runAll } from "./measure/pool.mjs";
import { has } from "./measure/samplers.mjs";
import { machine, mean, progress, table } from "./measure/text.mjs";

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    dims: { type: "string" },
    samplers: { type: "string", default: "auto,cmaes,gp,tpe,random" },
    instances: { type: "string", default: "3" },
  },
});

/** What `auto` is held to; random is there to compare with. */
const RIVALS = ["cmaes", "gp", "tpe"];
const PER_DIMENSION = options.full ? 50 : 20;
const dims = (options.dims ?? (options.full ? "2,5,10" : "2,5")).split(",").map(Number);
const samplers = options.samplers.split(",").filter(has);
const instances = Array.from({ length: Number(options.instances) }, (_, at) => at + 1);

function jobsFor(d, sampler, id) {
  return instances.map((instance) => ({
    problem: [id, d, instance],
    sampler,
    seed: instance,
    trials: PER_DIMENSION * d,
  }));
}

const keys = dims.flatMap((d) =>
  GROUPS.flatMap(({ ids }) => ids.flatMap((id) => samplers.map((sampler) => ({ d, sampler, id })))),
);
const jobs = keys.flatMap(({ d, sampler, id }) => jobsFor(d, sampler, id));

console.log(`machine: ${machine()}`);
console.log(`BBOB on [-5, 5]^d, ${PER_DIMENSION}·d trials, instances and seeds ${instances.join(", ")}; own rotations`);
console.log("figures: area under the ECDF of 51 targets, 10^2 to 10^-8 above f_opt, over log(evaluations)\n");

const areas = new Map();
const curves = await runAll(jobs, { progress });
keys.forEach(({ d, sampler, id }, at) => {
  const own = curves.slice(at * instances.length, (at + 1) * instances.length);
  areas.set(`${d} ${sampler} ${id}`, mean(own.map(ecdfArea)));
});

const areaOf = (d, sampler, ids) => mean(ids.map((id) => areas.get(`${d} ${sampler} ${id}`)));

function groupRow(d, { name, ids }) {
  const figures = samplers.map((sampler) => areaOf(d, sampler, ids));
  const others = samplers
    .filter((sampler) => RIVALS.includes(sampler))
    .map((sampler) => [areaOf(d, sampler, ids), sampler]);
  const [most, best] = others.toSorted(([a], [b]) => b - a)[0] ?? [Number.NaN, "none"];
  const share = areaOf(d, "auto", ids) / most;
  const verdict = samplers.includes("auto") ? [share.toFixed(2), share >= 0.9 ? "yes" : "no"] : ["-", "-"];
  return [name, ...figures.map((figure) => figure.toFixed(3)), best, ...verdict];
}

for (const d of dims) {
  const head = [`d = ${d}`, ...samplers, "best alone", "auto / best", "≥ 0.9"];
  console.log(`${table([head, ...GROUPS.map((group) => groupRow(d, group))])}\n`);
}
