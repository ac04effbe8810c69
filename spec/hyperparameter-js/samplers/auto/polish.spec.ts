import { describe, expect, it } from "@jest/globals";
import type { FrozenTrial, Params, Proposal, Space } from "hyperparameter-js";
import { POLISH } from "../../../../core/hyperparameter-js/src/samplers/auto/local.js";
import { polish } from "../../../../core/hyperparameter-js/src/samplers/auto/polish.js";
import { bowl, complete, LATTICE, PLANE, requestFor } from "./histories.js";

/** The local search alone, from a history on, for so many trials, each the last one that there is time for. */
function descend(space: Space, start: readonly FrozenTrial[], value: (params: Params) => number, steps: number) {
  const trials = [...start];
  for (let step = 0; step < steps; step++) {
    const proposal = polish(requestFor(space, trials, { budget: trials.length }), "minimize");
    if (proposal === null) trials.push(complete(trials.length, {}, Number.POSITIVE_INFINITY));
    else trials.push(complete(trials.length, proposal.params, value(proposal.params), { why: proposal.why }));
  }
  return trials;
}

const least = (trials: readonly FrozenTrial[]) => Math.min(...trials.map(({ values }) => values?.[0] as number));

describe("the local search", () => {
  it("finds the minimum of a bowl to its last digits in a few trials", () => {
    expect(least(descend(PLANE, LATTICE, bowl, 8))).toBeLessThan(1e-15);
  });

  it("does so towards the largest value too", () => {
    const trials = LATTICE.map((trial) => ({ ...trial, values: [-bowl(trial.params)] }));
    const down = polish(requestFor(PLANE, LATTICE), "minimize");
    const up = polish(requestFor(PLANE, trials, { directions: ["maximize"] }), "maximize");
    expect(up?.params).toEqual(down?.params);
    expect(up?.why.acquisition).toBe(-(down?.why.acquisition as number));
  });

  it("goes down a curved valley", () => {
    const valley = ({ x, y }: Params) => {
      const [a, b] = [(x as number) / 2, (y as number) / 2];
      return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
    };
    const start = LATTICE.map((trial) => ({ ...trial, values: [valley(trial.params)] }));
    expect(least(descend(PLANE, start, valley, 200))).toBeLessThan(1e-3);
  });

  it("leaves two trials to others after each of its own, until the budget is nearly spent", () => {
    const others = (trials: readonly FrozenTrial[], count: number) => [
      ...trials,
      ...Array.from({ length: count }, (_, at) => complete(trials.length + at, { x: 5, y: 5 - at }, 90 + at)),
    ];
    const { params, why } = polish(requestFor(PLANE, LATTICE), "minimize") as Proposal;
    const found = complete(LATTICE.length, params, -1, { why });
    const turn = (trials: readonly FrozenTrial[], more = {}) => polish(requestFor(PLANE, trials, more), "minimize");
    const trials = [...LATTICE, found];
    expect(turn(trials)).toBeNull();
    expect(turn(others(trials, 1))).toBeNull();
    expect(turn(others(trials, 2))?.why.rule).toBe(POLISH);
    expect(turn(trials, { budget: 100 })).toBeNull();
    expect(turn(trials, { budget: 15 })?.why.rule).toBe(POLISH);
  });

  it("stays inside the space, and ends on its border where the minimum lies there", () => {
    const slope = ({ x, y }: Params) => (x as number) + 0.1 * (y as number);
    const start = LATTICE.map((trial) => ({ ...trial, values: [slope(trial.params)] }));
    expect(least(descend(PLANE, start, slope, 20))).toBeCloseTo(-5.5, 9);
  });

  it("moves integers on their grid and the rest beside them, and leaves choices as the best trial has them", () => {
    const space: Space = {
      ...PLANE,
      layers: { type: "int", low: 1, high: 8 },
      kind: { type: "categorical", choices: ["a", "b"] },
    };
    const value = ({ x, y, layers, kind }: Params) =>
      bowl({ x: x as number, y: y as number }) + ((layers as number) - 5) ** 2 + (kind === "a" ? 0 : 1);
    const start = LATTICE.map(({ params }, number) => {
      const point = { ...params, layers: 1 + (number % 8), kind: number % 3 === 0 ? "b" : "a" };
      return complete(number, point, value(point));
    });
    const trials = descend(space, start, value, 25);
    expect(least(trials)).toBeLessThan(1e-9);
    const own = trials.filter(({ why }) => why?.rule === POLISH);
    expect(own.every(({ params }) => params.kind === "a" && Number.isInteger(params.layers))).toBe(true);
  });

  it("finds the lower one of two hollows, from beside the other", () => {
    const well = (x: number, y: number, depth: number) => -depth * Math.exp(-(x * x + y * y) / 8);
    const hollows = ({ x, y }: Params) => {
      const [a, b] = [x as number, y as number];
      return well(a - 3, b - 3, 1) + well(a + 3, b + 3, 2);
    };
    const points = [-5, -4.5, 0, 2.5, 4.5].flatMap((x) => [-5, -1, 1, 3.5].map((y) => ({ x, y })));
    const start = points.map((params, number) => complete(number, params, hollows(params)));
    const near = start.filter(
      ({ params }) => Math.abs((params.x as number) + 3) + Math.abs((params.y as number) + 3) > 3.6,
    );
    const known = near.map((trial, number) => ({ ...trial, number }));
    expect(least(known)).toBeGreaterThan(-1);
    expect(least(descend(PLANE, known, hollows, 80))).toBeLessThan(-1.999);
  });

  it("says what it does and what it hopes for", () => {
    const why = polish(requestFor(PLANE, LATTICE), "minimize")?.why;
    expect(why?.rule).toBe(POLISH);
    expect(why?.acquisition).toBeLessThan(least(LATTICE));
    expect(why?.note).toMatch(/quadratic model/);
    expect(why?.nearest).toHaveLength(3);
  });

  it.each<[string, Parameters<typeof polish>[0]]>([
    ["no trial has a value", requestFor(PLANE, [])],
    ["there are too few trials to see a slope", requestFor(PLANE, LATTICE.slice(0, 3))],
    ["one of its own is running", requestFor(PLANE, LATTICE, { running: [runningPolish()] })],
    ["its turn has not come", requestFor(PLANE, [...LATTICE, brokenPromise()])],
    [
      "all values are the same",
      requestFor(
        PLANE,
        LATTICE.map((trial) => ({ ...trial, values: [1] })),
      ),
    ],
    ["the best trial is of another space", requestFor({ x: { type: "float", low: 8, high: 9 } }, LATTICE)],
    ["there are only choices", onlyChoices()],
    [
      "a relation forbids the point",
      requestFor(PLANE, LATTICE, { relations: [{ type: "sum", params: ["x"], high: -4.5 }] }),
    ],
  ])("proposes nothing where %s", (_, request) => {
    expect(polish(request, "minimize")).toBeNull();
  });
});

function runningPolish(): FrozenTrial {
  return complete(12, { x: 0, y: 0 }, 0, { state: "running", values: null, why: { rule: POLISH } });
}

function brokenPromise(): FrozenTrial {
  return complete(12, { x: 0, y: 0 }, 1e6, { why: { rule: POLISH, acquisition: 0 } });
}

function onlyChoices(): Parameters<typeof polish>[0] {
  const space: Space = { kind: { type: "categorical", choices: ["a", "b"] } };
  return requestFor(space, [complete(0, { kind: "a" }, 1), complete(1, { kind: "b" }, 2)]);
}
