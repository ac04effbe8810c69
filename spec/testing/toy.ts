/** A learner that keeps its contract, in pieces that a test can break one by one. */
import { GraphBuilder, tensor, type Value } from "onnx-train";
import {
  type FitContext,
  type FitRequest,
  type Fitted,
  finishModel,
  type Labelled,
  type Learner,
  LearnerFailure,
  rawInputs,
  type Table,
  type Task,
} from "../../core/plugin/index.js";

const REACH = 5;

/** The logit of the second class is a slope, of which only the sign is learned, times the first column. */
export class Toy implements Learner {
  readonly name: string = "toy";
  readonly tasks: readonly Task[] = ["binary"];

  space(): ReturnType<Learner["space"]> {
    return { steepness: { type: "float", low: 0.5, high: 2 } };
  }

  async fit({ spec, train, params }: FitRequest, context: FitContext): Promise<Fitted> {
    const slope = Number(params.steepness) * signOf(train);
    await this.tell(context);
    const graph = new GraphBuilder("toy");
    const columns = train.table.columns.slice(0, 1);
    const [raw] = rawInputs(graph, columns);
    if (raw === undefined) throw new LearnerFailure("no_columns", "there is nothing to learn from");
    const logits = graph.matmul(this.cells(graph, raw), graph.initializer(tensor("float", [1, 2], [0, slope])));
    const prediction = graph.op("Softmax", [logits], { axis: 1 });
    const model = finishModel(graph, { learner: this.name, spec, columns, prediction });
    return {
      model,
      predict: (table) => Float64Array.from(this.amounts(table).flatMap((value) => softmax(slope * value))),
    };
  }

  async tell(context: FitContext): Promise<void> {
    context.work(100);
    await context.report(0, 0.7);
    await context.report(1, 0.6);
  }

  cells(graph: GraphBuilder, raw: Value): Value {
    const present = graph.op("Where", [graph.op("IsNaN", [raw]), graph.scalar("float", 0), raw]);
    return graph.op("Clip", [present, graph.scalar("float", -REACH), graph.scalar("float", REACH)]);
  }

  amounts(table: Table): number[] {
    const column = table.columns.find(({ name }) => name === "amount");
    if (column === undefined || !("values" in column)) throw new Error("no amounts");
    return Array.from(column.values, clipped);
  }
}

export function clipped(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(REACH, Math.max(-REACH, value));
}

function signOf({ table, truth }: Labelled): number {
  if (truth.length === 0) throw new LearnerFailure("no_rows", "there is nothing to learn from");
  const [column] = table.columns;
  if (column === undefined || !("values" in column))
    throw new LearnerFailure("no_numbers", "the first column has none");
  const covariance = truth.reduce((sum, answer, row) => sum + (answer - 0.5) * clipped(column.values[row] ?? 0), 0);
  return covariance < 0 ? -1 : 1;
}

function softmax(logit: number): [number, number] {
  const one = 1 / (1 + Math.exp(-logit));
  return [1 - one, one];
}
