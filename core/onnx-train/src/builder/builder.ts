/** Builds a graph in the order in which it runs. Names are unique by construction, and those of inputs and outputs exact. */
import { ELEMENT_CODES } from "../elements.js";
import { OnnxError } from "../errors.js";
import { type Dimension, type Graph, type Model, type Node, Value } from "../graph.js";
import { Inference } from "../operators/infer.js";
import { OPERATORS } from "../operators/table.js";
import { type ElementType, scalar, type Tensor, tensor } from "../tensor.js";
import { type AttributeInput, attributeOf } from "./attributes.js";
import { inlined, type Replace, type Target } from "./inline.js";
import { Names } from "./names.js";

/** Opset 17, ai.onnx.ml 3 and IR 8 are what every onnxruntime since 1.14 loads. */
export const OPSET = 17;
const VERSIONS = { irVersion: 8, opsets: { "": OPSET, "ai.onnx.ml": 3 } } as const;

export interface OpOptions {
  /** Of an operator that the table doesn't have; default ai.onnx. */
  readonly domain?: string;
  /** How many outputs the node has; default 1. */
  readonly outputs?: number;
}

export interface FoldOptions {
  /** Whether folded axes stay, with size 1; default false. */
  readonly keep?: boolean;
}

export class GraphBuilder {
  private readonly inputs: Value[] = [];
  private readonly outputs: Value[] = [];
  private readonly initializers = new Map<Value, Tensor>();
  private readonly nodes: Node[] = [];
  private readonly scalars = new Map<string, Value>();

  constructor(
    readonly name: string,
    private readonly names = new Names(),
    private readonly inference = new Inference(VERSIONS.opsets),
  ) {}

  /** A builder for a graph attribute: it may use this graph's values, and shares its names. */
  subgraph(name: string): GraphBuilder {
    return new GraphBuilder(name, this.names, this.inference);
  }

  /** @throws OnnxError ONNX_INVALID when an input or output has that name already */
  input(name: string, element: ElementType, shape: readonly Dimension[]): Value {
    const value = new Value("", { element, shape });
    this.names.claim(value, name);
    this.inputs.push(value);
    return value;
  }

  /**
   * An initializer under exactly this name.
   * @throws OnnxError ONNX_INVALID when something else has that name already
   */
  named(name: string, data: Tensor): Value {
    const value = this.initializer(data);
    this.names.claim(value, name);
    return value;
  }

  initializer(data: Tensor, hint = "constant"): Value {
    const value = new Value("", { element: data.element, shape: data.dims });
    this.names.fresh(value, hint);
    this.hold(value, data);
    return value;
  }

  /** The first output of a new node. Plain attributes take the kind that the table of operators gives. */
  op(
    opType: string,
    inputs: readonly (Value | null)[],
    attributes: Record<string, AttributeInput> = {},
    options: OpOptions = {},
  ): Value {
    const [first] = this.ops(opType, inputs, attributes, options);
    if (first === undefined) throw new OnnxError("ONNX_INVALID", `${opType} was asked for no outputs`);
    return first;
  }

  /** All outputs of a new node. */
  ops(
    opType: string,
    inputs: readonly (Value | null)[],
    attributes: Record<string, AttributeInput> = {},
    options: OpOptions = {},
  ): Value[] {
    const outputs = Array.from({ length: options.outputs ?? 1 }, () => this.fresh(opType.toLowerCase()));
    const domain = OPERATORS.get(opType)?.domain ?? options.domain ?? "";
    const known = Object.entries(attributes).map(([name, input]) => [name, attributeOf(opType, name, input)] as const);
    const name = `${opType}_${this.nodes.length}`;
    this.append({ name, opType, domain, inputs: [...inputs], outputs, attributes: Object.fromEntries(known) });
    return outputs;
  }

  /**
   * Copies a graph's nodes and constants to the end of this one.
   * @param bound what stands for the graph's inputs, and for initializers that are not to be constants
   * @param replace makes other nodes in place of some
   * @returns this graph's value for each of the other's
   * @throws OnnxError ONNX_INVALID when an input isn't bound
   */
  inline(graph: Graph, bound: ReadonlyMap<Value, Value>, replace?: Replace): ReadonlyMap<Value, Value> {
    const target: Target = {
      fresh: (hint) => this.fresh(hint),
      constant: (value, data) => this.hold(value, data),
      node: (node) => this.append({ ...node, name: `${node.opType}_${this.nodes.length}` }),
    };
    return inlined(graph, bound, target, replace);
  }

  /** Makes a value an output of the graph, under exactly this name; its type is what is known of it unless given. */
  output(value: Value, name: string, type = value.type): Value {
    if (type === null) throw new OnnxError("ONNX_INVALID", `the type of output ${JSON.stringify(name)} isn't known`);
    const own = this.names.isExact(value) || this.initializers.has(value) ? this.op("Identity", [value]) : value;
    this.names.claim(own, name);
    own.type = type;
    this.outputs.push(own);
    return own;
  }

  /** The nodes so far, in an order in which they can run. */
  ran(): readonly Node[] {
    return this.nodes;
  }

  /** The whole numbers that a value of at most one dimension holds, where they are known already. */
  known(value: Value): readonly Dimension[] | null {
    return this.inference.known(value);
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
  reduceSum(x: Value, axes: readonly number[] = [], { keep = false }: FoldOptions = {}): Value {
    const over = axes.length === 0 ? [x] : [x, this.vector("int64", axes)];
    return this.op("ReduceSum", over, { keepdims: keep ? 1 : 0 });
  }

  /** Over the axes given; all, where none are. */
  reduceMean(x: Value, axes: readonly number[] = [], { keep = false }: FoldOptions = {}): Value {
    return this.op("ReduceMean", [x], { keepdims: keep ? 1 : 0, ...(axes.length === 0 ? {} : { axes }) });
  }

  /** Over the axes given; all, where none are. */
  reduceMax(x: Value, axes: readonly number[] = [], { keep = false }: FoldOptions = {}): Value {
    return this.op("ReduceMax", [x], { keepdims: keep ? 1 : 0, ...(axes.length === 0 ? {} : { axes }) });
  }

  softmax(x: Value, axis = -1): Value {
    return this.op("Softmax", [x], { axis });
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

  /** A float32 without dimensions. */
  float(value: number): Value {
    return this.scalar("float", value);
  }

  /** An initializer of one dimension. */
  vector(element: ElementType, values: readonly number[] | readonly string[] | Float64Array): Value {
    return this.initializer(tensor(element, [values.length], values));
  }

  build(): Graph {
    const { name, inputs, outputs, initializers, nodes } = this;
    return { name, inputs: [...inputs], outputs: [...outputs], initializers: new Map(initializers), nodes: [...nodes] };
  }

  model(metadata: Readonly<Record<string, string>> = {}): Model {
    return { ...VERSIONS, producer: "onnx-train", graph: this.build(), metadata };
  }

  private sizes(shape: readonly number[] | Value): Value {
    return shape instanceof Value ? shape : this.vector("int64", shape);
  }

  private fresh(hint: string): Value {
    const value = new Value("");
    this.names.fresh(value, hint);
    return value;
  }

  private hold(value: Value, data: Tensor): void {
    this.initializers.set(value, data);
    this.inference.constant(value, data);
  }

  private append(node: Node): void {
    this.inference.node(node);
    this.nodes.push(node);
  }
}
