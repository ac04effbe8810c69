/**
 * The surface of a model as docs/models.md promises it to whoever loads `champion.onnx`: raw columns in, prediction out.
 * A learner's graph starts with `rawInputs` and ends with `finishModel`; what lies between is the learner's own.
 */
import { encodeModel, type GraphBuilder, tensor, type Value } from "onnx-train";
import type { Column, TaskSpec } from "./table.js";

/** The rows of a batch, as every onnxruntime shows this size. */
const ROWS = "N";

/** One input for each column that the model uses, named as the column, [N, 1]; the values are in the order of `columns`. */
export function rawInputs(graph: GraphBuilder, columns: readonly Pick<Column, "name" | "type">[]): Value[] {
  return columns.map(({ name, type }) => graph.input(name, isText(type) ? "string" : "float", [ROWS, 1]));
}

export interface ModelParts {
  /** The learner's name. */
  readonly learner: string;
  readonly spec: TaskSpec;
  /** Those given to `rawInputs`. */
  readonly columns: readonly Pick<Column, "name" | "type">[];
  /** Class probabilities, float [N, classes]; for regression the value, float [N, 1]. */
  readonly prediction: Value;
  /** Of two classes: the probability of the second one above which it is the label. Absent: the most probable class. */
  readonly threshold?: number;
  /** Further keys of the file's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Adds outputs and metadata, and encodes.
 * @throws OnnxError ONNX_INVALID when the graph breaks a rule of ONNX
 */
export function finishModel(graph: GraphBuilder, parts: ModelParts): Uint8Array {
  const { spec, prediction, threshold } = parts;
  const taken = new Set(parts.columns.map((column) => column.name));
  if (spec.task === "regression") {
    graph.output(prediction, free("prediction", taken), { element: "float", shape: [ROWS, 1] });
  } else {
    const label = labelOf(graph, spec.classes, codeOf(graph, prediction, threshold));
    graph.output(label, free("label", taken), { element: "string", shape: [ROWS] });
    graph.output(prediction, free("probabilities", taken), { element: "float", shape: [ROWS, spec.classes.length] });
  }
  return encodeModel(graph.model(metadataOf(parts)));
}

/** The most probable class, and the first one of equals; or the second one where it is above the threshold. */
function codeOf(graph: GraphBuilder, probabilities: Value, threshold: number | undefined): Value {
  if (threshold === undefined) return graph.op("ArgMax", [probabilities], { axis: 1, keepdims: 0 });
  const share = graph.squeeze(graph.slice(probabilities, 1, 1, 2), [1]);
  return graph.cast(graph.greater(share, graph.float(threshold)), "int64");
}

function labelOf(graph: GraphBuilder, classes: readonly string[], code: Value): Value {
  return graph.op("Gather", [graph.initializer(tensor("string", [classes.length], classes)), code], { axis: 0 });
}

function metadataOf({ learner, spec, columns, metadata }: ModelParts): Record<string, string> {
  return {
    "sous.task": spec.task,
    "sous.target": spec.target,
    "sous.classes": JSON.stringify(spec.classes),
    "sous.columns": JSON.stringify(Object.fromEntries(columns.map(({ name, type }) => [name, type]))),
    "sous.learner": learner,
    ...metadata,
  };
}

function free(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? free(`${name}_`, taken) : name;
}

function isText(type: Column["type"]): boolean {
  return type === "categorical" || type === "text";
}
