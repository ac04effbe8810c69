/** Models that PyTorch exported, with what PyTorch makes of the same training: spec/fixtures/onnx/tune.py. */
import { readFileSync } from "node:fs";
import { decodeModel, encodeModel, type Model, openSession, type Tensor, tensor } from "onnx-train";

const FOLDER = new URL("../../fixtures/onnx/tune/", import.meta.url);

interface Numbers {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export interface Training {
  readonly losses: readonly number[];
  /** Of the rows that were trained on, afterwards. */
  readonly scores: Numbers;
  readonly weights: Readonly<Record<string, Numbers>>;
}

interface Vectors {
  readonly opsets: readonly number[];
  readonly x: Numbers;
  readonly target: Numbers;
  readonly sgd: Training;
  readonly adam: Training;
  readonly lora?: Training & { readonly scale: number; readonly start: Readonly<Record<string, Numbers>> };
}

export const VECTORS: Readonly<Record<string, Vectors>> = JSON.parse(
  readFileSync(new URL("vectors.json", FOLDER), "utf8"),
);

/** A plan of ten steps on all six rows. */
export const ALL_ROWS = tensor(
  "int64",
  [10, 6],
  Array.from({ length: 60 }, (_, at) => at % 6),
);

function bytesOf(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${file}.onnx`, FOLDER)));
}

export function exported(file: string): Model {
  return decodeModel(bytesOf(file));
}

export function floats({ dims, data }: Numbers): Tensor {
  return tensor("float", dims, data);
}

/** The rows of a fixture: what goes in, and the classes. */
export function dataOf(name: string): { readonly x: Tensor; readonly target: Tensor } {
  const { x, target } = VECTORS[name] as Vectors;
  return {
    x: tensor(name === "tied" ? "int64" : "float", x.dims, x.data),
    target: tensor("int64", target.dims, target.data),
  };
}

/** What a model gives. */
export async function run(model: Model, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = await openSession(encodeModel(model));
  const results = await session.run(feeds);
  await session.release();
  return results;
}

/** The largest difference. */
export function away(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(...Array.from(a, (value, at) => Math.abs(Number(value) - Number(b[at]))));
}

/** Initializers by name. */
export function heldIn({ graph }: Model): ReadonlyMap<string, Tensor> {
  return new Map([...graph.initializers].map(([value, held]) => [value.name, held]));
}

/** What a model is made of, by name. */
export function described({ graph: { inputs, outputs, nodes, initializers } }: Model) {
  return {
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.map(({ name, type }) => [name, type?.shape]),
    nodes: nodes.map(({ name }) => name),
    weights: [...initializers.keys()].map(({ name }) => name),
  };
}
