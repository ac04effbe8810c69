/**
 * k nearest neighbours with a soft edge: training rows count by how near they are, down to 0 at a distance that the k-th
 * nearest one sets. So no row's part depends on which of two equally far ones comes first, in TypeScript or in the graph.
 */
import type { Params, Space } from "hyperparameter-js";
import {
  defaultPlan,
  definePlugin,
  type FitContext,
  type FitRequest,
  type Fitted,
  fitFeatures,
  type Learner,
  sampleOf,
  type TaskSpec,
  type TrainingAnswers,
  trainingAnswers,
} from "../../../core/plugin/index.js";
import { exportNeighbours } from "./graph.js";
import { memoryOf, predictFrom } from "./memory.js";
import { keptRows } from "./rows.js";
import { strengthsOf } from "./strengths.js";

/** Rows that features and strengths are made from; of more, these many are drawn. */
const MOST_ROWS = 100_000;

const SPACE: Space = {
  k: { type: "int", low: 1, high: 100, log: true },
  focus: { type: "float", low: 0.25, high: 2 },
};

class Neighbours implements Learner {
  readonly name = "knn";
  readonly tasks = ["binary", "multiclass", "regression"] as const;

  space(_: TaskSpec): Space {
    return SPACE;
  }

  async fit(request: FitRequest, context: FitContext): Promise<Fitted> {
    const { spec, params, seed } = request;
    const train = sampleOf(request.train, MOST_ROWS, seed);
    const answers = trainingAnswers(spec, train, false);
    await context.pause();
    const plan = defaultPlan(train.table, { family: "neighbours" });
    const features = fitFeatures(plan, { spec, train, seed });
    const numbers = features.encodeTraining();
    await context.pause();
    const { width } = features;
    const rows = keptRows(train.table.rows, width, seed);
    const values = valuesOf(spec, answers);
    const strengths = strengthsOf({ numbers, width, values, weight: answers.weight }, numberOf(params, "focus", 1));
    const memory = memoryOf(
      { numbers, width, strengths, values, weight: answers.weight, rows },
      numberOf(params, "k", 15),
    );
    context.work(numbers.length * 3);
    await context.pause();
    const unit = { mean: answers.mean, scale: answers.scale };
    const predict: Fitted["predict"] = (table) => predictFrom(memory, features.encode(table), unit);
    return { model: exportNeighbours({ spec, features, memory, unit }), predict, settled: {} };
  }
}

/** What is averaged: a share of each class, or the standardised value. [rows, each] */
function valuesOf({ task, classes }: TaskSpec, { truth }: TrainingAnswers): Float64Array {
  if (task === "regression") return truth;
  const values = new Float64Array(truth.length * classes.length);
  truth.forEach((code, row) => {
    values[row * classes.length + code] = 1;
  });
  return values;
}

function numberOf(params: Params, name: string, absent: number): number {
  const value = params[name];
  return typeof value === "number" ? value : absent;
}

export default definePlugin({ name: "knn", version: "1.0.0", learners: [{ useClass: Neighbours }] });
