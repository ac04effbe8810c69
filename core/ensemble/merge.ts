/**
 * Several models in one graph: the raw inputs are shared, the rest of each stands beside that of the others, and a weighted
 * mean of what they predict is what the graph predicts. Works on any model that keeps docs/models.md, whoever made it.
 */
import { GraphBuilder, OnnxError, OPSET, type Value } from "onnx-train";
import { SousError } from "../errors.js";
import {
  type Column,
  commonOpsets,
  decodePart,
  finishModel,
  inlinePart,
  rawInputs,
  type TaskSpec,
} from "../plugin/index.js";
import { unmergeable } from "../plugin/inlining.js";
import { SharedNodes } from "../plugin/shared-nodes.js";
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
    const members = parts.map(({ model, count }) => ({ count, model: decodePart(model) }));
    const domains = commonOpsets(members.map(({ model }) => model.opsets));
    const graph = new GraphBuilder(ENSEMBLE, { opset: domains[""] ?? OPSET, domains });
    const taken = new Set(members.flatMap(({ model }) => model.graph.inputs.map(({ name }) => name)));
    const used = columns.filter(({ name }) => taken.has(name));
    const inputs = new Map(rawInputs(graph, used).map((input) => [input.name, input]));
    const shared = new SharedNodes();
    const predictions = members.map(({ model, count }) => ({ count, value: inlinePart(graph, model, inputs, shared) }));
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

function weightedMean(graph: GraphBuilder, parts: readonly { readonly count: number; readonly value: Value }[]): Value {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const scaled = parts.map(({ count, value }) => graph.mul(graph.scalar("double", count), graph.cast(value, "double")));
  const sum = scaled.reduce((left, right) => graph.add(left, right));
  return graph.div(sum, graph.scalar("double", total));
}
