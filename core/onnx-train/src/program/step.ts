/** One step of training as a graph: the body of a program's Loop. */
import { gradients } from "../autodiff/backward.js";
import type { GraphBuilder } from "../builder/builder.js";
import type { Graph, Value } from "../graph.js";
import type { Optimizer, Updated } from "../optimizers/optimizer.js";
import { stacked } from "../stack/stacked.js";
import { type FactorLayout, factorCount } from "./hyper.js";
import type { LossGraph } from "./lossGraph.js";
import { lower } from "./lowering.js";
import { type Models, type ParameterGroup, packed, unpacked, withModels } from "./parameters.js";
import { isCarried, type StatePart } from "./state.js";

export interface StepParts {
  /** The graph around the Loop. */
  readonly g: GraphBuilder;
  readonly inputs: ProgramInputs;
  readonly loss: LossGraph;
  readonly groups: readonly ParameterGroup[];
  readonly layout: FactorLayout;
  readonly models: Models;
  /** Whether norms are told for each tensor beside the whole. */
  readonly eachNorm: boolean;
}

/** Values of the graph around the Loop. */
export interface ProgramInputs {
  readonly plan: Value;
  readonly factors: Value;
  readonly columns: readonly Value[];
  readonly state: ReadonlyMap<StatePart, Value>;
  /** Null without dropout. */
  readonly noise: { readonly table: Value; readonly places: Value } | null;
}

/** What the Loop carries beside the state, and what it tells of each step. */
export const SCANS = ["losses", "norms"] as const;

/** A step's values, of one model or of several along a first axis. */
class Step {
  readonly body: GraphBuilder;
  readonly at: Value;
  private readonly values: readonly Value[];
  private readonly shaped = new Map<string, Value>();

  constructor(private readonly parts: StepParts) {
    this.body = parts.g.subgraph("step");
    this.at = this.body.input("at", "int64", []);
    this.body.input("going", "bool", []);
    this.values = this.split(this.row(parts.inputs.factors), factorCount(parts.layout));
  }

  /** This step's part of a table with a row for each step. */
  row(table: Value): Value {
    return this.body.gather(table, this.at);
  }

  /** Single columns of a row: [1], or [models, 1]. */
  split(row: Value, count: number): readonly Value[] {
    if (count === 1) return [row];
    const sizes = Array.from({ length: count }, () => 1);
    return this.body.split(row, sizes, this.parts.models === null ? 0 : 1);
  }

  /** A factor of a group's setting, that broadcasts against the group. */
  factor(group: ParameterGroup, name: string): Value {
    const { names } = this.parts.layout;
    const index = group.setting * names.length + names.indexOf(name);
    return this.against(this.values[index] as Value, group);
  }

  /** One number for each model, that broadcasts against a group's tensors. */
  against(value: Value, { dims }: ParameterGroup): Value {
    const { models } = this.parts;
    if (models === null || (value.type?.shape?.length === 2 && dims.length === 1)) return value;
    const key = `${value.name} ${dims.length}`;
    const known = this.shaped.get(key) ?? this.body.reshape(value, [models, ...dims.map(() => 1)]);
    this.shaped.set(key, known);
    return known;
  }

  /** Threshold and scale of a dropout: without dimensions, or [models]. */
  dropoutFactors(index: number): [Value, Value] {
    const { layout, models } = this.parts;
    const first = layout.settings.length * layout.names.length + 2 * index;
    const [threshold, scale] = [first, first + 1].map((at) =>
      this.body.reshape(this.values[at] as Value, withModels([], models)),
    );
    return [threshold as Value, scale as Value];
  }
}

