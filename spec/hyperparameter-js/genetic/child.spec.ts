import fc from "fast-check";
import { cardinality, contains, createRng, drawPoint, type Params, pointKey, type Space } from "hyperparameter-js";
import { childOf, type Operators } from "../../../core/hyperparameter-js/src/genetic/child.js";
import { CROSSOVERS, MUTATIONS } from "../../../core/hyperparameter-js/src/genetic/operators.js";
import type { Member } from "../../../core/hyperparameter-js/src/genetic/population.js";
import { columnsOf, encodePoint } from "../../../core/hyperparameter-js/src/history/table.js";
import { anySpace, finiteSpace, trialWith } from "../space/arbitrary.js";

function memberOf(space: Space, params: Params): Member {
  const columns = columnsOf(space);
  const row = new Float64Array(columns.length);
  encodePoint(columns, params, row);
  return { trial: trialWith(params), values: [0], row };
}

const operators: Operators = {
  crossings: CROSSOVERS.mixed,
  crossoverIndex: 20,
  mutate: MUTATIONS.polynomial,
  mutationIndex: 20,
  mutationRate: null,
};

function parentsIn(space: Space, seed: number): readonly [Member, Member] {
  const [first, second] = [0, 1].map((at) => memberOf(space, drawPoint(space, createRng(seed, at))));
  return [first as Member, second as Member];
}

describe("a child", () => {
  it.each(Object.entries(CROSSOVERS))("by %s is a point of the space", (_, crossings) => {
    fc.assert(
      fc.property(anySpace, fc.nat(), fc.constantFrom(null, 0, 0.3, 1), (space, seed, mutationRate) => {
        const rng = createRng(seed, "child");
        const child = childOf(space, parentsIn(space, seed), rng, { ...operators, crossings, mutationRate });
        expect(contains(space, child)).toBe(true);
      }),
    );
  });

  it("of equal parents is another point, where there is one", () => {
    fc.assert(
      fc.property(finiteSpace, fc.nat(), (space, seed) => {
        fc.pre(cardinality(space) > 1);
        const [parent] = parentsIn(space, seed);
        const child = childOf(space, [parent, parent], createRng(seed, "child"), operators);
        // A parameter that comes to exist may be drawn anew, so that only points with one open parameter must differ.
        expect(contains(space, child)).toBe(true);
        const open = Object.values(space).every(({ when }) => when === undefined);
        if (open) expect(pointKey(child)).not.toBe(pointKey(parent.trial.params));
      }),
    );
  });

  it("has each value of one of its parents by uniform crossover without mutation", () => {
    const choice = { type: "categorical", choices: ["a", "b", "c", "d"] } as const;
    const int = { type: "int", low: 1, high: 512, log: true } as const;
    const float = { type: "float", low: -2, high: 6, step: 0.25 } as const;
    const space: Space = { choice, int, float, same: { type: "int", low: 3, high: 3 } };
    const own = { ...operators, crossings: CROSSOVERS.uniform, mutationRate: 0 };
    const a = memberOf(space, { choice: "a", int: 7, float: -1.75, same: 3 });
    const b = memberOf(space, { choice: "d", int: 300, float: 5.5, same: 3 });
    const seen = Array.from({ length: 60 }, (_, at) => childOf(space, [a, b], createRng(at), own));
    expect(new Set(seen.map(({ choice }) => choice))).toEqual(new Set(["a", "d", ...extra(seen, "choice")]));
    for (const child of seen) {
      const inherited = ["choice", "int", "float"].filter((name) =>
        [a, b].some(({ trial }) => trial.params[name] === child[name]),
      );
      // Copies of a parent are mutated in one place.
      expect(inherited.length).toBeGreaterThanOrEqual(2);
    }
  });

  it("takes a conditioned value from the parent that has it, and else draws one", () => {
    const space: Space = {
      kind: { type: "categorical", choices: ["x", "y", "z"] },
      size: { type: "int", low: 1, high: 1000, when: { kind: ["x", "z"] } },
    };
    const parents = [memberOf(space, { kind: "x", size: 777 }), memberOf(space, { kind: "y" })] as const;
    const own = { ...operators, mutationRate: 0 };
    const children = Array.from({ length: 80 }, (_, at) => childOf(space, parents, createRng(at), own));
    expect(children.some(({ kind, size }) => kind === "x" && size !== undefined)).toBe(true);
    for (const { kind, size } of children) expect(size === undefined).toBe(kind === "y");
  });

  it("moves an integer to a neighbour at least when it is mutated", () => {
    const space: Space = { depth: { type: "int", low: 1, high: 4 } };
    const parent = memberOf(space, { depth: 2 });
    const all = { ...operators, mutationRate: 1, mutationIndex: 1000 };
    const depths = Array.from({ length: 40 }, (_, at) => childOf(space, [parent, parent], createRng(at), all).depth);
    expect(new Set(depths)).toEqual(new Set([1, 3]));
  });
});

function extra(children: readonly Params[], name: string): readonly unknown[] {
  return children.map((child) => child[name]).filter((value) => value !== "a" && value !== "d");
}
