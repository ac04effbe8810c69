/**
 * What an idle daemon costs with 1,000 settled recipes: CPU over a minute and resident memory, children included.
 * To reach: under 2 % of a core, under 250 MB. Usage: npm run bench:idle [-- recipes [seconds]]
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machine, makeHome, startDaemon, usage } from "./daemon.mjs";

const RECIPES = Number(process.argv[2] ?? 1000);
const SECONDS = Number(process.argv[3] ?? 60);
const home = await makeHome();
await mkdir(join(home, "recipes/data"), { recursive: true });
await writeFile(join(home, "sous.yaml"), "idle: 5s\n");
const rows = Array.from(
  { length: 120 },
  (_, index) => `${index % 7},${(index * 37) % 11},${index % 3 === 0 ? "yes" : "no"}`,
);
await writeFile(join(home, "recipes/data/rows.csv"), ["a,b,y", ...rows, ""].join("\n"));
for (let recipe = 0; recipe < RECIPES; recipe += 1) {
  const text = `data: { source: data/rows.csv, target: y }\nbudget: { trials: 1 }\nsearch: { seed: ${recipe} }\n`;
  await writeFile(join(home, "recipes", `r${recipe}.recipe.yaml`), text);
}

const daemon = startDaemon(home);
const began = performance.now();
await daemon.event(({ kind }) => kind === "idle");
const decided = daemon.events.filter(({ kind }) => kind === "decided").length;
console.log(`machine: ${machine()}`);
console.log(`${decided} of ${RECIPES} recipes decided in ${Math.round((performance.now() - began) / 1000)} s`);
await sleep(15_000); // the evaluator process ends 5 s after the last job
const before = usage(daemon.pid);
await sleep(SECONDS * 1000);
const after = usage(daemon.pid);
const share = (100 * (after.cpu - before.cpu)) / SECONDS;
console.log(`idle for ${SECONDS} s: CPU ${share.toFixed(2)} % of a core (to reach: 2 %)`);
console.log(
  `resident memory ${Math.round(after.memory / 1e6)} MB in ${after.processes} process(es) (to reach: 250 MB)`,
);
await daemon.end();
