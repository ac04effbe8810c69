/** A fitted ensemble of trees, and its prediction without ONNX. */
import type { Column, Prediction, Table, TaskSpec } from "../../../core/plugin/index.js";
import { addRound, firstScores } from "./boosting.js";
import { encode, type Feature } from "./encoding.js";
import { type Loss, linked } from "./losses.js";
import type { Making } from "./making.js";
import type { Tree } from "./tree.js";

/** The model that the trees go on from. */
interface TreeOrigin {
  readonly model: Uint8Array;
  /** Of the training table; among them all that it takes. */
  readonly columns: readonly Pick<Column, "name" | "type">[];
}

export interface TreeModel {
  readonly spec: TaskSpec;
  readonly loss: Pick<Loss, "link">;
  readonly making: Making;
  /**
   * Of the wide table those that some tree asks for. One where none does, as a graph has to have an input; none where there
   * are no trees beside a base.
   */
  readonly features: readonly Feature[];
  /** Round by round, one tree an output. */
  readonly trees: readonly (readonly Tree[])[];
  /** Whether they were grown each by itself, and count by their mean. */
  readonly averaged: boolean;
  readonly base: TreeOrigin | null;
  /** Scores that every row begins with, beside those of a base. [outputs] */
  readonly start: Float64Array;
  /** A regression's value is mean + scale · score. */
  readonly mean: number;
  readonly scale: number;
}

/** Without the features that no tree asks for. */
export function trimmed(model: TreeModel): TreeModel {
  const trees = model.trees.flat();
  const asked = new Set(trees.flatMap(({ feature }) => [...feature]));
  const kept = [...model.features.keys()].filter((at) => asked.has(at));
  if (kept.length === 0 && (model.base === null || trees.length > 0)) kept.push(0);
  const places = new Map(kept.map((from, to) => [from, to]));
  const moved = (tree: Tree) => ({ ...tree, feature: tree.feature.map((from) => places.get(from) ?? -1) });
  return {
    ...model,
    features: kept.map((at) => model.features[at] as Feature),
    trees: model.trees.map((round) => round.map(moved)),
  };
}

/** @param base what the base predicts for the table, where the trees go on from one */
export function predict(model: TreeModel, table: Table, base?: Prediction): Prediction {
  const binned = encode(model.features, model.making.widen(table));
  const scores = firstScores(model, table.rows, base);
  for (const round of model.trees) addRound(round, binned, scores);
  return predictions(model, scores);
}

/** Of scores, [outputs × rows], in the target's own unit. */
export function predictions(
  { spec, loss, start, mean, scale }: Omit<TreeModel, "making" | "features" | "trees" | "averaged" | "base">,
  scores: Float64Array,
): Prediction {
  const made = linked(loss.link, scores, start.length);
  return spec.task === "regression" ? made.map((score) => mean + scale * score) : made;
}
