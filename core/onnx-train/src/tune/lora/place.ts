/** Puts adapters into a model: nodes beside those that use the weight, and a sum behind them. */
import { type Graph, type Model, type Node, Value } from "../../graph.js";
import type { Tensor } from "../../tensor.js";
import { edited, freshNames, readBy, valuesOf } from "../edit.js";
import { heldIn } from "../uses.js";
import { addition } from "./addition.js";
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
  const names = { value: freshNames(namesOf(valuesOf(graph))), node: freshNames(graph.nodes.map(({ name }) => name)) };
  const initializers = new Map(graph.initializers);
  const readers = readersOf(graph);
  const behind = new Map<Node, readonly Node[]>();
  const adapters: Placed[] = [];
  for (const { adapter, target, a, b } of plans) {
    const factors = { a: new Value(names.value(adapter.a)), b: new Value(names.value(adapter.b)) };
    initializers.set(factors.a, a).set(factors.b, b);
    const added = target.sites.map((site) => addition({ adapter, site, host: hostOf(site, readers), factors, names }));
    for (const { host, nodes } of added) behind.set(host, nodes);
    const own = added.flatMap(({ host, nodes }) => nodes.filter(({ name }) => name !== host.name));
    adapters.push({
      ...adapter,
      a: factors.a.name,
      b: factors.b.name,
      nodes: own.map(({ name }) => name),
      sums: added.map(({ sum }) => sum),
    });
  }
  const record = openRecord(model);
  const nodes = graph.nodes.flatMap((node) => behind.get(node) ?? [node]);
  const metadata = {
    ...model.metadata,
    [RECORD]: JSON.stringify({ ...record, adapters: [...record.adapters, ...adapters] }),
  };
  return edited({ ...model, metadata }, { ...graph, initializers, nodes });
}

function namesOf(values: Iterable<Value>): string[] {
  return Array.from(values, ({ name }) => name);
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
