/**
 * A training program: an ONNX model of which one call trains for as many steps as its plan has rows. A Loop carries weights
 * and the optimizer's slots; its body gathers a batch, runs the model forward and back, and applies the optimizer.
 */
import { gradients } from "../autodiff/backward.js";
import { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Graph, Model, Value } from "../graph.js";
import type { Loss } from "../losses/loss.js";
import type { Optimizer, Slot } from "../optimizers/optimizer.js";
import type { Tensor } from "../tensor.js";
import { OPSET } from "../versions/opsets.js";
import { BATCH, type Column, lossGraph } from "./lossGraph.js";
import { groupsOf, type ParameterGroup, packed, unpacked } from "./parameters.js";

export interface ProgramOptions {
  /** Its inputs' first axes count rows; its initializers are what can train. */
  readonly model: Model;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Which initializers train, by name; default all of floats. */
  readonly trains?: (name: string) => boolean;
}

export interface Program {
  /**
   * Inputs: `plan` int64 [steps, batch] of row numbers, `factors` float [steps, factors], the columns of the data [rows, …],
   * and the state, of which outputs by the same names with `next_` before give the new one, but for constant slots;
   * `losses` and `norms` float [steps done], where the last step done is the one that stopped being finite if there are fewer than asked for.
   */
  readonly model: Model;
  readonly columns: readonly Column[];
  readonly groups: readonly ParameterGroup[];
  /** What the state is made of, in order: for each group the weights, then each slot. */
  readonly state: readonly StatePart[];
  readonly optimizer: Optimizer;
  readonly factors: readonly string[];
  /** The weights that the model came with, of what trains. */
  readonly initial: ReadonlyMap<string, Tensor>;
}

export interface StatePart {
  readonly name: string;
  readonly dims: readonly number[];
  readonly group: number;
  /** Null: the weights. */
  readonly slot: Slot | null;
}

/** @throws OnnxError ONNX_INVALID, ONNX_NO_GRADIENT */
export function trainingProgram({ model, loss, optimizer, trains = () => true }: ProgramOptions): Program {
  assertOpset(model);
  const { graph, parameters, columns } = lossGraph(model.graph, loss, trains);
  const groups = groupsOf(parameters);
  const factors = Object.keys(optimizer.factors(optimizer.hyper, 1));
  const state = groups.flatMap(({ dims }, index) =>
    [null, ...optimizer.slots].map((slot) => ({
      name: `${slot?.name ?? "weights"}_${index}`,
      dims,
      group: index,
      slot,
    })),
  );
  const g = new GraphBuilder("training");
  const plan = g.input("plan", "int64", ["steps", BATCH]);
  const table = g.input("factors", "float", ["steps", factors.length]);
  const data = columns.map(({ name, element, shape }) => g.input(columnInput(name), element, ["rows", ...shape]));
  const held = new Map(state.map((part) => [part, g.input(part.name, "float", part.dims)]));
  const body = stepGraph({ g, plan, table, data, graph, groups, optimizer, factors, held });
  const steps = g.gather(g.shape(plan), g.scalar("int64", 0));
  const carried = state.filter(isCarried);
  const first = carried.map((part) => held.get(part) as Value);
  const results = g.ops("Loop", [steps, null, ...first], { body }, { outputs: carried.length + 2 });
  for (const [index, { name, dims }] of carried.entries())
    g.output(results[index] as Value, `next_${name}`, { element: "float", shape: dims });
  for (const [index, name] of ["losses", "norms"].entries())
    g.output(results[carried.length + index] as Value, name, { element: "float", shape: ["done"] });
  const trained = new Set(parameters.map(({ name }) => name));
  const own = [...model.graph.initializers].map(([value, data]) => [value.name, data] as const);
  const initial = new Map(own.filter(([name]) => trained.has(name)));
  return { model: g.model(), columns, groups, state, optimizer, factors, initial };
}

/** Whether a step changes it; constant slots stay outside of the Loop. */
export function isCarried({ slot }: StatePart): boolean {
  return slot?.constant !== true;
}

