import { type Dimension, encodeModel, GraphBuilder, openSession, type Tensor, tensor, type Value } from "onnx-train";
import { randomNumbers } from "../../../core/onnx-train/src/random.js";

interface Draw {
  readonly g: GraphBuilder;
  /** A whole number from 0 to below this. */
  below(count: number): number;
}

/** What a value will be like while it runs, beside what inference says of it. */
interface Known {
  readonly value: Value;
  readonly dims: readonly number[];
}

type Step = (draw: Draw, known: Known) => Known | null;

const ints = (g: GraphBuilder, values: readonly number[]) => g.vector("int64", values);
const times = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at));
const count = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1);
const constant = (g: GraphBuilder, dims: readonly number[]) =>
  g.initializer(
    tensor(
      "float",
      dims,
      times(count(dims), (at) => Math.sin(at)),
    ),
  );

/** Steps that any shape can take, with the shape that follows by the rules of numpy. */
const STEPS: Readonly<Record<string, Step>> = {
  broadcast: ({ g, below }, { value, dims }) => {
    const own = dims.map((size) => (below(2) === 0 ? 1 : size)).slice(below(dims.length + 1));
    return { value: g.add(value, constant(g, own)), dims };
  },
  widen: ({ g, below }, { value, dims }) => {
    const more = [2, ...dims.map((size) => (below(2) === 0 ? 1 : size))];
    return { value: g.op("Mul", [constant(g, more), value]), dims: [2, ...dims] };
  },
  compare: ({ g, below }, { value, dims }) => {
    const yes = g.op("Less", [value, g.float(below(3))]);
    return { value: g.where(yes, value, g.float(1)), dims };
  },
  transpose: ({ g, below }, { value, dims }) => {
    const perm = times(dims.length, (at) => at);
    for (const at of perm.keys()) {
      const other = at + below(perm.length - at);
      [perm[at], perm[other]] = [perm[other] as number, perm[at] as number];
    }
    return { value: g.transpose(value, perm), dims: perm.map((axis) => dims[axis] as number) };
  },
  flatten: ({ g, below }, { value, dims }) => {
    const axis = below(dims.length + 1);
    return { value: g.op("Flatten", [value], { axis }), dims: [count(dims.slice(0, axis)), count(dims.slice(axis))] };
  },
  rest: ({ g }, { value, dims }) => {
    const last = dims.at(-1) ?? 1;
    return { value: g.reshape(value, [-1, last]), dims: [count(dims) / last, last] };
  },
  workedOut: ({ g }, { value, dims }) => {
    if (dims.length < 2) return null;
    const sizes = g.shape(value);
    const [first, second] = [0, 1].map((at) => g.gather(sizes, ints(g, [at]))) as [Value, Value];
    const merged = g.concat([g.mul(first, second), g.op("Slice", [sizes, ints(g, [2]), ints(g, [9])])], 0);
    return { value: g.reshape(value, merged), dims: [count(dims.slice(0, 2)), ...dims.slice(2)] };
  },
  unsqueeze: ({ g, below }, { value, dims }) => {
    const axis = below(dims.length + 1);
    return { value: g.unsqueeze(value, [axis - dims.length - 1]), dims: dims.toSpliced(axis, 0, 1) };
  },
  squeeze: ({ g }, { value, dims }) => {
    const axis = dims.indexOf(1);
    return axis < 0 ? null : { value: g.squeeze(value, [axis]), dims: dims.toSpliced(axis, 1) };
  },
  fold: ({ g, below }, { value, dims }) => {
    const [axis, keep] = [below(dims.length), below(2) === 1];
    const opType = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceLogSumExp"][below(4)] as string;
    const axes = opType === "ReduceSum" ? [ints(g, [axis - dims.length])] : [];
    const attributes = { keepdims: keep ? 1 : 0, ...(opType === "ReduceSum" ? {} : { axes: [axis] }) };
    const found = g.op(opType, [value, ...axes], attributes);
    return { value: found, dims: keep ? dims.with(axis, 1) : dims.toSpliced(axis, 1) };
  },
  slice: ({ g, below }, { value, dims }) => {
    const axis = below(dims.length);
    const [size, step] = [dims[axis] as number, 1 + below(2)];
    const start = below(size);
    const found = g.op("Slice", [value, ...[[start], [99], [axis], [step]].map((list) => ints(g, list))]);
    return { value: found, dims: dims.with(axis, Math.ceil((size - start) / step)) };
  },
  backwards: ({ g, below }, { value, dims }) => {
    const axis = below(dims.length);
    return { value: g.op("Slice", [value, ...[[-1], [-99], [axis], [-1]].map((list) => ints(g, list))]), dims };
  },
  pad: ({ g, below }, { value, dims }) => {
    const pads = times(2 * dims.length, () => below(2));
    const padded = dims.map((size, axis) => size + (pads[axis] ?? 0) + (pads[axis + dims.length] ?? 0));
    return { value: g.op("Pad", [value, ints(g, pads)]), dims: padded };
  },
  tile: ({ g, below }, { value, dims }) => {
    const repeats = dims.map(() => 1 + below(2));
    return { value: g.op("Tile", [value, ints(g, repeats)]), dims: dims.map((size, at) => size * (repeats[at] ?? 1)) };
  },
  twice: ({ g, below }, { value, dims }) => {
    const axis = below(dims.length);
    return { value: g.concat([value, value], axis - dims.length), dims: dims.with(axis, 2 * (dims[axis] as number)) };
  },
  halves: ({ g, below }, { value, dims }) => {
    const axis = below(dims.length);
    const size = dims[axis] as number;
    if (size < 2) return null;
    const [, second] = g.ops("Split", [value, ints(g, [1, size - 1])], { axis }, { outputs: 2 });
    return { value: second as Value, dims: dims.with(axis, size - 1) };
  },
  gather: ({ g, below }, { value, dims }) => {
    const axis = below(dims.length);
    const indices = g.initializer(tensor("int64", [2, 1], [0, -1]));
    return { value: g.gather(value, indices, axis), dims: dims.toSpliced(axis, 1, 2, 1) };
  },
  largest: ({ g, below }, { value, dims }) => {
    const axis = below(dims.length);
    const [found] = g.ops("TopK", [value, ints(g, [1])], { axis }, { outputs: 2 });
    return { value: found as Value, dims: dims.with(axis, 1) };
  },
  product: ({ g }, { value, dims }) => {
    const last = dims.at(-1) as number;
    return { value: g.matmul(value, constant(g, [last, 3])), dims: [...dims.slice(0, -1), 3] };
  },
  einsum: ({ g }, { value, dims }) => {
    const weight = constant(g, [2, dims.at(-1) as number]);
    return { value: g.op("Einsum", [value, weight], { equation: "...i,ki->k..." }), dims: [2, ...dims.slice(0, -1)] };
  },
  chances: ({ g, below }, { value, dims }) => ({ value: g.softmax(value, below(dims.length)), dims }),
  expand: ({ g }, { value, dims }) => ({ value: g.expand(value, [2, ...dims.map(() => 1)]), dims: [2, ...dims] }),
};

