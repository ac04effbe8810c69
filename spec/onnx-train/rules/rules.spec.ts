import { readFileSync } from "node:fs";
import {
  type Attribute,
  checked,
  checkModel,
  decodeModel,
  encodeModel,
  type Graph,
  GraphBuilder,
  type Model,
  type Node,
  OnnxError,
  pass,
  scalar,
  Value,
} from "onnx-train";

const TYPE = { element: "float", shape: ["N", 1] } as const;

function valid(): Model {
  const graph = new GraphBuilder("valid");
  const x = graph.input("x", "float", ["N", 1]);
  graph.output(graph.add(graph.op("Relu", [x]), graph.scalar("float", 1)), "y", TYPE);
  return graph.model();
}

function withGraph(change: (graph: Graph) => Partial<Graph>): Model {
  const model = valid();
  return { ...model, graph: { ...model.graph, ...change(model.graph) } };
}

function withFirstNode(change: (node: Node) => Partial<Node>): Model {
  return withGraph(({ nodes: [first, ...rest] }) => ({
    nodes: [{ ...(first as Node), ...change(first as Node) }, ...rest],
  }));
}

function withNodes(change: (graph: Graph) => readonly Node[]): Model {
  return withGraph((graph) => ({ nodes: change(graph) }));
}

const INTEGERS = { element: "int64", shape: ["N", 1] } as const;
const INT: Attribute = { kind: "int", value: 1n };

/** One model for each rule, that breaks it and no other. */
const BROKEN: readonly [rule: string, model: Model, message: string][] = [
  ["versions are positive whole numbers", { ...valid(), opsets: { "": 0 } }, "ai.onnx has version 0"],
  [
    "every domain is imported",
    withFirstNode(() => ({ domain: "example" })),
    'node "Relu_0" (Relu) is of domain "example"',
  ],
  [
    "the IR version is known, and imports operator sets",
    { ...valid(), irVersion: 15 },
    "IR version 15 is newer than 14",
  ],
  [
    "nodes have an operator and an output",
    {
      ...withNodes(({ nodes }) => [...nodes, { ...(nodes[0] as Node), name: "silent", domain: "own", outputs: [] }]),
      opsets: { "": 17, own: 1 },
    },
    'node "silent" (Relu) has no output',
  ],
  [
    "operators are there at the version that is imported",
    withFirstNode(() => ({ opType: "Gelu" })),
    'node "Relu_0" (Gelu) is no operator of ai.onnx 17',
  ],
  [
    "nodes have the inputs and outputs of their operator",
    withFirstNode(({ inputs }) => ({ inputs: [...inputs, null] })),
    'node "Relu_0" (Relu) has 2 inputs, not 1',
  ],
  [
    "graphs have names and outputs, and the surface has types",
    withGraph(() => ({ outputs: [] })),
    "graph valid has no outputs",
  ],
  [
    "names are given, and each is defined once",
    withGraph(({ initializers }) => ({
      initializers: new Map([...initializers, [new Value("x"), scalar("float", 1)]]),
    })),
    'value "x" is defined twice',
  ],
  [
    "values are defined before they are used",
    withGraph(({ nodes }) => ({ nodes: nodes.toReversed() })),
    'node "Add_1" (Add) uses value "relu_0"',
  ],
  [
    "attributes are those of the operator, of its kinds",
    withFirstNode(() => ({ attributes: { alpha: INT } })),
    'node "Relu_0" (Relu) has no attribute alpha',
  ],
  [
    "initializers are inputs as well, before IR version 4",
    { ...valid(), irVersion: 3 },
    'value "constant_0" is no input',
  ],
  [
    "types are those that follow from the inputs",
    withGraph(({ outputs }) => ({ outputs: outputs.map((value) => Object.assign(value, { type: INTEGERS })) })),
    'value "y" is told to be int64 [N, 1] and is float [N, 1]',
  ],
  [
    "tensors hold as many values as their dimensions say",
    withGraph(({ initializers }) => ({
      initializers: new Map(
        [...initializers.keys()].map((value) => [value, { element: "float", dims: [1], data: new Float32Array(3) }]),
      ),
    })),
    'value "constant_0" of [1] holds 3',
  ],
];

