/** The gradients of Einsum: products of the same kind, with dy in the place of the operand. */
import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";
import { type Equation, equationOf } from "../operators/einsum.js";
import { type GradientRow, type Step, shapeOf, shapeValue, stringOf, sumTo } from "./gradient.js";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

export const einsum: GradientRow = (step) => {
  const { node } = step;
  const ranks = node.inputs.map((_, index) => shapeOf(step, step.x(index)).length);
  const equation = equationOf(stringOf(step, "equation", ""), ranks);
  return node.inputs.map((_, index) => () => byOperand(step, equation, index));
};

function byOperand(step: Step, { operands, output }: Equation, index: number): Value {
  const { g, node } = step;
  const labels = operands[index] ?? [];
  const others = node.inputs.flatMap((_, at) => (at === index ? [] : [at]));
  const terms = [output, ...others.map((at) => operands[at] ?? [])];
  const isFirst = (label: string, axis: number) => labels.indexOf(label) === axis;
  const kept = labels.filter((label, axis) => isFirst(label, axis) && terms.some((term) => term.includes(label)));
  const values = [step.dy(), ...others.map((at) => step.x(at))];
  const found = g.op("Einsum", values, { equation: written(terms, kept) });
  const absent = labels.flatMap((label, axis) => (isFirst(label, axis) && kept.includes(label) ? [] : [axis]));
  const wide = onDiagonals(
    g,
    { labels, like: step.x(index) },
    absent.length === 0 ? found : g.unsqueeze(found, absent),
  );
  const narrow = sumTo(step, wide, step.x(index));
  const isSummedAlone = labels.some((label) => !kept.includes(label));
  return isSummedAlone ? g.expand(narrow, shapeValue(g, step.x(index))) : narrow;
}

/** Labels as letters: those under "..." are numbers. */
function written(terms: readonly (readonly string[])[], output: readonly string[]): string {
  const all = [...new Set(terms.flat())];
  const word = (labels: readonly string[]) => labels.map((label) => LETTERS[all.indexOf(label)]).join("");
  return `${terms.map(word).join(",")}->${word(output)}`;
}

interface Labelled {
  readonly labels: readonly string[];
  readonly like: Value;
}

/** Where a label stands twice ("ii->i"), only places with the same number on both axes take part. */
function onDiagonals(g: GraphBuilder, { labels, like }: Labelled, value: Value): Value {
  return labels.reduce((found, label, axis) => {
    const first = labels.indexOf(label);
    return first === axis ? found : g.mul(found, isDiagonal(g, { like, axes: [first, axis], rank: labels.length }));
  }, value);
}

interface Diagonal {
  readonly like: Value;
  readonly axes: readonly [number, number];
  readonly rank: number;
}

function isDiagonal(g: GraphBuilder, { like, axes, rank }: Diagonal): Value {
  const [first, second] = axes.map((axis) => {
    const size = g.squeeze(g.op("Shape", [like], { start: axis, end: axis + 1 }), [0]);
    const numbers = g.op("Range", [g.scalar("int64", 0), size, g.scalar("int64", 1)]);
    return g.reshape(numbers, [-1, ...Array.from({ length: rank - 1 - axis }, () => 1)]);
  }) as [Value, Value];
  return g.cast(g.equal(first, second), like.type?.element ?? "float");
}
