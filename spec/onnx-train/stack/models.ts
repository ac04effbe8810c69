/** Graphs of K models beside K runs of the graph of one, both through onnxruntime. */
import {
  encodeModel,
  type Graph,
  GraphBuilder,
  gradients,
  openSession,
  stacked,
  type Tensor,
  tensor,
  type Value,
} from "onnx-train";

type InputName = "a" | "b" | "c" | "i" | "w" | "x" | "y";
type Inputs = Readonly<Record<string, Tensor>>;

export interface Case {
  /** One model's inputs. */
  readonly inputs: (model: number) => Readonly<Partial<Record<InputName, Tensor>>>;
  build(g: GraphBuilder, inputs: Readonly<Record<InputName, Value>>): Value | readonly Value[];
  /** Inputs that are the same for all models; others are tried both ways, in every combination. */
  readonly shared?: readonly InputName[];
  /** Inputs by which gradients are compared too; default all floats. */
  readonly smooth?: readonly InputName[] | undefined;
  /** Names of sizes in place of numbers. */
  readonly shapes?: Readonly<Partial<Record<InputName, readonly (number | string)[]>>>;
  /** In parts of the largest value; default 2e-6. */
  readonly tolerance?: number;
  readonly opset?: number;
}

const K = 3;

/** One model. */
export interface One {
  readonly graph: Graph;
  /** The inputs, and initializers that may differ between models. */
  readonly inputs: ReadonlyMap<string, Value>;
  /** Those by which gradients of the output `loss` are compared. */
  readonly smooth: readonly string[];
  readonly opset?: number | undefined;
}

/** One model's graph: what the case builds, then one number of it with uneven weights, so that errors can't cancel. */
function one(given: Case): One {
  const g = new GraphBuilder("one", given.opset === undefined ? {} : { opset: given.opset });
  const shapes: Readonly<Record<string, readonly (number | string)[]>> = given.shapes ?? {};
  const inputs = Object.entries(given.inputs(0)).map(
    ([name, { element, dims }]) => [name, g.input(name, element, shapes[name] ?? dims)] as const,
  );
  const built = given.build(g, Object.fromEntries(inputs) as Record<InputName, Value>);
  const values = "name" in built ? [built] : built;
  for (const [index, value] of values.entries()) g.output(value, `y${index}`);
  const floats = inputs.filter(([, { type }]) => type?.element === "float").map(([name]) => name);
  const smooth = given.smooth ?? floats;
  if (smooth.length > 0)
    g.output(
      values.map((value) => weighted(g, value)).reduce((a, b) => g.add(a, b)),
      "loss",
    );
  return { graph: g.build(), inputs: new Map(inputs), smooth, opset: given.opset };
}

function weighted(g: GraphBuilder, y: Value): Value {
  const flat = g.reshape(y, [-1]);
  const places = g.op("CumSum", [g.expand(g.float(1), g.shape(flat)), g.scalar("int64", 0)]);
  return g.reduceSum(g.mul(flat, g.op("Cos", [places])));
}

interface Copy {
  run(inputs: Inputs): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
  /** The outputs that differ between models. */
  readonly apart: ReadonlySet<string>;
}

/** The graph for K models (or one, where nothing is apart), with gradients of the sum of losses. */
async function copy({ graph, inputs, smooth, opset }: One, apart: ReadonlySet<string>): Promise<Copy> {
  const g = new GraphBuilder("many", opset === undefined ? {} : { opset });
  const own = new Map<string, Value>();
  for (const [name, { type }] of inputs) {
    const shape = type?.shape ?? [];
    own.set(name, g.input(name, type?.element ?? "float", apart.has(name) ? [K, ...shape] : shape));
  }
  const valuesOf = (map: ReadonlyMap<string, Value>, names: Iterable<string>) =>
    Array.from(names, (name) => map.get(name) as Value);
  const bound = new Map([...inputs].map(([name, value]) => [value, own.get(name) as Value]));
  const done = stacked(g, graph, { models: K, bound, apart: new Set(valuesOf(inputs, apart)) });
  const outputs = graph.outputs.map(
    ({ name }, index) => [name, done.values.get(graph.outputs[index] as Value)] as const,
  );
  const loss = new Map(outputs).get("loss");
  const found = loss ? gradients(g, loss, valuesOf(own, smooth)) : [];
  for (const [name, value] of outputs) g.output(value as Value, name);
  for (const [index, value] of found.entries())
    g.output(value, `d_${smooth[index]}`, valuesOf(own, smooth)[index]?.type ?? null);
  const session = await openSession(encodeModel(g.model()));
  const differ = graph.outputs.filter((value) => done.apart.has(value)).map(({ name }) => name);
  return {
    apart: new Set([...differ, ...smooth.filter((name) => apart.has(name)).map((name) => `d_${name}`)]),
    run: async (given) => {
      const results = await session.run(given);
      for (const [name, value] of outputs) expectShape(name, value, results[name]);
      return results;
    },
    release: () => session.release(),
  };
}

