/** Test functions of the field, with known minima. */
import type { Params, Space } from "hyperparameter-js";

export interface Problem {
  readonly space: Space;
  readonly minimum: number;
  value(params: Params): number;
}

export const BRANIN: Problem = {
  space: { x: { type: "float", low: -5, high: 10 }, y: { type: "float", low: 0, high: 15 } },
  minimum: 0.39788735772973816,
  value({ x, y }) {
    const [a, b] = [x as number, y as number];
    const inner = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6;
    return inner * inner + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
  },
};

const ALPHA = [1, 1.2, 3, 3.2];
const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];

export const HARTMANN6: Problem = {
  space: Object.fromEntries(
    Array.from({ length: 6 }, (_, k) => [`x${k}`, { type: "float", low: 0, high: 1 } as const]),
  ),
  minimum: -3.32236801141551,
  value(params) {
    const exponent = (row: number) =>
      (A[row] as number[]).reduce(
        (sum, a, k) => sum + a * ((params[`x${k}`] as number) - (P[row]?.[k] as number) / 1e4) ** 2,
        0,
      );
    return -ALPHA.reduce((sum, alpha, row) => sum + alpha * Math.exp(-exponent(row)), 0);
  },
};

/** Learning rate, optimizer, activation, depth, width and dropout of an imagined net; the minimum is about 0. */
export const MIXED6: Problem = {
  space: {
    lr: { type: "float", low: 1e-5, high: 1, log: true },
    opt: { type: "categorical", choices: ["sgd", "momentum", "adam"] },
    act: { type: "categorical", choices: ["relu", "tanh", "gelu", "sin"] },
    depth: { type: "int", low: 1, high: 12 },
    width: { type: "int", low: 8, high: 512, log: true },
    drop: { type: "float", low: 0, high: 0.9 },
  },
  minimum: 0,
  value({ lr, opt, act, depth, width, drop }) {
    const [d, w, p] = [depth as number, Math.log2(width as number), drop as number];
    const [best, optCost] = opt === "sgd" ? [-0.7, 0.3] : opt === "momentum" ? [-1.7, 0.1] : [-3, 0];
    const actCost = act === "relu" ? 0.05 : act === "tanh" ? 0.25 : act === "gelu" ? 0 : 0.6;
    const net = 0.02 * (d - 5 - (act === "gelu" ? 1 : 0)) ** 2 + 0.08 * (w - 7) ** 2;
    const dropCost = 1.5 * (p - 0.05 * w) ** 2 + 0.1 * Math.abs(d - 4) * Math.max(0, p - 0.4);
    return 0.25 * (Math.log10(lr as number) - best) ** 2 + optCost + actCost + net + dropCost;
  },
};

/** Three branches with parameters of their own; the best one has two, which depend on each other. */
export const CONDITIONAL: Problem = {
  space: {
    learner: { type: "categorical", choices: ["linear", "tree", "net"] },
    l2: { type: "float", low: 1e-4, high: 10, log: true, when: { learner: "linear" } },
    depth: { type: "int", low: 1, high: 20, when: { learner: "tree" } },
    rate: { type: "float", low: 1e-3, high: 1, log: true, when: { learner: ["tree", "net"] } },
    size: { type: "float", low: 0, high: 1, when: { learner: "net" } },
  },
  minimum: 0,
  value({ learner, l2, depth, rate, size }) {
    if (learner === "linear") return 0.5 + 0.1 * Math.abs(Math.log10(l2 as number));
    const step = Math.log10(rate as number);
    if (learner === "tree") return 0.3 + 0.02 * Math.abs((depth as number) - 6) + 0.2 * (step + 1) ** 2;
    return (step + 2 - (size as number)) ** 2 + 4 * ((size as number) - 0.7) ** 2;
  },
};
