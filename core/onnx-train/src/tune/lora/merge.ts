/** Models without their adapters: as they were, or with what the adapters learned in the weights themselves. */
import { OnnxError } from "../../errors.js";
import type { Graph, Model, Node } from "../../graph.js";
import { withWeights } from "../../program/weights.js";
import type { Tensor } from "../../tensor.js";
import { edited, producersOf } from "../edit.js";
import { heldIn } from "../uses.js";
import { deltaOf } from "./delta.js";
import { factorsOf, type LoraRecord, type Placed, RECORD, recordOf } from "./record.js";

/**
 * The model as it was before `withLora`, with the weights that it has now.
 * @throws OnnxError ONNX_INVALID where there are no adapters, or something else changed their nodes since
 */
export function withoutAdapters(model: Model): Model {
  const record = recordOf(model);
  const factors = new Set(record.adapters.flatMap(({ a, b }) => [a, b]));
  const { [RECORD]: _, ...metadata } = model.metadata;
  const graph = {
    ...model.graph,
    initializers: new Map([...model.graph.initializers].filter(([value]) => !factors.has(value.name))),
    nodes: restored(model.graph, record),
  };
  return { ...edited({ ...model, metadata }, graph), irVersion: record.irVersion };
}

/** Each sum's output goes back to what it was added to. */
function restored(graph: Graph, { adapters }: LoraRecord): Node[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const found = (name: string, { weight }: Placed): Node => {
    const node = byName.get(name);
    if (node !== undefined) return node;
    throw new OnnxError("ONNX_INVALID", `the adapter of ${JSON.stringify(weight)} lacks node ${JSON.stringify(name)}`);
  };
  const added = new Set(adapters.flatMap((adapter) => adapter.nodes.map((name) => found(name, adapter))));
  const sums = adapters.flatMap((adapter) => adapter.sums.map((name) => found(name, adapter)));
  const producers = producersOf(graph);
  const hosts = new Map(
    sums.map(({ inputs: [frozen], outputs: [output = null] }) => [frozen && producers.get(frozen), output] as const),
  );
  return graph.nodes.flatMap((node) => {
    if (added.has(node)) return [];
    const output = hosts.get(node);
    return [output === undefined ? node : { ...node, outputs: [output, ...node.outputs.slice(1)] }];
  });
}

/**
 * The plain model: nodes and names as before `withLora`, and W + scale · A · B for each adapted W.
 * @throws OnnxError ONNX_INVALID as `withoutAdapters`; ONNX_UNSUPPORTED for a weight that is held in another type than
 * float, in which what was learned would be lost: keep that adapter apart
 */
export function mergeAdapters(model: Model): Model {
  const plain = withoutAdapters(model);
  const held = new Map(heldIn(plain.graph).map(({ value, tensor }) => [value.name, tensor]));
  const merged = recordOf(model).adapters.map((adapter) => {
    const weight = held.get(adapter.weight);
    return [adapter.weight, sum(adapter, weight, deltaOf(adapter, factorsOf(model, adapter)))] as const;
  });
  return withWeights(plain, new Map(merged));
}

function sum({ weight, dims }: Placed, held: Tensor | undefined, delta: Float64Array): Tensor {
  if (held?.element !== "float") {
    const what = `${JSON.stringify(weight)} is held as ${held?.element ?? "nothing"}`;
    throw new OnnxError("ONNX_UNSUPPORTED", `${what}, in which an adapter can't be merged: keep it apart by adapterOf`);
  }
  const data = held.data as Float32Array;
  return { element: "float", dims, data: Float32Array.from(data, (value, at) => value + Number(delta[at])) };
}
