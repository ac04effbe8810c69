/** Columns that predictions may only rise, or only fall with: "+age, -price". */
import { LearnerFailure, type Task } from "../../../core/plugin/index.js";
import { type Feature, isLevels } from "./encoding.js";

/** 1: rises; −1: falls; 0: as it comes. [features] */
export type Signs = Int8Array;

const NONE = "none";

/** The columns that the text names. */
export function columnsOf(text: string): readonly string[] {
  return text === NONE ? [] : partsOf(text).map((part) => part.slice(1).trim());
}

function partsOf(text: string): readonly string[] {
  return text.split(",").map((one) => one.trim());
}

/** @throws LearnerFailure bad_parameter: a column isn't there, or has no order; or there is more than one score */
export function signsOf(features: readonly Feature[], task: Task, text: string): Signs {
  const signs = new Int8Array(features.length);
  if (text === NONE) return signs;
  if (task === "multiclass") throw refused(text, "of three classes and more no probability is the one that rises");
  for (const part of partsOf(text)) {
    const sign = { "+": 1, "-": -1 }[part[0] ?? ""];
    if (sign === undefined) throw refused(text, `${JSON.stringify(part)} begins with neither + nor -`);
    const at = features.findIndex(({ name }) => name === part.slice(1).trim());
    const feature = features[at];
    if (feature === undefined || isLevels(feature)) {
      const known = features.filter((one) => !isLevels(one) && !one.name.startsWith("\0")).map(({ name }) => name);
      throw refused(
        text,
        `there is no column of numbers ${part.slice(1).trim()} that varies; there are ${known.join(", ")}`,
      );
    }
    signs[at] = sign;
  }
  return signs;
}

function refused(text: string, reason: string): LearnerFailure {
  return new LearnerFailure("bad_parameter", `monotone ${JSON.stringify(text)}: ${reason}`);
}

/** Between which a leaf's step has to lie. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export const FREE: Bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

export function bounded(step: number, { low, high }: Bounds): number {
  return Math.min(Math.max(step, low), high);
}

/**
 * The bounds of the two sides of a split: half way between what both would say, so that nothing below can cross it. The
 * "basic" way of LightGBM and XGBoost.
 */
export function boundsOf(
  sign: number,
  bounds: Bounds,
  [left, right]: readonly [number, number],
): readonly [Bounds, Bounds] {
  if (sign === 0) return [bounds, bounds];
  const middle = (bounded(left, bounds) + bounded(right, bounds)) / 2;
  const [below, above] = [
    { ...bounds, high: middle },
    { ...bounds, low: middle },
  ];
  return sign > 0 ? [below, above] : [above, below];
}