/** Operators change their meaning between versions; rows of gradients know one of them. */
function assertOpset({ opsets }: Model): void {
  const version = opsets[""];
  if (version === OPSET) return;
  throw new OnnxError(
    "ONNX_UNSUPPORTED",
    `the model is of opset ${version ?? "unknown"}; only ${OPSET} can be trained`,
  );
}

export function columnInput(name: string): string {
  return `data_${name}`;
}

interface StepParts {
  readonly g: GraphBuilder;
  readonly plan: Value;
  readonly table: Value;
  readonly data: readonly Value[];
  readonly graph: Graph;
  readonly groups: readonly ParameterGroup[];
  readonly optimizer: Optimizer;
  readonly factors: readonly string[];
  /** The state outside of the Loop. */
  readonly held: ReadonlyMap<StatePart, Value>;
}

/** The body of the Loop: one step. */
function stepGraph(parts: StepParts): Graph {
  const { g, plan, table, data, graph, groups, optimizer, factors, held } = parts;
  const body = g.subgraph("step");
  const at = body.input("at", "int64", []);
  body.input("going", "bool", []);
  const state = new Map(
    [...held].map(([part, outside]) => [
      part,
      isCarried(part) ? body.input(`old_${part.name}`, "float", part.dims) : outside,
    ]),
  );
  const rows = body.gather(plan, at);
  const batches = data.map((column) => body.gather(column, rows));
  const row = body.gather(table, at);
  const values =
    factors.length === 1
      ? [row]
      : body.split(
          row,
          factors.map(() => 1),
          0,
        );
  const old = (group: number, slot: string | null) =>
    [...state].find(([part]) => part.group === group && (part.slot?.name ?? null) === slot)?.[1] as Value;
  const weights = groups.map((group, index) => unpacked(body, group, old(index, null)));
  const inner = bindings(graph, groups, weights, batches);
  const loss = body.inline(graph, inner).get(graph.outputs[0] as Value) as Value;
  const found = gradients(body, loss, weights.flat());
  const byGroup = shared(found, groups);
  const grouped = groups.map((group, index) => packed(body, group, byGroup[index] ?? []));
  const squares = squaredNorm(body, grouped);
  const norm = body.sqrt(squares);
  const next = groups.map((_, index) =>
    optimizer.update({
      g: body,
      weight: old(index, null),
      gradient: grouped[index] as Value,
      slots: (name) => old(index, name),
      factor: (name) => values[factors.indexOf(name)] as Value,
      norm: () => norm,
    }),
  );
  const sum = body.add(loss, squares);
  body.output(body.equal(body.sub(sum, sum), body.float(0)), "finite", { element: "bool", shape: [] });
  for (const { name, dims, group, slot } of [...held.keys()].filter(isCarried)) {
    const value = slot === null ? next[group]?.weight : next[group]?.slots[slot.name];
    body.output(value as Value, `new_${name}`, { element: "float", shape: dims });
  }
  body.output(loss, "step_loss", { element: "float", shape: [] });
  body.output(norm, "step_norm", { element: "float", shape: [] });
  return body.build();
}

/** The values that belong to each group, of those of all in order. */
function shared(values: readonly Value[], groups: readonly ParameterGroup[]): Value[][] {
  const rest = [...values];
  return groups.map(({ parameters }) => rest.splice(0, parameters.length));
}

/** The loss graph's inputs are its weights in their own order, then the columns. */
function bindings(
  graph: Graph,
  groups: readonly ParameterGroup[],
  weights: readonly (readonly Value[])[],
  batches: readonly Value[],
): ReadonlyMap<Value, Value> {
  const byName = new Map(
    groups.flatMap(({ parameters }, at) => parameters.map(({ name }, index) => [name, weights[at]?.[index]] as const)),
  );
  const first = graph.inputs.length - batches.length;
  return new Map(
    graph.inputs.map((input, index) => [
      input,
      (index < first ? byName.get(input.name) : batches[index - first]) as Value,
    ]),
  );
}

/** A sum of squares isn't finite where a gradient isn't, nor from about 1.8e19 on, where float32 squares overflow. */
function squaredNorm(g: GraphBuilder, gradients: readonly Value[]): Value {
  return gradients
    .map((gradient) => g.op("ReduceSumSquare", [gradient], { keepdims: 0 }))
    .reduce((a, b) => g.add(a, b));
}
