import { readFileSync } from "node:fs";
import {
  assertValid,
  convertModel,
  decodeModel,
  encodeModel,
  GraphBuilder,
  type Model,
  OnnxError,
  openSession,
  type Tensor,
  tensor,
  Value,
} from "onnx-train";

/** Written by Python's onnx and by PyTorch: spec/fixtures/onnx/versions/versions.py. */
const MODELS: Record<string, string> = JSON.parse(
  readFileSync(new URL("../../fixtures/onnx/versions/versions.json", import.meta.url), "utf8"),
);

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(Buffer.from(MODELS[name] ?? "", "base64"));
}

/** Numbers on both sides of zero, none twice. */
function feed({ graph }: Model): Record<string, Tensor> {
  const x = graph.inputs.find(({ name }) => name === "x");
  const dims = (x?.type?.shape ?? []) as number[];
  const count = dims.reduce((product, dim) => product * dim, 1);
  const values = Array.from({ length: count }, (_, index) => Math.sin(index * 2.3 + 1) * 1.5);
  return { x: tensor(x?.type?.element ?? "float", dims, values) };
}

async function outputsOf(bytes: Uint8Array, feeds: Record<string, Tensor>) {
  const session = await openSession(bytes);
  const results = await session.run(feeds);
  await session.release();
  return Object.entries(results).map(([name, { element, dims, data }]) => ({
    name,
    element,
    dims,
    data: Array.from(data as ArrayLike<number | bigint>, Number),
  }));
}

function opsetsOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0]);
}

describe("models of older opsets", () => {
  test.each(Object.keys(MODELS))("%s: the same outputs at 17", async (name) => {
    const before = decodeModel(bytesOf(name));
    const feeds = feed(before);
    const expected = await outputsOf(bytesOf(name), feeds);
    const model = convertModel(before);
    expect(model.opsets[""]).toBe(17);
    expect(() => assertValid(model)).not.toThrow();
    const found = await outputsOf(encodeModel(model), feeds);
    expect(found.map(({ data, ...rest }) => rest)).toEqual(expected.map(({ data, ...rest }) => rest));
    for (const [index, { data }] of expected.entries())
      for (const [at, value] of data.entries()) expect(found[index]?.data[at]).toBeCloseTo(value, 5);
  });

  test("cover each opset from 7 to 16", () => {
    const covered = new Set(Object.keys(MODELS).map(opsetsOf));
    expect([...covered].sort((a, b) => a - b)).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  test("weights that had to be inputs are constants afterwards, in files of IR version 3", () => {
    const old = decodeModel(bytesOf("BatchNormalization, opset 7"));
    expect(old.graph.inputs.map(({ name }) => name)).toEqual(["x", "c0", "c1", "c2", "c3"]);
    const { graph, irVersion } = convertModel(old);
    expect(irVersion).toBe(8);
    expect(graph.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect([...graph.initializers.keys()].map(({ name }) => name)).toEqual(["c0", "c1", "c2", "c3"]);
  });

  test("values keep their names, and new ones take none that is there", () => {
    const old = decodeModel(bytesOf("Squeeze, opset 7"));
    const taken = new Value("the_node_axes");
    const { nodes } = old.graph;
    const more = {
      name: "more",
      opType: "Relu",
      domain: "",
      inputs: old.graph.inputs,
      outputs: [taken],
      attributes: {},
    };
    const { graph } = convertModel({ ...old, graph: { ...old.graph, nodes: [...nodes, more] } });
    expect(graph.outputs).toEqual(old.graph.outputs);
    expect([...graph.initializers.keys()].map(({ name }) => name)).toEqual(["the_node_axes_1"]);
  });

  test("nodes without a name, by the ten thousand", () => {
    const old = decodeModel(bytesOf("Squeeze, opset 7"));
    const [squeeze] = old.graph.nodes as [Model["graph"]["nodes"][number]];
    const nodes = Array.from({ length: 10_000 }, (_, at) => ({
      ...squeeze,
      name: "",
      outputs: [new Value(`y_${at}`)],
    }));
    const { graph } = convertModel({ ...old, graph: { ...old.graph, nodes: [squeeze, ...nodes] } });
    expect(new Set([...graph.initializers.keys()].map(({ name }) => name)).size).toBe(10_001);
  });

  test("what lies over the last axis stays one node, and what doesn't change stays the same object", () => {
    const old = decodeModel(bytesOf("PyTorch: attention, opset 12"));
    const { graph } = convertModel(old);
    const kinds = (nodes: Model["graph"]["nodes"]) => nodes.map(({ opType }) => opType);
    expect(kinds(graph.nodes)).toEqual(kinds(old.graph.nodes));
    const kept = new Set(old.graph.nodes);
    const changed = new Set(graph.nodes.filter((node) => !kept.has(node)).map(({ opType }) => opType));
    expect([...changed]).toEqual(["Softmax"]);
  });

  test.each([17, 18, 26])("a model of opset %d is left as it is", (opset) => {
    const g = new GraphBuilder("new", { opset });
    g.output(g.relu(g.input("x", "float", [1])), "y");
    const model = g.model();
    expect(convertModel(model)).toBe(model);
  });
});

function altered(name: string, change: (model: Model) => Model): Model {
  return change(decodeModel(bytesOf(name)));
}

function withNode(model: Model, change: Partial<Model["graph"]["nodes"][number]>): Model {
  const [node, ...rest] = model.graph.nodes;
  if (node === undefined) throw new Error("a node");
  return { ...model, graph: { ...model.graph, nodes: [{ ...node, ...change }, ...rest] } };
}

function shaped(value: Value): Value {
  value.type ??= { element: "float", shape: ["a", "b"] };
  return value;
}

describe("what has no form at opset 17 is refused by name", () => {
  const one = (name: string, change: Parameters<typeof withNode>[1]) =>
    altered(name, (model) => withNode(model, change));
  test.each<[string, Model, string]>([
    ["an opset before 7", altered("Split into equal parts, opset 7", (m) => ({ ...m, opsets: { "": 6 } })), "opset 6"],
    [
      "an opset after 26",
      altered("Split into equal parts, opset 7", (m) => ({ ...m, opsets: { "": 27 } })),
      "opset 27",
    ],
    [
      "statistics for each place",
      one("BatchNormalization, opset 7", { attributes: { spatial: { kind: "int", value: 0n } } }),
      'node "the_node" (BatchNormalization)',
    ],
    [
      "a mask of Dropout",
      altered("Dropout without a use of its mask, opset 10", (m) => ({
        ...m,
        graph: { ...m.graph, outputs: (m.graph.nodes[0]?.outputs ?? []).filter((value) => value !== null).map(shaped) },
      })),
      'node "the_node" (Dropout)',
    ],
    ["a Scan over batches", one("Squeeze, opset 7", { opType: "Scan", name: "scan" }), 'node "scan" (Scan)'],
    [
      "a nearest Resize by scales that only a run tells",
      altered("Resize that grows, nearest, opset 10", (m) => ({
        ...m,
        graph: { ...m.graph, initializers: new Map(), inputs: [...m.graph.inputs, ...m.graph.initializers.keys()] },
      })),
      'node "the_node" (Resize)',
    ],
  ])("%s", (_, model, message) => {
    expect(() => convertModel(model)).toThrow(OnnxError);
    expect(() => convertModel(model)).toThrow(message);
  });
});
