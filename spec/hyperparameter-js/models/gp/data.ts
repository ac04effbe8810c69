/** Data of the Gaussian process's specs. */
import type { Inputs } from "../../../../core/hyperparameter-js/src/models/gp/kernel.js";

export const ROWS = [
  [0.387, 0.712, 0.096],
  [0.775, 0.424, 0.192],
  [0.162, 0.136, 0.288],
  [0.55, 0.847, 0.384],
  [0.937, 0.559, 0.48],
  [0.325, 0.271, 0.576],
  [0.712, 0.983, 0.672],
  [0.1, 0.695, 0.768],
  [0.487, 0.407, 0.864],
  [0.875, 0.119, 0.96],
  [0.262, 0.831, 0.056],
  [0.65, 0.542, 0.152],
] as const;

export const VALUES = Float64Array.of(
  1.374,
  -0.624,
  0.541,
  0.83,
  -1.023,
  0.669,
  0.09,
  0.425,
  0.21,
  -1.601,
  1.618,
  0.079,
);

export const NUMBERS: Inputs = {
  dimensions: ["number", "number", "number"],
  rows: ROWS.length,
  cells: Float64Array.from(ROWS.flat()),
};

/** Three categories in the second place. */
export const MIXED: Inputs = {
  dimensions: ["number", "category", "number"],
  rows: ROWS.length,
  cells: Float64Array.from(ROWS.flatMap(([a, b, c]) => [a, Math.floor(3 * b), c])),
};

/** Central differences. */
export function numericGradient(value: (x: Float64Array) => number, at: Float64Array, step = 1e-5): number[] {
  return Array.from(at, (_, k) => {
    const [up, down] = [at.slice(), at.slice()];
    (up[k] as number) += step;
    (down[k] as number) -= step;
    return (value(up) - value(down)) / (2 * step);
  });
}
