/** Which rows each step takes. */
import { OnnxError } from "../errors.js";
import { randomNumbers } from "../random.js";
import type { Tensor } from "../tensor.js";

export interface PlanOptions {
  readonly rows: number;
  readonly batch: number;
  readonly seed: number;
  /** From 0. */
  readonly epoch: number;
}

/**
 * The rows in an order of its own for each seed and epoch (Fisher and Yates), cut into batches: int64 [steps, batch]. What
 * is left over for no whole batch waits for another epoch.
 * @throws OnnxError ONNX_INVALID when there is no whole batch
 */
export function epochPlan({ rows, batch, seed, epoch }: PlanOptions): Tensor {
  const steps = Math.floor(rows / batch);
  if (!(steps >= 1))
    throw new OnnxError("ONNX_INVALID", `${rows} rows don't make one batch of ${batch}: take a smaller batch`);
  const random = randomNumbers(seed, `epoch ${epoch}`);
  const order = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row));
  for (let at = rows - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const row = order[at] as bigint;
    order[at] = order[other] as bigint;
    order[other] = row;
  }
  return { element: "int64", dims: [steps, batch], data: order.subarray(0, steps * batch) };
}