export function stepGraph(parts: StepParts): Graph {
  const { inputs, loss, groups, layout, models } = parts;
  const step = new Step(parts);
  const { body } = step;
  const state = new Map(
    [...inputs.state].map(([part, outside]) => [
      part,
      isCarried(part) ? body.input(`old_${part.name}`, "float", part.dims) : outside,
    ]),
  );
  const seen = loss.watches.map(({ units }, index) =>
    body.input(`seen_${index}`, "float", withModels([units], models)),
  );
  const old = stateOf(state);
  const weights = groups.map((group) => unpacked(body, group, old(group, null), models));
  const outputs = outcome(step, parts, { weights, state });
  const [value, ...others] = outputs as [Value, ...Value[]];
  const found = gradients(body, value, weights.flat());
  const byGroup = shared(found, groups);
  const grouped = groups.map((group, index) => packed(body, group, byGroup[index] ?? [], models));
  const squares = squaredNorm(body, grouped, models);
  const norm = body.sqrt(squares);
  const next = new Map<StatePart["group"], Updated>(
    groups.map((group, index) => {
      const gradient = grouped[index] as Value;
      return [group, updated(layout.optimizer, { step, group, old, gradient, norm })];
    }),
  );
  body.output(goesOn(body, body.add(value, squares), models), "finite", { element: "bool", shape: [] });
  const kept = [...state.keys()].filter(({ role }) => role === "buffer");
  const buffers = new Map(kept.map((part, index) => [part, others[index] as Value]));
  for (const part of [...state.keys()].filter(isCarried))
    body.output(renewed(part, { next, buffers }), `new_${part.name}`, { element: "float", shape: part.dims });
  const active = others.slice(loss.buffers.length);
  for (const [index, sum] of seen.entries())
    body.output(body.add(sum, active[index] as Value), `sum_${index}`, sum.type);
  const scalars = { element: "float", shape: withModels([], models) } as const;
  body.output(value, "step_loss", scalars);
  body.output(norm, "step_norm", scalars);
  if (parts.eachNorm) {
    const shape = withModels([found.length], models);
    body.output(eachNorm(body, byGroup.flat(), models), "step_each", { element: "float", shape });
  }
  lower(body);
  return body.build();
}

interface Bound {
  /** By group, then by parameter. */
  readonly weights: readonly (readonly Value[])[];
  readonly state: ReadonlyMap<StatePart, Value>;
}

/** The loss graph's outputs on this step's batch. */
function outcome(step: Step, { inputs, loss, groups, models }: StepParts, { weights, state }: Bound): Value[] {
  const { body } = step;
  const byName = new Map(
    groups.flatMap(({ parameters }, at) => parameters.map(({ name }, index) => [name, weights[at]?.[index] as Value])),
  );
  for (const [{ role, group }, value] of state)
    if (role === "buffer") byName.set((group.parameters[0] as { name: string }).name, value);
  const rows = step.row(inputs.plan);
  const tensors = [...loss.parameters, ...loss.buffers].map(({ name }) => byName.get(name) as Value);
  const batches = inputs.columns.map((column) => body.gather(column, rows));
  const noise = inputs.noise === null ? [] : noiseOf(step, loss, { rows, noise: inputs.noise, models });
  const given = [...tensors, ...batches, ...noise];
  const bound = new Map(loss.graph.inputs.map((input, index) => [input, given[index] as Value]));
  const values =
    models === null
      ? body.inline(loss.graph, bound)
      : stacked(body, loss.graph, { models, bound, apart: new Set(loss.graph.inputs) }).values;
  return loss.graph.outputs.map((output) => values.get(output) as Value);
}

interface NoiseParts {
  readonly rows: Value;
  readonly noise: { readonly table: Value; readonly places: Value };
  readonly models: Models;
}

/** For each dropout its random numbers, threshold and scale. */
function noiseOf(step: Step, { dropouts }: LossGraph, { rows, noise, models }: NoiseParts): Value[] {
  const { body } = step;
  const batch = body.op("Shape", [rows], { start: models === null ? 0 : 1 });
  const places = step.split(step.row(noise.places), dropouts.length);
  return dropouts.flatMap(({ shape, perRow }, index) => {
    const count = body.mul(batch, body.vector("int64", [perRow]));
    const starts = models === null ? [places[index] as Value] : modelsApart(body, places[index] as Value, models);
    const read = starts.map((start) => body.op("Slice", [noise.table, start, body.add(start, count)]));
    const all = read.length === 1 ? (read[0] as Value) : body.concat(read, 0);
    const open = shape.map((size) => (typeof size === "number" ? size : -1));
    const random = body.reshape(all, withModels(open, models));
    random.type = { element: "float", shape: [...withModels([], models), ...shape] };
    return [random, ...step.dropoutFactors(index)];
  });
}

