/**
 * Parts of one graph that are made of the same nodes share them: fold models that go on from one base would hold, and run,
 * as many copies of it as there are folds. Two nodes are the same where operator, attributes and inputs are.
 */
import type { Attribute, Graph, Node, Tensor, Value } from "onnx-train";

type Values = readonly (Value | null)[];

interface Known {
  readonly node: Node;
  /** In the whole graph. */
  readonly outputs: Values;
}

export class SharedNodes {
  /** Of values of the whole graph; equal ones have one. */
  private readonly numbers = new Map<Value, number>();
  private count = 0;
  private readonly nodes = new Map<string, Known[]>();
  private readonly constants = new Map<string, (readonly [Tensor, Value])[]>();

  /** For the constants of a part those that are in the graph already. */
  constantsOf({ initializers }: Graph): Map<Value, Value> {
    const found = new Map<Value, Value>();
    for (const [value, tensor] of initializers) {
      const same = this.constants.get(placeOf(tensor))?.find(([other]) => isSame(other.data, tensor.data));
      if (same !== undefined) found.set(value, same[1]);
    }
    return found;
  }

  /** What a node that is in the graph already gives there; null: it isn't. @param inputs in the whole graph */
  readonly find = (node: Node, inputs: Values): Values | null => {
    const same = this.nodes.get(this.keyOf(node, inputs))?.find((known) => isSameNode(known.node, node));
    return same?.outputs ?? null;
  };

  /** Takes a part in. @param values what stands in the whole graph for each of the part's */
  add({ initializers, nodes }: Graph, values: ReadonlyMap<Value, Value>): void {
    const standing = (some: Values) => some.map((value) => value && (values.get(value) ?? value));
    for (const [value, tensor] of initializers) {
      const own = values.get(value) as Value;
      const list = listed(this.constants, placeOf(tensor));
      const same = list.find(([other]) => isSame(other.data, tensor.data));
      if (same === undefined) list.push([tensor, own]);
      else this.equate([own], [same[1]]);
    }
    for (const node of nodes) {
      if (!isShareable(node)) continue;
      const [inputs, outputs] = [standing(node.inputs), standing(node.outputs)];
      const same = this.find(node, inputs);
      if (same === null) listed(this.nodes, this.keyOf(node, inputs)).push({ node, outputs });
      else this.equate(outputs, same);
    }
  }

  /** One part may have the same twice: what follows from either is the same for the next. */
  private equate(some: Values, known: Values): void {
    some.forEach((value, at) => {
      const other = known[at];
      if (value && other) this.numbers.set(value, this.numberOf(other));
    });
  }

  private keyOf({ domain, opType, outputs }: Node, inputs: Values): string {
    const numbers = inputs.map((value) => (value === null ? "" : this.numberOf(value)));
    return `${domain}:${opType}(${numbers.join()}) ${outputs.map((value) => (value === null ? "-" : "+")).join("")}`;
  }

  private numberOf(value: Value): number {
    const number = this.numbers.get(value) ?? this.count++;
    this.numbers.set(value, number);
    return number;
  }
}

/** What draws numbers has no inputs, and what holds a graph may use values around it. */
function isShareable({ inputs, attributes, foreign }: Node): boolean {
  const plain = Object.values(attributes).every(({ kind, foreign }) => kind !== "graph" && foreign === undefined);
  return inputs.length > 0 && plain && foreign === undefined;
}

function isSameNode(one: Node, other: Node): boolean {
  const names = Object.keys(one.attributes);
  if (!isShareable(other) || names.length !== Object.keys(other.attributes).length) return false;
  return names.every((name) => isSameAttribute(one.attributes[name], other.attributes[name]));
}

function isSameAttribute(one: Attribute | undefined, other: Attribute | undefined): boolean {
  if (one === undefined || other === undefined || one.kind !== other.kind) return false;
  if (one.kind === "tensor" && other.kind === "tensor") {
    return placeOf(one.value) === placeOf(other.value) && isSame(one.value.data, other.value.data);
  }
  const [a, b] = [one.value, other.value];
  return Array.isArray(a) && Array.isArray(b) ? isSame(a, b) : Object.is(a, b);
}

function isSame(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (!Object.is(one[at], other[at])) return false;
  return true;
}

function placeOf({ element, dims }: Tensor): string {
  return `${element}[${dims.join()}]`;
}

function listed<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
