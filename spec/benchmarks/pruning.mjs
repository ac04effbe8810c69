/**
 * What pruning saves, and what it costs: the same studies with no pruner and with the default one, by the command line, on
 * the shared tables and on made ones. Prints CPU seconds of whole studies as a ratio, how many trials were pruned, and the
 * finalist's score on the select side and on the confirm side, which neither saw.
 * Usage: npm run bench:pruning [-- --tables churn,concrete,made --trials 40 --seeds 2]
 */
import { spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ask, machine, SOUS } from "./daemon.mjs";
import { mean, table } from "./measure/text.mjs";
import { uniforms } from "./random.mjs";

const { values: options } = parseArgs({
  options: {
    tables: { type: "string", default: "churn,concrete,made" },
    trials: { type: "string", default: "40" },
    seeds: { type: "string", default: "2" },
  },
});

const TABLES = {
  churn: { data: { target: "churn", positive: "yes" }, metric: "roc_auc" },
  attrition: { data: { target: "Attrition", positive: "Yes" }, metric: "roc_auc" },
  concrete: { data: { target: "compressive_strength" }, metric: "rmse" },
  ridership: { data: { target: "ridership", time: "date" }, metric: "rmse" },
  made: { data: { target: "answer" }, metric: "log_loss" },
};
const PRUNERS = ["nop", "forecast"];

/** 15,000 rows, beyond cross-validation: steps and products of eight of twenty columns under noise. */
function made() {
  const random = uniforms("pruning");
  const names = Array.from({ length: 20 }, (_, at) => `x${at}`);
  const rows = Array.from({ length: 15_000 }, () => {
    const x = names.map(() => 2 * random() - 1);
    const score = 2 * x[0] * x[1] + (x[2] > 0.3 ? 1 : -0.5) + x[3] ** 2 * x[4] + Math.sin(3 * x[5]) + x[6] * x[7];
    const answer = random() < 1 / (1 + Math.exp(-2 * score)) ? "yes" : "no";
    return [...x.map((value) => value.toFixed(4)), answer].join(",");
  });
  return [[...names, "answer"].join(","), ...rows, ""].join("\n");
}

/** CPU seconds of a command and of all that it started, as the shell counts them. */
async function cpuOf(folder, words) {
  const line = `"${process.execPath}" "${SOUS}" ${words.join(" ")} >/dev/null 2>&1; times`;
  const child = spawn("bash", ["-c", line], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await new Promise((done) => child.on("close", done));
  const [user, system] = text.trim().split("\n").at(-1).split(" ");
  return secondsOf(user) + secondsOf(system);
}

/** Of "1m2.345s". */
function secondsOf(text) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text);
  return 60 * Number(minutes) + Number(seconds);
}

async function study(name, pruner, seed) {
  const { data, metric } = TABLES[name];
  const folder = await mkdtemp(join(tmpdir(), "sous-pruning-"));
  try {
    if (name === "made") await writeFile(join(folder, "rows.csv"), made());
    else await copyFile(`recipes/data/${name}.csv`, join(folder, "rows.csv"));
    const recipe = {
      data: { source: "rows.csv", ...data },
      metric,
      search: { pruner, seed, ensemble: { size: 0 } },
      budget: { trials: Number(options.trials), per_trial_wall: 600 },
      promotion: { early: false },
    };
    await writeFile(join(folder, "table.recipe.json"), JSON.stringify(recipe));
    const cpu = await cpuOf(folder, ["run", "--once", "table.recipe.json"]);
    const entry = JSON.parse((await ask(folder, "log", "--json")).trim().split("\n").at(-1));
    const { trials, finalist } = entry.search;
    return { cpu, ...trials, select: finalist.selectScore, confirm: entry.evidence.candidate.scores[metric].point };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

console.log(`machine: ${machine()}; studies of ${options.trials} trials`);
const rows = [["table", "seed", "pruner", "CPU s", "of no pruner", "pruned", "failed", "select", "confirm"]];
const ratios = [];
for (const name of options.tables.split(",")) {
  for (let seed = 0; seed < Number(options.seeds); seed++) {
    let whole = null;
    for (const pruner of PRUNERS) {
      const found = await study(name, pruner, seed);
      whole ??= found.cpu;
      const ratio = found.cpu / whole;
      if (pruner !== "nop") ratios.push(ratio);
      const figures = [found.cpu.toFixed(0), ratio.toFixed(2), String(found.pruned), String(found.failed)];
      rows.push([name, String(seed), pruner, ...figures, found.select.toFixed(4), found.confirm.toFixed(4)]);
      console.error(rows.at(-1).join("  "));
    }
  }
}
console.log(`\n${table(rows)}`);
console.log(`\nCPU time with the default pruner: ${mean(ratios).toFixed(2)} of that without one`);
