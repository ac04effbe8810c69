/**
 * Memory of training: its peak beside weights, optimizer state and the activations of one batch, and whether it grows over
 * many calls. Each figure comes from a process of its own. It asserts nothing. Usage: npm run bench:memory
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { machine, mean, table } from "./measure/text.mjs";
import { NETS } from "./training/nets.mjs";

const CHILD = fileURLToPath(new URL("training/memoryChild.mjs", import.meta.url));
const PEAK = 3;
const CALLS = 10_000;

function child(...args) {
  return JSON.parse(execFileSync(process.execPath, ["--expose-gc", CHILD, ...args], { encoding: "utf8" }));
}

const mb = (bytes) => (bytes / 1e6).toFixed(1);

function peakRow(name) {
  const { state, activations, peak } = child("peak", name);
  const needed = child("peak", name, "tidy").peak;
  const [ratio, without] = [peak, needed].map((bytes) => bytes / (state + activations));
  const figures = [...[state, activations, peak].map(mb), ratio.toFixed(2), mb(needed), without.toFixed(2)];
  return [NETS[name].what, ...figures, String(PEAK), ratio <= PEAK ? "yes" : "no"];
}

/** Least squares: bytes per call. */
function slope(samples, part) {
  const [middle, level] = ["calls", part].map((name) => mean(samples.map((sample) => sample[name])));
  const along = samples.reduce((sum, sample) => sum + (sample.calls - middle) * (sample[part] - level), 0);
  return along / samples.reduce((sum, { calls }) => sum + (calls - middle) ** 2, 0);
}

console.log(`machine: ${machine()}\n`);
const head = [
  "MB",
  "weights + state",
  "activations",
  "peak",
  "ratio",
  "without garbage",
  "ratio",
  "to reach",
  "reached",
];
console.log(table([head, ...["big", "cnn", "transformer"].map(peakRow)]));
const samples = child("growth", String(CALLS));
const [first, last] = [samples[0], samples.at(-1)];
console.log(`\n${last.calls - first.calls} calls behind the first ${first.calls}:`);
for (const [part, what] of [
  ["outside", "resident, outside of V8's heap"],
  ["used", "used of V8's heap"],
])
  console.log(
    `${what}: ${mb(first[part])} MB to ${mb(last[part])} MB, ${slope(samples, part).toFixed(0)} bytes a call`,
  );
