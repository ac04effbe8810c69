/** Spaces and histories that samplers and pruners meet sooner or later. */
import { createRng } from "../random/rng.js";
import { activeSpace } from "../space/conditions.js";
import { drawPoint } from "../space/points.js";
import type { FrozenTrial, Space, TrialState } from "../types.js";

export const NUMBERS: Space = {
  rate: { type: "float", low: 1e-5, high: 1, log: true },
  share: { type: "float", low: 0, high: 0.9, step: 0.1 },
  shift: { type: "float", low: -3, high: 7 },
  depth: { type: "int", low: 1, high: 12 },
  width: { type: "int", low: 8, high: 512, log: true },
};

export const CONDITIONS: Space = {
  leaves: { type: "int", low: 2, high: 64, log: true, when: { learner: ["tree", "forest"] } },
  trees: { type: "int", low: 10, high: 100, step: 10, when: { learner: "forest" } },
  learner: { type: "categorical", choices: ["linear", "tree", "forest", null] },
  penalty: { type: "categorical", choices: ["l1", "l2"], when: { learner: "linear" } },
  mixing: { type: "float", low: 0, high: 1, when: { penalty: "l1" } },
};

export const FINITE: Space = {
  on: { type: "categorical", choices: [true, false] },
  size: { type: "int", low: 1, high: 3, when: { on: true } },
  level: { type: "float", low: 0, high: 0.3, step: 0.1 },
};

/** NUMBERS after a change: wider, narrower, of another grid, type and scale; one parameter gone, another come. */
export const GROWN: Space = {
  rate: { type: "float", low: 1e-6, high: 1e-2, log: true },
  share: { type: "float", low: 0, high: 1, step: 0.25 },
  depth: { type: "int", low: 4, high: 30 },
  width: { type: "float", low: 8, high: 512, step: 8 },
  kind: { type: "categorical", choices: ["a", 1, null] },
};

export const FIXED: Space = {
  only: { type: "categorical", choices: ["one"] },
  same: { type: "float", low: 2, high: 2 },
  rate: { type: "float", low: 0, high: 1 },
};

/** The narrowest ranges that numbers have room for, and the widest. */
export const LIMITS: Space = {
  pair: { type: "float", low: 1, high: 1 + Number.EPSILON },
  ratio: { type: "float", low: 1 - Number.EPSILON / 2, high: 1, log: true },
  speck: { type: "float", low: 5e-324, high: 1e-323, log: true },
  range: { type: "float", low: -8e307, high: 8e307 },
  scale: { type: "float", low: 5e-324, high: Number.MAX_VALUE, log: true },
  count: { type: "int", low: 0, high: Number.MAX_SAFE_INTEGER },
  order: { type: "int", low: 1, high: Number.MAX_SAFE_INTEGER, log: true },
  fine: { type: "float", low: 0, high: 1, step: 1e-15 },
};

/** A point drawn by number, with a value that depends on it smoothly enough to learn from. */
function trialOf(space: Space, number: number, state: TrialState): FrozenTrial {
  const params = drawPoint(space, createRng(1, "conformance", number));
  const value = Object.values(params).reduce<number>((sum, each) => sum + (typeof each === "number" ? each : 1), 0);
  return {
    number,
    state,
    params,
    distributions: activeSpace(space, params),
    values: state === "complete" ? [value] : null,
    intermediate: state === "pruned" ? [[number % 3, number % 2 ? value : Number.NaN]] : [],
    userAttrs: {},
    why: null,
  };
}

/** One trial per state, numbered from 0. */
export function historyOf(space: Space, states: readonly TrialState[]): readonly FrozenTrial[] {
  return states.map((state, number) => trialOf(space, number, state));
}

export function repeat(state: TrialState, count: number): readonly TrialState[] {
  return Array.from({ length: count }, () => state);
}
