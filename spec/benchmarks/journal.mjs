/**
 * How fast and how small the file journal is: `npm run build && node --expose-gc spec/benchmarks/journal.mjs`. CPU times
 * are of this process; puts a second are by the wall, as an fsync waits for the disk.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createRng, createStudy, memoryStorage, randomSampler } from "hyperparameter-js";
import { fileStorage } from "hyperparameter-js/file";

const TRIALS = 100_000;
const NAMES = ["a", "b", "c", "d", "e"];
const SPACE = Object.fromEntries(NAMES.map((name) => [name, { type: "float", low: 0, high: 1 }]));

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function trialOf(number, rng) {
  const params = Object.fromEntries(NAMES.map((name) => [name, rng.next()]));
  const why = { rule: "tpe", acquisition: rng.next(), nearest: [number >> 1, number >> 2, number >> 3] };
  return {
    number,
    state: "running",
    params,
    distributions: SPACE,
    values: null,
    intermediate: [],
    userAttrs: {},
    why,
  };
}

/** Asks and tells `count` trials, `concurrency` at a time; gives the tells a second. */
async function tellsPerSecond(path, durability, { count, concurrency, first = 0 }) {
  const storage = fileStorage(path, { durability });
  await storage.load();
  const rng = createRng(1, first);
  const asked = Array.from({ length: count }, (_, at) => trialOf(first + at, rng));
  await Promise.all(asked.map((trial) => storage.put(trial)));
  const told = asked.map((trial) => ({ ...trial, state: "complete", values: [rng.next()] }));
  const began = process.hrtime.bigint();
  const work = async (worker) => {
    for (let at = worker; at < count; at += concurrency) await storage.put(told[at]);
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  await storage.close();
  return Math.round(count / seconds);
}

async function reopen(path) {
  const before = cpuSeconds();
  const storage = fileStorage(path);
  const study = await createStudy({ space: SPACE, storage, sampler: randomSampler() });
  const cpu = cpuSeconds() - before;
  await storage.close();
  return { cpu, study };
}

const folder = await mkdtemp(join(tmpdir(), "journal-"));
try {
  const path = join(folder, "study.journal");
  const rows = [];
  const buffered = await tellsPerSecond(path, "buffered", { count: TRIALS, concurrency: 1 });
  rows.push(["tells a second, buffered, one at a time", buffered, "≥ 20,000"]);
  const synced = join(folder, "synced.journal");
  for (const [concurrency, reach] of [
    [1, "-"],
    [8, "-"],
    [64, "≥ 1,500"],
  ]) {
    const rate = await tellsPerSecond(synced, "fsync", {
      count: 32 * concurrency,
      concurrency,
      first: 10_000 * concurrency,
    });
    rows.push([`tells a second, fsync, ${concurrency} at a time`, rate, reach]);
  }
  const cpu = [];
  for (let round = 0; round < 5; round++) cpu.push((await reopen(path)).cpu);
  cpu.sort((a, b) => a - b);
  rows.push([`reopen ${TRIALS} trials in 5-D, CPU seconds, median of 5`, cpu[2].toFixed(3), "≤ 0.5"]);
  rows.push(["bytes of file a trial", ((await stat(path)).size / TRIALS).toFixed(0), "-"]);
  globalThis.gc?.();
  const empty = await createStudy({ space: SPACE, storage: memoryStorage() });
  const heap = process.memoryUsage().heapUsed;
  const { study } = await reopen(path);
  globalThis.gc?.();
  const bytes = (process.memoryUsage().heapUsed - heap) / TRIALS;
  rows.push(["bytes of memory a trial and parameter, reopened", (bytes / NAMES.length).toFixed(0), "≤ 120"]);
  console.log(`node ${process.version}, ${cpus()[0].model}, ${study.trials.length} + ${empty.trials.length} trials`);
  for (const [what, figure, reach] of rows) console.log(`${what.padEnd(56)} ${String(figure).padStart(10)}   ${reach}`);
} finally {
  await rm(folder, { recursive: true });
}
