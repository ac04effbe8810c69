/**
 * Several models in one graph: the raw inputs are shared, the rest of each stands beside that of the others, and a weighted
 * mean of what they predict is what the graph predicts. Works on any model that keeps docs/models.md, whoever made it.
 */
import { convertModel, decodeModel, GraphBuilder, type Model, OnnxError, OPSET, pruned, type Value } from "onnx-train";
import { SousError } from "../errors.js";
import { type Column, finishModel, rawInputs, type TaskSpec } from "../plugin/index.js";
import { type Calibration, calibrationNodes } from "./calibration.js";

/** The learner's name in the metadata of a merged model. */
const ENSEMBLE = "ensemble";

/** Models of one ensemble at most: each adds its time to every prediction. */
export const MOST_MEMBERS = 32;
/** Bytes of all members at most: what a service loads in a second, and merging them stays far below a recipe's memory. */
export const MOST_BYTES = 128 * 2 ** 20;

export interface Part {
  readonly model: Uint8Array;
  readonly count: number;
}

export interface Merger {
  readonly spec: TaskSpec;
  /** Of the table; those that no member takes are left out. */
  readonly columns: readonly Pick<Column, "name" | "type">[];
  /** 1 … MOST_MEMBERS */
  readonly parts: readonly Part[];
  readonly calibration: Calibration | null;
  readonly threshold: number | null;
}

/**
 * One model that predicts Σ count · prediction / Σ count, calibrated, in double precision as `blended` of pool.ts and
 * `calibrated` of calibration.ts do.
 * @throws SousError ENSEMBLE_TOO_LARGE, and ENSEMBLE_UNMERGEABLE for models that can't stand in one graph
 */
export function mergeModels({ spec, columns, parts, calibration, threshold }: Merger): Uint8Array {
  assertSize(parts);
  return mergeable(() => {
    const members = parts.map(({ model, count }) => ({ count, model: memberOf(model) }));
    const domains = commonOpsets(members.map(({ model }) => model.opsets));
    const graph = new GraphBuilder(ENSEMBLE, { opset: domains[""] ?? OPSET, domains });
    const taken = new Set(members.flatMap(({ model }) => model.graph.inputs.map(({ name }) => name)));
    const used = columns.filter(({ name }) => taken.has(name));
    const inputs = new Map(rawInputs(graph, used).map((input) => [input.name, input]));
    const predictions = members.map(({ model, count }) => ({ count, value: inlined(graph, model, inputs) }));
    const mean = weightedMean(graph, predictions);
    const exact = calibration === null ? mean : calibrationNodes(graph, calibration, mean);
    const names = members.map(({ model, count }) => ({ learner: model.metadata["sous.learner"] ?? null, count }));
    return finishModel(graph, {
      learner: ENSEMBLE,
      spec,
      columns: used,
      prediction: graph.cast(exact, "float"),
      metadata: { "sous.members": JSON.stringify(names), ...finishOf(calibration, threshold) },
      ...(threshold !== null && { threshold }),
    });
  });
}

function finishOf(calibration: Calibration | null, threshold: number | null): Record<string, string> {
  return {
    ...(calibration !== null && { "sous.calibration": calibration.kind }),
    ...(threshold !== null && { "sous.threshold": String(threshold) }),
  };
}

function assertSize(parts: readonly Part[]): void {
  const bytes = parts.reduce((sum, { model }) => sum + model.byteLength, 0);
  if (parts.length > 0 && parts.length <= MOST_MEMBERS && bytes <= MOST_BYTES) return;
  const details = { members: parts.length, most: MOST_MEMBERS, mib: Math.ceil(bytes / 2 ** 20) };
  throw new SousError("ENSEMBLE_TOO_LARGE", { ...details, mostMiB: MOST_BYTES / 2 ** 20 });
}

function mergeable<T>(merge: () => T): T {
  try {
    return merge();
  } catch (error) {
    if (error instanceof OnnxError) throw unmergeable(error.message, error);
    throw error;
  }
}

function unmergeable(reason: string, cause?: unknown): SousError {
  return new SousError("ENSEMBLE_UNMERGEABLE", { reason }, { cause });
}

/**
 * At opset 17 or its newer own, with only what its prediction needs: labels are made anew of the mean. An input that has
 * an initializer, as weights had before IR version 4, is no column.
 */
function memberOf(bytes: Uint8Array): Model {
  const model = convertModel(decodeModel(bytes, { inline: true }));
  const graph = pruned(model.graph, model.graph.outputs.slice(-1));
  return { ...model, graph: { ...graph, inputs: graph.inputs.filter((input) => !graph.initializers.has(input)) } };
}

/** Operators of ai.onnx.ml that later versions only gave further attributes; version 1 has another LabelEncoder. */
const COMPATIBLE = { domain: "ai.onnx.ml", least: 2, most: 4 };

function commonOpsets(all: readonly Model["opsets"][]): Record<string, number> {
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

/** Its nodes at the end of the graph; its prediction there. */
function inlined(graph: GraphBuilder, model: Model, inputs: ReadonlyMap<string, Value>): Value {
  const bound = new Map(model.graph.inputs.map((input) => [input, sharedInput(input, inputs)]));
  const [output] = model.graph.outputs;
  const prediction = output && graph.inline(model.graph, bound).get(output);
  if (prediction === undefined) throw unmergeable("a model has no prediction");
  return prediction;
}

function sharedInput(input: Value, inputs: ReadonlyMap<string, Value>): Value {
  const shared = inputs.get(input.name);
  if (shared === undefined) throw unmergeable(`no column is called ${input.name}`);
  if (shared.type?.element === input.type?.element) return shared;
  throw unmergeable(`a model takes ${input.name} as ${input.type?.element}, the column is ${shared.type?.element}`);
}

function weightedMean(graph: GraphBuilder, parts: readonly { readonly count: number; readonly value: Value }[]): Value {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const scaled = parts.map(({ count, value }) => graph.mul(graph.scalar("double", count), graph.cast(value, "double")));
  const sum = scaled.reduce((left, right) => graph.add(left, right));
  return graph.div(sum, graph.scalar("double", total));
}
