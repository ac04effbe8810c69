/** Models without their adapters: as they were, or with what the adapters learned in the weights themselves. */
import { OnnxError } from "../../errors.js";
import type { Graph, Model, Node, Value } from "../../graph.js";
import { withWeights } from "../../program/weights.js";
import type { Tensor } from "../../tensor.js";
import { edited, producersOf } from "../edit.js";
import { heldIn } from "../uses.js";
import { deltaOf } from "./delta.js";
import { factorsOf, type LoraRecord, type Placed, RECORD, recordOf } from "./record.js";

/**
 * The model as it was before `withLora` (before IR 4 again, where every initializer is an input as then), with the weights that it has now.
 * @throws OnnxError ONNX_INVALID where there are no adapters, or something else changed their nodes since
 */
export function withoutAdapters(model: Model): Model {
  const record = recordOf(model);
  const added = new Set(record.adapters.flatMap(({ initializers }) => initializers));
  const { [RECORD]: _, ...metadata } = model.metadata;
  const graph = {
    ...model.graph,
    initializers: new Map([...model.graph.initializers].filter(([value]) => !added.has(value.name))),
    nodes: restored(model.graph, record),
  };
  const next = edited({ ...model, metadata }, graph);
  const bound = [...graph.initializers.keys()].every((value) => graph.inputs.includes(value));
  return bound ? { ...next, irVersion: Math.min(record.irVersion, next.irVersion) } : next;
}

/** Each sum's output goes back to what it was added to. */
function restored(graph: Graph, { adapters }: LoraRecord): Node[] {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const producers = producersOf(graph);
  const added = new Set<Node>();
  const hosts = new Map<Node, Value>();
  for (const { weight, nodes: names, sums } of adapters) {
    for (const name of names) added.add(nodes.get(name) ?? lacking(weight, name));
    for (const name of sums) {
      const {
        inputs: [frozen],
        outputs: [output],
      } = nodes.get(name) ?? lacking(weight, name);
      const host = frozen && producers.get(frozen);
      if (!host || !output) lacking(weight, `that ${name} adds to`);
      hosts.set(host, output);
    }
  }
  return graph.nodes.flatMap((node) => {
    if (added.has(node)) return [];
    const output = hosts.get(node);
    return [output === undefined ? node : { ...node, outputs: [output, ...node.outputs.slice(1)] }];
  });
}

function lacking(weight: string, node: string): never {
  throw new OnnxError(
    "ONNX_INVALID",
    `the adapter of ${JSON.stringify(weight)} lacks node ${node}: it was changed since`,
  );
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
