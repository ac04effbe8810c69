/**
 * How far studies run over their wall time, and how long it takes until something serves: whole runs of the command line on a
 * small table and on one of 10,000 rows. To reach (issue "Tabular AutoML worth switching to"): at most 1 s or 2 % over, a first
 * champion within 10 s. The seconds of a study are its own, from its start to its decision; those of the run have Node's start,
 * reading the data and the confirm side with them.
 * Usage: npm run bench:budget
 */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { machine } from "./daemon.mjs";
import { normals } from "./random.mjs";

const WALLS = [3, 8, 30];
const sous = resolve("dist/core/cli/sous.js");

/** 30 columns, of which ten tell of the answer, one in pairs. */
function madeTable(rows) {
  const normal = normals("budget", rows);
  const names = Array.from({ length: 30 }, (_, at) => `x${at}`);
  const lines = Array.from({ length: rows }, () => {
    const x = names.map(() => normal());
    const score = x.slice(0, 10).reduce((sum, value, at) => sum + value / (at + 1), 0) + x[1] * x[2] + normal();
    return [...x.map((value) => value.toFixed(4)), score > 0 ? "yes" : "no"].join(",");
  });
  return [[...names, "answer"].join(","), ...lines, ""].join("\n");
}

const TABLES = [
  { name: "churn, 5,000 × 20", text: await readFile("recipes/data/churn.csv", "utf8"), target: "churn" },
  { name: "made, 10,000 × 30", text: madeTable(10_000), target: "answer" },
];

/** Milliseconds from the start of the process to each event that it tells. */
async function eventsOf(folder) {
  const began = performance.now();
  const child = spawn(process.execPath, [sous, "run", "--once", "--json", "table.recipe.json"], { cwd: folder });
  const events = [];
  let rest = "";
  child.stdout.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines)
      if (line.startsWith("{")) events.push({ at: performance.now() - began, ...JSON.parse(line) });
  });
  child.stderr.resume();
  await new Promise((done) => child.on("close", done));
  return { events, all: performance.now() - began };
}

async function runOf({ text, target }, wall) {
  const home = await mkdtemp(join(tmpdir(), "sous-budget-"));
  try {
    const folder = join(home, "recipes");
    await mkdir(folder);
    await writeFile(join(folder, "rows.csv"), text);
    const recipe = { data: { source: "rows.csv", target }, budget: { trials: 1000, wall } };
    await writeFile(join(folder, "table.recipe.json"), JSON.stringify(recipe));
    const { events, all } = await eventsOf(folder);
    const at = (kind) => events.find((event) => event.kind === kind)?.at;
    return {
      study: ((at("confirming") ?? at("failed") ?? all) - at("study")) / 1000,
      champion: at("confirming") !== undefined,
      run: all / 1000,
      trials: events.filter(({ kind }) => kind === "trial").length,
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

console.log(`machine: ${machine()}`);
for (const table of TABLES) {
  for (const wall of WALLS) {
    const { study, run, trials, champion } = await runOf(table, wall);
    const over = study - wall;
    const most = Math.max(1, 0.02 * wall);
    console.log(
      `${table.name}, wall ${wall} s: study ${study.toFixed(1)} s, ${over.toFixed(1)} over (at most ${most}: ${over <= most ? "yes" : "no"}); ${champion ? `champion after ${run.toFixed(1)} s` : "no trial was done"}, ${trials} trials`,
    );
  }
}
