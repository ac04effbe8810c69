/**
 * Naive Bayes for texts: each n-gram speaks for the classes whose texts have it more often, as if it knew of no other one.
 * `multinomial` and `complement`, with weights of n-grams in place of counts: Rennie, Shih, Teevan and Karger, "Tackling the poor
 * assumptions of naive Bayes text classifiers", ICML 2003.
 */
import type { Params, Space } from "hyperparameter-js";
import { GraphBuilder, tensor } from "onnx-train";
import {
  definePlugin,
  type FeaturePlan,
  type FitContext,
  type FitRequest,
  type Fitted,
  type FittedFeatures,
  finishModel,
  fitFeatures,
  type Learner,
  LearnerFailure,
  rawInputs,
  type SparseRows,
  type Table,
  type TaskSpec,
  trainingAnswers,
} from "../../../core/plugin/index.js";
import { countsOf, type Evidence, evidenceOf, type Kind } from "./evidence.js";

const SPACE: Space = {
  kind: { type: "categorical", choices: ["complement", "multinomial"] },
  alpha: { type: "float", low: 0.003, high: 3, log: true },
  words: { type: "int", low: 2_000, high: 30_000, log: true },
};

class NaiveBayes implements Learner {
  readonly name = "naive_bayes";
  readonly tasks = ["binary", "multiclass"] as const;
  readonly needs = ["text"] as const;

  space(): Space {
    return SPACE;
  }

  async fit({ spec, train, select, params, seed }: FitRequest, context: FitContext): Promise<Fitted> {
    const { truth, weight } = trainingAnswers(spec, train, false);
    await context.pause();
    const features = fitFeatures(planOf(train.table, params), { spec, train, seed });
    await context.pause();
    const rows = features.encodeTrainingSparse();
    const counts = countsOf(rows, { truth, weight, classes: spec.classes.length });
    const kind: Kind = params.kind === "multinomial" ? "multinomial" : "complement";
    const evidence = evidenceOf(counts, kind, numberOf(params, "alpha", 0.2));
    context.work(rows.values.length);
    const predict = (table: Table) => predicted(evidence, features.encodeSparse(table));
    if (select.table.rows === 0) await context.pause();
    else await context.report(0, context.loss(predict(select.table)));
    return { model: exported(spec, features, evidence), predict, settled: {} };
  }
}

/** Levels of few rows, beside words, count as words of their own. */
function planOf({ columns }: Table, params: Params): FeaturePlan {
  const names = (type: string) => columns.filter((column) => column.type === type).map(({ name }) => name);
  const texts = names("text");
  if (texts.length === 0)
    throw new LearnerFailure(
      "no_text",
      "the table has no column of texts; declare one in data.types, or choose other learners",
    );
  return [
    { kind: "words", columns: texts, minCount: 2, limit: numberOf(params, "words", 30_000) },
    { kind: "one_hot", columns: names("categorical") },
  ];
}

function numberOf(params: Params, name: string, absent: number): number {
  const value = params[name];
  return typeof value === "number" ? value : absent;
}

/** Probabilities [rows × classes]. */
function predicted({ weights, priors }: Evidence, { rows, starts, places, values }: SparseRows): Float64Array {
  const classes = priors.length;
  const prediction = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const scores = prediction.subarray(row * classes, (row + 1) * classes);
    scores.set(priors);
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      const first = (places[at] as number) * classes;
      for (let one = 0; one < classes; one++)
        scores[one] = (scores[one] as number) + (values[at] as number) * (weights[first + one] as number);
    }
    const most = scores.reduce((largest, score) => Math.max(largest, score), -Infinity);
    const total = scores.reduce((sum, score) => sum + Math.exp(score - most), 0);
    scores.forEach((score, one) => {
      scores[one] = Math.exp(score - most) / total;
    });
  }
  return prediction;
}

function exported(spec: TaskSpec, features: FittedFeatures, { weights, priors }: Evidence): Uint8Array {
  const graph = new GraphBuilder("naive_bayes", { domains: features.domains });
  const numbers = graph.cast(features.emit(graph, rawInputs(graph, features.columns)), "double");
  const table = graph.initializer(tensor("double", [features.width, priors.length], weights), "evidence");
  const scores = graph.add(graph.matmul(numbers, table), graph.vector("double", priors));
  const prediction = graph.cast(graph.op("Softmax", [scores], { axis: 1 }), "float");
  return finishModel(graph, { learner: "naive_bayes", spec, columns: features.columns, prediction });
}

export default definePlugin({ name: "naive_bayes", version: "1.0.0", learners: [{ useClass: NaiveBayes }] });
