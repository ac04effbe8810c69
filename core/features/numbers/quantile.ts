/**
 * The rank of a value among those of training, as a share or as the quantile of a normal distribution, by straight lines
 * between at most 255 knots. Ranks are mid-ranks: tied values get the mean of theirs.
 */
import { type GraphBuilder, tensor, type Value } from "onnx-train";
import { normalQuantile } from "../../statistics/normal.js";
import { clip, type NumberKind } from "./numbers.js";

export interface QuantileOptions {
  /** What the numbers are like: shares in 0 … 1, or about −3 … 3. Default normal. */
  readonly output?: "normal" | "uniform";
  /** 2 … 255; default 255. */
  readonly knots?: number;
}

interface Knots {
  /** Ascending, all different. */
  readonly at: Float32Array;
  /** [knots] */
  readonly to: Float32Array;
}

/** Knots are found in two looks at 16 numbers, where one look would take 255 comparisons a cell. */
const SIDE = 16;
const MOST = SIDE * SIDE - 1;
/** Half of the largest float32, so that the distance of any two knots is one, too. */
const LARGEST = 1.7e38;
/** What a look-up gives: knot, distance to the next, the number there, and how much more the next has. */
const CELLS = 4;

export function quantile({ output = "normal", knots = MOST }: QuantileOptions): NumberKind<Knots> {
  const number = output === "normal" ? normalQuantile : (share: number) => share;
  return { suffix: "", fit: ({ sorted }) => fitKnots(sorted, clip(knots, 2, MOST), number), apply, emit };
}

function fitKnots(sorted: Float32Array, most: number, number: (share: number) => number): Knots | null {
  const ends = runsOf(sorted);
  const chosen = ends.length <= most ? ends : spaced(ends, sorted.length, most);
  const at: number[] = [];
  const to: number[] = [];
  for (const { value, from, to: end } of chosen) {
    if (Math.abs(value) > LARGEST) continue;
    at.push(value);
    to.push(number((from + end) / 2 / sorted.length));
  }
  return at.length < 2 ? null : { at: Float32Array.from(at), to: Float32Array.from(to) };
}

interface Run {
  readonly value: number;
  /** Places in the sorted values: the first, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

function runsOf(sorted: Float32Array): Run[] {
  const runs: Run[] = [];
  for (let from = 0, to = 1; to <= sorted.length; to++) {
    if (to < sorted.length && sorted[to] === sorted[from]) continue;
    runs.push({ value: sorted[from] as number, from, to });
    from = to;
  }
  return runs;
}

/** Those that ranks at equal distances fall on: the first and the last one are among them. */
function spaced(runs: readonly Run[], count: number, most: number): Run[] {
  const chosen: Run[] = [];
  for (let knot = 0, at = 0; knot < most; knot++) {
    const rank = Math.round((knot / (most - 1)) * (count - 1));
    while ((runs[at] as Run).to <= rank) at++;
    if (chosen.at(-1) !== runs[at]) chosen.push(runs[at] as Run);
  }
  return chosen;
}

function apply({ at, to }: Knots, value: number): number {
  const last = at.length - 1;
  const x = clip(value, at[0] as number, at[last] as number);
  let [low, high] = [0, last];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (x >= (at[middle] as number)) low = middle;
    else high = middle - 1;
  }
  const knot = at[low] as number;
  const start = to[low] as number;
  if (low === last) return start;
  const share = Math.fround(Math.fround(x - knot) / Math.fround((at[low + 1] as number) - knot));
  return Math.fround(start + Math.fround(share * Math.fround((to[low + 1] as number) - start)));
}

function emit(graph: GraphBuilder, filled: Value, fits: readonly Knots[]): Value {
  const ends = (last: boolean) =>
    graph.vector(
      "float",
      Array.from(fits, ({ at }) => at.at(last ? -1 : 0) as number),
    );
  const x = graph.op("Min", [graph.op("Max", [filled, ends(false)]), ends(true)]);
  const cell = graph.unsqueeze(x, [2]);
  const firsts = Array.from(fits, (_, column) => column * SIDE);
  const row = place(graph, cell, coarse(graph, fits), graph.vector("int32", firsts));
  const shift = graph.mul(row, graph.scalar("int32", SIDE));
  const knot = place(graph, cell, graph.gather(fine(graph, fits), row), shift);
  const found = graph.split(graph.gather(lookUp(graph, fits), knot), [1, 1, 1, 1], 2);
  const [at, gap, start, rise] = found.map((one) => graph.squeeze(one, [2])) as [Value, Value, Value, Value];
  return graph.add(start, graph.mul(graph.div(graph.sub(x, at), gap), rise));
}

/** The last of the thresholds [N, c, 16] that the cells [N, c, 1] reach, counted from `first`: int32 [N, c]. */
function place(graph: GraphBuilder, cell: Value, thresholds: Value, first: Value): Value {
  const reached = graph.cast(graph.op("GreaterOrEqual", [cell, thresholds]), "int32");
  const before = graph.sub(graph.reduceSum(reached, [2]), graph.scalar("int32", 1));
  return graph.add(before, first);
}

/** Each column's knots filled up to 256; no cell reaches infinity. */
function padded({ at }: Knots): Float32Array {
  const all = new Float32Array(SIDE * SIDE).fill(Number.POSITIVE_INFINITY);
  all.set(at);
  return all;
}

/** Every 16th knot, [c, 16]. */
function coarse(graph: GraphBuilder, fits: readonly Knots[]): Value {
  const values = fits.flatMap((fit) => [...padded(fit)].filter((_, knot) => knot % SIDE === 0));
  return graph.initializer(tensor("float", [fits.length, SIDE], Float32Array.from(values)), "knots");
}

/** [c · 16, 16] */
function fine(graph: GraphBuilder, fits: readonly Knots[]): Value {
  const values = Float32Array.from(fits.flatMap((fit) => [...padded(fit)]));
  return graph.initializer(tensor("float", [fits.length * SIDE, SIDE], values), "knots");
}

/** [c · 256, 4] */
function lookUp(graph: GraphBuilder, fits: readonly Knots[]): Value {
  const values = new Float32Array(fits.length * SIDE * SIDE * CELLS);
  fits.forEach(({ at, to }, column) => {
    at.forEach((knot, index) => {
      const start = to[index] as number;
      const gap = Math.fround((at[index + 1] ?? Number.POSITIVE_INFINITY) - knot);
      const rise = Math.fround((to[index + 1] ?? start) - start);
      values.set([knot, gap, start, rise], (column * SIDE * SIDE + index) * CELLS);
    });
  });
  return graph.initializer(tensor("float", [fits.length * SIDE * SIDE, CELLS], values), "knots");
}
