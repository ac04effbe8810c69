import { readFileSync } from "node:fs";
import {
  decodeMetadata,
  decodeModel,
  decodeOpsets,
  type ElementType,
  encodeModel,
  GraphBuilder,
  type Model,
  OnnxError,
  openSession,
  scalar,
  type Tensor,
  tensor,
} from "onnx-train";

/** Written by Python's onnx: spec/fixtures/onnx/foreign.py. */
const FOREIGN = new Uint8Array(readFileSync(new URL("../../fixtures/onnx/foreign.onnx", import.meta.url)));

const SAMPLES: readonly [ElementType, Tensor["data"]][] = [
  ["float", Float32Array.of(1.5, -0, Number.NaN)],
  ["double", Float64Array.of(1e300, 2 ** -1074, -Infinity)],
  ["int8", Int8Array.of(-128, 127, 0)],
  ["uint8", Uint8Array.of(255, 0, 1)],
  ["int16", Int16Array.of(-32768, 32767, 0)],
  ["uint16", Uint16Array.of(65535, 0, 1)],
  ["int32", Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0)],
  ["uint32", Uint32Array.of(2 ** 32 - 1, 0, 1)],
  ["int64", BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n)],
  ["uint64", BigUint64Array.of(2n ** 64n - 1n, 0n, 1n)],
  ["bool", Uint8Array.of(1, 0, 1)],
  ["string", ["", "Größe 👩🏽‍🚀", "\ufeffbom"]],
];

/** What lies inside models only, as bits: length of the array for three values. */
const CARRIED: readonly [ElementType, Tensor["data"]][] = [
  ["bfloat16", Uint16Array.of(0x3f80, 0xc000, 0x7fc0)],
  ["float8e4m3fn", Uint8Array.of(1, 2, 255)],
  ["float8e4m3fnuz", Uint8Array.of(1, 2, 255)],
  ["float8e5m2", Uint8Array.of(1, 2, 255)],
  ["float8e5m2fnuz", Uint8Array.of(1, 2, 255)],
  ["float8e8m0", Uint8Array.of(1, 2, 255)],
  ["float4e2m1", Uint8Array.of(0x21, 0x03)],
  ["int4", Uint8Array.of(0x21, 0x03)],
  ["uint4", Uint8Array.of(0xf1, 0x0f)],
  ["int2", Uint8Array.of(0x39)],
  ["uint2", Uint8Array.of(0x39)],
  ["complex64", Float32Array.of(1, -1, 0, 2, 0.5, 3)],
  ["complex128", Float64Array.of(1, -1, 0, 2, 1e300, 3)],
];

function constants(): GraphBuilder {
  const graph = new GraphBuilder("constants");
  for (const [element, data] of SAMPLES) {
    const value = graph.initializer({ element, dims: [3], data });
    graph.output(value, `out_${element}`, { element, shape: [3] });
  }
  return graph;
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    return error instanceof OnnxError ? error.code : `not coded: ${error}`;
  }
}

/** What a model says, without object identities. */
function described(model: Model) {
  const { graph } = model;
  const named = (values: readonly ({ name: string } | null)[]) => values.map((value) => value?.name ?? null);
  return {
    ...model,
    graph: {
      inputs: graph.inputs.map(({ name, type }) => ({ name, type })),
      outputs: graph.outputs.map(({ name, type }) => ({ name, type })),
      initializers: [...graph.initializers].map(([value, { element, dims, data }]) => [
        value.name,
        element,
        dims,
        [...data],
      ]),
      nodes: graph.nodes.map(({ opType, domain, name, inputs, outputs }) => [
        opType,
        domain,
        name,
        named(inputs),
        named(outputs),
      ]),
    },
  };
}

