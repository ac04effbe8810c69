/** Operators that hold graphs, and attention, which holds many operators. */
import type { Dimension, Graph, ValueType } from "../graph.js";
import { type Call, inputShape, inputType, intAttribute, type Operator, typed } from "./operator.js";

type Types = readonly (ValueType | null)[];

function graphOf(call: Call, name: string): Graph | null {
  const attribute = call.attributes[name];
  return attribute?.kind === "graph" ? attribute.value : null;
}

function resultsOf(call: Call, name: string): Types {
  return graphOf(call, name)?.outputs.map(({ type }) => type) ?? [];
}

/** What two branches have in common. */
function common(a: ValueType | null, b: ValueType | null): ValueType | null {
  if (a === null || b === null) return null;
  const fits = a.shape && b.shape && a.shape.length === b.shape.length;
  const shape = fits ? a.shape.map((size, axis) => (size === b.shape?.[axis] ? size : "")) : null;
  return { element: a.element, shape };
}

function eitherTypes(call: Call): Types {
  const other = resultsOf(call, "else_branch");
  return resultsOf(call, "then_branch").map((type, index) => common(type, other[index] ?? null));
}

/** One more axis in front for the values that each round adds. */
function collected(types: Types): Types {
  return types.map((type) => type && { ...type, shape: type.shape && ["", ...type.shape] });
}

/** The body gives: whether to go on, what is carried, what is collected. */
function loopTypes(call: Call): Types {
  const [, ...results] = resultsOf(call, "body");
  const carried = Math.max(0, call.inputs.length - 2);
  return [
    ...results.slice(0, carried).map((type, at) => common(type, inputType(call, at + 2))),
    ...collected(results.slice(carried)),
  ];
}

function scanTypes(call: Call): Types {
  const results = resultsOf(call, "body");
  const carried = call.inputs.length - intAttribute(call, "num_scan_inputs", 0);
  return [...results.slice(0, carried), ...results.slice(carried).map((type) => typed(type?.element, null))];
}

/** Of heads apart [batch, heads, time, size] or together [batch, time, heads · size]. */
function attentionTypes(call: Call): Types {
  const [q, v] = [inputType(call, 0), inputShape(call, 2)];
  if (!q?.shape || v === null) return [q && { ...q, shape: null }];
  const heads = intAttribute(call, "q_num_heads", 1);
  const groups = intAttribute(call, "kv_num_heads", 1);
  const width = v.at(-1) ?? "";
  const together: Dimension = typeof width === "number" ? (width / groups) * heads : "";
  return [{ ...q, shape: q.shape.with(-1, q.shape.length === 3 ? together : width) }];
}

export const CONTROL: Readonly<Record<string, Operator>> = {
  Attention: {
    attributes: {
      is_causal: "int",
      kv_num_heads: "int",
      q_num_heads: "int",
      qk_matmul_output_mode: "int",
      scale: "float",
      softcap: "float",
      softmax_precision: "int",
    },
    infer: attentionTypes,
  },
  If: { attributes: { then_branch: "graph", else_branch: "graph" }, infer: eitherTypes },
  Loop: { attributes: { body: "graph" }, infer: loopTypes },
  Scan: {
    attributes: {
      body: "graph",
      num_scan_inputs: "int",
      scan_input_axes: "ints",
      scan_input_directions: "ints",
      scan_output_axes: "ints",
      scan_output_directions: "ints",
    },
    infer: scanTypes,
  },
};
