import { readFileSync } from "node:fs";
import { createRng, drawPoint, type FrozenTrial, importance, type Params, type Space } from "hyperparameter-js";
import {
  categoricalDensity,
  numericDensity,
  scottBandwidth,
} from "../../../core/hyperparameter-js/src/importance/density.js";
import { activeSpace } from "../../../core/hyperparameter-js/src/space/conditions.js";

function trialOf(number: number, space: Space, params: Params, values: readonly number[]): FrozenTrial {
  const distributions = activeSpace(space, params);
  return { number, state: "complete", params, distributions, values, intermediate: [], userAttrs: {}, why: null };
}

function study(space: Space, count: number, objective: (params: Params) => number | readonly number[]) {
  return Array.from({ length: count }, (_, number) => {
    const params = drawPoint(space, createRng(11, number));
    return trialOf(number, space, params, [objective(params)].flat());
  });
}

const unit = { type: "float", low: 0, high: 1 } as const;
const n = (params: Params, name: string) => params[name] as number;

describe("the densities", () => {
  it("sum to 1 and are above 0 everywhere", () => {
    for (const counts of [
      [0, 5, 0, 0, 1, 0, 0],
      [1, 0],
      [0, 0, 40],
    ].map((each) => Float64Array.from(each)))
      for (const density of [numericDensity(counts), categoricalDensity(counts)]) {
        expect(density.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
        expect(Math.min(...density)).toBeGreaterThan(0);
      }
  });

  it("smooth by the narrower of the two spreads, not below a cell's width", () => {
    const spread = Float64Array.from({ length: 50 }, () => 1);
    const deviation = Math.sqrt((50 * (50 ** 2 - 1)) / 12 / 49);
    expect(scottBandwidth(spread)).toBeCloseTo(1.059 * Math.min(25 / 1.34, deviation) * 50 ** -0.2, 10);
    expect(scottBandwidth(Float64Array.of(0, 9, 0))).toBe(0.5 / 1.64);
  });
});

describe("PED-ANOVA", () => {
  /** From a twin in numpy and scipy.stats that adds one kernel per trial: 60 trials, shares to 12 digits. */
  const drawn: Record<"a" | "b" | "k" | "w" | "c" | "v", readonly number[]> = JSON.parse(
    readFileSync(new URL("../../fixtures/hyperparameter-js/ped-anova.json", import.meta.url), "utf8"),
  );
  const space: Space = {
    a: { type: "float", low: -2, high: 3 },
    b: { type: "float", low: 1e-4, high: 1, log: true },
    k: { type: "int", low: 1, high: 12 },
    w: { type: "int", low: 8, high: 512, log: true },
    c: { type: "categorical", choices: [0, 1, 2] },
  };
  const trials = drawn.v.map((value, number) => {
    const params = Object.fromEntries(
      (["a", "b", "k", "w", "c"] as const).map((name) => [name, drawn[name][number] as number]),
    );
    return trialOf(number, space, params, [value]);
  });

  it.each([
    [
      "trials",
      {
        a: 0.45930011964035283,
        b: 0.3326300871936108,
        k: 0.08142079193921449,
        w: 0.04712837262955199,
        c: 0.07952062859727006,
      },
    ],
    [
      "space",
      {
        a: 0.45158755942481066,
        b: 0.38968049748455696,
        k: 0.0693651100611883,
        w: 0.005940435505521243,
        c: 0.0834263975239228,
      },
    ],
  ] as const)("gives the published formula's shares within the %s", (within, expected) => {
    const shares = importance(trials, { within });
    for (const [name, share] of Object.entries(expected)) expect(shares[name]).toBeCloseTo(share, 10);
    expect(Object.values(shares)).toEqual(Object.values(shares).toSorted((x, y) => y - x));
  });

  it("says the same of the mirrored values to maximize", () => {
    const mirrored = trials.map((trial) => ({ ...trial, values: trial.values?.map((value) => -value) ?? null }));
    expect(importance(mirrored, { directions: ["maximize"] })).toEqual(importance(trials));
  });

  it("orders the terms of a sum by their weights", () => {
    const additive = study(
      { x: unit, y: unit, z: unit, none: unit },
      2000,
      (at) => 4 * n(at, "x") + 2 * n(at, "y") + n(at, "z"),
    );
    const shares = importance(additive);
    expect(Object.keys(shares)).toEqual(["x", "y", "z", "none"]);
    expect([shares.x, shares.none].map((share) => (share ?? 0) > 0.6)).toEqual([true, false]);
    expect(shares.none).toBeLessThan(0.01);
  });

  it("gives equal terms equal shares, and all to the only one that matters", () => {
    const pair = importance(study({ x: unit, y: unit }, 4000, (at) => n(at, "x") + n(at, "y")));
    expect(Math.abs((pair.x ?? 0) - 0.5)).toBeLessThan(0.05);
    const single = importance(study({ x: unit, y: unit }, 4000, (at) => (n(at, "x") - 0.3) ** 2));
    expect(single.x).toBeGreaterThan(0.98);
  });

  it("weighs a conditioned parameter by how often the best have it", () => {
    const tree: Space = {
      kind: { type: "categorical", choices: ["good", "bad"] },
      fine: { ...unit, when: { kind: "good" } },
      idle: { ...unit, when: { kind: "bad" } },
    };
    const objective = (at: Params) => (at.kind === "good" ? n(at, "fine") : 5 + n(at, "idle"));
    const shares = importance(study(tree, 3000, objective));
    expect(Object.keys(shares)).toEqual(["fine", "kind", "idle"]);
    expect(shares.idle).toBe(0);
  });

  it("keeps ranges apart that changed on the way", () => {
    const wide = study({ x: { type: "float", low: 0, high: 10 }, y: unit }, 1000, (at) => n(at, "x") + n(at, "y"));
    const narrow = study({ x: { type: "float", low: 0, high: 1e-3 }, y: unit }, 1000, (at) => 5 + n(at, "y"));
    const shares = importance([...wide, ...narrow]);
    expect(shares.x).toBeGreaterThan(0.8);
  });

  it("looks at any target, and at the ranks of several objectives", () => {
    const two = study({ x: unit, y: unit, z: unit }, 1000, (at) => [n(at, "x"), n(at, "y")]);
    const target = ({ values }: FrozenTrial) => values?.[1] ?? Number.NaN;
    expect(Object.keys(importance(two, { target }))[0]).toBe("y");
    const both = importance(two, { directions: ["minimize", "minimize"] });
    expect(both.z).toBeLessThan(0.05);
    expect(Math.min(both.x ?? 0, both.y ?? 0)).toBeGreaterThan(0.2);
  });

  it("puts infeasible trials behind feasible ones", () => {
    const bent = study({ x: unit, y: unit }, 1000, (at) => n(at, "x")).map((trial) => ({
      ...trial,
      constraints: [0.5 - n(trial.params, "y")],
    }));
    const shares = importance(bent);
    expect(shares.y).toBeGreaterThan(0.01);
    expect(importance(study({ x: unit, y: unit }, 1000, (at) => n(at, "x"))).y).toBeLessThan(0.01);
  });

  it("says nothing where nothing tells", () => {
    const fixed = study({ x: unit, y: unit, only: { type: "int", low: 3, high: 3 } }, 2, () => 1);
    expect(importance(fixed)).toEqual({ x: 0.5, y: 0.5, only: 0 });
    expect(importance([])).toEqual({});
    expect(importance(study({ x: unit, y: unit }, 50, () => 1))).toEqual({ x: 0.5, y: 0.5 });
  });

  it("leaves trials out that have no value", () => {
    const failed = trials.map((trial) => ({
      ...trial,
      number: trial.number + 60,
      state: "failed" as const,
      values: null,
    }));
    expect(importance([...trials, ...failed])).toEqual(importance(trials));
  });

  it.each([{ quantile: 0 }, { quantile: 1.1 }, { directions: ["minimize", "minimize"] as const }])(
    "refuses the options %j",
    (options) => {
      expect(() => importance(trials, options)).toThrow("OPTION_INVALID");
    },
  );
});
