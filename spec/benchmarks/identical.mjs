/**
 * The same recipe, data and seed give the same ONNX files: a study of every learner on each shared table, by the command line,
 * with 1, 2 and 4 workers, beside busy processes, and killed again and again. Prints whether all models of a study have the same
 * SHA-256 in all of these runs, and how far the exported graphs are from their learners on 1,000 fuzzed rows at most.
 * Usage: npm run prove:models [-- --tables churn,concrete --rows 600 --kills 4]
 * `--rows`: of each table at most, evenly taken.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ask, machine, runOnce, SOUS } from "./daemon.mjs";
import { recordsOf } from "./records.mjs";

const { values: options } = parseArgs({
  options: {
    tables: { type: "string", default: "churn,attrition,concrete,fine-foods,ridership" },
    rows: { type: "string", default: "600" },
    kills: { type: "string", default: "4" },
  },
});

const TABLES = {
  churn: { target: "churn", positive: "yes" },
  attrition: { target: "Attrition", positive: "Yes" },
  concrete: { target: "compressive_strength" },
  "fine-foods": { target: "score", positive: "great" },
  ridership: { target: "ridership", time: "date" },
};
const LEARNERS = ["gbdt", "forest", "extra_trees", "linear", "knn", "mlp"];
const QUICK = { type: "float", low: 0.1, high: 0.3 };
/** Of `onnx_parity`, for probabilities, and for values in proportion. */
const TOLERANCE = 1e-5;

/** A recipe that tries every learner, and an ensemble of them whose label has a threshold where there are two classes. */
function recipeOf(name, texts) {
  const data = { source: "rows.csv", ...TABLES[name] };
  const learners = [...LEARNERS, ...(texts ? ["naive_bayes"] : [])];
  return {
    data,
    metric: data.positive === undefined ? "rmse" : "f1",
    ...(data.time === undefined ? {} : { split: { method: "time" } }),
    search: { learners, pruner: "nop", sampler: "random", space: { "gbdt.learning_rate": QUICK } },
    budget: { trials: 16, threads: 4, per_trial_wall: 600 },
  };
}

async function homeOf(name) {
  const [head, ...rows] = recordsOf(await readFile(join("recipes/data", `${name}.csv`), "utf8"));
  const step = Math.max(1, rows.length / Number(options.rows));
  const taken = Array.from({ length: Math.floor(rows.length / step) }, (_, at) => rows[Math.floor(at * step)]);
  const home = await mkdtemp(join(tmpdir(), "sous-models-"));
  await writeFile(join(home, "rows.csv"), [head, ...taken, ""].join("\n"));
  await writeFile(join(home, "table.recipe.json"), JSON.stringify(recipeOf(name, name === "fine-foods")));
  return home;
}

/** Ways to run a study to its end; each returns what is to be said of it. */
const WAYS = {
  "1 worker": (home) => whole(home, 1),
  "2 workers": (home) => whole(home, 2),
  "4 workers": (home) => whole(home, 4),
  "under load": async (home) => {
    const busy = Array.from({ length: 3 }, () => spawn(process.execPath, ["-e", "for (;;);"]));
    await whole(home, 2).finally(() => busy.forEach((child) => void child.kill()));
  },
  killed: async (home) => {
    for (let kill = 0; kill < Number(options.kills); kill++) await killed(home, 2_000 + 1_500 * kill);
    await whole(home, 2);
  },
};

async function whole(home, workers) {
  await writeFile(join(home, "sous.yaml"), `workers: ${workers}\n`);
  await runOnce(home, "table.recipe.json");
}

/** Ends the whole process group by SIGKILL after so many milliseconds, unless it was done before. */
async function killed(home, after) {
  await writeFile(join(home, "sous.yaml"), "workers: 2\n");
  const child = spawn(process.execPath, [SOUS, "run", "--once", "table.recipe.json"], {
    cwd: home,
    detached: true,
    stdio: "ignore",
  });
  const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), after);
  await new Promise((done) => child.on("close", done));
  clearTimeout(timer);
}

async function modelsOf(home) {
  return JSON.parse(await ask(home, "leaderboard", "table.recipe.json", "--all", "--json")).trials;
}

/** By learner, the trial that is furthest from its twin. */
function worstOf(trials) {
  const worst = new Map();
  for (const { learner, parity } of trials) {
    if (parity === null) continue;
    const known = worst.get(learner) ?? { maxAbs: 0, labelAgreement: 1, rows: parity.rows };
    const maxAbs = Math.max(known.maxAbs, parity.maxAbs);
    worst.set(learner, { ...known, maxAbs, labelAgreement: Math.min(known.labelAgreement, parity.labelAgreement) });
  }
  return worst;
}

let sound = true;
console.log(`machine: ${machine()}; at most ${options.rows} rows a table, ${options.kills} kills`);
for (const name of options.tables.split(",")) {
  const digests = new Map();
  let trials = [];
  for (const [way, go] of Object.entries(WAYS)) {
    const home = await homeOf(name);
    try {
      await go(home);
      trials = await modelsOf(home);
      const ordered = trials.toSorted((a, b) => a.trial - b.trial);
      digests.set(way, ordered.map(({ trial, model, status }) => `${trial} ${model ?? status}`).join("\n"));
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }
  const [first, ...others] = digests.values();
  const same = others.every((digest) => digest === first);
  const complete = trials.filter(({ model }) => model !== null).length;
  console.log(
    `\n${name}: ${complete} models of ${trials.length}, ${same ? "the same bytes" : "NOT the same bytes"} with ${[...digests.keys()].join(", ")}`,
  );
  for (const [learner, { maxAbs, labelAgreement, rows }] of worstOf(trials)) {
    const holds = maxAbs <= TOLERANCE && labelAgreement === 1;
    sound &&= holds;
    console.log(
      `  ${learner.padEnd(12)} within ${maxAbs.toExponential(1)} on ${rows} fuzzed rows, ${100 * labelAgreement} % of the labels${holds ? "" : "  NOT within the tolerance"}`,
    );
  }
  for (const { learner, status, why } of trials) if (status === "failed") console.log(`  ${learner} failed: ${why}`);
  sound &&= same;
}
process.exitCode = sound ? 0 : 1;
