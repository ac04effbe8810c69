/** Numbers of a layer that are part of its formula. */
import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";
import { tensor } from "../tensor.js";

/** A node, not an initializer: it never trains. */
export function constant(g: GraphBuilder, dims: readonly number[], data: Float32Array): Value {
  return g.op("Constant", [], { value: tensor("float", dims, data) });
}
