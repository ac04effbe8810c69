/** The target as a net is fitted to it: tensors of the training answers. */
import { type Tensor, tensor } from "onnx-train";
import { type Labelled, type TaskSpec, trainingAnswers } from "../../../core/plugin/index.js";
import type { Unit } from "./members.js";

export interface Answers {
  /** Class numbers, or the standardised value. */
  readonly target: Tensor;
  /** Float [rows], with mean 1; null where all rows weigh the same, which saves the nodes that weigh them. */
  readonly weights: Tensor | null;
  readonly unit: Unit;
}

/** @throws LearnerFailure no_rows, target_not_finite, one_class: nothing can be learned from such rows */
export function answersOf(spec: TaskSpec, train: Labelled, balanced: boolean): Answers {
  const { truth, weight, ...unit } = trainingAnswers(spec, train, balanced);
  const dims = [truth.length];
  const target =
    spec.task === "regression"
      ? tensor("float", dims, Float32Array.from(truth))
      : tensor("int64", dims, BigInt64Array.from(truth, BigInt));
  const isEven = train.weight === null && !balanced;
  return { target, weights: isEven ? null : tensor("float", dims, Float32Array.from(weight)), unit };
}
