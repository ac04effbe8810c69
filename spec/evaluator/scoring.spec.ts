import { encodeModel, GraphBuilder, tensor, type Value } from "onnx-train";
import { feedOf } from "../../core/evaluator/feeds.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { type Column, finishModel, rawInputs, type TaskSpec } from "../../core/plugin/index.js";
import { columnOf, tableOf } from "../support/tables.js";

const BINARY: TaskSpec = { task: "binary", target: "left", classes: ["no", "yes"] };
const REGRESSION: TaskSpec = { task: "regression", target: "price", classes: [] };
const COLUMNS = [
  { name: "age", type: "numeric" },
  { name: "town", type: "categorical" },
] as const;

/** A model whose probability of "yes" is 1 where town is "Rome", else the age given. */
function binaryModel(spec: TaskSpec = BINARY, spoil: (graph: GraphBuilder, yes: Value) => Value = (_, yes) => yes) {
  const graph = new GraphBuilder("test");
  const [age, town] = rawInputs(graph, COLUMNS) as [Value, Value];
  const rome = graph.op("Equal", [
    graph.op("LabelEncoder", [town], { keys_strings: ["Rome"], values_int64s: [1], default_int64: 0 }),
    graph.vector("int64", [1]),
  ]);
  const yes = spoil(graph, graph.op("Where", [rome, graph.scalar("float", 1), age]));
  const prediction = graph.concat([graph.sub(graph.scalar("float", 1), yes), yes], 1);
  return finishModel(graph, { learner: "test", spec, columns: COLUMNS, prediction });
}

function shared(column: Column): Column {
  const copy = <T extends Float32Array | Int32Array>(from: T, to: T): T => {
    to.set(from);
    return to;
  };
  if ("values" in column) {
    const values = copy(column.values, new Float32Array(new SharedArrayBuffer(4 * column.values.length)));
    return { ...column, values };
  }
  return { ...column, codes: copy(column.codes, new Int32Array(new SharedArrayBuffer(4 * column.codes.length))) };
}

const TABLE = tableOf({ town: ["Rome", "Oslo", null], unused: [0, 0, 0], age: [0.25, 0.5, 0.75] });

