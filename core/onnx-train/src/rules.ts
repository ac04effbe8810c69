/**
 * The rules that a model must keep, as a table: https://github.com/onnx/onnx/blob/main/docs/IR.md, and the checker of
 * ONNX. Checked before encoding; each finding names the rule and the place.
 */
import { OnnxError } from "./errors.js";
import type { Attribute, Graph, Model, Node, Value } from "./graph.js";
import { attributeKind, OPERATORS } from "./operators/table.js";
import { elementCount } from "./tensor.js";

export interface Finding {
  readonly rule: string;
  /** Where and what, as a sentence. */
  readonly message: string;
}

type Rule = (model: Model) => Iterable<string>;

export const RULES: Readonly<Record<string, Rule>> = {
  *"versions are positive whole numbers"({ irVersion, opsets }) {
    const versions = { "IR version": irVersion, ...opsets };
    for (const [what, version] of Object.entries(versions)) {
      if (!Number.isSafeInteger(version) || version < 1) yield `${what || "ai.onnx"} has version ${version}`;
    }
  },
  *"every domain is imported"({ opsets, graph }) {
    for (const node of allNodes(graph)) {
      if (!Object.hasOwn(opsets, node.domain)) yield `${place(node)} is of domain ${JSON.stringify(node.domain)}`;
    }
  },
  *"nodes have an operator and an output"({ graph }) {
    for (const node of allNodes(graph)) {
      if (node.opType === "") yield `${place(node)} has no operator`;
      if (node.outputs.every((value) => value === null)) yield `${place(node)} has no output`;
    }
  },
  *"the graph has outputs, and its surface has types"({ graph }) {
    if (graph.outputs.length === 0) yield `graph ${graph.name} has no outputs`;
    for (const value of [...graph.inputs, ...graph.outputs]) {
      if (value.type === null) yield `${named(value)} has no type`;
    }
  },
  *"names are given, and each is defined once"({ graph }) {
    yield* repeatedNames(graph, new Map());
  },
  *"values are defined before they are used"({ graph }) {
    yield* undefinedUses(graph, new Set());
  },
  *"attributes are known and of their operator's kind"({ graph }) {
    for (const node of allNodes(graph)) yield* wrongAttributes(node);
  },
  *"tensors hold as many values as their dimensions say"({ graph }) {
    for (const inner of allGraphs(graph)) {
      for (const [value, { dims, data }] of inner.initializers) {
        if (elementCount(dims) !== data.length) yield `${named(value)} of [${dims.join(", ")}] holds ${data.length}`;
      }
    }
  },
};

/** Every broken rule; empty for a valid model. */
export function checkModel(model: Model): Finding[] {
  return Object.entries(RULES).flatMap(([rule, check]) => Array.from(check(model), (message) => ({ rule, message })));
}

/** @throws OnnxError ONNX_INVALID naming the first broken rule and how many more there are */
export function assertValid(model: Model): void {
  const [first, ...rest] = checkModel(model);
  if (first === undefined) return;
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more)`;
  throw new OnnxError("ONNX_INVALID", `${first.rule}: ${first.message}${more}`);
}

function* repeatedNames(graph: Graph, outer: ReadonlyMap<string, Value>): Iterable<string> {
  const names = new Map(outer);
  for (const value of definitions(graph)) {
    if (value.name === "") yield `a value of graph ${graph.name} has no name`;
    else if (names.has(value.name)) yield `${named(value)} is defined twice`;
    names.set(value.name, value);
  }
  for (const node of graph.nodes) for (const inner of subgraphs(node)) yield* repeatedNames(inner, names);
}

/** What a graph itself defines. An initializer may give an input its default; that is one value. */
function definitions(graph: Graph): Value[] {
  const given = new Set<Value>(graph.inputs);
  const constants = [...graph.initializers.keys()].filter((value) => !given.has(value));
  return [...graph.inputs, ...constants, ...graph.nodes.flatMap((node) => present(node.outputs))];
}

function* undefinedUses(graph: Graph, outer: ReadonlySet<Value>): Iterable<string> {
  const known = new Set([...outer, ...graph.inputs, ...graph.initializers.keys()]);
  for (const node of graph.nodes) {
    for (const value of present(node.inputs)) if (!known.has(value)) yield `${place(node)} uses ${named(value)}`;
    for (const inner of subgraphs(node)) yield* undefinedUses(inner, known);
    for (const value of present(node.outputs)) known.add(value);
  }
  for (const value of graph.outputs) if (!known.has(value)) yield `graph ${graph.name} returns ${named(value)}`;
}

function* wrongAttributes(node: Node): Iterable<string> {
  const operator = OPERATORS.get(node.opType);
  if (operator === undefined || (operator.domain ?? "") !== node.domain) return;
  for (const [name, attribute] of Object.entries(node.attributes)) {
    const expected = attributeKind(operator, name);
    if (expected === undefined) yield `${place(node)} has no attribute ${name}`;
    else if (expected !== attribute.kind) yield `${place(node)} takes ${name} as ${expected}, not ${attribute.kind}`;
  }
}

function present(values: readonly (Value | null)[]): Value[] {
  return values.filter((value) => value !== null);
}

function subgraphs(node: Node): Graph[] {
  const graphs = Object.values(node.attributes).filter((attribute) => isGraph(attribute));
  return graphs.map((attribute) => attribute.value);
}

function isGraph(attribute: Attribute): attribute is Extract<Attribute, { kind: "graph" }> {
  return attribute.kind === "graph";
}

function* allGraphs(graph: Graph): Iterable<Graph> {
  yield graph;
  for (const node of graph.nodes) for (const inner of subgraphs(node)) yield* allGraphs(inner);
}

function* allNodes(graph: Graph): Iterable<Node> {
  for (const inner of allGraphs(graph)) yield* inner.nodes;
}

function place(node: Node): string {
  return `node ${JSON.stringify(node.name)} (${node.opType})`;
}

function named(value: Value): string {
  return `value ${JSON.stringify(value.name)}`;
}
