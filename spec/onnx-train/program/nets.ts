/** Small nets and data for the specs of training programs. */
import {
  convolution,
  dense,
  dropout,
  GraphBuilder,
  type Model,
  mlp,
  Scope,
  type Tensor,
  tensor,
  type Value,
} from "onnx-train";

export const ROWS = 24;
export const CLASSES = 3;

/** Deterministic noise in [-1, 1). */
export function noise(count: number, phase = 0): number[] {
  return Array.from({ length: count }, (_, at) => (((at + 1) * 0.6180339887498949 + phase) % 1) * 2 - 1);
}

export function modelOf(shape: readonly number[], build: (scope: Scope, x: Value) => Value, seed = 1): Model {
  const g = new GraphBuilder("net");
  g.output(build(new Scope(g, seed), g.input("x", "float", ["N", ...shape])), "scores");
  return g.model();
}

/** The class is the third in which the first value of a row lies. */
export function dataOf(shape: readonly number[]): { x: Tensor; target: Tensor } {
  const each = shape.reduce((product, size) => product * size, 1);
  const values = noise(ROWS * each, 0.1);
  const classes = Array.from({ length: ROWS }, (_, row) =>
    Math.floor(((Number(values[row * each]) + 1) / 2) * CLASSES),
  );
  return { x: tensor("float", [ROWS, ...shape], values), target: tensor("int64", [ROWS], classes) };
}

export function planOf(steps: number, batch: number, stride = 5): Tensor {
  const rows = Array.from({ length: steps * batch }, (_, at) => (at * stride) % ROWS);
  return tensor("int64", [steps, batch], rows);
}

export const NETS = {
  mlp: { shape: [4], build: (scope, x) => mlp(scope, x, { hidden: [6, 5], outputs: CLASSES }) },
  dropout: {
    shape: [4],
    build: (scope, x) =>
      dense(scope.within("b"), dropout(scope, scope.g.relu(dense(scope.within("a"), x, { units: 16 })), 0.4), {
        units: CLASSES,
      }),
  },
  convolution: {
    shape: [1, 6, 6],
    build: (scope, x) => {
      const { g } = scope;
      const h = normalised(scope, convolution(scope, x, { channels: 2 }), 2);
      return dense(scope.within("output"), g.op("Flatten", [g.relu(h)]), { units: CLASSES });
    },
  },
} as const satisfies Readonly<Record<string, { shape: readonly number[]; build: (scope: Scope, x: Value) => Value }>>;

/** Batch normalisation with running statistics that start at mean 0 and variance 1. */
export function normalised({ g }: Scope, x: Value, channels: number): Value {
  const held = { scale: 1, shift: 0, mean: 0, variance: 1 };
  const parts = Object.entries(held).map(([name, value]) =>
    g.named(name, tensor("float", [channels], new Float32Array(channels).fill(value))),
  );
  const y = g.op("BatchNormalization", [x, ...parts], {
    epsilon: { kind: "float", value: 1e-3 },
    momentum: { kind: "float", value: 0.8 },
  });
  y.type = x.type;
  return y;
}