async function failureOf(bytes: Uint8Array, spec = BINARY, table = TABLE): Promise<string> {
  try {
    const model = await openModel(bytes, spec);
    await model.predict(table).finally(() => model.release());
    return "none";
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

describe("openModel", () => {
  test("predicts from raw columns, picked by name and in any order", async () => {
    const model = await openModel(binaryModel(), BINARY);
    expect([...(await model.predict(TABLE))]).toEqual([0, 1, 0.5, 0.5, 0.25, 0.75]);
    await model.release();
  });

  test("a regression gives one number a row, over as many batches as it takes", async () => {
    const graph = new GraphBuilder("identity");
    const columns = [{ name: "x", type: "numeric" }] as const;
    const [x] = rawInputs(graph, columns);
    const model = await openModel(
      finishModel(graph, { learner: "test", spec: REGRESSION, columns, prediction: x as Value }),
      REGRESSION,
    );
    const rows = Array.from({ length: 40_000 }, (_, row) => row);
    expect(await model.predict(tableOf({ x: rows }))).toEqual(Float64Array.from(rows));
    expect(await model.predict(tableOf({ x: [] }))).toEqual(new Float64Array());
    await model.release();
  });

  test("columns in shared memory give the same, and are copied once", async () => {
    const columns = TABLE.columns.map(shared);
    const model = await openModel(binaryModel(), BINARY);
    expect(await model.predict({ rows: 3, columns })).toEqual(await model.predict(TABLE));
    await model.release();
    const bufferOf = (column: Column) => (feedOf(column, 0, 3).data as Float32Array).buffer;
    const [age, own] = [columns[2] as Column, TABLE.columns[2] as Column];
    expect(bufferOf(age)).toBeInstanceOf(ArrayBuffer);
    expect(bufferOf(age)).toBe(bufferOf(age));
    expect(bufferOf(own)).toBe("values" in own && own.values.buffer);
  });

  test("a level with a NUL inside is not taken for the one before the NUL", async () => {
    const table = { rows: 1, columns: [columnOf("age", [0.5]), columnOf("town", ["Rome\0"])] };
    const model = await openModel(binaryModel(), BINARY);
    expect([...(await model.predict(table))]).toEqual([0.5, 0.5]);
    await model.release();
  });

  test("a table without a column of the model, or with one of another type, is refused by name", async () => {
    expect(await failureOf(binaryModel(), BINARY, tableOf({ age: [1] }))).toBe(
      "MODEL_COLUMN: The model's input town can't be filled: no column is called so.",
    );
    expect(await failureOf(binaryModel(), BINARY, tableOf({ age: [1], town: [2] }))).toBe(
      "MODEL_COLUMN: The model's input town can't be filled: it takes string, the column is numeric.",
    );
  });

  test("bytes that onnxruntime can't load are refused", async () => {
    expect(await failureOf(Uint8Array.of(1, 2, 3))).toMatch(/^MODEL_UNLOADABLE: /);
  });

  test("a model of another task, or with its classes in another order, is refused", async () => {
    expect(await failureOf(binaryModel(), REGRESSION)).toContain("MODEL_CONTRACT");
    expect(await failureOf(binaryModel({ ...BINARY, classes: ["yes", "no"] }))).toContain(
      'its metadata sous.classes is ["yes","no"], not ["no","yes"]',
    );
  });

  test("a model without the outputs of its task is refused", async () => {
    const graph = new GraphBuilder("bare");
    const x = graph.input("age", "float", ["N", 1]);
    graph.output(graph.add(x, x), "probabilities", { element: "float", shape: ["N", 1] });
    const metadata = { "sous.task": "binary", "sous.classes": '["no","yes"]' };
    expect(await failureOf(encodeModel(graph.model(metadata)))).toContain(
      "its outputs are of float, not string, float",
    );
  });

  test.each([
    ["NaN", (graph: GraphBuilder, yes: Value) => graph.add(yes, graph.scalar("float", Number.NaN)), "row 0 gets NaN"],
    [
      "negative ones",
      (graph: GraphBuilder, yes: Value) => graph.sub(yes, graph.scalar("float", 0.5)),
      "row 2 gets a negative",
    ],
  ])("probabilities that are %s are refused with the row", async (_, spoil, message) => {
    const towns = tableOf({ age: [0.75, 0.75, 0.25], town: ["Oslo", "Oslo", "Oslo"] });
    const failure = await failureOf(binaryModel(BINARY, spoil), BINARY, towns);
    expect(failure).toContain("MODEL_PREDICTION");
    expect(failure).toContain(message);
  });

  test("probabilities that don't sum to 1, or not one row for each, are refused", async () => {
    const fixed = (rows: number, value: number) => {
      const graph = new GraphBuilder("fixed");
      rawInputs(graph, COLUMNS);
      const prediction = graph.initializer(tensor("float", [rows, 2], new Float32Array(rows * 2).fill(value)));
      return finishModel(graph, { learner: "test", spec: BINARY, columns: COLUMNS, prediction });
    };
    expect(await failureOf(fixed(3, 0.5))).toBe("none");
    expect(await failureOf(fixed(3, 0.4))).toContain("the probabilities of row 0 sum to 0.8");
    expect(await failureOf(fixed(2, 0.5))).toContain("a run gave [2, 2] where [3, 2] was due");
  });

  test("a run that fails says what onnxruntime said", async () => {
    const reshape = (graph: GraphBuilder, yes: Value) => graph.op("Reshape", [yes, graph.vector("int64", [7, 1])]);
    expect(await failureOf(binaryModel(BINARY, reshape))).toMatch(/^MODEL_RUN: .*Reshape/);
  });
});
