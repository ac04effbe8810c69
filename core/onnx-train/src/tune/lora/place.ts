/** Puts adapters into a model: nodes beside those that use the weight, and a sum behind them. */
import { freshNames } from "../../freshNames.js";
import { type Graph, type Model, type Node, Value } from "../../graph.js";
import { scalar, type Tensor } from "../../tensor.js";
import { edited, readBy, valuesOf } from "../edit.js";
import { heldIn } from "../uses.js";
import { type Addition, type AdditionOptions, addition } from "./addition.js";
import { type Adapter, openRecord, type Placed, RECORD } from "./record.js";
import type { Adaptable, Site } from "./sites.js";

export interface Plan {
  readonly adapter: Adapter;
  readonly target: Adaptable;
  readonly a: Tensor;
  readonly b: Tensor;
}

/** @throws OnnxError ONNX_INVALID where the model breaks a rule */
export function placed(model: Model, plans: readonly Plan[]): Model {
  const { graph } = model;
  const place = {
    readers: readersOf(graph),
    names: {
      value: freshNames(Array.from(valuesOf(graph), ({ name }) => name)),
      node: freshNames(graph.nodes.map(({ name }) => name)),
    },
  };
  const all = plans.map((plan) => partsOf(plan, place));
  const initializers = new Map([...graph.initializers, ...all.flatMap(({ held }) => held)]);
  const behind = new Map(all.flatMap(({ added }) => added).map(({ host, nodes }) => [host, nodes]));
  const nodes = graph.nodes.flatMap((node) => behind.get(node) ?? [node]);
  const record = openRecord(model);
  const adapters = [...record.adapters, ...all.map(({ adapter }) => adapter)];
  const metadata = { ...model.metadata, [RECORD]: JSON.stringify({ ...record, adapters }) };
  return edited({ ...model, metadata }, { ...graph, initializers, nodes });
}

interface Place {
  readonly readers: Readers;
  readonly names: AdditionOptions["names"];
}

interface Parts {
  readonly held: readonly (readonly [Value, Tensor])[];
  readonly added: readonly Addition[];
  readonly adapter: Placed;
}

function partsOf({ adapter, target, a, b }: Plan, { readers, names }: Place): Parts {
  const held = (name: string, tensor: Tensor) =>
    [new Value(names.value(name), { element: tensor.element, shape: tensor.dims }), tensor] as const;
  const [first, second] = [held(adapter.a, a), held(adapter.b, b)];
  const rate = adapter.dropout === 0 ? [] : [held(`${adapter.weight}.lora_dropout`, scalar("float", adapter.dropout))];
  const factors = { a: first[0], b: second[0], rate: rate[0]?.[0] ?? null };
  const added = target.sites.map((site) => addition({ adapter, site, host: hostOf(site, readers), factors, names }));
  const initializers = [first, second, ...rate];
  const record = {
    a: factors.a.name,
    b: factors.b.name,
    initializers: initializers.map(([{ name }]) => name),
    nodes: added.flatMap(({ nodes: [, ...own] }) => own.map(({ name }) => name)),
    sums: added.map(({ sum }) => sum),
  };
  return { held: initializers, added, adapter: { ...adapter, ...record } };
}

interface Readers {
  readonly counts: ReadonlyMap<Value, number>;
  /** Sums of a value with a constant vector, by that value. */
  readonly biased: ReadonlyMap<Value, Node>;
}

function readersOf(graph: Graph): Readers {
  const counts = new Map<Value, number>();
  const count = (value: Value) => counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const node of graph.nodes) for (const value of readBy(node)) count(value);
  for (const value of graph.outputs) count(value);
  const vectors = new Set(heldIn(graph).flatMap(({ value, tensor }) => (tensor.dims.length === 1 ? [value] : [])));
  const biased = new Map<Value, Node>();
  for (const node of graph.nodes) {
    const [left, right] = node.inputs;
    if (node.opType !== "Add" || node.domain !== "" || !left || !right) continue;
    if (vectors.has(right)) biased.set(left, node);
    else if (vectors.has(left)) biased.set(right, node);
  }
  return { counts, biased };
}

/**
 * The node behind which an adapter's sum goes: that of the product, or its bias's, since onnxruntime makes one product of
 * both, and rounds it otherwise than a product and a sum.
 */
function hostOf({ node }: Site, { counts, biased }: Readers): Node {
  const [output] = node.outputs;
  const bias = output && counts.get(output) === 1 ? biased.get(output) : undefined;
  return node.opType === "MatMul" && bias ? bias : node;
}
