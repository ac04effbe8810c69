/** Builds a graph in the order in which it runs. Names are unique by construction, and those of inputs and outputs exact. */

import { ELEMENT_CODES } from "./elements.js";
import { OnnxError } from "./errors.js";
import {
  type Attribute,
  type AttributeKind,
  type Dimension,
  type Graph,
  type Model,
  type Node,
  Value,
} from "./graph.js";
import { attributeKind, OPERATORS } from "./operators.js";
import { type ElementType, scalar, type Tensor, tensor } from "./tensor.js";

/** Opset 17, ai.onnx.ml 3 and IR 8 are what every onnxruntime since 1.14 loads. */
const VERSIONS = { irVersion: 8, opsets: { "": 17, "ai.onnx.ml": 3 } } as const;

export type AttributeInput =
  | Attribute
  | Tensor
  | Graph
  | string
  | number
  | bigint
  | readonly (string | number | bigint)[];

export interface OpOptions {
  /** Of an operator that operators.ts does not list; default ai.onnx. */
  readonly domain?: string;
  /** How many outputs the node has; default 1. */
  readonly outputs?: number;
}

/** The names in use over a graph and its subgraphs, with their holders. */
class Names {
  private readonly holders = new Map<string, Value>();
  private readonly exact = new Set<string>();
  private readonly counts = new Map<string, number>();

  /** Gives the value a name that nobody has. */
  fresh(value: Value, hint: string): void {
    let name: string;
    do {
      const count = this.counts.get(hint) ?? 0;
      this.counts.set(hint, count + 1);
      name = `${hint}_${count}`;
    } while (this.holders.has(name));
    value.name = name;
    this.holders.set(name, value);
  }

  /** Gives the value exactly this name; an inner value that happens to have it gets another one. */
  claim(value: Value, name: string): void {
    if (this.exact.has(name))
      throw new OnnxError("ONNX_INVALID", `two inputs or outputs are called ${JSON.stringify(name)}`);
    const holder = this.holders.get(name);
    this.exact.add(name);
    this.holders.delete(value.name);
    this.holders.set(name, value);
    value.name = name;
    if (holder !== undefined && holder !== value) this.fresh(holder, "renamed");
  }

  isExact(value: Value): boolean {
    return this.exact.has(value.name) && this.holders.get(value.name) === value;
  }
}

export class GraphBuilder {
  private readonly inputs: Value[] = [];
  private readonly outputs: Value[] = [];
  private readonly initializers = new Map<Value, Tensor>();
  private readonly nodes: Node[] = [];

  constructor(
    readonly name: string,
    private readonly names = new Names(),
  ) {}

  /** A builder for a graph attribute: it may use this graph's values, and shares its names. */
  subgraph(name: string): GraphBuilder {
    return new GraphBuilder(name, this.names);
  }

  /** @throws OnnxError ONNX_INVALID when an input or output has that name already */
  input(name: string, element: ElementType, shape: readonly Dimension[]): Value {
    const value = new Value("", { element, shape });
    this.names.claim(value, name);
    this.inputs.push(value);
    return value;
  }

  initializer(data: Tensor, hint = "constant"): Value {
    const value = new Value("", { element: data.element, shape: data.dims });
    this.names.fresh(value, hint);
    this.initializers.set(value, data);
    return value;
  }

  /** The first output of a new node. Numbers among the attributes take the kind that operators.ts gives. */
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
    const outputs = Array.from({ length: options.outputs ?? 1 }, () => new Value(""));
    for (const value of outputs) this.names.fresh(value, opType.toLowerCase());
    const domain = OPERATORS.get(opType)?.domain ?? options.domain ?? "";
    const known = Object.entries(attributes).map(([name, input]) => [name, attributeOf(opType, name, input)] as const);
    const name = `${opType}_${this.nodes.length}`;
    this.nodes.push({ name, opType, domain, inputs: [...inputs], outputs, attributes: Object.fromEntries(known) });
    return outputs;
  }

  /** Makes a value an output of the graph, under exactly this name. */
  output(value: Value, name: string, type: { element: ElementType; shape: readonly Dimension[] }): void {
    const own = this.names.isExact(value) || this.initializers.has(value) ? this.op("Identity", [value]) : value;
    this.names.claim(own, name);
    own.type = type;
    this.outputs.push(own);
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

  matmul(a: Value, b: Value): Value {
    return this.op("MatMul", [a, b]);
  }

  cast(value: Value, to: ElementType): Value {
    return this.op("Cast", [value], { to: ELEMENT_CODES[to] });
  }

  concat(values: readonly Value[], axis: number): Value {
    return this.op("Concat", values, { axis });
  }

  /** An initializer without dimensions. */
  scalar(element: ElementType, value: number | bigint | string): Value {
    return this.initializer(scalar(element, value));
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
}

function attributeOf(opType: string, name: string, input: AttributeInput): Attribute {
  if (typeof input === "object" && "kind" in input) return input;
  const operator = OPERATORS.get(opType);
  const kind = operator && attributeKind(operator, name);
  if (kind !== undefined) return coerced(kind, input);
  throw new OnnxError(
    "ONNX_INVALID",
    `the kind of attribute ${name} of ${opType} is not known: give it as {kind, value}`,
  );
}

function coerced(kind: AttributeKind, input: Exclude<AttributeInput, Attribute>): Attribute {
  if (kind === "int") return { kind, value: BigInt(input as number | bigint) };
  if (kind === "ints") return { kind, value: (input as readonly (number | bigint)[]).map(BigInt) };
  return { kind, value: input } as Attribute;
}
