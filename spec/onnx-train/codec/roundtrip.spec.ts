import { readFileSync } from "node:fs";
import { decodeModel, encodeModel, type Model, Value } from "onnx-train";

const FOLDER = new URL("../../fixtures/onnx/", import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, FOLDER)));
const VERSIONS: Record<string, string> = JSON.parse(readFileSync(new URL("versions/versions.json", FOLDER), "utf8"));

/** Written by Python's onnx and by PyTorch. */
const FILES: readonly [string, Uint8Array][] = [
  ["kept.onnx", read("kept.onnx")],
  ["foreign.onnx", read("foreign.onnx")],
  ...Object.entries(VERSIONS).map(([name, base64]): [string, Uint8Array] => [
    name,
    new Uint8Array(Buffer.from(base64, "base64")),
  ]),
];

function texts(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

describe("a foreign file that is read and written", () => {
  test.each(FILES)("%s: the same bytes", (_, bytes) => {
    expect(Buffer.from(encodeModel(decodeModel(bytes))).equals(bytes)).toBe(true);
  });

  test("keeps what belongs to a node when a pass copies it with other inputs", () => {
    const model = decodeModel(read("kept.onnx"));
    const { graph } = model;
    const nodes = graph.nodes.map((node) => ({ ...node, name: "renamed" }));
    const written = texts(encodeModel({ ...model, graph: { ...graph, nodes } }));
    for (const kept of ["a node's word", "layer", "an attribute's word", "a graph's word", "a function's word"])
      expect(written).toContain(kept);
  });

  test("tells types of inner values that are still there, and of no others", () => {
    const model = decodeModel(read("kept.onnx"));
    const told = (one: Model) => decodeModel(encodeModel(one)).graph.described?.map(({ name }) => name);
    expect(told(model)).toEqual(["h", "t"]);
    const [h, t] = model.graph.described as readonly [Value, Value];
    h.name = "renamed";
    expect(told(model)).toEqual(["renamed", "t"]);
    const without = model.graph.nodes.map((node) =>
      node.outputs.includes(t) ? { ...node, outputs: [new Value("other")] } : node,
    );
    const used = without.map((node) => ({
      ...node,
      inputs: node.inputs.map((input) => (input === t ? h : input)),
    }));
    expect(told({ ...model, graph: { ...model.graph, nodes: used } })).toEqual(["renamed"]);
  });

  test("a type that was given anew is written instead of the file's", () => {
    const model = decodeModel(read("kept.onnx"));
    const x = model.graph.inputs.find(({ name }) => name === "x") as Value;
    x.type = { element: "float", shape: [5, 3] };
    const again = decodeModel(encodeModel(model)).graph.inputs.find(({ name }) => name === "x");
    expect(again?.type).toEqual({ element: "float", shape: [5, 3] });
  });

  test("values that are no tensors have no type here, and keep theirs in the file", () => {
    const { inputs } = decodeModel(read("kept.onnx")).graph;
    const types = Object.fromEntries(inputs.map(({ name, type, foreign }) => [name, type ?? foreign?.otherType]));
    expect(types).toMatchObject({ sequence: true, option: true, mapping: true, free: { element: "float" } });
  });
});
