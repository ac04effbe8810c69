import { readFileSync } from "node:fs";
import { convertModel, decodeModel, encodeModel, openSession, tensor } from "onnx-train";

/** Written by Python's onnx: spec/fixtures/onnx/functions.py. */
const CALLS = new Uint8Array(readFileSync(new URL("../../fixtures/onnx/functions.onnx", import.meta.url)));

describe("functions of a model's own", () => {
  test("are carried along, with the nodes that call them", () => {
    const model = decodeModel(CALLS);
    expect(model.functions?.map(({ domain, name }) => [domain, name])).toEqual([
      ["own", "Both"],
      ["own", "Leaky"],
      ["own", "Leaky"],
    ]);
    expect(encodeModel(model)).toEqual(CALLS);
  });

  test("take the place of what calls them, and the model gives what onnx's evaluator gives", async () => {
    const model = decodeModel(CALLS, { inline: true });
    expect(model.functions).toBeUndefined();
    expect(new Set(model.graph.nodes.map(({ domain }) => domain))).toEqual(new Set([""]));
    const session = await openSession(encodeModel(model));
    const results = await session.run({ x: tensor("float", [2, 3], [-2, -1, 0.5, 1, 2, -0.25]) });
    await session.release();
    for (const name of ["y", "same"]) {
      const expected: number[] = JSON.parse(model.metadata[name] ?? "");
      expect(expected).toHaveLength(6);
      for (const [at, value] of expected.entries()) expect(results[name]?.data[at]).toBeCloseTo(value, 5);
    }
  });

  test("give their nodes the names of the calls", () => {
    const names = decodeModel(CALLS, { inline: true }).graph.nodes.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(["call/Leaky/LeakyRelu", "call/Leaky/Clip"]);
  });

  test("of an old opset can only be raised in place", () => {
    const old = { ...decodeModel(CALLS), opsets: { "": 16, own: 1 } };
    expect(() => convertModel(old)).toThrow("read it with the option `inline`");
    const inlined = decodeModel(CALLS, { inline: true });
    expect(convertModel({ ...inlined, opsets: { ...inlined.opsets, "": 16 } }).opsets[""]).toBe(17);
  });

  test("that double at each call end in an error, not in a heap that is full", () => {
    const calls = (level: number) =>
      field(25, [...field(1, text(`f${level}`)), ...field(10, text("own")), ...node(level + 1), ...node(level + 1)]);
    const levels = Array.from({ length: 40 }, (_, level) => calls(level)).flat();
    const bytes = Uint8Array.from([...field(7, node(0)), ...levels]);
    expect(() => decodeModel(bytes, { inline: true })).toThrow(expect.objectContaining({ code: "ONNX_TOO_LARGE" }));
    const itself = Uint8Array.from([
      ...field(7, node(0)),
      ...field(25, [...field(1, text("f0")), ...field(10, text("own")), ...node(0, 7)]),
    ]);
    expect(() => decodeModel(itself, { inline: true })).toThrow("functions call one another without end, at f0");
  });
});

function text(value: string): number[] {
  return [...new TextEncoder().encode(value)];
}

function field(id: number, bytes: readonly number[]): number[] {
  const varint = (value: number): number[] =>
    value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
  return [...varint(id * 8 + 2), ...varint(bytes.length), ...bytes];
}

/** A node that calls a function, as a field of a graph (1) and of a function (7) alike where `id` says which. */
function node(level: number, id = level === 0 ? 1 : 7): number[] {
  return field(id, [...field(4, text(`f${level}`)), ...field(7, text("own"))]);
}
