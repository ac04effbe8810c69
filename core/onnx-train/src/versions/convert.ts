/** Raises models of older opsets to the one that programs are built for, operator by operator (table.ts). */
import { OnnxError } from "../errors.js";
import { freshNames } from "../freshNames.js";
import { type Attribute, type Graph, type Model, type Node, Value } from "../graph.js";
import { Inference } from "../operators/infer.js";
import { pass } from "../passes/checked.js";
import type { Tensor } from "../tensor.js";
import { definitionsIn, graphsIn, isGraph, subgraphsOf } from "../walk.js";
import type { Conversion } from "./conversion.js";
import { irVersionOf, NEWEST_OPSET, OPSET } from "./opsets.js";
import { CONVERSIONS } from "./table.js";

/** The first opset with broadcasting as it is today, and the oldest that onnxruntime promises to run. */
const OLDEST = 7;

/** From this IR version on, an initializer needs no input beside it. */
const CONSTANTS = 4;

/**
 * A model of opset 7 to 16 at opset 17; a newer one as it is. Values keep their identity and their names. Inputs that have
 * an initializer, as all weights had to before IR version 4, become plain initializers then.
 * @throws OnnxError ONNX_UNSUPPORTED for an opset that is older, or newer than onnxruntime runs, and for a node that has no
 * form at opset 17
 */
export function convertModel(model: Model): Model {
  const from = model.opsets[""] ?? OPSET;
  if (from < OLDEST || from > NEWEST_OPSET) {
    const known = `opsets ${OLDEST} to ${NEWEST_OPSET} are known`;
    throw new OnnxError("ONNX_UNSUPPORTED", `the model is of opset ${from}; ${known}: export it again with ${OPSET}`);
  }
  return from < OPSET ? raise(model) : model;
}

const raise = pass(`raising to opset ${OPSET}`, (model: Model): Model => {
  const from = model.opsets[""] ?? OPSET;
  if (model.functions?.length)
    throw new OnnxError(
      "ONNX_UNSUPPORTED",
      `functions of a model of opset ${from} can't be raised: read it with the option \`inline\`, or export it with ${OPSET}`,
    );
  new Inference(model.opsets).graph(model.graph);
  const way: Way = { from, name: freshNames(namesIn(model.graph)), used: usesIn(model.graph), held: new Map() };
  const graph = raised(model.irVersion < CONSTANTS ? withoutDefaults(model.graph) : model.graph, way);
  const irVersion = Math.max(model.irVersion, irVersionOf(OPSET));
  return { ...model, irVersion, opsets: { ...model.opsets, "": OPSET }, graph };
});

/** What a conversion knows of the whole model. */
interface Way {
  readonly from: number;
  readonly name: (wanted: string) => string;
  readonly used: ReadonlySet<Value>;
  readonly held: Map<Value, Tensor>;
}

function withoutDefaults(graph: Graph): Graph {
  return { ...graph, inputs: graph.inputs.filter((input) => !graph.initializers.has(input)) };
}

function raised(graph: Graph, way: Way): Graph {
  const initializers = new Map(graph.initializers);
  for (const [value, data] of graph.initializers) way.held.set(value, data);
  const nodes = graph.nodes.flatMap((node) => {
    const literal = node.attributes.value;
    const [output] = node.outputs;
    if (node.opType === "Constant" && literal?.kind === "tensor" && output) way.held.set(output, literal.value);
    return raisedNode(withRaisedGraphs(node, way), { way, initializers, done: way.from });
  });
  return { ...graph, initializers, nodes };
}

function withRaisedGraphs(node: Node, way: Way): Node {
  if (subgraphsOf(node).length === 0) return node;
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
    name,
    isGraph(attribute) ? { ...attribute, value: raised(attribute.value, way) } : attribute,
  ]);
  return { ...node, attributes: Object.fromEntries(attributes) };
}

interface Place {
  readonly way: Way;
  readonly initializers: Map<Value, Tensor>;
  /** The version whose form the node has. */
  readonly done: number;
}

function raisedNode(node: Node, place: Place): readonly Node[] {
  const rows = node.domain === "" && Object.hasOwn(CONVERSIONS, node.opType) ? CONVERSIONS[node.opType] : undefined;
  const next = Object.entries(rows ?? {}).find(([version]) => Number(version) > place.done);
  if (next === undefined) return [node];
  const made = next[1](conversionOf(node, place));
  return made.flatMap((one) => raisedNode(one, { ...place, done: Number(next[0]) }));
}

function conversionOf(node: Node, { way, initializers }: Place): Conversion {
  const fresh = (hint: string) => new Value(way.name(hint));
  return {
    node,
    fresh,
    constant: (data, hint) => {
      const value = fresh(hint);
      value.type = { element: data.element, shape: data.dims };
      initializers.set(value, data);
      return value;
    },
    isUsed: (value) => way.used.has(value),
    held: (value) => (value && way.held.get(value)) ?? null,
  };
}

/** Of values and of nodes. */
function namesIn(graph: Graph): string[] {
  const named = Array.from(graphsIn(graph), (inner) => [...definitionsIn(inner), ...inner.nodes]).flat();
  return named.map(({ name }) => name);
}

function usesIn(graph: Graph): ReadonlySet<Value> {
  const used = new Set<Value>();
  for (const { outputs, nodes } of graphsIn(graph)) {
    for (const value of [...outputs, ...nodes.flatMap((node) => node.inputs)]) if (value !== null) used.add(value);
  }
  return used;
}
