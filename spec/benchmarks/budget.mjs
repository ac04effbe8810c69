/**
 * How far studies run over their wall time, how long it takes until something serves, and what comes of a learner that takes too
 * much memory: whole runs of the command line on a small table and on one of 10,000 rows. To reach (issue "Tabular AutoML worth
 * switching to"): at most 1 s or 2 % over, also by a learner that never yields; a first champion within 10 s; the memory cap kept,
 * with the reason in the leaderboard. The seconds of a study are its own, from its start to its decision; those of the champion
 * have Node's start, reading the data and the confirm side with them.
 * Usage: npm run bench:budget
 */
import { execFileSync, spawn } from "node:child_process";
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

/** A plugin of learners that do what a learner must not: one never yields, the other takes all memory that it can have. */
const BAD_LEARNERS = `import { definePlugin } from "sous";

const learner = (name, fit) => class {
  name = name;
  tasks = ["binary"];
  space() {
    return { rate: { type: "float", low: 0, high: 1 } };
  }
  fit() {
    return fit();
  }
};
const Stubborn = learner("stubborn", () => {
  for (;;);
});
const Greedy = learner("greedy", async () => {
  const held = [];
  for (;;) {
    held.push(new Uint8Array(2 ** 26).fill(1));
    await new Promise((done) => setTimeout(done, 5));
  }
});
export default definePlugin({ name: "bad", version: "1.0.0", learners: [{ useClass: Stubborn }, { useClass: Greedy }] });
`;

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

/** @param own what the recipe says besides data and wall time */
async function runOf({ text, target }, wall, own = {}) {
  const folder = await mkdtemp(join(tmpdir(), "sous-budget-"));
  try {
    await mkdir(join(folder, "plugins"), { recursive: true });
    await writeFile(join(folder, "rows.csv"), text);
    await writeFile(join(folder, "plugins", "bad.mjs"), BAD_LEARNERS);
    const recipe = {
      data: { source: "rows.csv", target },
      ...own,
      search: { learners: ["gbdt", "mlp", "linear"], ...own.search },
      budget: { trials: 1000, wall, ...own.budget },
    };
    await writeFile(join(folder, "table.recipe.json"), JSON.stringify(recipe));
    const { events, all } = await eventsOf(folder);
    const at = (kind) => events.find((event) => event.kind === kind)?.at;
    const end = events.findLast(({ kind }) => kind === "confirming" || kind === "failed")?.at ?? all;
    const board = execFileSync(process.execPath, [sous, "leaderboard", "table.recipe.json", "--all"], { cwd: folder });
    return {
      study: (end - at("study")) / 1000,
      champion: at("decided") === undefined ? null : at("decided") / 1000,
      trials: events.filter(({ kind }) => kind === "trial").length,
      board: String(board),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function showWall(name, table, wall, own) {
  const { study, trials, champion } = await runOf(table, wall, own);
  const over = study - wall;
  const most = Math.max(1, 0.02 * wall);
  const reached = over <= most ? "yes" : "no";
  const served = champion === null ? "no trial was done" : `first champion after ${champion.toFixed(1)} s`;
  console.log(
    `${name}, wall ${wall} s: study ${study.toFixed(1)} s, ${over.toFixed(1)} over (at most ${most}: ${reached}); ${served}, ${trials} trials`,
  );
}

console.log(`machine: ${machine()}`);
for (const table of TABLES) {
  for (const wall of WALLS) await showWall(table.name, table, wall);
}
const [small] = TABLES;
for (const size of [25, 0]) {
  for (const wall of [3, 10]) {
    const search = { learners: ["linear", "stubborn"], ensemble: { size } };
    await showWall(`a learner that never yields, ensemble of ${size}`, small, wall, { search });
  }
}
const greedy = { search: { learners: ["linear", "greedy"] }, budget: { trials: 4, memory: "1GiB" } };
const { board } = await runOf(small, 60, greedy);
console.log(`memory of 1 GiB, a learner that takes more:\n${board}`);
