/** The net once more, in plain TypeScript: what the exported graph is compared with. */
import type { Tensor } from "onnx-train";
import type { FeaturePart } from "../../../core/plugin/index.js";
import {
  batchEnsemble,
  dense,
  inPlaceOfEach,
  type Layer,
  layerNorm,
  type Matrix,
  memberDense,
  ofEachFeature,
  relu,
  repeated,
  sideBySide,
  sum,
} from "./matrix.js";
import { byMember } from "./members.js";
import { embeddingOf, type NetShape, PIECES, partName, WAVES, type Weights } from "./net.js";

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
  return EMBEDDINGS[embeddingOf(part, shape)](x, layer(partName(part)));
}

function partOf(numbers: Float32Array, { width }: NetShape, { from, to }: FeaturePart): Matrix {
  const own = numbers.filter((_, at) => at % width >= from && at % width < to);
  return { rows: numbers.length / width, width: to - from, values: Float64Array.from(own) };
}

const EMBEDDINGS: Readonly<Record<NetShape["numbers"], (x: Matrix, layer: Layer) => Matrix>> = {
  plain: (x) => x,
  waves: (x, layer) => relu(ofEachFeature(waved(x, layer("frequencies")), layer)),
  pieces: (x, layer) => relu(ofEachFeature(pieced(x), layer)),
};

/** cos of 2π · frequency · x for each frequency of a feature, then sin. */
function waved(x: Matrix, frequencies: Tensor): Matrix {
  const { frequencies: count } = WAVES;
  return inPlaceOfEach(x, 2 * count, (value, feature, at) => {
    // The graph rounds the angle to float32, which is worth 1e-4 of a turn for large ones.
    const turn = Math.fround(value * Number(frequencies.data[feature * count + (at % count)]));
    const angle = Math.fround(turn * Math.fround(2 * Math.PI));
    return at < count ? Math.cos(angle) : Math.sin(angle);
  });
}

/** How much of each bin lies below x, without a limit at the outer edges. */
function pieced(x: Matrix): Matrix {
  const edges = Float32Array.from(PIECES.edges);
  const last = edges.length - 2;
  return inPlaceOfEach(x, last + 1, (value, _, bin) => {
    const start = edges[bin] as number;
    const share = (value - start) / ((edges[bin + 1] as number) - start);
    const least = bin === 0 ? Number.NEGATIVE_INFINITY : 0;
    return Math.min(Math.max(share, least), bin === last ? Number.POSITIVE_INFINITY : 1);
  });
}
