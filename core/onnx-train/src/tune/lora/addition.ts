/** The nodes of one adapter at one place. */
import { type Attribute, type Node, Value } from "../../graph.js";
import { scalar } from "../../tensor.js";
import type { Adapter } from "./record.js";
import type { Site, SiteKind } from "./sites.js";

export interface AdditionOptions {
  readonly adapter: Adapter;
  readonly site: Site;
  /** What the sum goes behind. */
  readonly host: Node;
  readonly factors: Factors;
  /** Names that nobody has, from those wanted. */
  readonly names: { readonly value: (wanted: string) => string; readonly node: (wanted: string) => string };
}

interface Factors {
  readonly a: Value;
  readonly b: Value;
  /** Of the dropout before them; null for none. */
  readonly rate: Value | null;
}

export interface Addition {
  readonly host: Node;
  /** The host, whose output is under another name, and what comes with it: the sum gives the output instead. */
  readonly nodes: readonly Node[];
  /** The sum's name. */
  readonly sum: string;
}

type Op = (opType: string, inputs: readonly Value[], attributes?: Node["attributes"], output?: Value) => Value;

export function addition({ adapter, site, host, factors, names }: AdditionOptions): Addition {
  const [output, ...others] = host.outputs as [Value, ...(Value | null)[]];
  const frozen = new Value(names.value(`${output.name}.frozen`), output.type);
  const nodes: Node[] = [{ ...host, outputs: [frozen, ...others] }];
  const op: Op = (opType, inputs, attributes = {}, given) => {
    const name = names.node(`${adapter.weight}.lora/${opType}`);
    const made = given ?? new Value(names.value(name));
    nodes.push({ name, opType, domain: "", inputs, outputs: [made], attributes });
    return made;
  };
  const turned =
    site.flipped === adapter.flipped
      ? factors
      : { ...factors, a: exchanged(op, factors.b), b: exchanged(op, factors.a) };
  op("Add", [frozen, PATHS[site.kind](op, { adapter, site, ...turned })], {}, output);
  return { host, nodes, sum: nodes.at(-1)?.name ?? "" };
}

interface Path extends Factors {
  readonly adapter: Adapter;
  readonly site: Site;
}

/** From what meets the weight to what is added to the product. */
const PATHS: Readonly<Record<SiteKind, (op: Op, path: Path) => Value>> = {
  product: (op, { adapter, site, a, b, rate }) => {
    const x = dropped(op, rate, site.transposed ? exchanged(op, site.x) : site.x);
    return op("MatMul", [scaled(op, adapter.scale * site.alpha, op("MatMul", [x, a])), b]);
  },
  lookup: (op, { adapter, site, a, b }) => {
    const rows = op("Gather", [a, site.x], { axis: { kind: "int", value: 0n } });
    return op("MatMul", [scaled(op, adapter.scale, rows), b]);
  },
  convolution: (op, { adapter, site, a, b, rate }) => {
    const low = op("Conv", [dropped(op, rate, site.x), a], site.node.attributes);
    const group: Attribute = { kind: "int", value: BigInt(site.groups) };
    return op("Conv", [scaled(op, adapter.scale, low), b], { group });
  },
};

/** The rank is the narrowest place, and so the one to scale. A Constant node, as no initializer that might train. */
function scaled(op: Op, by: number, value: Value): Value {
  if (by === 1) return value;
  return op("Mul", [value, op("Constant", [], { value: { kind: "tensor", value: scalar("float", by) } })]);
}

function dropped(op: Op, rate: Value | null, value: Value): Value {
  return rate === null ? value : op("Dropout", [value, rate]);
}

function exchanged(op: Op, value: Value): Value {
  return op("Transpose", [value], { perm: { kind: "ints", value: [1n, 0n] } });
}
