/** What the codec keeps of a file beyond the representation, so that the same bytes can be written again. */
import type { Foreign, ValueType } from "../graph.js";
import type { AttributeProto, TypeProto } from "./messages.js";
import type { Run } from "./wire.js";

export interface Kept extends Foreign {
  /** Fields that the tables of messages.ts don't know: doc strings, versions of the producer, metadata of nodes … */
  readonly rest?: Run[];
  /** Of an attribute's tensor, which needs none. */
  readonly name?: string;
  /** Whether a tensor's numbers lay in the field of their type, not in raw_data. */
  readonly typed?: true;
  /** The type of a value as it lay there, and what it was understood as: nothing, for what is no tensor. */
  readonly type?: { readonly proto: TypeProto; readonly read: ValueType | null };
  /** A node's attributes of kinds that are only carried along. */
  readonly attributes?: readonly AttributeProto[];
  /** Whether the version of ai.onnx stood there without the domain's name, which is empty. */
  readonly bare?: true;
}

/** Undefined where there is nothing to keep. */
export function foreignOf(kept: { readonly [K in keyof Kept]?: Kept[K] | undefined }): { readonly foreign?: Kept } {
  const known = Object.entries(kept).filter(([, value]) => value !== undefined);
  return known.length === 0 ? {} : { foreign: { ...Object.fromEntries(known), from: "file" } };
}

const NOTHING: Kept = { from: "file" };

export function keptOf(thing: { readonly foreign?: Foreign | undefined }): Kept {
  return thing.foreign ?? NOTHING;
}
