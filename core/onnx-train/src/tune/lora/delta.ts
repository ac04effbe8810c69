/** What an adapter adds to its weight, worked out in double precision. */
import { elementCount, type Tensor } from "../../tensor.js";
import type { Adapter } from "./record.js";

/**
 * The dimensions of A and B. Matrices: [in, rank] and [rank, out]. Kernels: a convolution to `rank` channels in each group,
 * and one of a single place from there.
 */
export function factorDims(
  { dims, flipped, kind, groups }: Pick<Adapter, "dims" | "flipped" | "kind" | "groups">,
  rank: number,
): { readonly a: readonly number[]; readonly b: readonly number[] } {
  if (kind === "convolution") {
    const [out = 0, each = 0, ...kernel] = dims;
    return { a: [groups * rank, each, ...kernel], b: [out, rank, ...kernel.map(() => 1)] };
  }
  const [inputs = 0, outputs = 0] = flipped ? dims.toReversed() : dims;
  return { a: [inputs, rank], b: [rank, outputs] };
}

interface Factors {
  readonly a: Tensor;
  readonly b: Tensor;
}

/** scale · A · B, in the layout of what is held. */
export function deltaOf(adapter: Adapter, factors: Factors): Float64Array {
  return adapter.kind === "convolution" ? kernelDelta(adapter, factors) : matrixDelta(adapter, factors);
}

function matrixDelta({ dims, flipped, rank, scale }: Adapter, { a, b }: Factors): Float64Array {
  const [rows = 0, columns = 0] = dims;
  const [inputs, outputs] = flipped ? [columns, rows] : [rows, columns];
  const [left, right] = [a.data as Float32Array, b.data as Float32Array];
  const delta = new Float64Array(rows * columns);
  for (let from = 0; from < inputs; from++)
    for (let inner = 0; inner < rank; inner++) {
      const factor = scale * Number(left[from * rank + inner]);
      for (let to = 0; to < outputs; to++) {
        const at = flipped ? to * columns + from : from * columns + to;
        delta[at] = Number(delta[at]) + factor * Number(right[inner * outputs + to]);
      }
    }
  return delta;
}

function kernelDelta({ dims, groups, rank, scale }: Adapter, { a, b }: Factors): Float64Array {
  const [out = 0, ...rest] = dims;
  const size = elementCount(rest);
  const [left, right] = [a.data as Float32Array, b.data as Float32Array];
  const delta = new Float64Array(out * size);
  for (let channel = 0; channel < out; channel++)
    for (let inner = 0; inner < rank; inner++) {
      const factor = scale * Number(right[channel * rank + inner]);
      const first = (Math.floor((channel * groups) / out) * rank + inner) * size;
      for (let at = 0; at < size; at++)
        delta[channel * size + at] = Number(delta[channel * size + at]) + factor * Number(left[first + at]);
    }
  return delta;
}
