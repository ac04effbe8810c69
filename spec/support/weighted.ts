/** A regression model that adds up columns by known weights, so that everything about it can be worked out by hand. */
import { GraphBuilder } from "onnx-train";
import { type OpenModel, openModel } from "../../core/evaluator/scoring.js";
import { finishModel, rawInputs, type TaskSpec } from "../../core/plugin/index.js";

export const REGRESSION: TaskSpec = { task: "regression", target: "price", classes: [] };

export function weightedModel(weights: Readonly<Record<string, number>>): Uint8Array {
  const graph = new GraphBuilder("weighted");
  const columns = Object.keys(weights).map((name) => ({ name, type: "numeric" as const }));
  const terms = rawInputs(graph, columns).map((input, at) =>
    graph.op("Mul", [input, graph.scalar("float", Object.values(weights)[at] as number)]),
  );
  const prediction = terms.reduce((sum, term) => graph.op("Add", [sum, term]));
  return finishModel(graph, { learner: "weighted", spec: REGRESSION, columns, prediction });
}

export function openWeighted(weights: Readonly<Record<string, number>>): Promise<OpenModel> {
  return openModel(weightedModel(weights), REGRESSION);
}
