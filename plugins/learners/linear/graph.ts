/** A fitted linear model as an ONNX graph. Inner numbers are doubles, so that it gives what the trainer's own predict does. */
import { GraphBuilder, tensor, type Value } from "onnx-train";
import { finishModel, rawInputs, type TaskSpec } from "../../../core/plugin/index.js";
import type { Coefficients } from "./design.js";
import { bucketsOf, CUT, type Encoding, widthOf } from "./encoding.js";

export interface LinearModel {
  readonly spec: TaskSpec;
  readonly encoding: Encoding;
  /** One output a class; for regression one, in the target's own unit. */
  readonly coefficients: Coefficients;
}

export function exportLinear({ spec, encoding, coefficients }: LinearModel): Uint8Array {
  const graph = new GraphBuilder("linear");
  const columns = [...encoding.numbers, ...encoding.levels];
  const inputs = rawInputs(graph, columns);
  const numbers = inputs.slice(0, encoding.numbers.length);
  const levels = inputs.slice(encoding.numbers.length);
  const parts = [
    ...(numbers.length > 0 ? numberParts(graph, numbers, encoding, coefficients) : []),
    ...(levels.length > 0 ? [levelPart(graph, levels, encoding, coefficients)] : []),
  ];
  const intercepts = graph.vector("double", coefficients.values.slice(-coefficients.outputs));
  const scores = parts.reduce((sum, part) => graph.add(sum, part), intercepts);
  const answer = spec.task === "regression" ? scores : graph.op("Softmax", [scores], { axis: 1 });
  return finishModel(graph, { learner: "linear", spec, columns, prediction: graph.cast(answer, "float") });
}

/** Standardised values × coefficients, and indicators × theirs; each [N, outputs]. */
function numberParts(
  graph: GraphBuilder,
  inputs: readonly Value[],
  encoding: Encoding,
  coefficients: Coefficients,
): Value[] {
  const { numbers } = encoding;
  const raw = graph.cast(graph.concat(inputs, 1), "double");
  const missing = graph.op("IsNaN", [raw]);
  const means = graph.vector(
    "double",
    numbers.map((feature) => feature.mean),
  );
  const scales = graph.vector(
    "double",
    numbers.map((feature) => feature.scale),
  );
  const filled = graph.op("Where", [missing, means, raw]);
  const cuts = [graph.scalar("double", -CUT), graph.scalar("double", CUT)];
  const standardised = graph.op("Clip", [graph.div(graph.sub(filled, means), scales), ...cuts]);
  const rows = denseRows(encoding, coefficients);
  const values = graph.matmul(
    standardised,
    matrix(
      graph,
      rows.map((row) => row.value),
      coefficients.outputs,
    ),
  );
  if (!numbers.some((feature) => feature.indicator)) return [values];
  const flags = matrix(
    graph,
    rows.map((row) => row.indicator),
    coefficients.outputs,
  );
  return [values, graph.matmul(graph.cast(missing, "double"), flags)];
}

interface DenseRow {
  readonly value: Float64Array;
  readonly indicator: Float64Array;
}

/** Coefficients of each number column's value and indicator; zeros for one that the model doesn't have. */
function denseRows({ numbers }: Encoding, { values, outputs }: Coefficients): DenseRow[] {
  let at = 0;
  const next = (present: boolean) => (present ? values.slice(at * outputs, ++at * outputs) : new Float64Array(outputs));
  return numbers.map(({ varies, indicator }) => ({ value: next(varies), indicator: next(indicator) }));
}

function matrix(graph: GraphBuilder, rows: readonly Float64Array[], outputs: number): Value {
  const values = Float64Array.from(rows.flatMap((row) => [...row]));
  return graph.initializer(tensor("double", [rows.length, outputs], values), "coefficients");
}

/** The sum of the coefficients of each row's levels, [N, outputs]: a look-up does what one-hot × matrix would. */
function levelPart(
  graph: GraphBuilder,
  inputs: readonly Value[],
  encoding: Encoding,
  coefficients: Coefficients,
): Value {
  let offset = 0;
  const codes = encoding.levels.map((feature, index) => {
    const first = offset;
    offset += bucketsOf(feature);
    return graph.op("LabelEncoder", [inputs[index] ?? null], {
      keys_strings: feature.keys,
      values_int64s: feature.keys.map((_, position) => first + position),
      default_int64: first + feature.keys.length,
    });
  });
  const from = widthOf(encoding) * coefficients.outputs;
  const values = coefficients.values.slice(from, from + offset * coefficients.outputs);
  const table = graph.initializer(tensor("double", [offset, coefficients.outputs], values), "level_coefficients");
  const found = graph.op("Gather", [table, graph.concat(codes, 1)], { axis: 0 });
  return graph.op("ReduceSum", [found, graph.vector("int64", [1])], { keepdims: 0 });
}
