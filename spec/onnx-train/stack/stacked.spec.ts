import { encodeModel, GraphBuilder, openSession, stacked, type Tensor, tensor, type Value } from "onnx-train";
import { GRADIENTS } from "../../../core/onnx-train/src/autodiff/gradients.js";
import { OPERATORS } from "../../../core/onnx-train/src/operators/table.js";
import { STACKINGS } from "../../../core/onnx-train/src/stack/stackings.js";

const K = 3;

interface Few {
  readonly g: GraphBuilder;
  readonly values: readonly Value[];
  readonly apart: readonly boolean[];
}

/** K models of a graph of x [2, 3] and s [2]; names say which differ. */
function few(
  build: (g: GraphBuilder, x: Value, s: Value) => readonly Value[],
  differ: readonly string[] = ["x"],
  models = K,
): Few {
  const one = new GraphBuilder("one");
  const inputs = [one.input("x", "float", [2, 3]), one.input("s", "int64", [2])];
  const outputs = build(one, inputs[0] as Value, inputs[1] as Value);
  const graph = one.build();
  const g = new GraphBuilder("many");
  const apart = new Set(inputs.filter(({ name }) => differ.includes(name)));
  const bound = inputs.map((value) => {
    const { element, shape } = value.type ?? { element: "float" as const, shape: [] };
    return [value, g.input(value.name, element, apart.has(value) ? [K, ...(shape ?? [])] : (shape ?? []))] as const;
  });
  const done = stacked(g, graph, { models, bound: new Map(bound), apart });
  return {
    g,
    values: outputs.map((value) => done.values.get(value) as Value),
    apart: outputs.map((value) => done.apart.has(value)),
  };
}

async function run({ g, values }: Few): Promise<Tensor[]> {
  for (const [index, value] of values.entries())
    g.output(value, `y${index}`, value.type ?? { element: "float", shape: null });
  const session = await openSession(encodeModel(g.model()));
  const x = tensor(
    "float",
    [K, 2, 3],
    Array.from({ length: 18 }, (_, at) => at),
  );
  const results = await session.run({ x, s: tensor("int64", [2], [3, 2]) });
  await session.release();
  return values.map((_, index) => results[`y${index}`] as Tensor);
}