describe("validity rules", () => {
  test("a valid model breaks none", () => {
    expect(checkModel(valid())).toEqual([]);
  });

  test.each(BROKEN)("finds where %s is broken", (rule, model, message) => {
    expect(checkModel(model)).toEqual([{ rule, message }]);
    expect(() => encodeModel(model)).toThrow(`${rule}: ${message}`);
  });

  test("an attribute of the wrong kind is named with the right one", () => {
    const model = withFirstNode(() => ({ opType: "LeakyRelu", attributes: { alpha: INT } }));
    expect(checkModel(model)[0]?.message).toContain("takes alpha as float, not int");
  });

  test("rules hold inside subgraphs, where names may not hide outer ones", () => {
    const inner: Graph = {
      name: "inner",
      inputs: [],
      outputs: [new Value("lost")],
      initializers: new Map([[new Value("x"), scalar("float", 1)]]),
      nodes: [],
    };
    const model = withFirstNode((node) => ({
      opType: "If",
      attributes: { then_branch: { kind: "graph", value: inner }, else_branch: { kind: "graph", value: inner } },
      inputs: node.inputs,
    }));
    expect(checkModel(model).map((finding) => finding.message)).toEqual([
      'value "x" is defined twice',
      'value "x" is defined twice',
      'graph inner returns value "lost"',
      'graph inner returns value "lost"',
    ]);
  });

  test("two nodes of one name are found, which only onnxruntime refuses", () => {
    const model = withNodes(({ nodes }) => nodes.map((node) => ({ ...node, name: "both" })));
    expect(checkModel(model).map(({ message }) => message)).toEqual(['graph valid has two nodes called "both"']);
    expect(() => encodeModel(model)).not.toThrow();
  });

  test("of other domains nothing is known, so anything goes", () => {
    const own = withFirstNode(() => ({ opType: "Own", domain: "elsewhere", attributes: { lambd: INT } }));
    expect(checkModel({ ...own, opsets: { ...own.opsets, elsewhere: 1 } })).toEqual([]);
  });

  test("three thousand graphs inside one are checked, each beside the others", () => {
    const g = new GraphBuilder("wide");
    const x = g.input("x", "bool", []);
    const branches = Array.from({ length: 3_000 }, (_, at) => {
      const inner = g.subgraph(`inner_${at}`);
      inner.output(inner.op("Not", [x]), `not_${at}`);
      return inner.build();
    });
    const [first] = branches.map((branch) => g.op("If", [x], { then_branch: branch, else_branch: branch }));
    g.output(first as Value, "y", { element: "bool", shape: [] });
    expect(checkModel({ ...valid(), graph: g.build() })).toEqual([]);
  });
});

/** Written by Python's onnx, with what its checker says: spec/fixtures/onnx/rules/broken.py. */
const JUDGED: readonly { name: string; checker: string | null; model: string }[] = JSON.parse(
  readFileSync(new URL("../../fixtures/onnx/rules/broken.json", import.meta.url), "utf8"),
);

describe("the checker of ONNX and the rules agree on", () => {
  test.each(JUDGED.map((one) => [one.name, one] as const))("%s", (_, { checker, model }) => {
    const found = (() => {
      try {
        return checkModel(decodeModel(new Uint8Array(Buffer.from(model, "base64")))).length;
      } catch (error) {
        return error instanceof OnnxError ? error.code : error;
      }
    })();
    if (checker === null) expect(found).toBe(0);
    else expect([0, "ONNX_UNSUPPORTED"]).not.toContain(found);
  });

  test("a rank that a file leaves open: found, and written as it was read", () => {
    const [open] = JUDGED.filter(({ name }) => name === "an output without a rank");
    const bytes = new Uint8Array(Buffer.from(open?.model ?? "", "base64"));
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
  });
});

describe("a pass", () => {
  const breaking = (model: Model): Model => ({ ...model, graph: { ...model.graph, nodes: [] } });

  test("gives what the change gives", () => {
    const model = valid();
    expect(pass("nothing", (same: Model) => same)(model)).toBe(model);
    expect(checked("a graph", { graph: model.graph, opsets: model.opsets }).graph).toBe(model.graph);
  });

  test("says which change broke a rule, or that it was broken before", () => {
    const change = pass("emptying", breaking);
    expect(() => change(valid())).toThrow(
      'after emptying: values are defined before they are used: graph valid returns value "y"',
    );
    expect(() => change(breaking(valid()))).toThrow("before emptying: values are defined");
  });
});
