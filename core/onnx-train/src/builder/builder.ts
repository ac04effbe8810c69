/** Builds graphs with a method per operator; nodes.ts has what those rest on. */
import { ELEMENT_CODES } from "../elements.js";
import { Value } from "../graph.js";
import { type ElementType, scalar, tensor } from "../tensor.js";
import type { AttributeInput } from "./attributes.js";
import { type GroupNormOptions, groupNorm } from "./groupNorm.js";
import { NodeBuilder } from "./nodes.js";

export interface FoldOptions {
  /** Whether folded axes stay, with size 1; default false. */
  readonly keep?: boolean;
}

/** ReduceSum took its axes as an input from opset 13 on, the others from 18 on. */
const AXES_AS_INPUT = 18;

export class GraphBuilder extends NodeBuilder {
  private readonly scalars = new Map<string, Value>();
  private readonly rows = new Map<string, Value>();

  /** A builder for a graph attribute: it may use this graph's values, and shares its names. */
  subgraph(name: string): GraphBuilder {
    return new GraphBuilder(name, {}, this);
  }

  add(a: Value, b: Value): Value {
    return this.op("Add", [a, b]);
  }

  sub(a: Value, b: Value): Value {
    return this.op("Sub", [a, b]);
  }

  mul(a: Value, b: Value): Value {
    return this.op("Mul", [a, b]);
  }

  div(a: Value, b: Value): Value {
    return this.op("Div", [a, b]);
  }

  neg(x: Value): Value {
    return this.op("Neg", [x]);
  }

  exp(x: Value): Value {
    return this.op("Exp", [x]);
  }

  log(x: Value): Value {
    return this.op("Log", [x]);
  }

  sqrt(x: Value): Value {
    return this.op("Sqrt", [x]);
  }

  abs(x: Value): Value {
    return this.op("Abs", [x]);
  }

  relu(x: Value): Value {
    return this.op("Relu", [x]);
  }

  sigmoid(x: Value): Value {
    return this.op("Sigmoid", [x]);
  }

  tanh(x: Value): Value {
    return this.op("Tanh", [x]);
  }

  /** `yes` where `condition` holds, else `no`. */
  where(condition: Value, yes: Value, no: Value): Value {
    return this.op("Where", [condition, yes, no]);
  }

  greater(a: Value, b: Value): Value {
    return this.op("Greater", [a, b]);
  }

  equal(a: Value, b: Value): Value {
    return this.op("Equal", [a, b]);
  }

  matmul(a: Value, b: Value): Value {
    return this.op("MatMul", [a, b]);
  }

  /** a · b + c of matrices, c broadcasting; `transA`, `transB` 1 take the transpose. */
  gemm(a: Value, b: Value, c: Value | null = null, attributes: Record<string, AttributeInput> = {}): Value {
    return this.op("Gemm", c === null ? [a, b] : [a, b, c], attributes);
  }

  /** Over the axes given; all, where none are. */
  reduceSum(x: Value, axes: readonly number[] = [], options: FoldOptions = {}): Value {
    return this.fold("ReduceSum", { x, axes, ...options });
  }

  /** Over the axes given; all, where none are. */
  reduceMean(x: Value, axes: readonly number[] = [], options: FoldOptions = {}): Value {
    return this.fold("ReduceMean", { x, axes, ...options });
  }

  /** Over the axes given; all, where none are. */
  reduceMax(x: Value, axes: readonly number[] = [], options: FoldOptions = {}): Value {
    return this.fold("ReduceMax", { x, axes, ...options });
  }

  /** Over the axes given; all, where none are. */
  reduceMin(x: Value, axes: readonly number[] = [], options: FoldOptions = {}): Value {
    return this.fold("ReduceMin", { x, axes, ...options });
  }

  /** Over the axes given; all, where none are. */
  reduceProd(x: Value, axes: readonly number[] = [], options: FoldOptions = {}): Value {
    return this.fold("ReduceProd", { x, axes, ...options });
  }

  /** Over the axes given; all, where none are. */
  reduceL1(x: Value, axes: readonly number[] = [], options: FoldOptions = {}): Value {
    return this.fold("ReduceL1", { x, axes, ...options });
  }

  /** Over the axes given; all, where none are. */
  reduceL2(x: Value, axes: readonly number[] = [], options: FoldOptions = {}): Value {
    return this.fold("ReduceL2", { x, axes, ...options });
  }

