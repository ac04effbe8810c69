/** How findings call things. */
import type { Node, Value } from "../graph.js";

export function place(node: Node): string {
  return `node ${JSON.stringify(node.name)} (${node.opType})`;
}

export function named(value: Value): string {
  return `value ${JSON.stringify(value.name)}`;
}
