/** Single operators with what PyTorch makes of them and of their gradients: see fixtures/onnx/gradients.py. */
import { readFileSync } from "node:fs";
import {
  type Dimension,
  encodeModel,
  GraphBuilder,
  gradients,
  openSession,
  type Session,
  type Tensor,
  tensor,
  type Value,
} from "onnx-train";

interface Plain {
  readonly element: "float" | "int64" | "int32" | "bool";
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export interface Vector {
  readonly name: string;
  readonly operator: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
  readonly inputs: readonly (Plain | null)[];
  readonly outputs: readonly Plain[];
  /** The gradient by each output; null where the loss doesn't depend on it. */
  readonly dy: readonly (Plain | null)[];
  /** The gradients by inputs, by their index. */
  readonly dx: Readonly<Record<string, Plain>>;
}

export const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL("../../fixtures/onnx/gradients.json", import.meta.url), "utf8"),
);

export type Precision = "float" | "double";
/** Which sizes of the inputs to float operands have names in place of numbers. */
export type Naming = (index: number, dims: readonly number[]) => readonly Dimension[];

const fixed: Naming = (_, dims) => dims;

/** Numbers as constants decide shapes, kinds and axes; only floats are inputs of the graph. */
function isInput({ element }: Plain, { operator }: Vector): boolean {
  return element === "float" && operator !== "Resize";
}

function heldAs({ element, dims, data }: Plain, precision: Precision): Tensor {
  return tensor(element === "float" ? precision : element, dims, data);
}

export interface Checked {
  readonly session: Session;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** What inference says of the outputs. */
  readonly shapes: readonly (readonly Dimension[] | null | undefined)[];
}

interface Built {
  readonly g: GraphBuilder;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly ys: readonly Value[];
  /** Σ y dy. */
  readonly loss: Value;
  /** Inputs that have a gradient, by name. */
  readonly wrt: readonly (readonly [name: string, value: Value])[];
}

function built(one: Vector, precision: Precision, naming: Naming): Built {
  const g = new GraphBuilder(one.operator, { opset: one.opset });
  const feeds: Record<string, Tensor> = {};
  const inputs = one.inputs.map((input, index) => {
    if (input === null) return null;
    const held = heldAs(input, precision);
    if (!isInput(input, one) && !Object.hasOwn(one.dx, index)) return g.initializer(held);
    feeds[`x${index}`] = held;
    return g.input(`x${index}`, held.element, naming(index, input.dims));
  });
  const ys = g.ops(one.operator, inputs, { ...one.attributes }, { outputs: one.outputs.length });
  const parts = one.dy.flatMap((dy, index) => {
    const y = ys[index] as Value;
    return dy === null
      ? []
      : [g.reduceSum(g.mul(y, g.initializer(heldAs(dy, y.type?.element === "float" ? "float" : precision))))];
  });
  const loss = parts.reduce((sum, part) => g.add(sum, part));
  return { g, feeds, ys, loss, wrt: Object.keys(one.dx).map((index) => [`x${index}`, inputs[Number(index)] as Value]) };
}

function asked({ g, wrt }: Built, loss: Value): Value[] {
  return gradients(
    g,
    loss,
    wrt.map(([, value]) => value),
  );
}

/** Inputs x0, …; outputs y0, …, dx0, … and the loss Σ y dy. */
export async function opened(one: Vector, precision: Precision = "float", naming: Naming = fixed): Promise<Checked> {
  const parts = built(one, precision, naming);
  const { g, feeds, ys, loss, wrt } = parts;
  const shapes = ys.map((y) => y.type?.shape);
  const found = asked(parts, loss);
  for (const [at, [name]] of wrt.entries()) g.output(found[at] as Value, `d${name}`);
  for (const [index, y] of ys.entries()) g.output(y, `y${index}`);
  g.output(loss, "loss");
  return { session: await openSession(encodeModel(g.model())), feeds, shapes };
}

/** The same, but the loss is Σ cos(1, 2, …) dx of the gradients by all inputs: gradients of gradients. */
export async function openedTwice(one: Vector, precision: Precision): Promise<Checked> {
  const parts = built(one, precision, fixed);
  const { g, feeds, loss, wrt } = parts;
  const weighted = (value: Value) => {
    const count = (value.type?.shape ?? []).reduce<number>((product, size) => product * Number(size), 1);
    const weights = Array.from({ length: count }, (_, at) => Math.cos(at + 1));
    return g.reduceSum(g.mul(g.reshape(value, [-1]), g.vector(precision, weights)));
  };
  const sum = asked(parts, loss)
    .map(weighted)
    .reduce((all, next) => g.add(all, next));
  const found = asked(parts, sum);
  for (const [at, [name]] of wrt.entries()) g.output(found[at] as Value, `d${name}`);
  g.output(sum, "loss");
  return { session: await openSession(encodeModel(g.model())), feeds, shapes: [] };
}

/** Fails where shapes differ, or a number by more than `tolerance`, in parts of the largest. */
export function expectClose(
  what: string,
  found: Tensor | undefined,
  wanted: Pick<Plain, "dims" | "data">,
  tolerance: number,
): void {
  expect([what, found?.dims]).toEqual([what, wanted.dims]);
  const scale = Math.max(1, ...wanted.data.map(Math.abs));
  const data = Array.from(found?.data ?? [], Number);
  const isClose = data.every((value, at) => Math.abs(value - (wanted.data[at] ?? Number.NaN)) <= tolerance * scale);
  expect([what, isClose ? "agrees" : data]).toEqual([what, isClose ? "agrees" : wanted.data]);
}

/** Steps along one direction: far enough apart for the precision, near enough to stay off kinks. */
const STEPS = { float: 2 ** -7, double: 2 ** -12 };

/** Fails where the gradient along a direction isn't that of differences (of fourth order) of the loss. */
export async function expectDifferences(
  { session, feeds }: Checked,
  precision: Precision,
  tolerance: number,
): Promise<void> {
  const at = await session.run(feeds);
  for (const name of Object.keys(at).filter((output) => output.startsWith("dx"))) {
    const input = feeds[name.slice(1)] as Tensor;
    const direction = Array.from(input.data as ArrayLike<number>, (_, index) => Math.cos(2.4 * index + name.length));
    const loss = async (by: number) => {
      const moved = Array.from(input.data as ArrayLike<number>, (value, index) => value + by * (direction[index] ?? 0));
      const { loss: found } = await session.run({ ...feeds, [name.slice(1)]: tensor(precision, input.dims, moved) });
      return Number(found?.data[0]);
    };
    const step = STEPS[precision];
    const [near, far] = [(await loss(step)) - (await loss(-step)), (await loss(2 * step)) - (await loss(-2 * step))];
    const wanted = (8 * near - far) / (12 * step);
    const found = direction.reduce((sum, by, index) => sum + by * Number(at[name]?.data[index]), 0);
    const isClose = Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
    expect([name, isClose ? "agrees" : found]).toEqual([name, isClose ? "agrees" : wanted]);
  }
}
