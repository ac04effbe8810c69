/** A fitted linear model as an ONNX graph. Sums are of doubles, so that it gives what the trainer's own predict does. */
import { GraphBuilder, tensor } from "onnx-train";
import { type FittedFeatures, finishModel, rawInputs, type TaskSpec } from "../../../core/plugin/index.js";
import type { Coefficients } from "./design.js";

export interface LinearModel {
  readonly spec: TaskSpec;
  readonly features: FittedFeatures;
  /** One output a class; for regression one, in the target's own unit. */
  readonly coefficients: Coefficients;
}

export function exportLinear({ spec, features, coefficients: { values, outputs } }: LinearModel): Uint8Array {
  const graph = new GraphBuilder("linear", { domains: features.domains });
  const numbers = features.emit(graph, rawInputs(graph, features.columns));
  const weights = tensor("double", [features.width, outputs], values.slice(0, -outputs));
  const sums = graph.matmul(graph.cast(numbers, "double"), graph.initializer(weights, "coefficients"));
  const scores = graph.add(sums, graph.vector("double", values.slice(-outputs)));
  const answer = spec.task === "regression" ? scores : graph.op("Softmax", [scores], { axis: 1 });
  const prediction = graph.cast(answer, "float");
  return finishModel(graph, { learner: "linear", spec, columns: features.columns, prediction });
}