describe("codec", () => {
  test("onnxruntime reads every element type as it was written", async () => {
    const session = await openSession(encodeModel(constants().model()));
    const results = await session.run({});
    for (const [element, data] of SAMPLES) expect(results[`out_${element}`]).toEqual({ element, dims: [3], data });
    await session.release();
  });

  test("what is encoded decodes to the same model, and to the same bytes again", () => {
    const model = constants().model({ "sous.task": "binary", emptiness: "" });
    const bytes = encodeModel(model);
    const decoded = decodeModel(bytes);
    expect(described(decoded)).toEqual(described(model));
    expect(encodeModel(decoded)).toEqual(bytes);
    expect(decodeMetadata(bytes)).toEqual({ "sous.task": "binary", emptiness: "" });
    expect(decodeOpsets(bytes)).toEqual(model.opsets);
  });

  test("reads a model that Python's onnx wrote, in typed fields and raw bytes", () => {
    const model = decodeModel(FOREIGN);
    const values = new Map([...model.graph.initializers].map(([value, { data }]) => [value.name, [...data]]));
    expect(model).toMatchObject({ irVersion: 8, opsets: { "": 17, "ai.onnx.ml": 3 }, producer: "python" });
    expect(model.metadata).toEqual({ author: "Jane", empty: "" });
    expect(Object.fromEntries(values)).toEqual({
      typed_float: [1.5, -2.25],
      typed_double: [1e300],
      typed_int64: [-(2n ** 63n), 2n ** 63n - 1n],
      typed_uint64: [2n ** 64n - 1n],
      typed_int32: [-7, 2 ** 31 - 1],
      typed_uint32: [2 ** 32 - 1],
      typed_int8: [-128, 127],
      typed_bool: [1, 0, 1],
      typed_string: ["", "Größe 👩🏽‍🚀"],
      raw_float: [1.5, -2.25],
      raw_int64: [3n],
      raw_float16: [0x3800],
      limit: [10],
      highest: [6],
    });
  });

  test("keeps the kind of each attribute of a foreign model, subgraphs too", () => {
    const { nodes } = decodeModel(FOREIGN).graph;
    const attributes = Object.assign({}, ...nodes.map((node) => node.attributes));
    expect(attributes).toMatchObject({
      axes: { kind: "ints", value: [0n, 1n] },
      keepdims: { kind: "int", value: 0n },
      alpha: { kind: "float", value: 0.5 },
      keys_strings: { kind: "strings", value: ["", "b"] },
      values_floats: { kind: "floats", value: [1, 2.5] },
      default_float: { kind: "float", value: -1 },
      value: { kind: "tensor", value: { element: "int32", dims: [1], data: Int32Array.of(7) } },
      then_branch: { kind: "graph", value: { name: "less_graph" } },
    });
    expect(nodes.find((node) => node.name === "clip")?.inputs.map((value) => value?.name)).toEqual([
      "chosen",
      undefined,
      "highest",
    ]);
  });

  test("a foreign model runs the same after a round trip", async () => {
    const feeds = { x: tensor("float", [2, 2], [1, 2, -30, 4]) };
    for (const bytes of [FOREIGN, encodeModel(decodeModel(FOREIGN))]) {
      const session = await openSession(bytes);
      const { y, codes } = await session.run(feeds);
      expect([...(y?.data ?? [])]).toEqual([2.5, -0.125, -14.25, 1.75]);
      expect([...(codes?.data ?? [])]).toEqual([1, -1]);
      await session.release();
    }
  });

  test.each([
    ["bytes that end early", FOREIGN.subarray(0, 100)],
    ["a length of four gigabytes", Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ["a number that never ends", new Uint8Array(64).fill(0xff)],
    ["a field of number 0", Uint8Array.of(0x00, 0x00)],
    ["no graph", Uint8Array.of(0x08, 0x08)],
    // a tensor (graph field 5) of 2^40 floats with no bytes at all
    [
      "a tensor larger than the file",
      Uint8Array.of(0x3a, 0x0b, 0x2a, 0x09, 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x10, 0x01),
    ],
  ])("refuses %s", (_, bytes) => {
    expect(codeOf(() => decodeModel(bytes))).toBe("ONNX_MALFORMED");
  });

  test("refuses messages that nest without end, on the stack it has", () => {
    // graph → node → attribute → graph …: fields 1, 5 and 6 inside field 7, lengths written from the inside out
    let bytes: number[] = [];
    for (let depth = 0; depth < 3_000; depth++) {
      bytes = [[0x0a, 0x2a, 0x32][2 - (depth % 3)] as number, ...varint(bytes.length), ...bytes];
    }
    const whole = Uint8Array.from([0x3a, ...varint(bytes.length), ...bytes]);
    expect(() => decodeModel(whole)).toThrow("messages nest deeper than 200");
  });

  test.each([
    ["training information", Uint8Array.of(0xa2, 0x01, 0x00)],
    // in the graph: field 15
    ["sparse initializers", Uint8Array.of(0x3a, 0x02, 0x7a, 0x00)],
  ])("says that it doesn't keep %s instead of dropping it", (what, more) => {
    const bytes = encodeModel(constants().model());
    expect(() => decodeModel(Uint8Array.from([...bytes, ...more]))).toThrow(`does not keep ${what}`);
  });

  test("keeps fields that it doesn't know, in the order of their numbers", () => {
    const bytes = encodeModel(constants().model({ a: "b" }));
    // doc_string of the model (6), and a field that nobody has defined (1000)
    const docString = [0x32, 0x02, 0x68, 0x69];
    const unknown = [0xc0, 0x3e, 0x07];
    const mixed = Uint8Array.from([...docString, ...unknown, ...bytes]);
    const again = encodeModel(decodeModel(mixed));
    expect(again.length).toBe(mixed.length);
    expect([...again.subarray(-3)]).toEqual(unknown);
    expect(encodeModel(decodeModel(again))).toEqual(again);
  });

  test("puts together a graph that lies in two parts, as protobuf has it", () => {
    const model = constants().model();
    const bytes = encodeModel(model);
    const empty = Uint8Array.of(0x3a, 0x00);
    const named = Uint8Array.of(0x3a, 0x03, 0x12, 0x01, 0x78);
    const decoded = decodeModel(Uint8Array.from([...bytes, ...empty, ...named]));
    expect(described(decoded)).toEqual(described(model));
    expect(decoded.graph.name).toBe("x");
  });

  test("keeps a hundred thousand of them in turn, sorted", () => {
    const bytes = encodeModel(constants().model());
    const [thirty, more] = [
      [0xf0, 0x01, 0x00],
      [0xf8, 0x01, 0x00],
    ] as const;
    const turns = Array.from({ length: 50_000 }, () => [...thirty, ...more]).flat();
    const again = encodeModel(decodeModel(Uint8Array.from([...bytes, ...turns])));
    expect([...again.subarray(bytes.length, bytes.length + 3)]).toEqual(thirty);
    expect([...again.subarray(-3)]).toEqual(more);
    expect(again.length).toBe(bytes.length + turns.length);
  });

  test.each(CARRIED)("carries tensors of %s as bits", (element, data) => {
    const graph = new GraphBuilder("carried");
    const held = graph.initializer({ element, dims: [3], data });
    graph.output(graph.op("Identity", [held]), "out", { element, shape: [3] });
    const bytes = encodeModel(graph.model());
    const decoded = decodeModel(bytes);
    expect([...decoded.graph.initializers.values()]).toEqual([{ element, dims: [3], data }]);
    expect(encodeModel(decoded)).toEqual(bytes);
  });

  test("reads Node's buffers, wherever in memory they begin", () => {
    const bytes = encodeModel(constants().model());
    for (let shift = 0; shift < 8; shift++) {
      const buffer = Buffer.alloc(bytes.length + 8);
      buffer.set(bytes, shift);
      const model = decodeModel(buffer.subarray(shift, shift + bytes.length));
      expect(described(model)).toEqual(described(decodeModel(bytes)));
    }
  });

  test("refuses more than 2 GiB before it allocates anything", () => {
    const graph = new GraphBuilder("large");
    // A gigabyte that is never touched: three tensors share it, and no page of it is ever in memory.
    const data = new Float32Array(2 ** 28);
    const parts = [1, 2, 3].map(() => graph.initializer({ element: "float", dims: [2 ** 28], data }));
    graph.output(graph.concat(parts, 0), "y");
    const before = process.memoryUsage().arrayBuffers;
    expect(() => encodeModel(graph.model())).toThrow(
      /^the model takes 322122\d{4} bytes, and protobuf allows 2147483647: keep large tensors in a file beside it/,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
    expect(codeOf(() => encodeModel(graph.model()))).toBe("ONNX_TOO_LARGE");
    expect(codeOf(() => decodeModel(new Uint8Array(2 ** 31)))).toBe("ONNX_TOO_LARGE");
    const place = { location: "beside", offset: 0 };
    expect(encodeModel(graph.model(), { external: () => place }).length).toBeLessThan(1_000);
  });

  test("keeps tensors as views of the file where they are aligned", () => {
    const graph = new GraphBuilder("views");
    graph.output(graph.initializer(scalar("float", 1)), "one", { element: "float", shape: [] });
    const bytes = encodeModel(graph.model());
    const shifted = new Uint8Array(bytes.length + 8);
    for (let shift = 0; shift < 8; shift++) {
      shifted.set(bytes, shift);
      const [[, one]] = [...decodeModel(shifted.subarray(shift, shift + bytes.length)).graph.initializers] as [
        [unknown, Tensor],
      ];
      expect([...one.data]).toEqual([1]);
    }
  });
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
