/**
 * Models in files, with large tensors in a second one beside them: the one place that knows of file systems. A path inside a
 * model is not trusted: it may only lead to a file in the model's own folder.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import { type DecodeOptions, decodeModel } from "./codec/decode.js";
import { encodeModel } from "./codec/encode.js";
import type { ReadExternal, WriteExternal } from "./codec/tensors.js";
import { assertFits } from "./codec/writer.js";
import { OnnxError } from "./errors.js";
import type { Model } from "./graph.js";

export interface WriteOptions {
  /** Initializers of at least as many bytes go into `<file>.data` beside the model; default none. */
  readonly external?: number;
}

/** Offsets are multiples of a page, so that readers may map the file into memory (ONNX, ExternalData.md). */
const PAGE = 4096;

/**
 * A model from a file, with the tensors that lie in other files of its folder.
 * @throws OnnxError as decodeModel does; ONNX_MALFORMED also where a tensor's file isn't in the model's folder or too short
 */
export function readModelFile(path: string, options: Pick<DecodeOptions, "inline"> = {}): Model {
  assertFits(statSync(path).size, "the file has");
  return decodeModel(new Uint8Array(readFileSync(path)), {
    ...options,
    external: (place) => readPart(dirname(path), place),
  });
}

/**
 * Writes a model, whole or not at all: each file under another name first, then renamed over an old one, the tensors' before
 * the model's.
 * @throws OnnxError as encodeModel does
 */
export function writeModelFile(
  path: string,
  model: Model,
  { external = Number.POSITIVE_INFINITY }: WriteOptions = {},
): void {
  const side = `${path}.data`;
  const parts: Uint8Array[] = [];
  let end = 0;
  const takes: WriteExternal = (data) => {
    if (data.byteLength < external) return null;
    const offset = end;
    const gap = padded(data.byteLength) - data.byteLength;
    parts.push(data, new Uint8Array(gap));
    end += data.byteLength + gap;
    return { location: basename(side), offset };
  };
  const bytes = encodeModel(model, { external: takes });
  if (parts.length > 0) replace(side, parts);
  replace(path, [bytes]);
}

function padded(length: number): number {
  return Math.ceil(length / PAGE) * PAGE;
}

function replace(path: string, parts: readonly Uint8Array[]): void {
  const half = `${path}.half`;
  try {
    const file = openSync(half, "w");
    try {
      for (const part of parts) for (let at = 0; at < part.byteLength; ) at += writeSync(file, part, at);
    } finally {
      closeSync(file);
    }
    renameSync(half, path);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

/** The file's size is looked at before anything is allocated. */
function readPart(folder: string, { location, offset, length }: Parameters<ReadExternal>[0]): Uint8Array {
  const file = openSync(inside(folder, location), "r");
  try {
    const { size } = fstatSync(file);
    if (offset + length > size) throw outside(location, `it has ${size} bytes, not ${offset + length}`);
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const count = readSync(file, bytes, at, Math.min(length - at, 2 ** 30), offset + at);
      if (count === 0) throw outside(location, "it ended while it was read");
      at += count;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** The real path of a plain file in the folder, links followed. */
function inside(folder: string, location: string): string {
  const steps = location.split(/[\\/]/);
  if (isAbsolute(location) || steps.includes("..") || /^[a-z]:/i.test(location) || location.includes("\0"))
    throw outside(location, "it leads out of the model's folder");
  const home = realpathSync(folder);
  const real = realPath(join(home, location), location);
  if (!real.startsWith(home.endsWith(sep) ? home : home + sep))
    throw outside(location, "it leads out of the model's folder");
  if (!statSync(real).isFile()) throw outside(location, "it is no plain file");
  return real;
}

function realPath(path: string, location: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw outside(location, "there is no such file", cause);
  }
}

function outside(location: string, why: string, cause?: unknown): OnnxError {
  return new OnnxError("ONNX_MALFORMED", `external data at ${JSON.stringify(location)}: ${why}`, { cause });
}
