/**
 * Whole studies on the shared tables, by the command line that users have: each outer fold is the confirm side of one run,
 * which search never sees. Prints scores, seconds, sizes and the heads of the leaderboards beside what is to be reached.
 * Usage: npm run bench:automl [-- --wall 60 --trials 40 --tables churn,concrete --folds 2 --heads 3]
 * `--wall`: seconds of a study (up to 300 by the issue "Tabular AutoML worth switching to"); `--folds`: outer folds run.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ask, machine, runOnce } from "./daemon.mjs";
import { uniforms } from "./random.mjs";
import { recordsOf } from "./records.mjs";

const { values: options } = parseArgs({
  options: {
    wall: { type: "string", default: "60" },
    trials: { type: "string", default: "40" },
    tables: { type: "string", default: "churn,attrition,concrete,fine-foods,ridership" },
    folds: { type: "string", default: "5" },
    heads: { type: "string", default: "3" },
  },
});

const FOLDS = 5;
/** Of untuned models of scikit-learn the best, and what is to be reached, by metric. */
const TABLES = {
  churn: {
    file: "churn.csv",
    data: { target: "churn", positive: "yes" },
    metric: "roc_auc",
    secondary: ["log_loss"],
    reach: { roc_auc: 0.925, log_loss: 0.16 },
    untuned: { roc_auc: 0.919, log_loss: 0.163 },
  },
  attrition: {
    file: "attrition.csv",
    data: { target: "Attrition", positive: "Yes" },
    metric: "roc_auc",
    secondary: ["log_loss"],
    reach: { roc_auc: 0.84, log_loss: 0.325 },
    untuned: { roc_auc: 0.838, log_loss: 0.327 },
  },
  concrete: {
    file: "concrete.csv",
    data: { target: "compressive_strength" },
    metric: "rmse",
    secondary: [],
    reach: { rmse: 4 },
    untuned: { rmse: 4.47 },
  },
  "fine-foods": {
    file: "fine-foods.csv",
    data: { target: "score", positive: "great" },
    metric: "roc_auc",
    secondary: ["log_loss"],
    reach: { roc_auc: 0.885 },
    untuned: { roc_auc: 0.878 },
    last: 1_000,
  },
  ridership: {
    file: "ridership.csv",
    data: { target: "ridership", time: "date" },
    metric: "rmse",
    secondary: [],
    reach: { rmse: 2 },
    untuned: { rmse: 2.17 },
    byTime: true,
  },
};
const LOWER = new Set(["rmse", "log_loss"]);

/** The outer fold of each row: shuffled, with classes spread evenly. */
function foldsOf(rows, target, header) {
  const place = header.indexOf(target);
  const answerOf = (row) => cellsOf(row)[place];
  const random = uniforms("outer folds");
  const order = rows.map((row, at) => ({ at, answer: answerOf(row), draw: random() }));
  const classes = new Set(order.map(({ answer }) => answer)).size;
  if (classes <= 20) order.sort((a, b) => (a.answer < b.answer ? -1 : a.answer > b.answer ? 1 : a.draw - b.draw));
  else order.sort((a, b) => a.draw - b.draw);
  const folds = new Array(rows.length);
  order.forEach(({ at }, place) => {
    folds[at] = place % FOLDS;
  });
  return folds;
}

function cellsOf(row) {
  return Array.from(row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) => quoted ?? plain);
}

/** The runs of a table: the text of its file with the side of each row, and the recipe's split. */
async function runsOf(table) {
  const [head, ...rows] = recordsOf(await readFile(join("recipes/data", table.file), "utf8"));
  if (table.byTime) {
    const split = { method: "time", fractions: { train: 0.64, select: 0.16, confirm: 0.2 } };
    return [{ text: [head, ...rows, ""].join("\n"), data: {}, split }];
  }
  const sided = (isTest) =>
    [`${head},outer_side`, ...rows.map((row, at) => `${row},${isTest(at) ? "test" : "train"}`), ""].join("\n");
  const fixed = (isTest) => ({
    text: sided(isTest),
    data: { side: "outer_side" },
    split: { fractions: { train: 0.64, select: 0.16, confirm: 0.2 } },
  });
  if (table.last !== undefined) return [fixed((at) => at >= rows.length - table.last)];
  const folds = foldsOf(rows, table.data.target, cellsOf(head));
  return Array.from({ length: Math.min(FOLDS, Number(options.folds)) }, (_, fold) => fixed((at) => folds[at] === fold));
}

/** One study, with what its ledger and its leaderboard say. */
async function study(table, { text, data, split }) {
  const home = await mkdtemp(join(tmpdir(), "sous-automl-"));
  try {
    const folder = join(home, "recipes");
    await mkdir(folder);
    await writeFile(join(folder, "rows.csv"), text);
    const recipe = {
      data: { source: "rows.csv", ...table.data, ...data },
      metric: table.metric,
      secondary_metrics: table.secondary,
      split,
      budget: { trials: Number(options.trials), wall: Number(options.wall) },
    };
    await writeFile(join(folder, "table.recipe.json"), JSON.stringify(recipe));
    const began = performance.now();
    await runOnce(folder, "table.recipe.json");
    const seconds = (performance.now() - began) / 1000;
    const entry = JSON.parse((await ask(folder, "log", "--json")).trim().split("\n").at(-1));
    const board = JSON.parse(await ask(folder, "leaderboard", "table", "--json"));
    return { seconds, entry, board };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const shown = (value) => (value < 1 ? value.toFixed(4) : value.toFixed(3));

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function headOf({ trials }) {
  return trials.slice(0, Number(options.heads)).map((row) => {
    const role = row.finalist ? " (finalist)" : "";
    const learner = row.ensemble
      ? `ensemble ${row.params["ensemble.members"] ?? row.params.members ?? ""}`
      : row.learner;
    return `    ${row.rank}. trial ${row.trial} ${learner} ${shown(row.score)}, fit ${row.fitSeconds?.toFixed(1)} s${role}`;
  });
}

console.log(`machine: ${machine()}; studies of at most ${options.trials} trials and ${options.wall} s, 2 at a time`);
for (const name of options.tables.split(",")) {
  const table = TABLES[name];
  const runs = await runsOf(table);
  const done = [];
  console.log(
    `\n${name} (${table.byTime ? "last 20 % by time" : (table.last ?? `${runs.length} of ${FOLDS} outer folds`)})`,
  );
  for (const [at, one] of runs.entries()) {
    const found = await study(table, one);
    done.push(found);
    const { scores, bytes } = found.entry.evidence.candidate;
    const figures = Object.entries(scores).map(([metric, { point }]) => `${metric} ${shown(point)}`);
    const { trials } = found.entry.search;
    console.log(
      `  ${at + 1}: ${figures.join(", ")}; ${found.seconds.toFixed(0)} s, ${trials.complete} complete, ${trials.pruned} pruned, ${trials.failed} failed; ${Math.round(bytes / 1024)} KiB; ${found.entry.decision}`,
    );
    for (const line of headOf(found.board)) console.log(line);
  }
  for (const [metric, reach] of Object.entries(table.reach)) {
    const value = mean(done.map(({ entry }) => entry.evidence.candidate.scores[metric].point));
    const reached = LOWER.has(metric) ? value <= reach : value >= reach;
    const untuned = table.untuned[metric];
    console.log(
      `  ${metric} ${shown(value)} (to reach: ${reach}; ${reached ? "reached" : "not reached"}; untuned scikit-learn ${untuned})`,
    );
  }
}
