/**
 * How long after a recipe is dropped into the folder of a running daemon its first trial starts: median of 20.
 * To reach: 1 s (issue "The house, and the whole loop on real data"). Usage: npm run bench:drop
 */
import { copyFile, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { machine, makeHome, quantile, startDaemon } from "./daemon.mjs";

const DROPS = Number(process.argv[2] ?? 20);
const home = await makeHome();
await mkdir(join(home, "recipes/data"), { recursive: true });
await copyFile("recipes/data/churn.csv", join(home, "recipes/data/churn.csv"));
const daemon = startDaemon(home);
await daemon.event(({ kind }) => kind === "watching");

const latencies = [];
for (let drop = 0; drop < DROPS; drop += 1) {
  const name = `drop${drop}`;
  const path = join(home, "recipes", `${name}.recipe.yaml`);
  const text = `data: { source: data/churn.csv, target: churn }\nbudget: { trials: 1 }\nsearch: { seed: ${drop} }\n`;
  await writeFile(`${path}.tmp`, text);
  const from = daemon.events.length;
  const began = performance.now();
  await rename(`${path}.tmp`, path);
  await daemon.event((event) => event.kind === "trialStarted" && event.name === name, from);
  latencies.push(performance.now() - began);
  await daemon.event((event) => event.kind === "idle", daemon.events.length);
}
await daemon.end();

const shown = (share) => `${Math.round(quantile(latencies, share))} ms`;
console.log(`machine: ${machine()}`);
console.log(`drop → first trial, churn.csv (5,000 × 20), ${DROPS} drops, the evaluator cold for the first one`);
console.log(
  `median ${shown(0.5)} (to reach: 1000 ms), p90 ${shown(0.9)}, slowest ${shown(1)}, first ${Math.round(latencies[0])} ms`,
);
