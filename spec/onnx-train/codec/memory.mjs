/**
 * Decodes files that say much in few bytes, each by itself, and prints how much the process grew at its most, in bytes for
 * each byte of a file. Run by memory.spec.ts, on the built library.
 */
import { decodeModel } from "../../../core/onnx-train/dist/index.js";
import { peak } from "../../support/peak.mjs";

const SIZE = 2 ** 19;

function varint(value) {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

function field(id, bytes) {
  const head = [...varint(id * 8 + 2), ...varint(bytes.length)];
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

function joined(...parts) {
  return Buffer.concat(parts.map((part) => Uint8Array.from(part)));
}

function many(unit) {
  const bytes = new Uint8Array(Math.floor(SIZE / unit.length) * unit.length);
  for (let at = 0; at < bytes.length; at += unit.length) bytes.set(unit, at);
  return bytes;
}

const GRAPH = 7;
const NODE = 1;
const NAMED = [0x0a, 1, 97];
const RELU = [0x22, 1, 65];
const tensor = (type, ...parts) => field(GRAPH, field(5, joined([0x10, type, 0x42, 1, 97], ...parts)));
const ints = many([1]);

const FILES = {
  "messages without a thing in them": field(GRAPH, many([0x0a, 0])),
  nodes: field(GRAPH, many(field(NODE, RELU))),
  "inputs of one node": field(GRAPH, field(NODE, joined(RELU, many([0x0a, 1, 97])))),
  "outputs of one node": field(GRAPH, field(NODE, joined(RELU, many([0x12, 1, 97])))),
  "inputs of the graph": field(GRAPH, many(field(11, NAMED))),
  "types of inner values": field(GRAPH, many(field(13, NAMED))),
  "dimensions of one type": field(
    GRAPH,
    field(11, joined(NAMED, field(2, field(1, joined([8, 1], field(2, many([0x0a, 0]))))))),
  ),
  attributes: field(GRAPH, field(NODE, joined(RELU, many(field(5, [...NAMED, 0xa0, 1, 2]))))),
  "whole numbers of an attribute": field(
    GRAPH,
    field(NODE, joined(RELU, field(5, joined(NAMED, [0xa0, 1, 7], field(8, ints))))),
  ),
  "dimensions of a tensor": tensor(1, field(1, ints)),
  "a tensor of small numbers": tensor(7, [0x08, ...varint(SIZE)], field(7, ints)),
  "numbers in turn in two fields": tensor(7, many([0x38, 1, 0x28, 1])),
  "empty strings": tensor(8, [0x08, ...varint(SIZE / 2)], many([0x32, 0])),
  "a tensor larger than any memory": tensor(1, [0x08, ...varint(2 ** 50)], many([0x25, 0, 0, 0, 0])),
  "fields that nobody knows, in turn": many([0x18, 0, 0x20, 0]),
  metadata: many([0x72, 2, 0x0a, 0]),
};

function outcome(bytes) {
  try {
    decodeModel(bytes);
    return "a model";
  } catch (error) {
    return error.code ?? String(error);
  }
}

const found = {};
for (const [name, bytes] of Object.entries(FILES)) {
  gc();
  const before = peak();
  const code = outcome(bytes);
  found[name] = { code, times: (peak() - before) / bytes.length };
}
process.stdout.write(JSON.stringify(found));
