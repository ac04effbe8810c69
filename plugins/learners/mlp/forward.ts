/** The net once more, in plain TypeScript: what the exported graph is compared with. */
import type { Tensor } from "onnx-train";
import type { FeaturePart } from "../../../core/plugin/index.js";
import { isWaved, type NetShape, partName, WAVES, type Weights } from "./net.js";

/** A matrix, row by row. */
interface Matrix {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** Scores of each row, [rows × outputs]. */
export function forward(shape: NetShape, weights: Weights, numbers: Float32Array): Float64Array {
  const rows = numbers.length / shape.width;
  const parts = shape.parts.map((part) => {
    const width = part.to - part.from;
    const values = new Float64Array(rows * width);
    for (let row = 0; row < rows; row++)
      for (let at = 0; at < width; at++)
        values[row * width + at] = numbers[row * shape.width + part.from + at] as number;
    return embeddedPart({ rows, width, values }, part, { shape, weights });
  });
  const layers = [...shape.hidden.map((_, index) => `hidden${index}`), "output"];
  let h = sideBySide(parts, rows);
  for (const name of layers) {
    h = dense(h, tensorOf(weights, `${name}/weight`), tensorOf(weights, `${name}/bias`));
    if (name !== "output") for (const [at, value] of h.values.entries()) h.values[at] = Math.max(0, value);
  }
  return h.values;
}

function tensorOf(weights: Weights, name: string): Tensor {
  return weights.get(name) as Tensor;
}

interface Net {
  readonly shape: NetShape;
  readonly weights: Weights;
}

function embeddedPart(x: Matrix, part: FeaturePart, { shape, weights }: Net): Matrix {
  if (!isWaved(part, shape)) return x;
  const own = (name: string) => tensorOf(weights, `${partName(part)}/${name}`);
  return waved(x, { frequencies: own("frequencies"), weight: own("weight"), bias: own("bias") });
}

interface WaveWeights {
  readonly frequencies: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** cos and sin of 2π · frequency · x, a linear layer of each feature's own, Relu. */
function waved(x: Matrix, { frequencies, weight, bias }: WaveWeights): Matrix {
  const { frequencies: count, units } = WAVES;
  const width = x.width * units;
  const values = new Float64Array(x.rows * width);
  const waves = new Float64Array(2 * count);
  for (let row = 0; row < x.rows; row++) {
    for (let feature = 0; feature < x.width; feature++) {
      const value = x.values[row * x.width + feature] as number;
      for (let at = 0; at < count; at++) {
        // The graph rounds the angle to float32, which is worth 1e-4 of a turn for large ones.
        const turn = Math.fround(value * Number(frequencies.data[feature * count + at]));
        const angle = Math.fround(turn * Math.fround(2 * Math.PI));
        waves[at] = Math.cos(angle);
        waves[count + at] = Math.sin(angle);
      }
      for (let unit = 0; unit < units; unit++) {
        let sum = Number(bias.data[feature * units + unit]);
        for (let at = 0; at < 2 * count; at++)
          sum += (waves[at] as number) * Number(weight.data[(feature * 2 * count + at) * units + unit]);
        values[row * width + feature * units + unit] = Math.max(0, sum);
      }
    }
  }
  return { rows: x.rows, width, values };
}

function sideBySide(parts: readonly Matrix[], rows: number): Matrix {
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

function dense(x: Matrix, { dims: [, units = 0], data }: Tensor, bias: Tensor): Matrix {
  const weights = data as Float32Array;
  const values = new Float64Array(x.rows * units);
  for (let row = 0; row < x.rows; row++) {
    const out = values.subarray(row * units, (row + 1) * units);
    out.set(bias.data as Float32Array);
    for (let from = 0; from < x.width; from++) {
      const value = x.values[row * x.width + from] as number;
      if (value === 0) continue;
      for (let to = 0; to < units; to++) out[to] = (out[to] as number) + value * (weights[from * units + to] as number);
    }
  }
  return { rows: x.rows, width: units, values };
}
