/**
 * One fit in a process of its own, so that its memory is its own: `fit.mjs ROWS WIDTH FOLDER`. Writes the table to the folder
 * for peers, and prints CPU seconds with binning, AUC on rows held out, peak memory, and the time of single predictions.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSession, tensor } from "onnx-train";
import { Boosting } from "../../../dist/plugins/learners/gbdt/boosting.js";
import { exportTrees } from "../../../dist/plugins/learners/gbdt/graph.js";
import { fitMaking } from "../../../dist/plugins/learners/gbdt/making.js";
import { predict, trimmed } from "../../../dist/plugins/learners/gbdt/model.js";
import { settingsOf } from "../../../dist/plugins/learners/gbdt/settings.js";
import { peak } from "../../support/peak.mjs";
import { areaUnderRoc, labelled, tableOf } from "./data.mjs";

const ROUNDS = 100;
const HELD_OUT = 50_000;
const SINGLE_RUNS = 3_000;
const WARM_RUNS = 500;

const [rows, width] = process.argv.slice(2, 4).map(Number);
const folder = process.argv[4];
const spec = { task: "binary", target: "y", classes: ["no", "yes"] };
const settings = settingsOf({ learning_rate: 0.1, max_leaves: 31, max_bins: 255, l2: 1, min_child_rows: 1 });

const data = tableOf(rows + HELD_OUT, width);
writeFileSync(join(folder, "truth.u8"), data.truth);
writeFileSync(join(folder, "values.f32"), Buffer.concat(data.values.map((one) => Buffer.from(one.buffer))));
const [train, test] = [labelled(data, 0, rows), labelled(data, rows, rows + HELD_OUT)];

async function fitted() {
  const before = process.cpuUsage();
  const boosting = new Boosting(spec, train, settings, 1);
  for (let round = 0; round < ROUNDS; round++) await boosting.round(async () => {});
  const { user, system } = process.cpuUsage(before);
  return { boosting, seconds: (user + system) / 1e6 };
}

async function singleTimes(model) {
  const session = await openSession(model);
  const times = [];
  for (let run = 0; run < WARM_RUNS + SINGLE_RUNS; run++) {
    const row = run % HELD_OUT;
    const cells = test.table.columns.map(({ name, values }) => [name, tensor("float", [1, 1], [values[row]])]);
    const feeds = Object.fromEntries(cells.filter(([name]) => session.inputs.some((input) => input.name === name)));
    const began = performance.now();
    await session.run(feeds);
    if (run >= WARM_RUNS) times.push(performance.now() - began);
  }
  await session.release();
  times.sort((a, b) => a - b);
  return { median: times[SINGLE_RUNS / 2], p99: times[Math.floor(SINGLE_RUNS * 0.99)] };
}

const { boosting, seconds } = await fitted();
const mebibytes = peak() / 2 ** 20;
const { features, trees, start, answers, loss } = boosting;
const making = fitMaking(spec, train, 1);
const { mean, scale } = answers;
const model = trimmed({ spec, loss, making, features, trees, averaged: false, base: null, start, mean, scale });
const scores = predict(model, test.table).filter((_, at) => at % 2 === 1);
const bytes = exportTrees("gbdt", model);
const single = await singleTimes(bytes);
console.log(
  JSON.stringify({ seconds, peak: mebibytes, single, bytes: bytes.length, auc: areaUnderRoc(scores, test.truth) }),
);