function modelsApart(g: GraphBuilder, value: Value, models: number): Value[] {
  return g
    .split(
      value,
      Array.from({ length: models }, () => 1),
      0,
    )
    .map((one) => g.reshape(one, [1]));
}

type Old = (group: ParameterGroup, slot: string | null) => Value;

function stateOf(state: ReadonlyMap<StatePart, Value>): Old {
  return (group, slot) =>
    [...state].find(([part]) => part.group === group && (part.slot?.name ?? null) === slot)?.[1] as Value;
}

interface UpdateParts {
  readonly step: Step;
  readonly group: ParameterGroup;
  readonly old: Old;
  readonly gradient: Value;
  readonly norm: Value;
}

function updated(optimizer: Optimizer, { step, group, old, gradient, norm }: UpdateParts): Updated {
  return optimizer.update({
    g: step.body,
    weight: old(group, null),
    gradient,
    slots: (name) => old(group, name),
    factor: (name) => step.factor(group, name),
    norm: () => step.against(norm, group),
  });
}

interface Renewed {
  readonly next: ReadonlyMap<StatePart["group"], Updated>;
  readonly buffers: ReadonlyMap<StatePart, Value>;
}

/** What a step leaves in a part of the state. */
function renewed(part: StatePart, { next, buffers }: Renewed): Value {
  const { group, slot } = part;
  const done = next.get(group);
  if (done === undefined) return buffers.get(part) as Value;
  return (slot === null ? done.weight : done.slots[slot.name]) as Value;
}

/** The values that belong to each group, of those of all in order. */
function shared(values: readonly Value[], groups: readonly ParameterGroup[]): Value[][] {
  const rest = [...values];
  return groups.map(({ parameters }) => rest.splice(0, parameters.length));
}

/** All axes of a value but that of the models. */
function ownAxes({ type }: Value, models: Models): number[] {
  const axes = (type?.shape ?? []).map((_, axis) => axis);
  return models === null ? axes : axes.slice(1);
}

/** A sum of squares isn't finite where a gradient isn't, nor from about 1.8e19 on, where float32 squares overflow. */
function squaredNorm(g: GraphBuilder, gradients: readonly Value[], models: Models): Value {
  return gradients.map((gradient) => squares(g, gradient, models)).reduce((a, b) => g.add(a, b));
}

/**
 * Of all elements ReduceSumSquare is as fast as ReduceSum (0.12 ms for a million) and holds no squares; of some axes it takes
 * 4 times as long as ReduceSum of the squares, which Adam takes too (onnxruntime 1.30).
 */
function squares(g: GraphBuilder, gradient: Value, models: Models): Value {
  if (models === null) return g.reduceSumSquare(gradient);
  return g.reduceSum(g.mul(gradient, gradient), ownAxes(gradient, models));
}

function eachNorm(g: GraphBuilder, gradients: readonly Value[], models: Models): Value {
  const norms = gradients.map((gradient) =>
    g.reshape(g.sqrt(g.reduceSumSquare(gradient, ownAxes(gradient, models))), withModels([1], models)),
  );
  return g.concat(norms, models === null ? 0 : 1);
}

/** While any model is finite. x - x is 0 for finite x, else NaN. */
function goesOn(g: GraphBuilder, value: Value, models: Models): Value {
  const finite = g.equal(g.sub(value, value), g.float(0));
  return models === null ? finite : g.greater(g.reduceMax(g.cast(finite, "float")), g.float(0));
}
