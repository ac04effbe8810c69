/** Builds a graph in the order in which it runs. Names are unique by construction, and those of inputs and outputs exact. */
import { OnnxError } from "../errors.js";
import { type Dimension, type Graph, type Model, type Node, Value } from "../graph.js";
import { Inference } from "../operators/infer.js";
import { OPERATORS } from "../operators/table.js";
import { checked } from "../passes/checked.js";
import type { ElementType, Tensor } from "../tensor.js";
import { irVersionOf, OPSET } from "../versions/opsets.js";
import { type AttributeInput, attributeOf } from "./attributes.js";
import { inlined, type Replace, type Target } from "./inline.js";
import { Names } from "./names.js";

export interface BuilderOptions {
  /** The version of ai.onnx; default 17. */
  readonly opset?: number;
  /** Versions of further domains; default those of ai.onnx.ml 3, which every onnxruntime since 1.14 loads. */
  readonly domains?: Readonly<Record<string, number>>;
}

export interface OpOptions {
  /** Of an operator that the table doesn't have; default ai.onnx. */
  readonly domain?: string;
  /** How many outputs the node has; default 1. */
  readonly outputs?: number;
}

/** What a graph is made of, without a word for any operator: builder.ts has those. */
export class NodeBuilder {
  /** The version of ai.onnx that its nodes are of. */
  readonly opset: number;
  private readonly opsets: Readonly<Record<string, number>>;
  private readonly names: Names;
  private readonly inference: Inference;
  private readonly inputs: Value[] = [];
  private readonly outputs: Value[] = [];
  private readonly initializers = new Map<Value, Tensor>();
  private readonly nodes: Node[] = [];
  /** How many nodes got a name. */
  private count = 0;

  /**
   * @param outer the graph around a graph attribute: they share versions, names and what is known of values
   * @throws OnnxError ONNX_INVALID for a version below 17, of which the operators take other forms
   */
  constructor(
    readonly name: string,
    { opset = OPSET, domains = { "ai.onnx.ml": 3 } }: BuilderOptions = {},
    private readonly outer?: NodeBuilder,
  ) {
    if (!(opset >= OPSET))
      throw new OnnxError("ONNX_INVALID", `graphs are built for opset ${OPSET} or newer, not ${opset}`);
    this.opset = outer?.opset ?? opset;
    this.opsets = outer?.opsets ?? { "": opset, ...domains };
    this.names = outer?.names ?? new Names();
    this.inference = outer?.inference ?? new Inference(this.opsets);
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
    const name = `${opType}_${this.count}`;
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
      node: (node) => this.append({ ...node, name: `${node.opType}_${this.count}` }),
    };
    return inlined(graph, bound, target, replace);
  }

  /**
   * Makes a value an output of the graph, under exactly this name. Its type is what is known of it, unless given; a given type
   * without a shape takes the shape that is known.
   */
  output(value: Value, name: string, type = value.type): Value {
    if (type === null) throw new OnnxError("ONNX_INVALID", `the type of output ${JSON.stringify(name)} isn't known`);
    const own = this.names.isExact(value) || this.initializers.has(value) ? this.op("Identity", [value]) : value;
    this.names.claim(own, name);
    own.type = { element: type.element, shape: type.shape ?? value.type?.shape ?? null };
    this.outputs.push(own);
    return own;
  }

  /**
   * Puts other nodes where some are: those that `make` adds, of which the last gives what the node gave.
   * @param make the outputs of that last node; null: the node stays
   */
  rewrite(make: (node: Node) => readonly Value[] | null): void {
    for (const node of this.nodes.splice(0)) {
      const results = make(node);
      if (results === null) this.nodes.push(node);
      else this.stand(results, node);
    }
  }

  /** The nodes so far, in an order in which they can run. */
  ran(): readonly Node[] {
    return this.nodes;
  }

  /** The numbers that a value of at most one dimension holds, where they are few and known already. */
  known(value: Value): readonly Dimension[] | null {
    return this.inference.known(value);
  }

  /**
   * The graph. It is checked unless it is a graph attribute, which uses values of graphs around it and is checked with those,
   * or has no outputs yet.
   * @throws OnnxError ONNX_INVALID when a validity rule is broken
   */
  build(): Graph {
    const { name, opsets, inputs, outputs, initializers, nodes } = this;
    const graph = {
      name,
      inputs: [...inputs],
      outputs: [...outputs],
      initializers: new Map(initializers),
      nodes: [...nodes],
    };
    return this.outer === undefined && outputs.length > 0 ? checked(name, { graph, opsets }).graph : graph;
  }

  /** @throws OnnxError ONNX_INVALID when a validity rule is broken */
  model(metadata: Readonly<Record<string, string>> = {}): Model {
    const { opset, opsets } = this;
    return { irVersion: irVersionOf(opset), opsets, producer: "onnx-train", graph: this.build(), metadata };
  }

  private fresh(hint: string): Value {
    const value = new Value("");
    this.names.fresh(value, hint);
    return value;
  }

  private stand(results: readonly Value[], { outputs }: Node): void {
    const instead = new Map(results.map((result, index) => [result, outputs[index] ?? result]));
    const last = this.nodes.pop() as Node;
    this.nodes.push({ ...last, outputs: last.outputs.map((value) => (value && instead.get(value)) ?? value) });
  }

  private hold(value: Value, data: Tensor): void {
    this.initializers.set(value, data);
    this.inference.constant(value, data);
  }

  private append(node: Node): void {
    this.inference.node(node);
    this.nodes.push(node);
    this.count++;
  }
}