  /** Over the axes given; all, where none are. */
  reduceSumSquare(x: Value, axes: readonly number[] = [], options: FoldOptions = {}): Value {
    return this.fold("ReduceSumSquare", { x, axes, ...options });
  }

  /** Over the axes given; all, where none are. */
  reduceLogSumExp(x: Value, axes: readonly number[] = [], options: FoldOptions = {}): Value {
    return this.fold("ReduceLogSumExp", { x, axes, ...options });
  }

  softmax(x: Value, axis = -1): Value {
    return this.op("Softmax", [x], { axis });
  }

  /** Normalises each row's groups of channels, then scales and shifts each channel, or each group: see groupNorm.ts. */
  groupNorm(x: Value, scale: Value, shift: Value, options: GroupNormOptions): Value {
    return groupNorm(this, x, [scale, shift], options);
  }

  logSoftmax(x: Value, axis = -1): Value {
    return this.op("LogSoftmax", [x], { axis });
  }

  /** To sizes, or to those that a value holds; 0 keeps a size, -1 is what is left. */
  reshape(x: Value, shape: readonly number[] | Value): Value {
    return this.op("Reshape", [x, this.sizes(shape)]);
  }

  expand(x: Value, shape: readonly number[] | Value): Value {
    return this.op("Expand", [x, this.sizes(shape)]);
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return this.op("Transpose", [x], { perm });
  }

  squeeze(x: Value, axes: readonly number[]): Value {
    return this.op("Squeeze", [x, this.vector("int64", axes)]);
  }

  unsqueeze(x: Value, axes: readonly number[]): Value {
    return this.op("Unsqueeze", [x, this.vector("int64", axes)]);
  }

  shape(x: Value): Value {
    return this.op("Shape", [x]);
  }

  gather(x: Value, indices: Value, axis = 0): Value {
    return this.op("Gather", [x, indices], { axis });
  }

  /** From `start` to before `end` along one axis. */
  slice(x: Value, axis: number, start: number, end: number): Value {
    return this.op("Slice", [x, ...[[start], [end], [axis]].map((one) => this.vector("int64", one))]);
  }

  /** Parts of these sizes along an axis. */
  split(x: Value, sizes: readonly number[], axis: number): Value[] {
    return this.ops("Split", [x, this.vector("int64", sizes)], { axis }, { outputs: sizes.length });
  }

  concat(values: readonly Value[], axis: number): Value {
    return this.op("Concat", values, { axis });
  }

  cast(value: Value, to: ElementType): Value {
    return this.op("Cast", [value], { to: ELEMENT_CODES[to] });
  }

  /** An initializer without dimensions; the same one each time. */
  scalar(element: ElementType, value: number | bigint | string): Value {
    const key = `${element} ${Object.is(value, -0) ? "-0" : value}`;
    const known = this.scalars.get(key) ?? this.initializer(scalar(element, value));
    this.scalars.set(key, known);
    return known;
  }

  /** A vector of ones, as long as the first axis of a value and of its element; the same one for axes of one size or name. */
  ones(like: Value): Value {
    const size = like.type?.shape?.[0] ?? "";
    const element = like.type?.element ?? "float";
    const key = `${element} ${size}`;
    const known = size === "" ? undefined : this.rows.get(key);
    if (known !== undefined) return known;
    const count = typeof size === "number" ? [size] : this.op("Shape", [like], { start: 0, end: 1 });
    const found = this.expand(
      element === "float16" ? this.cast(this.float(1), element) : this.scalar(element, 1),
      count,
    );
    found.type = { element, shape: [size] };
    this.rows.set(key, found);
    return found;
  }

  /** A float32 without dimensions. */
  float(value: number): Value {
    return this.scalar("float", value);
  }

  /** An initializer of one dimension. */
  vector(element: ElementType, values: readonly number[] | readonly string[] | Float64Array): Value {
    return this.initializer(tensor(element, [values.length], values));
  }

  private sizes(shape: readonly number[] | Value): Value {
    return shape instanceof Value ? shape : this.vector("int64", shape);
  }

  private fold(
    opType: string,
    { x, axes, keep = false }: FoldOptions & { readonly x: Value; readonly axes: readonly number[] },
  ): Value {
    const keepdims = keep ? 1 : 0;
    if (axes.length === 0) return this.op(opType, [x], { keepdims });
    if (opType === "ReduceSum" || this.opset >= AXES_AS_INPUT)
      return this.op(opType, [x, this.vector("int64", axes)], { keepdims });
    return this.op(opType, [x], { keepdims, axes });
  }
}
