import { checkOptions, type NoOptions } from "../given.js";
import type { Pruner } from "../types.js";

/** Never prunes. */
export function nopPruner(options: NoOptions = {}): Pruner {
  checkOptions("nop", options, {});
  return { name: "nop", prune: () => false };
}
