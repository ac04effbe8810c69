/** What the record of a study costs: the churn recipe of this repository with its real data and its 20 trials. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SOUS } from "./commands.mjs";

const RECIPES = new URL("../../../recipes/", import.meta.url).pathname;
const WATCH = new URL("watch.mjs", import.meta.url).href;

/** Seconds of the study, and of them those that were spent or waited for the record, in all its processes and threads. */
export function recordOfStudy(folder) {
  const [home, shares] = [join(folder, "home"), join(folder, "shares")];
  for (const path of [home, shares]) mkdirSync(path);
  cpSync(join(RECIPES, "data/churn.csv"), join(home, "data/churn.csv"));
  cpSync(join(RECIPES, "churn.recipe.yaml"), join(home, "churn.recipe.yaml"));
  const env = { ...process.env, NODE_OPTIONS: `--import=${WATCH}`, SOUS_SHARES: shares };
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [SOUS, "run", "churn.recipe.yaml", "--once"], {
    cwd: home,
    env,
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(String(stderr));
  const all = readdirSync(shares).map((name) => JSON.parse(readFileSync(join(shares, name), "utf8")));
  const sum = (key) => all.reduce((total, one) => total + one[key] / 1000, 0);
  return { seconds, spent: sum("spent"), waited: sum("waited") };
}
