/** Which rows each step takes. */
import { OnnxError } from "../errors.js";
import { randomNumbers } from "../random.js";
import { elementCount, type Tensor } from "../tensor.js";
import { firstOutside } from "./columns.js";

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
  if (!(steps >= 1)) throw noBatch(rows, batch);
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

export function noBatch(rows: number, batch: number): OnnxError {
  return new OnnxError("ONNX_INVALID", `${rows} rows don't make one batch of ${batch}: take a smaller batch`);
}

/**
 * The plan as a program takes it: one for all models is given to each.
 * @throws OnnxError ONNX_INVALID for other shapes and for numbers of rows that the data don't have
 */
export function checkPlan(plan: Tensor, models: number | null, rows: number): Tensor {
  const { element, dims, data } = plan;
  const wanted = models === null ? 2 : 3;
  const isShared = models !== null && dims.length === 2;
  const fits = dims.length === wanted && (models === null || dims[1] === models);
  if (element !== "int64" || elementCount(dims) !== data.length || data.length === 0 || !(fits || isShared)) {
    const shape = models === null ? "[steps, batch]" : `[steps, batch] or [steps, ${models}, batch]`;
    throw new OnnxError("ONNX_INVALID", `a plan is int64 ${shape}, not ${element} [${dims.join(", ")}]`);
  }
  const odd = firstOutside(data as BigInt64Array, rows);
  if (odd >= 0)
    throw new OnnxError("ONNX_INVALID", `the plan takes row ${data[odd]}, and the data have rows 0 to ${rows - 1}`);
  return isShared ? planOfModels([plan], models) : plan;
}

/** One plan from one for each model, or from one for all: int64 [steps, models, batch]; for a single model as it is. */
export function planOfModels(plans: readonly Tensor[], models: number | null): Tensor {
  const [first] = plans as [Tensor, ...Tensor[]];
  if (models === null) return first;
  const [steps = 0, batch = 0] = first.dims;
  const all = new BigInt64Array(steps * models * batch);
  for (let step = 0; step < steps; step++) {
    for (let model = 0; model < models; model++) {
      const { data } = plans.length === 1 ? first : (plans[model] as Tensor);
      all.set((data as BigInt64Array).subarray(step * batch, (step + 1) * batch), (step * models + model) * batch);
    }
  }
  return { element: "int64", dims: [steps, models, batch], data: all };
}

/** Steps `from` to before `to` of a plan, as a view. */
export function stepsOf({ element, dims: [, ...dims], data }: Tensor, from: number, to: number): Tensor {
  const each = elementCount(dims);
  return { element, dims: [to - from, ...dims], data: (data as BigInt64Array).subarray(from * each, to * each) };
}
