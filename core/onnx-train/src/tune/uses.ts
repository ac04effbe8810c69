/** Which constants of a model go where: also through nodes that only turn or convert them, as other tools write them. */
import { ELEMENT_CODES } from "../elements.js";
import type { Graph, Node, Value } from "../graph.js";
import type { Tensor } from "../tensor.js";
import { subgraphsOf } from "../walk.js";
import { readWithin } from "./edit.js";

/** Where a constant is held. */
export type Holder = "initializer" | "constant";

export interface Held {
  readonly value: Value;
  readonly tensor: Tensor;
  readonly holder: Holder;
}

/** How a constant looks by the time it is used. */
export interface Form {
  /** Whether it is a matrix transposed on the way. */
  readonly flipped: boolean;
  /** Whether it still is what is held, element by element: not converted from another type. */
  readonly plain: boolean;
  /** Whether it kept its axes, but for `flipped`. */
  readonly straight: boolean;
}

export interface Use {
  /** Null where the graph returns it, or a graph within a node reads it. */
  readonly node: Node | null;
  readonly input: number;
  readonly form: Form;
}

export interface HeldUses extends Held {
  readonly uses: readonly Use[];
}

const AS_HELD: Form = { flipped: false, plain: true, straight: true };

/** The tensor in a Constant node, and its value. */
export function constantOf({ opType, domain, attributes: { value }, outputs: [output] }: Node): Held | null {
  if (opType !== "Constant" || domain !== "" || value?.kind !== "tensor" || !output) return null;
  return { value: output, tensor: value.value, holder: "constant" };
}

export function heldIn(graph: Graph): Held[] {
  const initializers = [...graph.initializers].map(([value, tensor]) => ({
    value,
    tensor,
    holder: "initializer" as const,
  }));
  return [...initializers, ...graph.nodes.flatMap((node) => constantOf(node) ?? [])];
}

/** How the output of a node that hands its first input on differs from it; null for other nodes. */
function handedOn(node: Node, form: Form): Form | null {
  return node.domain === "" && Object.hasOwn(HANDS_ON, node.opType)
    ? (HANDS_ON[node.opType]?.(node, form) ?? null)
    : null;
}

const HANDS_ON: Readonly<Record<string, (node: Node, form: Form) => Form | null>> = {
  Identity: (_, form) => form,
  Transpose: ({ attributes: { perm } }, form) => {
    const axes = perm?.kind === "ints" ? String(perm.value) : "1,0";
    if (axes === "0,1") return form;
    return axes === "1,0" ? { ...form, flipped: !form.flipped } : { ...form, straight: false };
  },
  Reshape: (_, form) => ({ ...form, straight: false }),
  Squeeze: (_, form) => ({ ...form, straight: false }),
  Unsqueeze: (_, form) => ({ ...form, straight: false }),
  Cast: ({ attributes: { to } }, form) =>
    to?.kind === "int" && Number(to.value) === ELEMENT_CODES.float ? { ...form, plain: false } : null,
  // Its output is of its scale's type.
  DequantizeLinear: ({ inputs: [, scale] }, form) =>
    scale?.type && scale.type.element !== "float" ? null : { ...form, plain: false },
};

/** Each constant of the main graph, in the order held, with all that uses it. */
export function usesIn(graph: Graph): HeldUses[] {
  const held = heldIn(graph);
  const origins = originsOf(graph, held);
  const uses = new Map<Value, Use[]>(held.map(({ value }) => [value, []]));
  const add = (value: Value | null, node: Node | null, input: number) => {
    const origin = value && origins.get(value);
    if (origin) uses.get(origin.value)?.push({ node, input, form: origin.form });
  };
  for (const node of graph.nodes) {
    const first = node.outputs[0];
    const passes = first && origins.has(first);
    for (const [input, value] of node.inputs.entries()) if (!(passes && input === 0)) add(value, node, input);
    for (const inner of subgraphsOf(node)) for (const value of readWithin(inner)) add(value, null, 0);
  }
  for (const value of graph.outputs) add(value, null, 0);
  return held.map((one) => ({ ...one, uses: uses.get(one.value) ?? [] }));
}

interface Origin {
  /** What holds it. */
  readonly value: Value;
  readonly form: Form;
}

function originsOf({ nodes }: Graph, held: readonly Held[]): ReadonlyMap<Value, Origin> {
  const origins = new Map<Value, Origin>(held.map(({ value }) => [value, { value, form: AS_HELD }]));
  for (const node of nodes) {
    const [input, output] = [node.inputs[0], node.outputs[0]];
    const origin = input && origins.get(input);
    const form = origin && handedOn(node, origin.form);
    if (output && form) origins.set(output, { value: origin.value, form });
  }
  return origins;
}
