import type { Pruner } from "../types.js";

/** Never prunes. */
export function nopPruner(): Pruner {
  return { name: "nop", prune: () => false };
}
