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
  const { state, activations, opened, peak } = child("peak", name);
  const ratio = peak / (state + activations);
  return [
    NETS[name].what,
    ...[state, activations, opened, peak].map(mb),
    ratio.toFixed(2),
    String(PEAK),
    ratio <= PEAK ? "yes" : "no",
  ];
}

/** Least squares over the last three quarters of the samples: bytes per call. */
function slope(samples) {
  const used = samples.slice(samples.length / 4).map((rss, at) => [(at * CALLS) / samples.length, rss]);
  const [middle, level] = [0, 1].map((part) => mean(used.map((pair) => pair[part])));
  const along = used.reduce((sum, [call, rss]) => sum + (call - middle) * (rss - level), 0);
  return along / used.reduce((sum, [call]) => sum + (call - middle) ** 2, 0);
}

console.log(`machine: ${machine()}\n`);
const head = ["MB", "weights + state", "activations", "opened", "peak", "ratio", "to reach", "reached"];
console.log(table([head, ...["big", "transformer"].map(peakRow)]));
const { samples } = child("growth", String(CALLS));
console.log(
  `\n${CALLS} calls: ${mb(samples[0])} MB after ${CALLS / samples.length}, ${mb(samples.at(-1))} MB at the end`,
);
console.log(`slope behind the first quarter: ${slope(samples).toFixed(1)} bytes a call`);
