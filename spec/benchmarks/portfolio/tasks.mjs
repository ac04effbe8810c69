/** The tasks of the portfolio: tables as the product reads them, with a metric each. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadSide, viewSide } from "../../../dist/core/data/side.js";
import { takeSnapshot } from "../../../dist/core/data/take.js";
import { csvOf, SYNTHETIC } from "./synthetic.mjs";

const DATA = fileURLToPath(new URL("../../../recipes/data/", import.meta.url));
const MEMORY = 2 ** 30;

/** Which customers, employees, mixes, days and reviews: the tables that ship. */
const SHARED = [
  { name: "churn", task: "binary", file: "churn.csv", target: "churn", positive: "yes", metric: "roc_auc" },
  { name: "attrition", task: "binary", file: "attrition.csv", target: "Attrition", metric: "log_loss" },
  { name: "concrete", task: "regression", file: "concrete.csv", target: "compressive_strength", metric: "rmse" },
  { name: "ridership", task: "regression", file: "ridership.csv", target: "ridership", time: "date", metric: "rmse" },
  { name: "fine-foods", task: "binary", file: "fine-foods.csv", target: "score", positive: "great", metric: "roc_auc" },
];

/** Both ways in which two classes are judged take turns. */
function metricOf({ classes }, at) {
  if (classes === 0) return "rmse";
  return classes === 2 && at % 2 === 0 ? "roc_auc" : "log_loss";
}

/** binary, multiclass or regression, without opening it. */
export function taskOf({ task, kind }) {
  if (task !== undefined) return task;
  return kind.classes === 0 ? "regression" : kind.classes === 2 ? "binary" : "multiclass";
}

export const TASKS = [
  ...SHARED,
  ...SYNTHETIC.map((kind, at) => ({ name: kind.name, kind, target: "answer", metric: metricOf(kind, at) })),
];

/** Train, select and confirm side of a task, and its summary; 60, 20 and 20 % of its rows. */
export async function openTask(task, sources) {
  const folder = await mkdtemp(join(tmpdir(), "portfolio-"));
  try {
    if (task.file === undefined) await writeFile(join(folder, "table.csv"), csvOf(task.kind));
    const artifacts = join(folder, "artifacts");
    await mkdir(artifacts);
    const { summary } = await takeSnapshot(jobOf(task, folder), { artifacts, plugins: null }, sources);
    const place = join(artifacts, "snapshots", summary.digest);
    const sides = await Promise.all(["train", "select", "confirm"].map((side) => loadSide(place, side)));
    const [train, select, held] = sides.map(viewSide);
    return { ...task, spec: summary.spec, summary, train, select, held };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function jobOf({ file, target, positive = null, time = null }, made) {
  const folder = file === undefined ? made : DATA;
  const source = [file ?? "table.csv"];
  const none = { reader: null, ignore: [], types: {}, leaks: "warn", weight: null, group: null, side: null, key: [] };
  return {
    kind: "snapshot",
    named: [],
    folder,
    roots: [folder],
    data: { ...none, source, target, positive, time },
    task: null,
    split: { method: time === null ? "hash" : "time", fractions: { train: 0.6, select: 0.2, confirm: 0.2 }, seed: 1 },
    cuts: null,
    kept: [],
    memory: MEMORY,
  };
}
