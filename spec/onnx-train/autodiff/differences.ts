/** Gradients beside finite differences, both through onnxruntime. */
import {
  encodeModel,
  GraphBuilder,
  gradients,
  openSession,
  type Session,
  type Tensor,
  tensor,
  type Value,
} from "onnx-train";

/** What cases call their inputs. */
type InputName = "a" | "b" | "c" | "w" | "x" | "y";

export interface Case {
  /** The tensors by which gradients are asked for. */
  readonly inputs: Readonly<Partial<Record<InputName, Tensor>>>;
  /** What the loss is a weighted sum of. */
  build(g: GraphBuilder, inputs: Readonly<Record<InputName, Value>>): Value;
  /** Names of sizes in place of numbers, where a case is about sizes that are not known; as many as the rank. */
  readonly shapes?: Readonly<Partial<Record<InputName, readonly (number | string)[]>>>;
}

/** Far enough apart for float32, near enough for functions of moderate curvature. */
const STEP = 2 ** -6;

/** Values that are never near 0, 1 or one another: away from kinks and ties. */
export function spread(dims: readonly number[], phase = 0): Tensor {
  const count = dims.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: count }, (_, at) => {
    const turn = ((at + 1) * 0.6180339887498949 + phase) % 1;
    return (turn < 0.5 ? -1 : 1) * (0.2 + 1.3 * ((turn * 2) % 1));
  });
  return tensor("float", dims, values);
}

export function positive(dims: readonly number[], phase = 0): Tensor {
  const { data } = spread(dims, phase);
  return tensor(
    "float",
    dims,
    Array.from(data as Float32Array, (value) => Math.abs(value) + 0.3),
  );
}

function namesOf(inputs: Case["inputs"]): [InputName, Tensor][] {
  return Object.entries(inputs) as [InputName, Tensor][];
}

async function sessionOf({ inputs, build, shapes = {} }: Case): Promise<Session> {
  const g = new GraphBuilder("differences");
  const sizes: Record<string, readonly (number | string)[] | undefined> = shapes;
  const entries = Object.entries(inputs).map(
    ([name, { dims }]) => [name, g.input(name, "float", sizes[name] ?? dims)] as const,
  );
  const y = build(g, Object.fromEntries(entries) as Record<InputName, Value>);
  // Uneven weights, so that errors of single elements can't cancel.
  const counted = g.op("CumSum", [
    g.op("Expand", [g.float(1), g.shape(g.op("Reshape", [y, g.vector("int64", [-1])]))]),
    g.scalar("int64", 0),
  ]);
  const weights = g.op("Reshape", [g.op("Cos", [counted]), g.shape(y)]);
  weights.type = y.type;
  const loss = g.reduceSum(g.mul(y, weights));
  const found = gradients(
    g,
    loss,
    entries.map(([, value]) => value),
  );
  g.output(loss, "loss", { element: "float", shape: [] });
  for (const [at, gradient] of found.entries())
    g.output(gradient, `d${entries[at]?.[0]}`, entries[at]?.[1].type ?? null);
  return openSession(encodeModel(g.model()));
}

/** The gradients of the graph, and those of central differences, by input. */
async function compared(one: Case): Promise<Record<string, { graph: Tensor; differences: readonly number[] }>> {
  const session = await sessionOf(one);
  const at = await session.run(one.inputs);
  const found: Record<string, { graph: Tensor; differences: readonly number[] }> = {};
  for (const [name, input] of namesOf(one.inputs)) {
    const differences: number[] = [];
    for (let index = 0; index < input.data.length; index++) {
      const loss = async (by: number) => {
        const data = Float32Array.from(input.data as Float32Array);
        data[index] = (data[index] ?? 0) + by;
        const { loss: result } = await session.run({ ...one.inputs, [name]: { ...input, data } });
        return Number(result?.data[0]);
      };
      // Fourth order: the error of the plain central difference is taken out.
      const [near, far] = [(await loss(STEP)) - (await loss(-STEP)), (await loss(2 * STEP)) - (await loss(-2 * STEP))];
      differences.push((8 * near - far) / (12 * STEP));
    }
    const graph = at[`d${name}`];
    if (graph === undefined) throw new Error(`no gradient by ${name}`);
    found[name] = { graph, differences };
  }
  await session.release();
  return found;
}

/** Fails where a gradient is of another shape than its input, or differs from finite differences. */
export async function expectGradients(one: Case): Promise<void> {
  for (const [name, { graph, differences }] of Object.entries(await compared(one))) {
    expect([name, graph.dims]).toEqual([name, one.inputs[name as InputName]?.dims]);
    const scale = Math.max(1, ...differences.map(Math.abs));
    const worst = differences.map((value, index) => Math.abs(value - Number(graph.data[index])) / scale);
    expect([name, Math.max(...worst) < 2e-3 ? "agrees" : { graph: [...graph.data].map(Number), differences }]).toEqual([
      name,
      "agrees",
    ]);
  }
}
