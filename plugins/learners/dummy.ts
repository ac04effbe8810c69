/** The baseline: predicts the weighted share of each class, or the weighted mean, for every row alike. */
import { GraphBuilder, tensor } from "onnx-train";
import {
  type Column,
  definePlugin,
  type FitContext,
  type FitRequest,
  type Fitted,
  finishModel,
  type Labelled,
  type Learner,
  LearnerFailure,
  rawInputs,
  type TaskSpec,
} from "../../core/plugin/index.js";

class Dummy implements Learner {
  readonly name = "dummy";
  readonly tasks = ["binary", "multiclass", "regression"] as const;
  readonly baseline = true;

  space() {
    return {};
  }

  async fit({ spec, train }: FitRequest, context: FitContext): Promise<Fitted> {
    const constant = constantOf(spec, train);
    context.work(train.table.rows);
    await context.pause();
    return {
      model: exported(spec, constant, firstOf(train.table.columns)),
      predict: ({ rows }) =>
        Float64Array.from({ length: rows * constant.length }, (_, at) => at % constant.length).map(
          (at) => constant[at] ?? Number.NaN,
        ),
      settled: {},
    };
  }
}

/** The row that is predicted: [classes], or [1]. */
function constantOf(spec: TaskSpec, { truth, weight }: Labelled): Float64Array {
  const sums = new Float64Array(spec.task === "regression" ? 1 : spec.classes.length);
  let total = 0;
  truth.forEach((answer, row) => {
    const share = weight === null ? 1 : (weight[row] ?? 0);
    total += share;
    if (spec.task === "regression") sums[0] = (sums[0] ?? 0) + share * answer;
    else sums[answer] = (sums[answer] ?? 0) + share;
  });
  const constant = sums.map((sum) => sum / total);
  if (constant.every(Number.isFinite)) return constant;
  throw new LearnerFailure("no_rows", `the ${truth.length} training rows weigh ${total} and have no finite mean`);
}

function firstOf(columns: readonly Column[]): Column {
  const [first] = columns;
  if (first === undefined)
    throw new LearnerFailure("no_features", "the table has no column that tells how many rows there are");
  return first;
}

/** The first column is there for its size: a graph without inputs can't know how many rows it is asked for. */
function exported(spec: TaskSpec, constant: Float64Array, column: Column): Uint8Array {
  const graph = new GraphBuilder("dummy");
  const inputs = rawInputs(graph, [column]);
  const rows = graph.op("Shape", inputs, { start: 0, end: 1 });
  const row = graph.initializer(tensor("float", [1, constant.length], Float32Array.from(constant)));
  const prediction = graph.op("Expand", [row, graph.concat([rows, graph.vector("int64", [constant.length])], 0)]);
  return finishModel(graph, { learner: "dummy", spec, columns: [column], prediction });
}

export default definePlugin({ name: "dummy", version: "1.0.0", learners: [{ useClass: Dummy }] });
