/** The target as a net is fitted to it. */
import { type Tensor, tensor } from "onnx-train";
import { type Labelled, LearnerFailure, type TaskSpec } from "../../../core/plugin/index.js";
import type { Unit } from "./members.js";

export interface Answers {
  /** Class numbers, or the standardised value. */
  readonly target: Tensor;
  /** Float [rows], with mean 1; null where all rows weigh the same. */
  readonly weights: Tensor | null;
  /** 0 and 1 for classes. */
  readonly unit: Unit;
}

/** @throws LearnerFailure no_rows, target_not_finite, one_class: nothing can be learned from such rows */
export function answersOf(spec: TaskSpec, train: Labelled, balanced: boolean): Answers {
  const { truth } = train;
  const rows = truth.length;
  if (rows === 0) throw new LearnerFailure("no_rows", "there are no training rows");
  if (!truth.every(Number.isFinite))
    throw new LearnerFailure("target_not_finite", "the target has values that are not finite");
  if (spec.task === "regression") {
    const unit = unitOf(truth);
    const target = Float32Array.from(truth, (value) => (value - unit.mean) / unit.scale);
    return { target: tensor("float", [rows], target), weights: weightsOf(train, null), unit };
  }
  if (new Set(truth).size < 2) throw new LearnerFailure("one_class", "all training rows are of one class");
  const target = tensor("int64", [rows], BigInt64Array.from(truth, BigInt));
  return { target, weights: weightsOf(train, balanced ? spec.classes.length : null), unit: { mean: 0, scale: 1 } };
}

function unitOf(truth: Float64Array): Unit {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const variance = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0) / truth.length;
  return { mean, scale: Math.sqrt(variance) || 1 };
}

/** @param classes how many, where all that are there are to weigh the same; else null */
function weightsOf({ truth, weight }: Labelled, classes: number | null): Tensor | null {
  if (weight === null && classes === null) return null;
  const own = weight ?? new Float64Array(truth.length).fill(1);
  const byClass = new Float64Array(classes ?? 0);
  if (classes !== null)
    for (const [row, code] of truth.entries()) byClass[code] = (byClass[code] as number) + (own[row] as number);
  const each = own.map((value, row) => (classes === null ? value : value / (byClass[truth[row] as number] as number)));
  const total = each.reduce((sum, value) => sum + value, 0);
  if (!(total > 0 && Number.isFinite(total))) throw new LearnerFailure("no_rows", `the rows weigh ${total} together`);
  return tensor(
    "float",
    [truth.length],
    Float32Array.from(each, (value) => (value * truth.length) / total),
  );
}
