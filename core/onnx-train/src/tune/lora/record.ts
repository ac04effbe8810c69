/** What a model's metadata say of its adapters, so that they can be merged or taken off after any round trip. */
import { OnnxError } from "../../errors.js";
import type { Graph, Model } from "../../graph.js";
import type { Tensor } from "../../tensor.js";
import type { SiteKind } from "./sites.js";

/** The key among the metadata. */
export const RECORD = "onnx-train.lora";

/** One adapter: E + scale · A · B in place of a weight E. */
export interface Adapter {
  /** The name of the constant that it adapts. */
  readonly weight: string;
  /** Of which dimensions. */
  readonly dims: readonly number[];
  /** The names of A and B. */
  readonly a: string;
  readonly b: string;
  readonly rank: number;
  readonly alpha: number;
  /** alpha / rank, or alpha / √rank. */
  readonly scale: number;
  /** On what reaches it while training. */
  readonly dropout: number;
  readonly kind: SiteKind;
  /** Whether E is the transpose of what is held. */
  readonly flipped: boolean;
  /** Of a convolution. */
  readonly groups: number;
}

/** An adapter in its model. */
export interface Placed extends Adapter {
  /** The names of A, B, and the rate of dropout if there is some. */
  readonly initializers: readonly string[];
  /** The names of all its nodes, and of those among them that add to what the model had. */
  readonly nodes: readonly string[];
  readonly sums: readonly string[];
}

export interface LoraRecord<T extends Adapter = Placed> {
  readonly version: 1;
  /** Of the model without adapters. */
  readonly irVersion: number;
  /** SHA-256 of what the adapters were trained on; in an adapter that stands apart. */
  readonly digest?: string;
  readonly adapters: readonly T[];
}

function isRecord(value: unknown): value is LoraRecord {
  const { version, adapters } = (value ?? {}) as Partial<LoraRecord>;
  return version === 1 && Array.isArray(adapters) && adapters.every((one) => typeof one?.weight === "string");
}

/** @throws OnnxError ONNX_INVALID where the model has no adapters, or says of them what can't be read */
export function recordOf({ metadata }: Model): LoraRecord {
  const text = metadata[RECORD];
  if (text === undefined)
    throw new OnnxError("ONNX_INVALID", `the model has no adapters: its metadata have no ${RECORD}`);
  const record = parsed(text);
  if (isRecord(record)) return record;
  throw new OnnxError("ONNX_INVALID", `the metadata ${RECORD} can't be read: ${text.slice(0, 80)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no record: the caller says so.
    return null;
  }
}

/** The record of a model to which adapters are added: its own, or an empty one. */
export function openRecord(model: Model): LoraRecord {
  if (Object.hasOwn(model.metadata, RECORD)) return recordOf(model);
  return { version: 1, irVersion: model.irVersion, adapters: [] };
}

/** The metadata of a model of which only this graph is left: adapters that went with their nodes are no longer told. */
export function metadataFor(model: Model, { nodes }: Graph): Model["metadata"] {
  if (!Object.hasOwn(model.metadata, RECORD)) return model.metadata;
  const { [RECORD]: _, ...others } = model.metadata;
  const record = recordOf(model);
  const left = new Set(nodes.map(({ name }) => name));
  const still = (names: readonly string[]) => names.filter((name) => left.has(name));
  const adapters = record.adapters
    .map((one) => ({ ...one, nodes: still(one.nodes), sums: still(one.sums) }))
    .filter(({ sums }) => sums.length > 0);
  return adapters.length === 0 ? others : { ...others, [RECORD]: JSON.stringify({ ...record, adapters }) };
}

/** A and B in a model, by the names in the record. */
export function factorsOf({ graph }: Model, { weight, a, b }: Adapter): { readonly a: Tensor; readonly b: Tensor } {
  const found = new Map([...graph.initializers].map(([value, tensor]) => [value.name, tensor]));
  const [first, second] = [found.get(a), found.get(b)];
  if (first?.element === "float" && second?.element === "float") return { a: first, b: second };
  throw new OnnxError("ONNX_INVALID", `the adapter of ${JSON.stringify(weight)} lacks ${first ? b : a}`);
}
