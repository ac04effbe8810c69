/** Features and all nets as one ONNX graph, from raw columns to the prediction. */
import { GraphBuilder, type Model, stacked, type Tensor, tensor, type Value } from "onnx-train";
import { type FittedFeatures, finishModel, rawInputs, type TaskSpec } from "../../../core/plugin/index.js";
import type { Unit } from "./members.js";
import type { Weights } from "./net.js";

export interface NetParts {
  readonly spec: TaskSpec;
  readonly features: FittedFeatures;
  /** One net, whatever its weights. */
  readonly net: Model;
  /** Whether its scores have an axis of members, [N, shared, outputs]. */
  readonly isShared: boolean;
  readonly nets: readonly Weights[];
  readonly unit: Unit;
}

export function exportNets({ spec, features, net, isShared, nets, unit }: NetParts): Uint8Array {
  const graph = new GraphBuilder("mlp", { domains: features.domains });
  const numbers = features.emit(graph, rawInputs(graph, features.columns));
  const scores = scoresOf(graph, numbers, { net, nets });
  const isRegression = spec.task === "regression";
  const said = isRegression ? scores : graph.softmax(scores, isShared ? 3 : 2);
  const mean = graph.reduceMean(said, isShared ? [0, 2] : [0]);
  const prediction = isRegression ? graph.add(graph.mul(mean, graph.float(unit.scale)), graph.float(unit.mean)) : mean;
  return finishModel(graph, { learner: "mlp", spec, columns: features.columns, prediction });
}

/** [nets, N, outputs], or [nets, N, shared, outputs] */
function scoresOf(graph: GraphBuilder, numbers: Value, { net, nets }: Pick<NetParts, "net" | "nets">): Value {
  const { graph: one } = net;
  const [input] = one.inputs as [Value];
  const bound = new Map<Value, Value>([[input, numbers]]);
  const apart = new Set<Value>();
  for (const value of one.initializers.keys()) {
    const own = nets.flatMap((weights) => weights.get(value.name) ?? []);
    if (own.length === 0) continue;
    bound.set(value, graph.initializer(together(own), value.name));
    apart.add(value);
  }
  const { values } = stacked(graph, one, { models: nets.length, bound, apart });
  return values.get(one.outputs[0] as Value) as Value;
}

/** Tensors of one shape, with an axis in front. */
function together(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors as [Tensor];
  const all = new Float32Array(tensors.length * first.data.length);
  for (const [at, { data }] of tensors.entries()) all.set(data as Float32Array, at * data.length);
  return tensor("float", [tensors.length, ...first.dims], all);
}
