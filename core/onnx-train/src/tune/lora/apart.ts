/** Adapters apart from their model: a small ONNX model of their own, of which the outputs are what they add to the weights. */
import { createHash } from "node:crypto";
import { GraphBuilder } from "../../builder/builder.js";
import { OnnxError } from "../../errors.js";
import type { Model, Value } from "../../graph.js";
import type { Tensor } from "../../tensor.js";
import { heldIn } from "../uses.js";
import { factorDims } from "./delta.js";
import { assertWhole } from "./lora.js";
import { withoutAdapters } from "./merge.js";
import { type Plan, placed } from "./place.js";
import { type Adapter, factorsOf, type LoraRecord, openRecord, RECORD, recordOf } from "./record.js";
import { type Adaptable, adaptablesIn } from "./sites.js";

/**
 * The adapters of a model as a model of their own: A and B as initializers, for each adapted weight an output
 * `<weight>.delta` with what is to be added to it, and the settings in the metadata. Store it by `encodeModel`.
 * @throws OnnxError ONNX_INVALID where the model has no adapters
 */
export function adapterOf(model: Model): Model {
  const record = recordOf(model);
  const g = new GraphBuilder("adapter");
  for (const adapter of record.adapters) {
    const { a, b } = factorsOf(model, adapter);
    const found = delta(g, adapter, { a: g.named(adapter.a, a), b: g.named(adapter.b, b) });
    g.output(found, `${adapter.weight}.delta`, { element: "float", shape: adapter.dims });
  }
  const adapters = record.adapters.map(({ initializers: _, nodes: __, sums: ___, ...adapter }): Adapter => adapter);
  const apart: LoraRecord<Adapter> = { ...record, digest: digestOf(withoutAdapters(model)), adapters };
  return g.model({ [RECORD]: JSON.stringify(apart) });
}

function delta(
  g: GraphBuilder,
  { dims, flipped, kind, groups, rank, scale }: Adapter,
  f: { a: Value; b: Value },
): Value {
  if (kind !== "convolution") {
    const product = g.mul(g.matmul(f.a, f.b), g.float(scale));
    return flipped ? g.transpose(product, [1, 0]) : product;
  }
  const [out = 0] = dims;
  const product = g.matmul(g.reshape(f.b, [groups, out / groups, rank]), g.reshape(f.a, [groups, rank, -1]));
  return g.reshape(g.mul(product, g.float(scale)), dims);
}

export interface ApplyOptions {
  /** Whether a model of the same shapes but other weights will do; default false. */
  readonly otherWeights?: boolean;
}

/**
 * The model with adapters that stood apart.
 * @throws OnnxError ONNX_INVALID where they don't fit: names, dimensions, or (unless `otherWeights`) the weights on which
 * they were trained
 */
export function applyAdapter(model: Model, adapter: Model, { otherWeights = false }: ApplyOptions = {}): Model {
  const record = recordOf(adapter);
  if (openRecord(model).adapters.length > 0) throw misfit("the model has adapters already: merge them first");
  if (!otherWeights && record.digest !== digestOf(model))
    throw misfit("it was trained on other weights; if they are to be taken all the same, say otherWeights");
  const targets = new Map(adaptablesIn(model.graph).map((target) => [target.value.name, target]));
  return placed(
    model,
    record.adapters.map((one) => fitted(one, targets.get(one.weight), factorsOf(adapter, one))),
  );
}

function fitted(adapter: Adapter, target: Adaptable | undefined, factors: { a: Tensor; b: Tensor }): Plan {
  const name = JSON.stringify(adapter.weight);
  if (target === undefined) throw misfit(`the model has no ${name} that can be adapted`);
  const { tensor, sites } = target;
  if (String(tensor.dims) !== String(adapter.dims))
    throw misfit(`${name} is [${tensor.dims.join(", ")}] in the model and [${adapter.dims.join(", ")}] in the adapter`);
  if ((sites[0].kind === "convolution") !== (adapter.kind === "convolution") || sites[0].groups !== adapter.groups)
    throw misfit(`${name} is used otherwise than the adapter says: by ${sites[0].node.opType}`);
  const dims = factorDims(adapter, adapter.rank);
  if (String([factors.a.dims, factors.b.dims]) !== String([dims.a, dims.b]))
    throw misfit(`its factors of ${name} aren't of rank ${adapter.rank}`);
  assertWhole(target);
  return { adapter, target, ...factors };
}

function misfit(what: string): OnnxError {
  return new OnnxError("ONNX_INVALID", `the adapter doesn't fit: ${what}`);
}

/** SHA-256 of the constants of the main graph that are numbers: names, types, dimensions, values. */
function digestOf({ graph }: Model): string {
  const hash = createHash("sha256");
  const held = heldIn(graph).map(({ value: { name }, tensor }) => ({ name, ...tensor }));
  for (const { name, element, dims, data } of held.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${JSON.stringify([name, element, dims])}\n`);
    if (ArrayBuffer.isView(data)) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}
