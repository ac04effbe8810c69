/**
 * How fast: CPU time of one ask with five suggests on a history of n trials in five dimensions, as a long study meets it:
 * each sampler first works on another study, until its code is compiled and its time no longer falls. The figure is the
 * median over many asks. All of a kind do the same work, and what other processes and threads (of the compiler, and those
 * that collect garbage) add to some of them isn't the sampler's; GP's asks are of three kinds in turn, all with a refit.
 */
import { createStudy, nopPruner } from "hyperparameter-js";
import { has, samplerNamed } from "../measure/samplers.mjs";
import { TUNING } from "../problems/problems.mjs";
import { uniforms } from "../random.mjs";

const NAMES = ["x1", "x2", "x3", "x4", "x5"];

/** `warm`: asks of the other study, which begins with as many trials as the smallest; `asks`: how many are timed of each size. */
const ROWS = [
  { sampler: "tpe", sizes: [100, 1000, 10_000], warm: 2000, asks: 300, beat: [2.1, 7.7, 65], reach: [0.15, 0.4, 1.5] },
  { sampler: "gp", sizes: [50, 100, 300], warm: 60, asks: 15, beat: [34, 40, 261], reach: [8, 25, 150] },
  { sampler: "auto", sizes: [50, 100, 300], warm: 60, asks: 15, beat: null, reach: null },
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

async function timesOf(study, asks) {
  const times = [];
  for (let at = 0; at < asks; at++) times.push(await askOnce(study));
  return times;
}

/**
 * CPU ms. A study is left when it has grown by a tenth. Its first ask isn't timed: it derives from the whole history what
 * each later one derives from one more trial.
 */
async function medianAsk(sampler, n, asks) {
  const times = [];
  while (times.length < asks) {
    const study = await studyOf(sampler, n);
    await timesOf(study, 1);
    times.push(...(await timesOf(study, Math.min(asks, Math.ceil(n / 10)))));
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

async function timeRow({ sampler, sizes, warm, asks, beat, reach }) {
  const what = `${sampler}, ask + 5 suggests at n = ${sizes.join(" / ")}, CPU ms`;
  if (!has(sampler)) return { what, got: null, beat, reach };
  await timesOf(await studyOf(sampler, sizes[0]), warm);
  const got = [];
  for (const n of sizes) got.push(await medianAsk(sampler, n, asks));
  return { what, got, beat, reach };
}

export async function timeRows() {
  const rows = [];
  for (const row of ROWS) rows.push(await timeRow(row));
  return rows;
}
