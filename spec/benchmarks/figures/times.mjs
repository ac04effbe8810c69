/** How fast: CPU time of one ask with five suggests on a history of n trials in five dimensions. */
import { createStudy, nopPruner } from "hyperparameter-js";
import { has, samplerNamed } from "../measure/samplers.mjs";
import { TUNING } from "../problems/problems.mjs";
import { uniforms } from "../random.mjs";

const NAMES = ["x1", "x2", "x3", "x4", "x5"];

/** `asks`: how many are timed; the figure is their mean, so that a refit in some of them counts as often as it happens. */
const ROWS = [
  { sampler: "tpe", sizes: [100, 1000, 10_000], asks: [200, 100, 50], beat: [2.1, 7.7, 65], reach: [0.15, 0.4, 1.5] },
  { sampler: "gp", sizes: [50, 100, 300], asks: [10, 8, 5], beat: [34, 40, 261], reach: [8, 25, 150] },
  { sampler: "auto", sizes: [50, 100, 300], asks: [10, 8, 5], beat: null, reach: null },
];

const { space, value } = TUNING.find(({ name }) => name === "rosenbrock-5");

/** A study that has tried n random points. */
async function studyOf(sampler, n) {
  const study = await createStudy({ space, sampler: samplerNamed(sampler), pruner: nopPruner() });
  const uniform = uniforms("times", n);
  for (let at = 0; at < n; at++) {
    const params = Object.fromEntries(NAMES.map((name) => [name, 4.096 * uniform() - 2.048]));
    await study.addTrial({ params, values: [value(params)] });
  }
  return study;
}

async function askOnce(study) {
  const before = process.cpuUsage();
  const trial = await study.ask();
  const params = Object.fromEntries(NAMES.map((name) => [name, trial.suggestFloat(name, -2.048, 2.048)]));
  const { user, system } = process.cpuUsage(before);
  await study.tell(trial, value(params));
  return (user + system) / 1000;
}

/** CPU ms. The asks before those that are timed warm the machine up and build what is derived from the history. */
async function meanAsk(sampler, n, asks) {
  const study = await studyOf(sampler, n);
  for (let at = 0; at < asks; at++) await askOnce(study);
  let total = 0;
  for (let at = 0; at < asks; at++) total += await askOnce(study);
  return total / asks;
}

async function timeRow({ sampler, sizes, asks, beat, reach }) {
  const what = `${sampler}, ask + 5 suggests at n = ${sizes.join(" / ")}, CPU ms`;
  if (!has(sampler)) return { what, got: null, beat, reach };
  const got = [];
  for (const [at, n] of sizes.entries()) got.push(await meanAsk(sampler, n, asks[at]));
  return { what, got, beat, reach };
}

export async function timeRows() {
  const rows = [];
  for (const row of ROWS) rows.push(await timeRow(row));
  return rows;
}
