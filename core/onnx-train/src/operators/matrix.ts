/** Operators that multiply matrices. */
import type { Dimension } from "../graph.js";
import { broadcastShapes, broadcastSize, differ } from "./dimensions.js";
import { equationOf } from "./einsum.js";
import {
  type Call,
  inputShape,
  inputType,
  intAttribute,
  invalid,
  type Operator,
  stringAttribute,
  typed,
} from "./operator.js";

type Shape = readonly Dimension[];

function inner(call: Call, a: Dimension, b: Dimension): void {
  if (differ(a, b)) throw invalid(call, `the inner sizes differ: ${a} and ${b}`);
}

function gemmShape(call: Call): Shape | null {
  const a = inputShape(call, 0);
  const b = inputShape(call, 1);
  if (a === null || b === null) return null;
  if (a.length !== 2 || b.length !== 2)
    throw invalid(call, `takes matrices, not [${a.join(", ")}] and [${b.join(", ")}]`);
  const [rows, left] = intAttribute(call, "transA", 0) ? [a[1], a[0]] : a;
  const [right, columns] = intAttribute(call, "transB", 0) ? [b[1], b[0]] : b;
  inner(call, left as Dimension, right as Dimension);
  return [rows as Dimension, columns as Dimension];
}

/** numpy.matmul: a vector on the left is a row, one on the right a column, and leaves no axis behind. */
function matmulShape(call: Call): Shape | null {
  const a = inputShape(call, 0);
  const b = inputShape(call, 1);
  if (a === null || b === null) return null;
  if (a.length === 0 || b.length === 0) throw invalid(call, "takes no scalars");
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  inner(call, left.at(-1) as Dimension, right.at(-2) as Dimension);
  const batch = broadcastShapes([left.slice(0, -2), right.slice(0, -2)]);
  if (batch === null) throw invalid(call, `[${a.join(", ")}] and [${b.join(", ")}] don't broadcast`);
  const rows = a.length === 1 ? [] : [left.at(-2) as Dimension];
  const columns = b.length === 1 ? [] : [right.at(-1) as Dimension];
  return [...batch, ...rows, ...columns];
}

function einsumShape(call: Call): Shape | null {
  const shapes = call.inputs.map((_, index) => inputShape(call, index)).filter((shape) => shape !== null);
  if (shapes.length !== call.inputs.length) return null;
  const ranks = shapes.map((shape) => shape.length);
  const { operands, output } = equationOf(stringAttribute(call, "equation", ""), ranks);
  const sizes = new Map<string, Dimension>();
  for (const [index, labels] of operands.entries())
    for (const [axis, label] of labels.entries()) {
      const [known, size] = [sizes.get(label) ?? 1, shapes[index]?.[axis] ?? ""];
      const both = broadcastSize(known, size);
      if (both === null) throw invalid(call, `${JSON.stringify(label)} is ${known} and ${size}`);
      sizes.set(label, both);
    }
  return output.map((label) => sizes.get(label) ?? 1);
}

export const MATRIX: Readonly<Record<string, Operator>> = {
  Einsum: {
    attributes: { equation: "string" },
    infer: (call) => [typed(inputType(call, 0)?.element, einsumShape(call))],
  },
  Gemm: {
    attributes: { alpha: "float", beta: "float", transA: "int", transB: "int" },
    infer: (call) => [typed(inputType(call, 0)?.element, gemmShape(call))],
  },
  MatMul: { attributes: {}, infer: (call) => [typed(inputType(call, 0)?.element, matmulShape(call))] },
};
