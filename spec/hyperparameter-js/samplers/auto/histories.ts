/** Requests and trials for the specs of the portfolio. */
import type { FrozenTrial, Params, ProposeRequest, Space } from "hyperparameter-js";

export function complete(number: number, params: Params, value: number, more: Partial<FrozenTrial> = {}): FrozenTrial {
  const rest = { distributions: {}, intermediate: [], userAttrs: {}, why: null };
  return { number, state: "complete", params, values: [value], ...rest, ...more };
}

export function requestFor(
  space: Space,
  trials: readonly FrozenTrial[],
  more: Partial<ProposeRequest> = {},
): ProposeRequest {
  return { space, trials, running: [], directions: ["minimize"], number: trials.length, seed: 3, ...more };
}

export const PLANE: Space = {
  x: { type: "float", low: -5, high: 5 },
  y: { type: "float", low: -5, high: 5 },
};

/** A tilted bowl with its minimum at (1, -2). */
export const bowl = ({ x, y }: Params): number => {
  const [a, b] = [(x as number) - 1, (y as number) + 2];
  return a * a + 3 * b * b + a * b;
};

/** Points of a lattice over the plane. */
export const LATTICE: readonly FrozenTrial[] = [-4, -1, 2, 5].flatMap((x, i) =>
  [-5, -1, 3].map((y, j) => complete(3 * i + j, { x, y }, bowl({ x, y }))),
);
