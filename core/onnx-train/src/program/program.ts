/**
 * A training program: an ONNX model of which one call trains for as many steps as its plan has rows. A Loop carries weights
 * and the optimizer's slots; its body (step.ts) gathers a batch, runs the model forward and back, and applies the optimizer.
 */
import { GraphBuilder } from "../builder/builder.js";
import { checkNumber, RANGES } from "../given.js";
import type { Model, Value } from "../graph.js";
import type { Loss } from "../losses/loss.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Tensor } from "../tensor.js";
import { chosen } from "../tune/trainable.js";
import { convertModel } from "../versions/convert.js";
import { BATCH, type Column, columnInput } from "./columns.js";
import { type FactorLayout, factorCount, factorLayout, type Setting, settingOf } from "./hyper.js";
import { type LossGraph, lossGraph } from "./lossGraph.js";
import { groupsOf, type Models, type Parameter, type ParameterGroup, withModels } from "./parameters.js";
import { isCarried, type StatePart, stateParts } from "./state.js";
import { type ProgramInputs, stepGraph } from "./step.js";
import type { Dropout } from "./trainingForm.js";
import type { Watch } from "./watch.js";

export interface Statistics {
  /**
   * Of which values the mean of |h| is told, unit by unit: true for all activation functions, or names of values; default
   * none.
   */
  readonly activations?: boolean | readonly string[];
  /** Whether the gradient's norm is told for each tensor, beside that of the whole; default false. */
  readonly eachNorm?: boolean;
}

export interface ProgramOptions {
  /** Its inputs' first axes count rows; its initializers are what can train. */
  readonly model: Model;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Which initializers train, by name; default what `chosen(model, {})` says: all weights, and no numbers of formulas. */
  readonly trains?: (name: string) => boolean;
  /** Other hyper-parameters for some of what trains; the first setting that has a name counts. */
  readonly settings?: readonly Setting[];
  /** Trains this many models of the same shape at once, each with its own weights, rows and hyper-parameters; default one. */
  readonly models?: number;
  readonly statistics?: Statistics;
}

export interface Program {
  /**
   * Inputs: `plan` int64 [steps, batch] of row numbers, `factors` float [steps, factors], the columns of the data [rows, …],
   * with dropout `noise` float and `places` int64 [steps, dropouts], and the state. Outputs: the new state, each part with
   * `next_` before its name, but for constant slots; `activity_…` float [units], sums over the steps; `losses` and `norms`
   * float [steps done], and with eachNorm `each` [steps done, tensors]. With several models, [steps, …] is [steps, models, …]
   * and parts of the state are [models, …]. Where fewer steps are done than asked for, the last is the first that was finite
   * for no model.
   */
  readonly model: Model;
  readonly models: Models;
  readonly columns: readonly Column[];
  readonly state: readonly StatePart[];
  readonly layout: FactorLayout;
  readonly dropouts: readonly Dropout[];
  readonly watches: readonly Watch[];
  /** What trains, in the order of `each`. */
  readonly parameters: readonly Parameter[];
  readonly eachNorm: boolean;
  /** The weights and buffers that the model came with. */
  readonly initial: ReadonlyMap<string, Tensor>;
}

/**
 * @throws OnnxError ONNX_INVALID, ONNX_OPTION; ONNX_NO_GRADIENT for an operator without gradient between loss and weights,
 * ONNX_NOT_STACKABLE for one that several models can't share, ONNX_UNSUPPORTED
 */
export function trainingProgram(options: ProgramOptions): Program {
  const { model, loss, optimizer, settings = [], statistics = {} } = options;
  const models = modelCount(options);
  const raised = convertModel(model);
  const { trains = chosen(raised, {}) } = options;
  const opset = raised.opsets[""] as number;
  const { activations = false, eachNorm = false } = statistics;
  const lossOf = lossGraph({ model: raised.graph, loss, trains, activations, opset });
  const layout = factorLayout(optimizer, settings, lossOf.dropouts);
  const groups = groupsOf(lossOf.parameters, (name) => settingOf(layout, name));
  const state = stateParts(groups, optimizer.slots, { buffers: lossOf.buffers, models });
  const g = new GraphBuilder("training", { opset, domains: raised.opsets });
  looped(g, { loss: lossOf, groups, layout, state, models, eachNorm });
  const own = new Map([...raised.graph.initializers].map(([value, held]) => [value.name, held]));
  const parameters = groups.flatMap((group) => group.parameters);
  const names = [...parameters, ...lossOf.buffers].map(({ name }) => name);
  const initial = new Map(names.map((name) => [name, own.get(name) as Tensor]));
  const { columns, dropouts, watches } = lossOf;
  return { model: g.model(), models, columns, state, layout, dropouts, watches, parameters, eachNorm, initial };
}

function modelCount({ models }: ProgramOptions): Models {
  if (models === undefined) return null;
  checkNumber("trainingProgram: models", models, RANGES.count);
  return models;
}

interface Looped {
  readonly loss: LossGraph;
  readonly groups: readonly ParameterGroup[];
  readonly layout: FactorLayout;
  readonly state: readonly StatePart[];
  readonly models: Models;
  readonly eachNorm: boolean;
}

function looped(g: GraphBuilder, { loss, groups, layout, state, models, eachNorm }: Looped): void {
  const inputs = programInputs(g, { loss, layout, state, models });
  const body = stepGraph({ g, inputs, loss, groups, layout, models, eachNorm });
  const steps = g.gather(g.shape(inputs.plan), g.scalar("int64", 0));
  const carried = state.filter(isCarried);
  const sums = loss.watches.map(({ units }) => g.expand(g.float(0), withModels([units], models)));
  const first = [...carried.map((part) => inputs.state.get(part) as Value), ...sums];
  const scans = ["losses", "norms", ...(eachNorm ? ["each"] : [])];
  const results = g.ops("Loop", [steps, null, ...first], { body }, { outputs: first.length + scans.length });
  const names = [
    ...carried.map(({ name }) => `next_${name}`),
    ...sums.map((_, index) => `activity_${index}`),
    ...scans,
  ];
  for (const [index, name] of names.entries()) {
    const { type } = body.outputs[index + 1] as Value;
    const shape = [...(index < first.length ? [] : ["done"]), ...(type?.shape ?? [])];
    g.output(results[index] as Value, name, { element: "float", shape });
  }
}

function programInputs(
  g: GraphBuilder,
  { loss, layout, state, models }: Pick<Looped, "loss" | "layout" | "state" | "models">,
): ProgramInputs {
  const perStep = ["steps", ...withModels([], models)];
  const plan = g.input("plan", "int64", [...perStep, BATCH]);
  const factors = g.input("factors", "float", [...perStep, factorCount(layout)]);
  const columns = loss.columns.map(({ name, element, shape }) =>
    g.input(columnInput(name), element, ["rows", ...shape]),
  );
  const noise =
    loss.dropouts.length === 0
      ? null
      : {
          table: g.input("noise", "float", ["noise"]),
          places: g.input("places", "int64", [...perStep, loss.dropouts.length]),
        };
  const held = new Map(state.map((part) => [part, g.input(part.name, "float", part.dims)]));
  return { plan, factors, columns, noise, state: held };
}
