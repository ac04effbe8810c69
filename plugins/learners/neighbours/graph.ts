/** A model of neighbours as an ONNX graph. Distances are doubles: singles would lose the digits of small ones. */
import { GraphBuilder, tensor, type Value } from "onnx-train";
import { type FittedFeatures, finishModel, rawInputs, type TaskSpec } from "../../../core/plugin/index.js";
import { type Memory, NEAR, PRIOR, REACH, type Unit } from "./memory.js";

/** The k smallest, in order. */
const TOP = { axis: 1, largest: 0, sorted: 1 } as const;

interface Parts {
  readonly spec: TaskSpec;
  readonly features: FittedFeatures;
  readonly memory: Memory;
  readonly unit: Unit;
}

export function exportNeighbours({ spec, features, memory, unit }: Parts): Uint8Array {
  const graph = new GraphBuilder("knn", { domains: features.domains });
  const numbers = features.emit(graph, rawInputs(graph, features.columns));
  const double = (value: number) => graph.scalar("double", value);
  const distances = distanceNodes(graph, numbers, memory);
  const [least] = graph.ops("TopK", [distances, graph.vector("int64", [memory.k])], TOP, { outputs: 2 }) as [
    Value,
    Value,
  ];
  const kth = graph.slice(least, 1, memory.k - 1, memory.k);
  const reach = graph.add(graph.mul(kth, double(REACH)), double(NEAR));
  const near = graph.relu(graph.sub(double(1), graph.div(distances, reach)));
  const { answers, each, prior } = memory;
  const remembered = graph.initializer(tensor("double", [answers.length / (each + 1), each + 1], answers), "answers");
  const added = graph.vector("double", [...prior.map((one) => PRIOR * one), PRIOR]);
  const [sums, total] = graph.split(graph.add(graph.matmul(near, remembered), added), [each, 1], 1) as [Value, Value];
  const scaled = graph.mul(graph.div(sums, total), double(unit.scale));
  const prediction = graph.cast(graph.add(scaled, double(unit.mean)), "float");
  return finishModel(graph, { learner: "knn", spec, columns: features.columns, prediction });
}

/** Squared, to all remembered rows: double [N, rows]. */
function distanceNodes(graph: GraphBuilder, numbers: Value, { points, width, squares, strengths }: Memory): Value {
  const point = graph.cast(graph.mul(numbers, graph.vector("float", [...strengths])), "double");
  const stored = graph.initializer(tensor("float", [squares.length, width], points), "points");
  const products = graph.matmul(point, graph.transpose(graph.cast(stored, "double"), [1, 0]));
  const own = graph.reduceSumSquare(point, [1], { keep: true });
  const sum = graph.add(own, graph.vector("double", squares));
  return graph.relu(graph.sub(sum, graph.mul(products, graph.scalar("double", 2))));
}
