import fc from "fast-check";
import {
  activeSpace,
  cardinality,
  contains,
  createRng,
  drawPoint,
  type Params,
  pointKey,
  type Space,
} from "hyperparameter-js";
import { usedPoints } from "../../../core/hyperparameter-js/src/history/used.js";
import { axisOf, memberOf, sizeOf, valueAt } from "../../../core/hyperparameter-js/src/space/distribution.js";
import { drawFresh, points } from "../../../core/hyperparameter-js/src/space/points.js";
import { anySpace, finiteSpace, trialWith } from "./arbitrary.js";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe("points of a space", () => {
  it("are in the space when drawn, with exactly the parameters whose conditions hold", () => {
    fc.assert(
      fc.property(anySpace, seeds, (space, seed) => {
        const point = drawPoint(space, createRng(seed));
        expect(contains(space, point)).toBe(true);
        const expected = Object.entries(space).filter(([, { when = {} }]) =>
          Object.entries(when).every(([parent, wanted]) =>
            (Array.isArray(wanted) ? wanted : [wanted]).some((value) => point[parent] === value),
          ),
        );
        expect(Object.keys(point).sort()).toEqual(expected.map(([name]) => name).sort());
        expect(Object.keys(activeSpace(space, point)).sort()).toEqual(Object.keys(point).sort());
      }),
    );
  });

  it("are not in the space with a parameter missing, added or outside", () => {
    const space: Space = {
      learner: { type: "categorical", choices: ["a", "b"] },
      x: { type: "float", low: 0, high: 1, step: 0.25, when: { learner: "a" } },
      n: { type: "int", low: 0, high: 9, step: 3 },
    };
    const inside: Params[] = [
      { learner: "a", x: 0.75, n: 9 },
      { learner: "b", n: 0 },
    ];
    const outside: Params[] = [
      { learner: "a", n: 9 },
      { learner: "b", x: 0.5, n: 0 },
      { learner: "c", n: 0 },
      { learner: "a", x: 0.3, n: 9 },
      { learner: "a", x: 1.25, n: 9 },
      { learner: "b", n: 4 },
      { learner: "b", n: "3" },
      { learner: "b", n: Number.NaN },
      { learner: "b", n: 3, more: 1 },
    ];
    expect(inside.map((params) => contains(space, params))).toEqual([true, true]);
    expect(outside.filter((params) => contains(space, params))).toEqual([]);
  });

  it("are counted as brute force counts them", () => {
    fc.assert(
      fc.property(finiteSpace, (space) => {
        const listed = [...points(space)].map(pointKey);
        expect(new Set(listed).size).toBe(listed.length);
        expect(cardinality(space)).toBe(listed.length);
      }),
    );
  });

  it("are without number where a float without step can exist, or beyond 2^20", () => {
    const on = { type: "categorical", choices: [true, false] } as const;
    expect(cardinality({ on, x: { type: "float", low: 0, high: 1, when: { on: true } } })).toBe(Infinity);
    expect(cardinality({ on, x: { type: "float", low: 1, high: 1 } })).toBe(2);
    expect(cardinality({ n: { type: "int", low: 1, high: 2 ** 20 } })).toBe(2 ** 20);
    expect(cardinality({ n: { type: "int", low: 0, high: 2 ** 20 } })).toBe(Infinity);
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, k) => [`p${k}`, k === 0 ? on : { ...on, when: { [`p${k - 1}`]: true } }]),
    );
    expect(cardinality(many)).toBe(61);
  });

  it("are all found before any comes twice, and then there is none", () => {
    fc.assert(
      fc.property(finiteSpace, seeds, (space, seed) => {
        const size = cardinality(space);
        fc.pre(size <= 60);
        const found: Params[] = [];
        const usedBy = (points: readonly Params[]) => usedPoints({ space, trials: points.map(trialWith), running: [] });
        for (let number = 0; number < size; number++) {
          const fresh = drawFresh(space, usedBy(found), createRng(seed, number)) as Params;
          found.push(fresh);
        }
        expect(drawFresh(space, usedBy(found), createRng(seed))).toBeNull();
        expect(new Set(found.map(pointKey)).size).toBe(size);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the internal axis", () => {
  it("brings every value of a grid back, and owns a cell for each that touches its neighbours", () => {
    fc.assert(
      fc.property(finiteSpace, (space) => {
        for (const distribution of Object.values(space)) {
          if (distribution.type === "categorical") continue;
          const axis = axisOf(distribution);
          const values = Array.from(
            { length: sizeOf(distribution) },
            (_, index) => valueAt(distribution, index) as number,
          );
          expect(values.map((value) => axis.decode(axis.encode(value)))).toEqual(values);
          expect(values.map((value) => memberOf(distribution, value))).toEqual(values);
          const edges = values.map((value) => axis.cell(value) as readonly [number, number]);
          expect(edges[0]?.[0]).toBeCloseTo(axis.low, 9);
          expect(edges.at(-1)?.[1]).toBeCloseTo(axis.high, 9);
          for (const [index, [left]] of edges.slice(1).entries())
            expect(left).toBeCloseTo(edges[index]?.[1] as number, 9);
        }
      }),
    );
  });

  it("writes decimal grids as a person would, and takes values that miss them by rounding", () => {
    const tenths = { type: "float", low: 0.1, high: 0.7, step: 0.1 } as const;
    const values = Array.from({ length: sizeOf(tenths) }, (_, index) => valueAt(tenths, index));
    expect(values).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(memberOf(tenths, 0.1 + 0.2)).toBe(0.3);
    expect(memberOf(tenths, 0.31)).toBeUndefined();
  });

  it("keeps whole numbers exact up to 2^53 - 1", () => {
    const wide = { type: "int", low: 2 ** 53 - 4, high: 2 ** 53 - 1 } as const;
    expect(Array.from({ length: sizeOf(wide) }, (_, index) => valueAt(wide, index))).toEqual([
      2 ** 53 - 4,
      2 ** 53 - 3,
      2 ** 53 - 2,
      2 ** 53 - 1,
    ]);
  });

  it("draws log ranges evenly by decade", () => {
    const rng = createRng(9, "decades");
    const space: Space = { rate: { type: "float", low: 1e-4, high: 1, log: true } };
    const decades = new Array<number>(4).fill(0);
    for (let draw = 0; draw < 4000; draw++) {
      const decade = Math.min(3, Math.floor(Math.log10(drawPoint(space, rng).rate as number) + 4));
      decades[decade] = (decades[decade] ?? 0) + 1;
    }
    for (const count of decades) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(750));
  });
});
