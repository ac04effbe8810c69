import {
  type Attribute,
  checkModel,
  encodeModel,
  type Graph,
  GraphBuilder,
  type Model,
  type Node,
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

const INT: Attribute = { kind: "int", value: 1n };

/** One model for each rule, that breaks it and no other. */
const BROKEN: readonly [rule: string, model: Model, message: string][] = [
  ["versions are positive whole numbers", { ...valid(), opsets: { "": 0 } }, "ai.onnx has version 0"],
  [
    "every domain is imported",
    withFirstNode(() => ({ domain: "example" })),
    'node "Relu_0" (Relu) is of domain "example"',
  ],
  ["nodes have an operator and an output", withFirstNode(() => ({ opType: "" })), 'node "Relu_0" () has no operator'],
  [
    "the graph has outputs, and its surface has types",
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
    "attributes are known and of their operator's kind",
    withFirstNode(() => ({ attributes: { alpha: INT } })),
    'node "Relu_0" (Relu) has no attribute alpha',
  ],
  [
    "tensors hold as many values as their dimensions say",
    withGraph(({ initializers }) => ({
      initializers: new Map(
        [...initializers.keys()].map((value) => [value, { element: "float", dims: [2], data: new Float32Array(3) }]),
      ),
    })),
    'value "constant_0" of [2] holds 3',
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
      attributes: { then_branch: { kind: "graph", value: inner } },
      inputs: node.inputs,
    }));
    expect(checkModel(model).map((finding) => finding.message)).toEqual([
      'value "x" is defined twice',
      'graph inner returns value "lost"',
    ]);
  });

  test("operators that the table doesn't know keep their attributes", () => {
    expect(checkModel(withFirstNode(() => ({ opType: "Shrink", attributes: { lambd: INT } })))).toEqual([]);
  });
});