describe("several models at once", () => {
  it("work out once what is the same for all", () => {
    const { g, values, apart } = few((one, x, s) => {
      const shared = one.mul(s, s);
      return [
        shared,
        one.shape(x),
        one.add(x, x),
        one.op("Range", [one.scalar("int64", 0), one.gather(s, one.scalar("int64", 0)), one.scalar("int64", 1)]),
      ];
    });
    expect(apart).toEqual([false, false, true, false]);
    expect(values.map(({ type }) => type?.shape)).toEqual([[2], [2], [K, 2, 3], [""]]);
    expect(g.ran().map(({ opType }) => opType)).toEqual(["Mul", "Shape", "Add", "Gather", "Range"]);
  });

  it("draw for themselves", async () => {
    const [y] = await run(
      few((one, x) => {
        return [one.op("RandomUniformLike", [x])];
      }),
    );
    expect(y?.dims).toEqual([K, 2, 3]);
    expect(new Set(y?.data as Float32Array).size).toBe(18);
  });

  it("drop other places each, while they train", async () => {
    const [y] = await run(
      few((one, x) => {
        const ones = one.op("Equal", [x, x]);
        return [one.op("Dropout", [one.cast(ones, "float"), one.float(0.5), one.scalar("bool", 1)])];
      }),
    );
    expect(new Set(y?.data as Float32Array)).toEqual(new Set([0, 2]));
  });

  it("leave graphs inside of nodes alone where those use nothing that differs", async () => {
    const branch = (one: GraphBuilder, s: Value, by: bigint) => {
      const inner = one.subgraph(`by${by}`);
      inner.output(inner.mul(s, inner.scalar("int64", by)), `times${by}`);
      return inner.build();
    };
    const build = (one: GraphBuilder, x: Value, s: Value) => {
      const condition = one.greater(one.gather(s, one.scalar("int64", 0)), one.scalar("int64", 0));
      const y = one.op("If", [condition], { then_branch: branch(one, s, 2n), else_branch: branch(one, s, 3n) });
      return [one.add(x, one.cast(one.gather(y, one.scalar("int64", 1)), "float"))];
    };
    const [y] = await run(few(build));
    expect(Array.from(y?.data as Float32Array)).toEqual(Array.from({ length: 18 }, (_, at) => at + 4));
    expect(() => few(build, ["x", "s"])).toThrow('If of node "If_2" uses s, which differs between models');
  });

  it.each<[string, Parameters<typeof few>[0], readonly string[], string]>([
    [
      "an operator without a row",
      (one, x) => [one.op("Det", [x])],
      ["x"],
      'Det of node "Det_0" has no row in the table of stackings',
    ],
    [
      "an operator of another domain",
      (one, x) => [one.op("Relu", [x], {}, { domain: "example" })],
      ["x"],
      'Relu of node "Relu_0" has no row',
    ],
    [
      "sizes that differ",
      (one, x, s) => [one.reshape(x, s)],
      ["s"],
      'Reshape of node "Reshape_0" has an input 1 that differs',
    ],
    [
      "places as many as there are",
      (one, x) => [one.op("NonZero", [x])],
      ["x"],
      'NonZero of node "NonZero_0" has no row',
    ],
    [
      "a rate of dropout that differs",
      (one, x, s) => [
        one.op("Dropout", [x, one.cast(one.gather(s, one.scalar("int64", 0)), "float"), one.scalar("bool", 1)]),
      ],
      ["s"],
      'Dropout of node "Dropout_2" has a rate that differs between models',
    ],
    [
      "axes that are not known",
      (one, x, s) => [one.op("ReduceSum", [x, s])],
      ["x"],
      'ReduceSum of node "ReduceSum_0" has axes that are not known before it runs',
    ],
    [
      "rows that are resized",
      (one, x) => [one.op("Resize", [x, null, one.vector("float", [2, 1])])],
      ["x"],
      'Resize of node "Resize_0" resizes rows',
    ],
    [
      "a region that is cut out of rows",
      (one, x) => [
        one.op("Resize", [x, one.vector("float", [0, 0, 0.5, 1]), one.vector("float", [1, 1])], {
          coordinate_transformation_mode: "tf_crop_and_resize",
        }),
      ],
      ["x"],
      'Resize of node "Resize_0" cuts a region out of its rows',
    ],
  ])("refuse %s, and say how to mend it", (_, build, differ, message) => {
    expect(() => few(build, differ)).toThrow(message);
    expect(() => few(build, differ)).toThrow("train the models one at a time");
    expect(() => few(build, differ)).toThrow(expect.objectContaining({ code: "ONNX_NOT_STACKABLE" }));
  });

  it("refuse what has no axis for them", () => {
    const build = (one: GraphBuilder, x: Value) => [one.relu(x)];
    expect(() => few(build, ["x"], 2)).toThrow("x is bound to x, which is [3, 2, 3], not [2, …]");
    expect(() => few(build, ["x"], 0)).toThrow("models: expected a whole number of 1 or more, got 0");
    const one = new GraphBuilder("one");
    const x = one.input("x", "float", [1]);
    one.output(one.relu(x), "y");
    const options = { models: K, bound: new Map(), apart: new Set([x]) };
    expect(() => stacked(new GraphBuilder("many"), one.build(), options)).toThrow(
      "x is to differ between models, but isn't bound",
    );
  });
});

/** Operators without a row, and why what they read has to be the same for all models. */
const SHARED_ONLY: Readonly<Record<string, string>> = {
  Constant: "reads nothing",
  ConstantOfShape: "reads sizes",
  If: "has graphs, of which one runs",
  LabelEncoder: "reads texts, of another domain",
  Loop: "has a graph that runs a number of times",
  NonZero: "makes as many places as it finds",
  Range: "makes as many numbers as it is told",
  Scan: "has a graph that runs a number of times",
};

describe("the table of stackings", () => {
  it("has a row for every operator that has one in the table of gradients", () => {
    expect([...GRADIENTS.keys()].filter((opType) => !STACKINGS.has(opType) && !SHARED_ONLY[opType])).toEqual([]);
  });

  it("has a row for every other operator, but where a reason is told", () => {
    const missing = [...OPERATORS.keys()].filter((opType) => !STACKINGS.has(opType));
    expect(missing.sort()).toEqual(Object.keys(SHARED_ONLY));
  });
});
