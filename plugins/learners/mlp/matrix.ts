/** Layers in plain TypeScript, with the weights of an exported net. */
import type { Tensor } from "onnx-train";

/** A matrix, row by row. */
export interface Matrix {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** A layer's own weights, by the last part of their names. */
export type Layer = (name: string) => Tensor;

export function sideBySide(parts: readonly Matrix[], rows: number): Matrix {
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const values = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    let at = row * width;
    for (const part of parts) {
      values.set(part.values.subarray(row * part.width, (row + 1) * part.width), at);
      at += part.width;
    }
  }
  return { rows, width, values };
}

/** Each row this often, one behind the other. */
export function repeated({ rows, width, values }: Matrix, times: number): Matrix {
  const all = new Float64Array(rows * times * width);
  for (let row = 0; row < rows * times; row++) {
    const from = Math.floor(row / times) * width;
    all.set(values.subarray(from, from + width), row * width);
  }
  return { rows: rows * times, width, values: all };
}

/** Several numbers in the place of each one. */
export function inPlaceOfEach(
  { rows, width, values }: Matrix,
  count: number,
  numberOf: (value: number, column: number, at: number) => number,
): Matrix {
  const all = new Float64Array(values.length * count);
  for (const [place, value] of values.entries())
    for (let at = 0; at < count; at++) all[place * count + at] = numberOf(value, place % width, at);
  return { rows, width: width * count, values: all };
}

export function relu({ values, ...size }: Matrix): Matrix {
  return { ...size, values: values.map((value) => Math.max(0, value)) };
}

export function sum({ values, ...size }: Matrix, other: Matrix): Matrix {
  return { ...size, values: values.map((value, at) => value + (other.values[at] as number)) };
}

export function dense(x: Matrix, layer: Layer): Matrix {
  return shifted(product(x, layer("weight")), layer("bias"));
}

/** Row after row belongs to member after member: ((x ∘ r) W) ∘ s + b. */
export function batchEnsemble(x: Matrix, layer: Layer): Matrix {
  const each = product(scaled(x, layer("inputs")), layer("weight"));
  return shifted(scaled(each, layer("outputs")), layer("bias"));
}

/** A matrix for each member. */
export function memberDense(x: Matrix, layer: Layer): Matrix {
  const weight = layer("weight");
  const [members = 1] = weight.dims;
  const each = product(x, weight, (row) => row % members);
  return shifted(each, layer("bias"));
}

/** A matrix for each feature, [features, numbers, units], which has so many numbers of a row. */
export function ofEachFeature({ rows, values }: Matrix, layer: Layer): Matrix {
  const weight = layer("weight");
  const [features = 1, numbers = 1, units = 1] = weight.dims;
  const each = product({ rows: rows * features, width: numbers, values }, weight, (row) => row % features);
  return shifted({ rows, width: features * units, values: each.values }, layer("bias"));
}

/** Each row to mean 0 and variance 1, then scaled and shifted. */
export function layerNorm(x: Matrix, layer: Layer): Matrix {
  const values = new Float64Array(x.values.length);
  for (let from = 0; from < values.length; from += x.width) {
    const row = x.values.subarray(from, from + x.width);
    const mean = row.reduce((total, value) => total + value, 0) / x.width;
    const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / x.width;
    for (const [at, value] of row.entries()) values[from + at] = (value - mean) / Math.sqrt(variance + EPSILON);
  }
  return shifted(scaled({ ...x, values }, layer("scale")), layer("shift"));
}

/** That of the layer in onnx-train. */
const EPSILON = 1e-5;

/** Rows times a matrix, [inputs, units], or that of those in [matrices, inputs, units] which `which` says. */
function product(x: Matrix, { dims, data }: Tensor, which = (_row: number) => 0): Matrix {
  const units = dims.at(-1) ?? 0;
  const values = new Float64Array(x.rows * units);
  for (let row = 0; row < x.rows; row++) {
    const out = values.subarray(row * units, (row + 1) * units);
    const first = which(row) * x.width;
    for (let from = 0; from < x.width; from++) {
      const value = x.values[row * x.width + from] as number;
      if (value === 0) continue;
      for (let to = 0; to < units; to++)
        out[to] = (out[to] as number) + value * ((data as Float32Array)[(first + from) * units + to] as number);
    }
  }
  return { rows: x.rows, width: units, values };
}

/** By a vector, or by a member's. */
function scaled({ values, ...size }: Matrix, { data }: Tensor): Matrix {
  return { ...size, values: values.map((value, at) => value * Number(data[at % data.length])) };
}

function shifted({ values, ...size }: Matrix, { data }: Tensor): Matrix {
  return { ...size, values: values.map((value, at) => value + Number(data[at % data.length])) };
}
