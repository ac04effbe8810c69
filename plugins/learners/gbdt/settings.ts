/** The parameters of boosting: their space, and what a fit makes of them. */
import type { Params, Space } from "hyperparameter-js";
import { LearnerFailure, type TaskSpec } from "../../../core/plugin/index.js";
import type { GrowthRules } from "./grow.js";

export interface Settings extends GrowthRules {
  /** Rounds at most, fewer where the select side's loss says so; null: as many as are of use. */
  readonly rounds: number | null;
  /** Bins of one column's values, 2 … 255. */
  readonly maxBins: number;
  /** Shares of rows and columns that each round is grown on, above 0 and up to 1. */
  readonly rowSample: number;
  readonly columnSample: number;
  /** Rows are drawn with replacement, as many as there are; `rowSample` isn't looked at. */
  readonly bootstrap: boolean;
  /** Each class weighs the same. */
  readonly balanced: boolean;
  /** Each tree by itself, and the mean of all, as in a forest; else each tree on what those before it leave. */
  readonly averaged: boolean;
  /** Whether sums, differences, products and ratios of columns are made. */
  readonly crosses: boolean;
  /** Columns that predictions only rise or fall with (monotone.ts). */
  readonly monotone: string;
  /** What a regression minimises (objective.ts). */
  readonly objective: string;
}

/** The middle of each range, on its axis, is what the default sampler tries first. */
const SPACE: Space = {
  learning_rate: { type: "float", low: 0.01, high: 0.3, log: true },
  max_leaves: { type: "int", low: 2, high: 128, log: true },
  min_child_rows: { type: "int", low: 1, high: 50, log: true },
  l2: { type: "float", low: 0.01, high: 100, log: true },
  l1: { type: "float", low: 1e-6, high: 10, log: true },
  row_sample: { type: "float", low: 0.5, high: 1 },
  column_sample: { type: "float", low: 0.2, high: 1 },
  max_bins: { type: "int", low: 31, high: 255, log: true },
  level_smoothing: { type: "float", low: 1, high: 100, log: true },
  crosses: { type: "categorical", choices: [true, false] },
  growth: { type: "categorical", choices: ["leaf"] },
  monotone: { type: "categorical", choices: ["none"] },
};

/** A recipe may widen it; the others minimise something else than most metrics. */
const OBJECTIVE: Space = { objective: { type: "categorical", choices: ["squared"] } };

/** Sum of second derivatives in a leaf: keeps steps of a loss that is nearly flat finite. */
const LEAST_BEND = 1e-3;

export function spaceOf({ task }: TaskSpec): Space {
  if (task === "regression") return { ...SPACE, ...OBJECTIVE };
  return { ...SPACE, class_weight: { type: "categorical", choices: ["none", "balanced"] } };
}

export function settingsOf(params: Params): Settings {
  const number = (name: string, absent: number) => {
    const value = params[name];
    return typeof value === "number" ? value : absent;
  };
  return {
    rounds: typeof params.rounds === "number" ? params.rounds : null,
    rate: number("learning_rate", 0.05),
    ...growthOf(String(params.growth ?? "leaf"), number("max_leaves", 31)),
    minRows: number("min_child_rows", 10),
    minBend: LEAST_BEND,
    l1: number("l1", 0),
    l2: number("l2", 1),
    levelSmoothing: number("level_smoothing", 10),
    maxBins: number("max_bins", 255),
    rowSample: number("row_sample", 1),
    columnSample: number("column_sample", 1),
    crosses: params.crosses === true,
    bootstrap: false,
    balanced: params.class_weight === "balanced",
    averaged: false,
    monotone: String(params.monotone ?? "none"),
    nodeSample: 1,
    randomCuts: false,
    objective: String(params.objective ?? "squared"),
  };
}

/** Deeper trees of all leaves than this don't fit into memory. */
const MOST_DEPTH = 14;

/** `leaf`: the best split first, up to `leaves`; `depth:6`: all splits of a depth before the next, up to that depth. */
function growthOf(text: string, leaves: number): Pick<GrowthRules, "growth" | "depth" | "leaves"> {
  if (text === "leaf") return { growth: "leaf", depth: Number.POSITIVE_INFINITY, leaves };
  const depth = Number(/^depth:(\d+)$/.exec(text)?.[1]);
  if (depth >= 1 && depth <= MOST_DEPTH) return { growth: "level", depth, leaves: 2 ** depth };
  const reason = `growth ${JSON.stringify(text)} is neither leaf nor depth:1 … depth:${MOST_DEPTH}`;
  throw new LearnerFailure("bad_parameter", reason);
}
