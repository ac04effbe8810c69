import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";

const OFFSET = 2 ** -100;

/**
 * The value without denormal numbers, whatever the thread's flags say: x + 2^-100 - 2^-100. Near 2^-100 floats are multiples
 * of 2^-124, so that what is below that becomes 0 and what is left is normal (2^-126 is the smallest); from 2^-76 on
 * (1.3e-23) both sums round back to x, bit for bit. NaN and infinity stay, which Shrink would make 0 (NaN) at three times
 * the cost (onnxruntime 1.30).
 */
export function flushed(g: GraphBuilder, value: Value): Value {
  const offset = g.float(OFFSET);
  return g.sub(g.add(value, offset), offset);
}