/** What inference says of a value is so. */
function expectShape(name: string, value: Value | undefined, result: Tensor | undefined): void {
  const told = value?.type?.shape?.map((size, axis) => (typeof size === "number" ? size : (result?.dims[axis] ?? -1)));
  expect([name, told]).toEqual([name, [...(result?.dims ?? [])]]);
}

function joined(parts: readonly Tensor[]): Tensor {
  const [first] = parts as [Tensor, ...Tensor[]];
  return tensor(
    first.element,
    [parts.length, ...first.dims],
    parts.flatMap(({ data }) => Array.from(data as Float32Array)) as number[],
  );
}

function summed(parts: readonly Tensor[]): Tensor {
  const [first] = parts as [Tensor, ...Tensor[]];
  const data = Array.from(first.data as Float32Array, (_, at) =>
    parts.reduce((sum, part) => sum + Number(part.data[at]), 0),
  );
  return tensor("float", first.dims, data);
}

/** All but the empty one; of more than three, each alone and all. */
function subsets(names: readonly string[]): string[][] {
  const every = Array.from({ length: 2 ** names.length - 1 }, (_, mask) =>
    names.filter((_name, at) => ((mask + 1) >> at) % 2 === 1),
  );
  return every.filter(({ length }) => names.length <= 3 || length === 1 || length === names.length);
}

/** Fails where K models at once give anything else than one after another, whatever of their inputs differs. */
export async function expectSame(given: Case): Promise<void> {
  const shared: readonly string[] = given.shared ?? [];
  const free = Object.keys(given.inputs(0)).filter((name) => !shared.includes(name));
  const inputs = (model: number) => given.inputs(model) as Inputs;
  await expectSameGraphs(one(given), { inputs, differ: subsets(free), tolerance: given.tolerance ?? 2e-6 });
}

export interface Comparison {
  readonly inputs: (model: number) => Inputs;
  /** What differs between models: one comparison for each set. */
  readonly differ: readonly (readonly string[])[];
  readonly tolerance: number;
}

export async function expectSameGraphs(graph: One, { inputs, differ, tolerance }: Comparison): Promise<void> {
  const single = await copy(graph, new Set());
  for (const names of differ) {
    const many = await copy(graph, new Set(names));
    const models = Array.from({ length: K }, (_, model) => mixed(inputs(0), inputs(model), names));
    const alone: Record<string, Tensor>[] = [];
    for (const model of models) alone.push(await single.run(model));
    const results = await many.run(together(models, names));
    await many.release();
    for (const [name, result] of Object.entries(results)) {
      const parts = alone.map((outputs) => outputs[name] as Tensor);
      // What is shared has the gradient of all models' losses, where those differ.
      const shared = name.startsWith("d_") && many.apart.has("loss") ? summed(parts) : (parts[0] as Tensor);
      const expected = many.apart.has(name) ? joined(parts) : shared;
      expectClose({ what: `${name} where ${names.join(" and ")} differ`, result, expected, tolerance });
    }
  }
  await single.release();
}

function mixed(first: Inputs, own: Inputs, names: readonly string[]): Inputs {
  return Object.fromEntries(
    Object.entries(first).map(([name, held]) => [name, (names.includes(name) && own[name]) || held]),
  );
}

function together(models: readonly Inputs[], names: readonly string[]): Inputs {
  const all = Object.entries(models[0] ?? {});
  return Object.fromEntries(
    all.map(([name, held]) => [name, names.includes(name) ? joined(models.map((model) => model[name] ?? held)) : held]),
  );
}

interface Closeness {
  readonly what: string;
  readonly result: Tensor;
  readonly expected: Tensor;
  readonly tolerance: number;
}

function expectClose({ what, result, expected, tolerance }: Closeness): void {
  expect([what, result.element, result.dims]).toEqual([what, expected.element, expected.dims]);
  const [a, b] = [Array.from(result.data as Float32Array, Number), Array.from(expected.data as Float32Array, Number)];
  const scale = Math.max(1, ...b.map(Math.abs));
  const worst = Math.max(0, ...a.map((value, at) => Math.abs(value - (b[at] ?? Number.NaN)) / scale));
  expect([what, worst <= tolerance ? "agrees" : { worst, result: a, expected: b }]).toEqual([what, "agrees"]);
}
