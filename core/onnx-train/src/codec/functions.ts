/**
 * Functions of a model's own, put in place of the nodes that call them (IR.md, "Functions"): while the model is still the
 * messages of its file, where values are names.
 */
import { OnnxError } from "../errors.js";
import { freshNames } from "../freshNames.js";
import type {
  AttributeProto,
  FunctionBodyProto,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetProto,
} from "./messages.js";
import { Reader } from "./reader.js";
import { type Message, text } from "./wire.js";

/** Calls nest, and each may be made many times over: more nodes than this come of no model that is meant to run. */
const MOST_NODES = 2 ** 17;
const DEEPEST = 50;

/** Field numbers of what tells functions of one name apart. */
const OVERLOAD = { node: 8, function: 13 };

interface Way {
  readonly functions: ReadonlyMap<string, FunctionBodyProto>;
  /** A name that nothing has yet. onnxruntime wants those of nodes to differ as well. */
  readonly fresh: (wanted: string) => string;
  nodes: number;
}

/** @throws OnnxError ONNX_UNSUPPORTED for a function of other versions than the model's, ONNX_TOO_LARGE for one without end */
export function withoutFunctions(model: ModelProto, functions: readonly FunctionBodyProto[]): ModelProto {
  if (model.graph === undefined) return model;
  const known = new Map(functions.map((one) => [keyOf(one, one.name, OVERLOAD.function), one]));
  const way: Way = { functions: known, fresh: freshNames(namesIn(model.graph)), nodes: 0 };
  const { functions: _, ...rest } = model;
  return { ...rest, graph: inGraph(model.graph, way, 0), opset_import: importsOf(model, functions) };
}

function keyOf({ domain = "", rest = [] }: Message & { domain?: string }, name = "", overload: number): string {
  const run = rest.find(({ id }) => id === overload);
  if (run === undefined) return JSON.stringify([domain, name, ""]);
  const reader = new Reader(run.source, run.start, run.end);
  reader.tag();
  return JSON.stringify([domain, name, text(reader.bytes())]);
}

function importsOf({ opset_import = [] }: ModelProto, functions: readonly FunctionBodyProto[]): OperatorSetProto[] {
  const imports = new Map(opset_import.map((one) => [one.domain ?? "", one]));
  for (const { name, opset_import: own = [] } of functions) {
    for (const one of own) {
      const known = imports.get(one.domain ?? "") ?? one;
      imports.set(one.domain ?? "", known);
      if (known.version !== one.version)
        throw new OnnxError(
          "ONNX_UNSUPPORTED",
          `function ${name} is of opset ${one.version} of ${one.domain || "ai.onnx"}, the model of ${known.version}`,
        );
    }
  }
  return [...imports.values()];
}

function inGraph(graph: GraphProto, way: Way, depth: number): GraphProto {
  return { ...graph, node: (graph.node ?? []).flatMap((node) => inNode(node, way, depth)) };
}

function inNode(node: NodeProto, way: Way, depth: number): NodeProto[] {
  way.nodes++;
  if (way.nodes > MOST_NODES || depth > DEEPEST)
    throw new OnnxError("ONNX_TOO_LARGE", `functions call one another without end, at ${node.op_type}`);
  const called = way.functions.get(keyOf(node, node.op_type, OVERLOAD.node));
  if (called === undefined) return [withGraphs(node, (graph) => inGraph(graph, way, depth))];
  return bodyOf(node, called, way).flatMap((inner) => inNode(inner, way, depth + 1));
}

function withGraphs(node: NodeProto, change: (graph: GraphProto) => GraphProto): NodeProto {
  if (!node.attribute?.some(({ g }) => g !== undefined)) return node;
  return {
    ...node,
    attribute: node.attribute.map((one) => (one.g === undefined ? one : { ...one, g: change(one.g) })),
  };
}

/** The function's nodes, with the call's values and attributes and names of their own for all the rest. */
function bodyOf(
  call: NodeProto,
  { input = [], output = [], node = [], attribute_proto = [] }: FunctionBodyProto,
  way: Way,
) {
  const names = new Map<string, string>([["", ""]]);
  for (const [index, name] of input.entries()) names.set(name, call.input?.[index] ?? "");
  for (const [index, name] of output.entries()) if (call.output?.[index]) names.set(name, call.output[index]);
  const renamed = (name: string): string => {
    const own = names.get(name) ?? way.fresh(`${call.name || call.op_type}/${name}`);
    names.set(name, own);
    return own;
  };
  const attributes = new Map([...attribute_proto, ...(call.attribute ?? [])].map((one) => [one.name ?? "", one]));
  return node.map((one) => copied(one, { call, renamed, attributes, fresh: way.fresh }));
}

interface Copy {
  readonly call: NodeProto;
  readonly renamed: (name: string) => string;
  readonly fresh: Way["fresh"];
  /** Those of the call, and of the function for what it leaves out. */
  readonly attributes: ReadonlyMap<string, AttributeProto>;
}

function copied(node: NodeProto, copy: Copy): NodeProto {
  const { call, renamed, attributes, fresh } = copy;
  const given = (node.attribute ?? []).flatMap(({ ref_attr_name, ...attribute }) => {
    const { name = "" } = attribute;
    if (ref_attr_name === undefined) return [attribute];
    const found = attributes.get(ref_attr_name);
    return found === undefined ? [] : [{ ...found, name }];
  });
  const own = {
    ...node,
    name: fresh(`${call.name || call.op_type}/${node.name || node.op_type}`),
    input: (node.input ?? []).map(renamed),
    output: (node.output ?? []).map(renamed),
    attribute: given,
  };
  return withGraphs(own, (graph) => copiedGraph(graph, copy));
}

function copiedGraph(graph: GraphProto, copy: Copy): GraphProto {
  const named = <T extends { name?: string }>(things: readonly T[] = []): T[] =>
    things.map((thing) => ({ ...thing, name: copy.renamed(thing.name ?? "") }));
  return {
    ...graph,
    input: named(graph.input),
    initializer: named(graph.initializer),
    node: (graph.node ?? []).map((node) => copied(node, copy)),
    output: named(graph.output),
    value_info: [],
  };
}

function* namesIn({ input = [], initializer = [], node = [] }: GraphProto): Iterable<string> {
  for (const { name } of [...input, ...initializer]) if (name !== undefined) yield name;
  for (const { name, output = [], attribute = [] } of node) {
    if (name !== undefined) yield name;
    yield* output;
    for (const { g } of attribute) if (g !== undefined) yield* namesIn(g);
  }
}
