/** Where low-rank adapters can go: nodes that multiply what flows by with a constant matrix, kernel or table. */
import type { Graph, Node, Value } from "../../graph.js";
import type { Tensor } from "../../tensor.js";
import { type HeldUses, type Use, usesIn } from "../uses.js";

/** What an operator does with a weight E of [in, out]. */
export type SiteKind =
  /** x · E over the last axis of x. */
  | "product"
  /** Rows of E by number. */
  | "lookup"
  /** E as a kernel [out, in / groups, …]. */
  | "convolution";

export interface Site {
  readonly node: Node;
  readonly kind: SiteKind;
  /** What meets the weight. */
  readonly x: Value;
  /** Whether E is the transpose of what is held. */
  readonly flipped: boolean;
  /** Gemm's, of the product. */
  readonly alpha: number;
  /** Gemm's, of x. */
  readonly transposed: boolean;
  readonly groups: number;
}

export interface Adaptable extends HeldUses {
  readonly sites: readonly [Site, ...Site[]];
}

function intOf({ attributes }: Node, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute?.kind === "int" ? Number(attribute.value) : otherwise;
}

function floatOf({ attributes }: Node, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute?.kind === "float" ? attribute.value : otherwise;
}

interface SiteRow {
  readonly kind: SiteKind;
  /** Which input the weight is, and which one meets it. */
  readonly weight: number;
  readonly x: number;
  readonly fits: (tensor: Tensor, node: Node) => boolean;
}

const isMatrix = ({ dims }: Tensor) => dims.length === 2;

const SITES: Readonly<Record<string, SiteRow>> = {
  Conv: { kind: "convolution", weight: 1, x: 0, fits: ({ dims }) => dims.length >= 3 },
  Gather: {
    kind: "lookup",
    weight: 0,
    x: 1,
    fits: (tensor, node) => isMatrix(tensor) && [0, -2].includes(intOf(node, "axis", 0)),
  },
  Gemm: { kind: "product", weight: 1, x: 0, fits: isMatrix },
  MatMul: { kind: "product", weight: 1, x: 0, fits: isMatrix },
};

function siteOf({ node, input, form }: Use, tensor: Tensor): Site | null {
  const row = node?.domain === "" && Object.hasOwn(SITES, node.opType) ? SITES[node.opType] : undefined;
  if (!node || !row || row.weight !== input || !form.straight || !row.fits(tensor, node)) return null;
  const x = node.inputs[row.x];
  if (!x) return null;
  return {
    node,
    kind: row.kind,
    x,
    flipped: form.flipped !== (intOf(node, "transB", 0) === 1),
    alpha: floatOf(node, "alpha", 1),
    transposed: intOf(node, "transA", 0) === 1,
    groups: intOf(node, "group", 1),
  };
}

/** A float as it is used: held as one, or converted to one. */
function isFloat({ tensor, uses }: HeldUses): boolean {
  return tensor.element === "float" || uses.every(({ form }) => !form.plain);
}

/** The constants that can carry an adapter somewhere, with the places. */
export function adaptablesIn(graph: Graph): Adaptable[] {
  return usesIn(graph).flatMap((held) => {
    const [first, ...sites] = held.uses.flatMap((use) => siteOf(use, held.tensor) ?? []);
    return first !== undefined && isFloat(held) ? [{ ...held, sites: [first, ...sites] as const }] : [];
  });
}

/** The use for which there is no adapter, beside others for which there is: a kernel's also depends on the groups. */
export function strayUse({ uses, tensor, sites: [first] }: Adaptable): Use | undefined {
  return uses.find((use) => {
    const site = siteOf(use, tensor);
    if (site === null || (site.kind === "convolution") !== (first.kind === "convolution")) return true;
    return site.groups !== first.groups;
  });
}
