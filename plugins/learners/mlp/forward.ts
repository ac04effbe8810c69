/** The net once more, in plain TypeScript: what the exported graph is compared with. */
import type { Tensor } from "onnx-train";
import type { FeaturePart } from "../../../core/plugin/index.js";
import {
  batchEnsemble,
  dense,
  type Layer,
  layerNorm,
  type Matrix,
  memberDense,
  relu,
  repeated,
  sideBySide,
  sum,
} from "./matrix.js";
import { byMember } from "./members.js";
import { isWaved, type NetShape, partName, WAVES, type Weights } from "./net.js";

interface Net {
  readonly shape: NetShape;
  readonly layer: (name: string) => Layer;
}

/** Scores of each row, [rows × outputs], one array for each member within the net. */
export function forward(shape: NetShape, weights: Weights, numbers: Float32Array): readonly Float64Array[] {
  const layer = (name: string) => (own: string) => weights.get(`${name}/${own}`) as Tensor;
  const net = { shape, layer };
  const parts = shape.parts.map((part) => embeddedPart(partOf(numbers, shape, part), part, net));
  const x = sideBySide(parts, numbers.length / shape.width);
  const h = shape.blocks === "plain" ? hidden(x, net) : residual(x, net);
  const end = shape.shared === null ? dense : memberDense;
  return byMember(end(h, layer("output")).values, shape);
}

function hidden(x: Matrix, net: Net): Matrix {
  let h = spread(x, net);
  for (let index = 0; index < net.shape.layers; index++) h = relu(linear(h, `hidden${index}`, net));
  return h;
}

function residual(x: Matrix, net: Net): Matrix {
  const { shape, layer } = net;
  let h = linear(spread(x, net), "input", net);
  for (let index = 0; index < shape.layers; index++) {
    const normal = layerNorm(h, layer(`block${index}/norm`));
    const inner = relu(linear(normal, `block${index}/wide`, net));
    h = sum(h, linear(inner, `block${index}/narrow`, net));
  }
  return relu(layerNorm(h, layer("norm")));
}

/** A row for each member. */
function spread(x: Matrix, { shape }: Net): Matrix {
  return shape.shared === null ? x : repeated(x, shape.shared);
}

function linear(x: Matrix, name: string, { shape, layer }: Net): Matrix {
  return shape.shared === null ? dense(x, layer(name)) : batchEnsemble(x, layer(name));
}

function embeddedPart(x: Matrix, part: FeaturePart, { shape, layer }: Net): Matrix {
  return isWaved(part, shape) ? waved(x, layer(partName(part))) : x;
}

function partOf(numbers: Float32Array, { width }: NetShape, { from, to }: FeaturePart): Matrix {
  const own = numbers.filter((_, at) => at % width >= from && at % width < to);
  return { rows: numbers.length / width, width: to - from, values: Float64Array.from(own) };
}

/** cos and sin of 2π · frequency · x, a linear layer of each feature's own, Relu. */
function waved(x: Matrix, layer: Layer): Matrix {
  const { frequencies: count, units } = WAVES;
  const [frequencies, weight, bias] = [layer("frequencies"), layer("weight"), layer("bias")];
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