interface Drawn {
  readonly g: GraphBuilder;
  readonly feed: Tensor;
  readonly names: ReadonlyMap<string, number>;
  readonly known: Known;
  readonly steps: readonly string[];
}

/** Up to six steps from a tensor of one to three axes, some of which have names. */
function drawn(seed: number): Drawn {
  const random = randomNumbers(seed, "graphs");
  const below = (limit: number) => Math.floor(random() * limit);
  const g = new GraphBuilder("random");
  const dims = times(1 + below(3), () => 1 + below(4));
  const shape = dims.map((size, axis): Dimension => (below(2) === 0 ? `n${axis}` : size));
  const names = new Map(dims.map((size, axis) => [`n${axis}`, size]));
  let known: Known = { value: g.input("x", "float", shape), dims };
  const steps: string[] = [];
  while (steps.length < 6 && known.dims.length > 0 && known.dims.length < 6) {
    const [name, step] = Object.entries(STEPS)[below(Object.keys(STEPS).length)] as [string, Step];
    const next = step({ g, below }, known);
    if (next === null) continue;
    known = next;
    steps.push(name);
  }
  return {
    g,
    feed: tensor(
      "float",
      dims,
      times(count(dims), (at) => Math.cos(at)),
    ),
    names,
    known,
    steps,
  };
}

/** "2*n0" with the sizes put in; null where nothing is known. */
function sizeOf(size: Dimension, names: ReadonlyMap<string, number>): number | null {
  if (size === "") return null;
  return String(size)
    .split("*")
    .reduce((product, factor) => product * (names.get(factor) ?? Number(factor)), 1);
}

describe("inference over random graphs", () => {
  it.each(times(300, (at) => at))("says no shape that onnxruntime doesn't give: graph %i", async (seed) => {
    const { g, feed, names, known, steps } = drawn(seed);
    const told = known.value.type?.shape?.map((size) => sizeOf(size, names));
    g.output(known.value, "y");
    const session = await openSession(encodeModel(g.model()));
    const { y } = await session.run({ x: feed });
    await session.release();
    expect([steps, y?.dims]).toEqual([steps, known.dims]);
    expect([steps, told?.map((size, axis) => size ?? y?.dims[axis])]).toEqual([steps, y?.dims]);
  });
});
