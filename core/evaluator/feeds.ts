/**
 * Columns as onnxruntime takes them. It refuses tensors on a SharedArrayBuffer ("Invalid argument", onnxruntime-node
 * 1.30), so a shared column is copied once, and a column of codes becomes strings once, however many models are scored.
 */
import { type Tensor, tensor } from "onnx-train";
import { spelling } from "../features/spelling.js";
import type { Column, LevelColumn, NumberColumn } from "../plugin/index.js";

const numbers = new WeakMap<Float32Array, Float32Array>();
const strings = new WeakMap<Int32Array, readonly string[]>();

/** Rows `from` … `to` (excluded) of a column, as a tensor [to − from, 1]. */
export function feedOf(column: Column, from: number, to: number): Tensor {
  const dims = [to - from, 1];
  if ("values" in column) return tensor("float", dims, ordinary(column).subarray(from, to));
  return tensor("string", dims, spelt(column).slice(from, to));
}

function ordinary({ values }: NumberColumn): Float32Array {
  if (values.buffer instanceof ArrayBuffer) return values;
  const known = numbers.get(values);
  if (known !== undefined) return known;
  const copy = Float32Array.from(values);
  numbers.set(values, copy);
  return copy;
}

function spelt({ codes, levels }: LevelColumn): readonly string[] {
  const known = strings.get(codes);
  if (known !== undefined) return known;
  const spellings = levels.map((_, code) => spelling(levels, code));
  const all = Array.from(codes, (code) => spellings[code] ?? "");
  strings.set(codes, all);
  return all;
}
