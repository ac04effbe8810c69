import { describe, expect, it } from "@jest/globals";
import { contains, createRng, drawPoint, type Params, type Rng, validateSpace } from "hyperparameter-js";
import { points } from "../../../core/hyperparameter-js/src/space/points.js";
import { HELD_BACK, type Problem, TUNING, tables } from "./problems.mjs";

const TABLES = tables();
const ALL: readonly Problem[] = [...TUNING, ...HELD_BACK, ...(TABLES ?? [])];

/** The minimiser with each float moved by a thousandth of its range at most. */
function beside({ space, minimizer }: Problem, rng: Rng): Params {
  const moved = Object.entries(minimizer).map(([name, value]) => {
    const distribution = space[name];
    if (distribution?.type !== "float" || typeof value !== "number") return [name, value];
    const { low, high } = distribution;
    return [name, Math.min(high, Math.max(low, value + 0.002 * (high - low) * (rng.next() - 0.5)))];
  });
  return Object.fromEntries(moved);
}

describe.each(ALL.map((problem) => [problem.name, problem] as const))("%s", (_, problem) => {
  const { space, minimizer, minimum, truth } = problem;

  it("has its minimum at the known minimiser, which is a point of its space", () => {
    validateSpace(space);
    expect(contains(space, minimizer)).toBe(true);
    expect(truth(minimizer)).toBeCloseTo(minimum, 10);
  });

  it("is nowhere below its minimum, neither far from the minimiser nor beside it", () => {
    const rng = createRng(1, problem.name);
    let least = Number.POSITIVE_INFINITY;
    for (let draw = 0; draw < 1000; draw++)
      least = Math.min(least, truth(drawPoint(space, rng)), truth(beside(problem, rng)));
    expect(least).toBeGreaterThanOrEqual(minimum - 1e-12);
  });
});

it("holds no problem twice", () => {
  expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
});

/** Values away from the minimiser, worked out by hand from the definitions (Levy's: by numpy). */
it.each([
  ["branin", { x1: 0, x2: 0 }, 55.602112642270264],
  ["rosenbrock-5", { x1: 0, x2: 0, x3: 0, x4: 0, x5: 0 }, 4],
  ["levy-4", { x1: 0, x2: 0, x3: 0, x4: 0 }, 0.8975338],
  ["griewank-6", { x1: 600, x2: 0, x3: 0, x4: 0, x5: 0, x6: 0 }, 91 - Math.cos(600)],
  ["dixon-price-4", { x1: 0, x2: 1, x3: 0, x4: 0 }, 1 + 8 + 3],
])("%s at a point worked out by hand", (name, params: Params, value) => {
  expect(ALL.find((problem) => problem.name === name)?.truth(params)).toBeCloseTo(value, 6);
});

it("knows the least cell of the ordinal problem", () => {
  const ordinal = HELD_BACK.find(({ name }) => name === "ordinal-table") as Problem;
  let least = Number.POSITIVE_INFINITY;
  for (const params of points(ordinal.space)) least = Math.min(least, ordinal.truth(params));
  expect(least).toBe(ordinal.minimum);
});

it("gives noise by the draw, and the same for the same draw", () => {
  const noisy = HELD_BACK.find(({ name }) => name === "noisy-hartmann-6") as Problem;
  const { value, minimizer } = noisy;
  expect(value(minimizer, 3)).toBe(value(minimizer, 3));
  const errors = Array.from({ length: 400 }, (_, draw) => value(minimizer, draw) - noisy.minimum);
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length);
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(deviation).toBeCloseTo(0.1, 1);
});

(TABLES === null ? describe.skip : describe)("the tables", () => {
  it.each((TABLES ?? []).map((table) => [table.name, table] as const))(
    "%s is read as it describes itself",
    (_, table) => {
      expect(table.best).toBeCloseTo(table.about.best_mean, 5);
      expect(table.median).toBeCloseTo(table.about.median_mean, 5);
    },
  );
});
