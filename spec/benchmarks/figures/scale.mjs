/** Long studies: CPU time of 100,000 trials, memory that a trial takes, and how long a journal takes to open. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createStudy, nopPruner } from "hyperparameter-js";
import { has, samplerNamed } from "../measure/samplers.mjs";

const floats = (d) =>
  Object.fromEntries(Array.from({ length: d }, (_, at) => [`x${at + 1}`, { type: "float", low: -5, high: 5 }]));

const sphere = ({ params }) => Object.values(params).reduce((sum, v) => sum + v * v, 0);
const twoSpheres = (trial) => [sphere(trial), Object.values(trial.params).reduce((sum, v) => sum + (v - 1) ** 2, 0)];

/** Trials in all, and how many of them `--quick` runs in their place. */
const FULL = 100_000;
const QUICK = 10_000;

const LONG = [
  { sampler: "cmaes", directions: ["minimize"], objective: sphere, beat: 8.2 },
  { sampler: "nsga2", directions: ["minimize", "minimize"], objective: twoSpheres, beat: 7.4 },
];

async function longRow({ sampler, directions, objective, beat }, trials) {
  const what = `${sampler}, ${FULL.toLocaleString("en")} trials in 40-D, CPU s`;
  if (!has(sampler)) return { what, got: null, beat: [beat], reach: [beat] };
  const study = await createStudy({
    space: floats(40),
    directions,
    sampler: samplerNamed(sampler),
    pruner: nopPruner(),
  });
  const before = process.cpuUsage();
  await study.optimize(objective, { nTrials: trials });
  const { user, system } = process.cpuUsage(before);
  return { what, got: [((user + system) / 1e6) * (FULL / trials)], beat: [beat], reach: [beat] };
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

function memory() {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Random points, then one ask of TPE, so that what it derives from the history counts too. */
function randomThenTpe(trials) {
  const [random, tpe] = [samplerNamed("random"), samplerNamed("tpe")];
  return { name: "random", propose: (request) => (request.number < trials ? random : tpe).propose(request) };
}

const MEMORY_D = 5;

async function randomStudy(trials) {
  const study = await createStudy({ space: floats(MEMORY_D), sampler: randomThenTpe(trials), pruner: nopPruner() });
  await study.optimize(sphere, { nTrials: trials + 1 });
  return study;
}

/** What a long study takes beside a short one that came before it, and is kept: compiled code is no trial's. */
async function memoryRow() {
  const studies = [];
  const taken = [];
  for (const size of [QUICK, FULL]) {
    studies.push(await randomStudy(size));
    taken.push(memory());
  }
  const [before, after] = taken;
  const bytes = (after - before) / (studies.at(-1).trials.length * MEMORY_D);
  return { what: "memory a trial and parameter, bytes (5-D)", got: [bytes], beat: null, reach: [120] };
}

/** The library's door to files, where it has one. */
async function fileDoor() {
  try {
    return await import("hyperparameter-js/file");
  } catch (error) {
    if (error.code === "ERR_PACKAGE_PATH_NOT_EXPORTED" || error.code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  }
}

async function writeJournal(storage, options) {
  const study = await createStudy({ ...options, storage });
  await study.optimize(sphere, { nTrials: FULL });
  await storage.close();
}

/**
 * CPU time of all threads, with those that compile and collect garbage beside the one that reads, which are a third of it.
 * The study that wrote is gone from memory by then, as it is from a process that begins.
 */
async function reopenRow() {
  const what = `a journal of ${FULL.toLocaleString("en")} trials opens (5-D), CPU s`;
  const door = await fileDoor();
  if (door === null) return { what, got: null, beat: null, reach: [0.5] };
  const folder = await mkdtemp(join(tmpdir(), "journal-"));
  const options = { space: floats(5), sampler: samplerNamed("random"), pruner: nopPruner() };
  const open = () => door.fileStorage(join(folder, "study.journal"), { durability: "buffered" });
  try {
    await writeJournal(open(), options);
    collect();
    const before = process.cpuUsage();
    const again = open();
    await createStudy({ ...options, storage: again });
    const { user, system } = process.cpuUsage(before);
    await again.close();
    return { what, got: [(user + system) / 1e6], beat: null, reach: [0.5] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Quick: a tenth of the long studies' trials, and times that are ten times those measured. */
export async function scaleRows(quick) {
  const trials = quick ? QUICK : FULL;
  const rows = [];
  for (const row of LONG) rows.push(await longRow(row, trials));
  rows.push(await memoryRow());
  rows.push(await reopenRow());
  return rows;
}
