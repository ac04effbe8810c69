/** Rules for nodes by what their operator takes at the version that the model imports. */
import type { Model, Node, Value } from "../graph.js";
import { nodesIn } from "../walk.js";
import { place } from "./places.js";
import { type Arity, type Signature, signatureOf } from "./signature.js";

type Check = (node: Node, signature: Signature) => Iterable<string>;

/** Runs a check on each node whose operator's form is known. */
export function* known({ opsets, graph }: Model, check: Check): Iterable<string> {
  for (const node of nodesIn(graph)) {
    const signature = signatureOf(node.domain, node.opType, opsets[node.domain] ?? 0);
    if (signature && !signature.gone) yield* check(node, signature);
  }
}

/** Nodes of which the operator isn't there at the model's version, and isn't a function of the model's own. */
export function* missingOperators({ opsets, graph, functions = [] }: Model): Iterable<string> {
  const own = new Set(functions.map(({ domain, name }) => JSON.stringify([domain, name])));
  for (const node of nodesIn(graph)) {
    const { domain, opType } = node;
    const version = opsets[domain] ?? 0;
    const signature = signatureOf(domain, opType, version);
    const there = signature === undefined || (signature !== null && !signature.gone);
    if (!there && !own.has(JSON.stringify([domain, opType])))
      yield `${place(node)} is no operator of ${domain || "ai.onnx"} ${version}`;
  }
}

export const attributesFit: Check = function* (node, { attributes }) {
  for (const [name, { kind }] of Object.entries(node.attributes)) {
    const expected = attributes.get(name)?.kind;
    if (expected === undefined) yield `${place(node)} has no attribute ${name}`;
    else if (expected !== kind) yield `${place(node)} takes ${name} as ${expected}, not ${kind}`;
  }
  for (const [name, { needed }] of attributes) {
    if (needed && !Object.hasOwn(node.attributes, name)) yield `${place(node)} lacks attribute ${name}`;
  }
};

export const valuesFit: Check = function* (node, { inputs, outputs }) {
  yield* placesFit(node, "inputs", node.inputs, inputs);
  yield* placesFit(node, "outputs", node.outputs, outputs);
};

function* placesFit(
  node: Node,
  what: "inputs" | "outputs",
  values: readonly (Value | null)[],
  { least, most, needed }: Arity,
): Iterable<string> {
  if (values.length < least || values.length > most) {
    const range =
      least === most ? `${least}` : `${least} to ${most === Number.POSITIVE_INFINITY ? "any number" : most}`;
    yield `${place(node)} has ${values.length} ${what}, not ${range}`;
    return;
  }
  for (const [index, value] of values.entries())
    if (value === null && needed[index]) yield `${place(node)} leaves out one of its ${what}, number ${index}`;
}
