/** Stackings of products of matrices: batched products. */
import type { Value } from "../graph.js";
import { intAttribute } from "../operators/operator.js";
import {
  again,
  ascending,
  floatAttribute,
  given,
  levelled,
  rankOf,
  refused,
  type Site,
  type StackingRow,
} from "./site.js";

function scaled({ g }: Site, value: Value, factor: number): Value {
  return factor === 1 ? value : g.mul(value, g.float(factor));
}

/** Transposed where the attribute says so. */
function operand(site: Site, index: number, attribute: string): Value {
  const value = given(site, index);
  if (intAttribute(site.node, attribute, 0) === 0) return value;
  return site.g.transpose(value, site.isApart(index) ? [0, 2, 1] : [1, 0]);
}

/** α A B + β C. Transposes before a product cost nothing: onnxruntime fuses them into it. */
const gemm: StackingRow = (site) => {
  const { g, node } = site;
  const apart = site.isApart(0) || site.isApart(1);
  const { beta: _, ...attributes } = node.attributes;
  const product = apart
    ? scaled(site, g.matmul(operand(site, 0, "transA"), operand(site, 1, "transB")), floatAttribute(node, "alpha", 1))
    : g.op("Gemm", [given(site, 0), given(site, 1)], attributes);
  if (!site.inputs[2]) return [product];
  return [g.add(product, scaled(site, levelled(site, 2, 2), floatAttribute(node, "beta", 1)))];
};

/**
 * Axes of both sides before the last two must align behind K. A vector that differs between models becomes a matrix of one
 * row or column, which leaves the product again; a shared one is left to MatMul itself.
 */
const matmul: StackingRow = (site) => {
  const { g } = site;
  const ranks = [rankOf(site, 0), rankOf(site, 1)] as const;
  const rank = Math.max(2, ...ranks);
  const row = site.isApart(0) && ranks[0] === 1;
  const column = site.isApart(1) && ranks[1] === 1;
  const left = row ? g.unsqueeze(given(site, 0), ascending(rank - 1, 1)) : levelledMatrix(site, 0, rank);
  const right = column ? g.unsqueeze(given(site, 1), [...ascending(rank - 2, 1), rank]) : levelledMatrix(site, 1, rank);
  const product = g.matmul(left, right);
  const columns = ranks[1] > 1 || column;
  const axes = [...(row ? [columns ? -2 : -1] : []), ...(column ? [-1] : [])];
  return [axes.length === 0 ? product : g.squeeze(product, axes)];
};

function levelledMatrix(site: Site, index: number, rank: number): Value {
  return rankOf(site, index) === 1 ? given(site, index) : levelled(site, index, rank);
}

const LETTERS = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/** One more index, of what is apart and of the result. */
const einsum: StackingRow = (site) => {
  const { equation } = site.node.attributes;
  const text = equation?.kind === "string" ? equation.value.replaceAll(" ", "") : "";
  const letter = LETTERS.find((one) => !text.includes(one));
  if (letter === undefined) throw refused(site, "has no letter left for one more index");
  const [left = "", right = implied(left)] = text.split("->");
  const terms = left.split(",").map((term, index) => (site.isApart(index) ? letter + term : term));
  return again(site, site.inputs, { equation: `${terms.join(",")}->${letter}${right}` });
};

/** What stands for the result where the equation doesn't say: the indices that occur once, in order. */
function implied(left: string): string {
  const letters = [...left].filter((one) => LETTERS.includes(one));
  const once = letters.filter((one) => letters.indexOf(one) === letters.lastIndexOf(one));
  return (left.includes("...") ? "..." : "") + once.sort().join("");
}

export const MATRIX_STACKINGS: Readonly<Record<string, StackingRow>> = { Einsum: einsum, Gemm: gemm, MatMul: matmul };
