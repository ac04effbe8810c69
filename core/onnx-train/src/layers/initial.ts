/** Initial weights: a table of distributions. */
import type { RandomNumbers } from "../random.js";
import { elementCount, type Tensor } from "../tensor.js";

/** Box and Muller 1958, https://doi.org/10.1214/aoms/1177706645. */
function normal(random: RandomNumbers): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What a layer says of a tensor: how many values feed one of its outputs. */
export interface Fan {
  readonly inputs: number;
  readonly outputs: number;
}

/** How one value is drawn. */
const DISTRIBUTIONS = {
  zeros: () => 0,
  ones: () => 1,
  /** Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html, eq. 16. */
  glorot: (random, { inputs, outputs }) => (2 * random() - 1) * Math.sqrt(6 / (inputs + outputs)),
  /** He, Zhang, Ren, Sun 2015, https://arxiv.org/abs/1502.01852, eq. 10: for layers before a Relu. */
  he: (random, { inputs }) => normal(random) * Math.sqrt(2 / inputs),
  /** Of deviation 0.02: Radford et al. 2018 (GPT), §4.1. */
  small: (random) => 0.02 * normal(random),
  standard: (random) => normal(random),
  /** What torch.nn.Linear and its convolutions start from, weights and biases: uniform up to 1/√inputs on both sides. */
  fanIn: (random, { inputs }) => (2 * random() - 1) / Math.sqrt(inputs),
  /** -1 or 1. */
  signs: (random) => (random() < 0.5 ? -1 : 1),
} as const satisfies Readonly<Record<string, (random: RandomNumbers, fan: Fan) => number>>;

export type Distribution = keyof typeof DISTRIBUTIONS;

export function drawn(distribution: Distribution, dims: readonly number[], fan: Fan, random: RandomNumbers): Tensor {
  const data = new Float32Array(elementCount(dims));
  const draw: (random: RandomNumbers, fan: Fan) => number = DISTRIBUTIONS[distribution];
  for (let at = 0; at < data.length; at++) data[at] = draw(random, fan);
  return { element: "float", dims, data };
}
