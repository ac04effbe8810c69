/**
 * What a model says with the weights of a training state, while it trains: for early stopping, pruning and a look at rows that
 * are held out. The weights are inputs, so that nothing is loaded anew between two looks.
 */
import { GraphBuilder } from "../builder/builder.js";
import { encodeModel } from "../codec/encode.js";
import type { Model, Value } from "../graph.js";
import { openSession, type Session, type SessionOptions } from "../session.js";
import { stacked } from "../stack/stacked.js";
import type { Tensor } from "../tensor.js";
import { convertModel } from "../versions/convert.js";
import { columnOf } from "./columns.js";
import { unpacked } from "./parameters.js";
import type { Program } from "./program.js";
import { isResult, type StatePart, type TrainingState } from "./state.js";

export interface Predictor {
  /**
   * The model's outputs, by name, in its form for inference: [rows, …], or with several models [models, rows, …].
   * @param inputs rows for each of the model's inputs
   * @throws OnnxError ONNX_RUN for inputs that don't fit
   */
  predict(state: TrainingState, inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/**
 * @param model that of which the program was made
 * @throws OnnxError ONNX_LOAD; ONNX_NOT_STACKABLE as the program itself
 */
export async function openPredictor(program: Program, model: Model, options: SessionOptions = {}): Promise<Predictor> {
  const { bytes, parts } = predicting(program, convertModel(model));
  const session = await openSession(bytes, options);
  return { predict: (state, inputs) => predicted(session, parts, { state, inputs }), release: () => session.release() };
}

/** A part of the state that the prediction takes, and where it stands there. */
interface Taken {
  readonly part: StatePart;
  readonly index: number;
}

function predicting({ state, layout, models }: Program, { graph, opsets }: Model) {
  const g = new GraphBuilder("prediction", { opset: opsets[""] as number, domains: opsets });
  const parts = state.flatMap((part, index): Taken[] => (isResult(part, layout.optimizer) ? [{ part, index }] : []));
  const byName = new Map<string, Value>();
  for (const { part } of parts) {
    const values = unpacked(g, part.group, g.input(part.name, "float", part.dims), models);
    for (const [at, { name }] of part.group.parameters.entries()) byName.set(name, values[at] as Value);
  }
  const weights = [...graph.initializers.keys()].filter((value) => byName.has(value.name));
  const bound = new Map(weights.map((value) => [value, byName.get(value.name) as Value]));
  for (const input of graph.inputs.filter((value) => !graph.initializers.has(value))) {
    const { name, element, shape } = columnOf(input);
    bound.set(input, g.input(name, element, ["rows", ...shape]));
  }
  const values =
    models === null ? g.inline(graph, bound) : stacked(g, graph, { models, bound, apart: new Set(weights) }).values;
  for (const output of graph.outputs) g.output(values.get(output) as Value, output.name);
  return { bytes: encodeModel(g.model()), parts };
}

async function predicted(
  session: Session,
  parts: readonly Taken[],
  { state, inputs }: { readonly state: TrainingState; readonly inputs: Readonly<Record<string, Tensor>> },
): Promise<Record<string, Tensor>> {
  const weights = parts.map(({ part: { name, dims }, index }): [string, Tensor] => {
    return [name, { element: "float", dims, data: state.parts[index] ?? new Float32Array() }];
  });
  return session.run({ ...inputs, ...Object.fromEntries(weights) });
}
