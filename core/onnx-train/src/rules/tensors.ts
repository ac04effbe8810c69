/** Rules for tensors, in initializers and in attributes. */
import type { Graph } from "../graph.js";
import { arrayLength, type Tensor } from "../tensor.js";
import { graphsIn } from "../walk.js";
import { named, place } from "./places.js";

export function* wrongTensors(graph: Graph): Iterable<string> {
  for (const { initializers, nodes } of graphsIn(graph)) {
    for (const [value, tensor] of initializers) yield* wrongTensor(named(value), tensor);
    for (const node of nodes) {
      for (const [name, attribute] of Object.entries(node.attributes))
        if (attribute.kind === "tensor") yield* wrongTensor(`attribute ${name} of ${place(node)}`, attribute.value);
    }
  }
}

function* wrongTensor(what: string, { element, dims, data }: Tensor): Iterable<string> {
  const sizes = dims.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!sizes || arrayLength(element, dims) !== data.length)
    yield `${what} of [${dims.join(", ")}] holds ${data.length}`;
}
