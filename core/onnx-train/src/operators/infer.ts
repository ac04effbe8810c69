/** Types of values, node by node in the order in which they run, with the small whole numbers from which shapes follow. */
import type { Dimension, Graph, Node, Value } from "../graph.js";
import { type ElementType, scalar, type Tensor, tensor } from "../tensor.js";
import type { Call } from "./operator.js";
import { OPERATORS } from "./table.js";

/** Longer contents aren't followed. Shapes and axes are short, but a vector of all small weights is cut into many parts. */
const LONGEST = 4096;

/** How many values of a tensor may say something about shapes: whole numbers are sizes and axes, others factors of sizes. */
const FOLLOWED: Readonly<Partial<Record<ElementType, number>>> = {
  int64: LONGEST,
  int32: LONGEST,
  float: 64,
  double: 64,
  bool: 64,
};

/** What a tensor says about shapes: its values, where they are few numbers. */
function contentsOf({ element, data }: Tensor): readonly number[] | null {
  if (data.length > (FOLLOWED[element] ?? -1)) return null;
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** The tensor of a Constant, in whichever attribute it is. */
function literalOf({ attributes }: Node): Tensor | null {
  for (const { kind, value } of Object.values(attributes)) {
    if (kind === "tensor") return value;
    if (kind === "int") return scalar("int64", value);
    if (kind === "ints") return tensor("int64", [value.length], value);
    if (kind === "float") return scalar("float", value);
    if (kind === "floats") return tensor("float", [value.length], value);
  }
  return null;
}

export class Inference {
  private readonly contents = new Map<Value, readonly Dimension[]>();

  constructor(private readonly opsets: Readonly<Record<string, number>>) {}

  /** Remembers what an initializer holds. */
  constant(value: Value, data: Tensor): void {
    const contents = contentsOf(data);
    if (contents !== null) this.contents.set(value, contents);
  }

  /** The numbers that a value of at most one dimension holds, where they are known before anything runs. */
  known(value: Value): readonly Dimension[] | null {
    return (value.type?.shape?.length ?? 2) > 1 ? null : this.elements(value);
  }

  private elements(value: Value): readonly Dimension[] | null {
    return this.contents.get(value) ?? null;
  }

  /**
   * Gives the node's outputs their types. Types that the values have already stay where nothing better is known.
   * @throws OnnxError ONNX_INVALID where the inputs can't belong together
   */
  node(node: Node): void {
    const operator = OPERATORS.get(node.opType);
    if (operator === undefined || (operator.domain ?? "") !== node.domain) return;
    const call = this.call(node);
    const types = operator.infer?.(call) ?? [];
    node.outputs.forEach((output, index) => {
      const type = types[index] ?? null;
      if (output !== null && type !== null && (type.shape !== null || output.type === null)) output.type = type;
    });
    const [first] = node.outputs;
    const literal = node.opType === "Constant" ? literalOf(node) : null;
    if (first && literal !== null) this.constant(first, literal);
    const contents = operator.contents?.(call) ?? null;
    if (first && contents !== null && contents.length <= LONGEST) this.contents.set(first, contents);
  }

  /** A whole graph, of values that have no types yet but the inputs'. */
  graph(graph: Graph): void {
    for (const [value, data] of graph.initializers) {
      value.type ??= { element: data.element, shape: data.dims };
      this.constant(value, data);
    }
    for (const node of graph.nodes) this.node(node);
  }

  private call(node: Node): Call {
    return {
      place: `${node.opType} of node ${node.name}`,
      attributes: node.attributes,
      inputs: node.inputs.map((input) => input?.type ?? null),
      outputCount: node.outputs.length,
      opset: this.opsets[node.domain] ?? 1,
      contents: (index) => {
        const input = node.inputs[index] ?? null;
        return input && this.known(input);
      },
      elements: (index) => {
        const input = node.inputs[index] ?? null;
        return input && this.elements(input);
      },
    };
  }
}
