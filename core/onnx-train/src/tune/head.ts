/** New layers on a model that is there. */

import { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import { freshNames } from "../freshNames.js";
import type { Graph, Model, Value, ValueType } from "../graph.js";
import { Scope } from "../layers/scope.js";
import { convertModel } from "../versions/convert.js";
import { OPSET } from "../versions/opsets.js";
import { edited, pruned, rebound, valuesOf } from "./edit.js";
import { metadataFor } from "./lora/record.js";
import { suggestions } from "./patterns.js";

export interface HeadOptions {
  /** The value that the new layers start from: an output, an input, or one between nodes. */
  readonly at: string;
  /** The layers. Their weights are called `name/…`. */
  readonly build: (scope: Scope, features: Value) => Value;
  /** What the new output is called. */
  readonly output: string;
  /** Default "head". */
  readonly name?: string;
  /** Of the new weights. */
  readonly seed: number;
  /** Whether the model's own outputs stay; default false: they go, with all that only they needed. */
  readonly keep?: boolean;
  /** Of the value cut at, where the library can't tell it. */
  readonly type?: ValueType;
}

/**
 * The model cut at one of its values, with new layers from there. Layers are of opset 17 or newer: an older model is raised
 * to 17 on the way.
 * @throws OnnxError ONNX_INVALID for a value that isn't there, with the nearest names, and for names that are taken
 */
export function withHead(model: Model, options: HeadOptions): Model {
  const { at, build, output, name = "head", seed, keep = false } = options;
  const raised = convertModel(model);
  const features = valueAt(raised.graph, at);
  const g = builderFor(raised, name);
  const { element, shape } = typeAt(raised, features, options.type);
  const start = g.input(at, element, shape);
  g.output(build(new Scope(g, seed, name), start), output);
  const kept = pruned(raised.graph, [features, ...(keep ? raised.graph.outputs : [])]);
  const metadata = metadataFor(raised, kept);
  return edited(
    { ...raised, metadata },
    grafted({ ...kept, outputs: keep ? kept.outputs.slice(1) : [] }, g.build(), features),
  );
}

function builderFor({ opsets }: Model, name: string): GraphBuilder {
  return new GraphBuilder(name, { opset: opsets[""] ?? OPSET, domains: opsets });
}

function valueAt(graph: Graph, name: string): Value {
  const own = new Set([
    ...graph.inputs,
    ...graph.nodes.flatMap(({ outputs }) => outputs.filter((one) => one !== null)),
  ]);
  const found = [...own].find((value) => value.name === name);
  if (found !== undefined) return found;
  const names = [...graph.outputs, ...own].map((value) => value.name);
  throw new OnnxError(
    "ONNX_INVALID",
    `there is no value ${JSON.stringify(name)} to cut at; ${suggestions(name, [...new Set(names)])}`,
  );
}

/** Types of inner values are worked out on a copy: those of the model stay as they are. */
function typeAt(model: Model, value: Value, given: ValueType | undefined) {
  const type = given ?? inferred(model, value) ?? value.type;
  if (type?.shape) return { element: type.element, shape: type.shape };
  throw new OnnxError("ONNX_INVALID", `the shape of ${JSON.stringify(value.name)} can't be told: give it as type`);
}

function inferred(model: Model, value: Value): ValueType | null {
  const g = builderFor(model, "types");
  const { graph } = model;
  const inputs = graph.inputs.flatMap((input) => {
    const { name, type } = input;
    return type === null ? [] : [[input, g.input(name, type.element, type.shape ?? [])] as const];
  });
  return g.inline(graph, new Map(inputs)).get(value)?.type ?? null;
}

/**
 * Another graph's nodes behind those of this one. Names of its weights and outputs are exact, the others give way.
 */
function grafted(graph: Graph, head: Graph, features: Value): Graph {
  const taken = new Set(Array.from(valuesOf(graph), ({ name }) => name));
  const own = [...valuesOf(head)].filter((value) => !head.inputs.includes(value));
  const fresh = freshNames([...taken, ...own.map(({ name }) => name)]);
  for (const value of own.filter(({ name }) => taken.has(name))) {
    if (head.outputs.includes(value) || value.name.startsWith(`${head.name}/`)) throw takenName(value);
    value.name = fresh(value.name);
  }
  const start = new Map(head.inputs.map((input) => [input, features]));
  const named = freshNames(graph.nodes.map(({ name }) => name));
  return {
    ...graph,
    outputs: [...graph.outputs, ...head.outputs],
    initializers: new Map([...graph.initializers, ...head.initializers]),
    nodes: [...graph.nodes, ...head.nodes.map((node) => ({ ...rebound(node, start), name: named(node.name) }))],
  };
}

function takenName({ name }: Value): OnnxError {
  return new OnnxError(
    "ONNX_INVALID",
    `the model has a value ${JSON.stringify(name)} already: give the head another name or output`,
  );
}
