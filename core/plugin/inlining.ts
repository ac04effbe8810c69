/**
 * One model within another's graph: a member of an ensemble, or the base that a learner goes on from. Works on any model
 * that keeps docs/models.md, whoever made it.
 */
import { convertModel, decodeModel, type GraphBuilder, type Model, pruned, type Value } from "onnx-train";
import { SousError } from "../errors.js";
import { SharedNodes } from "./shared-nodes.js";

/**
 * At opset 17 or its newer own, with only what its prediction needs: labels are made anew of the whole. An input that has
 * an initializer, as weights had before IR version 4, is no column.
 * @throws OnnxError
 */
export function decodePart(bytes: Uint8Array): Model {
  const model = convertModel(decodeModel(bytes, { inline: true }));
  const graph = pruned(model.graph, model.graph.outputs.slice(-1));
  return { ...model, graph: { ...graph, inputs: graph.inputs.filter((input) => !graph.initializers.has(input)) } };
}

/** Operators of ai.onnx.ml that later versions only gave further attributes; version 1 has another LabelEncoder. */
const COMPATIBLE = { domain: "ai.onnx.ml", least: 2, most: 4 };

/** Versions in which all of them hold. @throws SousError ENSEMBLE_UNMERGEABLE */
export function commonOpsets(all: readonly Model["opsets"][]): Record<string, number> {
  const common: Record<string, number> = { "ai.onnx.ml": 3 };
  for (const [domain, version] of all.flatMap((opsets) => Object.entries(opsets))) {
    const known = common[domain] ?? version;
    if (known !== version && ![known, version].every((one) => isCompatible(domain, one))) {
      throw unmergeable(`one model is of version ${known} of ${domain || "ai.onnx"}, another of ${version}`);
    }
    common[domain] = Math.max(known, version);
  }
  return common;
}

function isCompatible(domain: string, version: number): boolean {
  return domain === COMPATIBLE.domain && version >= COMPATIBLE.least && version <= COMPATIBLE.most;
}

/**
 * The model's nodes at the end of the graph; its prediction there.
 * @param inputs by name
 * @param shared what earlier parts of this graph are made of; grows by this one
 * @throws SousError ENSEMBLE_UNMERGEABLE
 */
export function inlinePart(
  graph: GraphBuilder,
  { graph: part }: Model,
  inputs: ReadonlyMap<string, Value>,
  shared = new SharedNodes(),
): Value {
  const bound = shared.constantsOf(part);
  for (const input of part.inputs) bound.set(input, sharedInput(input, inputs));
  const values = graph.inline(part, bound, shared.find);
  shared.add(part, values);
  const [output] = part.outputs;
  const prediction = output && values.get(output);
  if (prediction === undefined) throw unmergeable("a model has no prediction");
  return prediction;
}

function sharedInput(input: Value, inputs: ReadonlyMap<string, Value>): Value {
  const shared = inputs.get(input.name);
  if (shared === undefined) throw unmergeable(`no column is called ${input.name}`);
  if (shared.type?.element === input.type?.element) return shared;
  throw unmergeable(`a model takes ${input.name} as ${input.type?.element}, the column is ${shared.type?.element}`);
}

export function unmergeable(reason: string, cause?: unknown): SousError {
  return new SousError("ENSEMBLE_UNMERGEABLE", { reason }, { cause });
}
