import fc from "fast-check";
import {
  contains,
  createRng,
  drawPoint,
  holds,
  type Params,
  pointKey,
  type Relation,
  type Space,
  validateRelations,
} from "hyperparameter-js";
import { drawFresh, points } from "../../../core/hyperparameter-js/src/space/points.js";
import { ownRelations } from "../../../core/hyperparameter-js/src/space/relation-rules.js";
import { repair } from "../../../core/hyperparameter-js/src/space/repair.js";
import { anySpace, finiteSpace, relationsOf } from "./arbitrary.js";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const related = (space: fc.Arbitrary<Space>) => space.chain((one) => fc.tuple(fc.constant(one), relationsOf(one)));

const unit = { type: "float", low: 0, high: 1 } as const;
const few = { type: "int", low: 1, high: 6 } as const;
const mode = { type: "categorical", choices: ["a", "b", "c"] } as const;
const named = (count: number, distribution: Space[string]): Space =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`x${at}`, distribution]));
const SPACE: Space = { x: unit, y: { ...unit, high: 2 }, n: few, mode, z: { ...unit, when: { mode: "a" } } };

/** The definition, once more, in as few words as it takes. */
function holdsByDefinition(relations: readonly Relation[], point: Params): boolean {
  return relations.every((relation) => {
    if (relation.type === "forbidden")
      return !Object.entries(relation.when).every(([name, value]) => [value].flat().some((one) => point[name] === one));
    const values = relation.params.flatMap((name) => (name in point ? [Number(point[name])] : []));
    if (relation.type === "order")
      return values.every(
        (value, at) => at === 0 || (relation.strict ? value > Number(values[at - 1]) : value >= Number(values[at - 1])),
      );
    const terms = relation.params.flatMap((name, at) =>
      name in point ? [Number(point[name]) * (relation.weights?.[at] ?? 1)] : [],
    );
    const total = terms.reduce((sum, term) => sum + term, 0);
    const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
    const { low = -1e99, high = 1e99 } = relation;
    const within = (bound: number, past: number) => past <= 1e-9 * (size + Math.abs(bound));
    return terms.length === 0 || (within(high, total - high) && within(low, low - total));
  });
}

const WRONG: readonly (readonly [string, string, string])[] = [
  ["an unknown kind", '{"type":"product"}', '[0].type: expected order, sum or forbidden, got "product"'],
  ["no relation at all", "null", "[0].type: expected order, sum or forbidden, got undefined"],
  [
    "an unknown name",
    '{"type":"order","params":["x","w"]}',
    '[0].params[1]: expected a parameter of the space: x, y, n, mode, z, got "w"',
  ],
  [
    "a categorical parameter in an order",
    '{"type":"order","params":["x","mode"]}',
    '[0].params[1]: expected a parameter of type float or int, got "mode", which is categorical',
  ],
  [
    "a categorical parameter in a sum",
    '{"type":"sum","params":["mode"],"low":1}',
    '[0].params[0]: expected a parameter of type float or int, got "mode", which is categorical',
  ],
  ["an order of one", '{"type":"order","params":["x"]}', '[0].params: expected 2 parameters or more, got ["x"]'],
  ["an order of nothing", '{"type":"order"}', "[0].params: expected 2 parameters or more, got undefined"],
  [
    "an order of one with itself",
    '{"type":"order","params":["x","x"]}',
    '[0].params: expected parameters that differ, got ["x","x"]',
  ],
  [
    "a strictness of its own",
    '{"type":"order","params":["x","y"],"strict":1}',
    "[0].strict: expected true or false, got 1",
  ],
  ["a sum of nothing", '{"type":"sum","params":[],"low":1}', "[0].params: expected 1 parameter or more, got []"],
  ["a sum without bounds", '{"type":"sum","params":["x"]}', "[0]: expected low, high or both, got neither"],
  [
    "a bound that is no number",
    '{"type":"sum","params":["x"],"low":"1"}',
    '[0].low: expected a finite number, got "1"',
  ],
  ["low above high", '{"type":"sum","params":["x"],"low":2,"high":1}', "[0].low: expected at most high, 1, got 2"],
  [
    "weights of another length",
    '{"type":"sum","params":["x","y"],"weights":[1],"low":1}',
    "[0].weights: expected 2 numbers, one per parameter, got [1]",
  ],
  [
    "weights that are no numbers",
    '{"type":"sum","params":["x"],"weights":[null],"low":1}',
    "[0].weights: expected finite numbers, got [null]",
  ],
  [
    "a sum out of reach",
    '{"type":"sum","params":["x","y"],"low":3.5}',
    "[0]: expected bounds that meet the sums there can be, 0 to 3, got 3.5 to 3",
  ],
  ["no combination", '{"type":"forbidden"}', "[0].when: expected the values of one parameter or more, got undefined"],
  [
    "a combination with an unknown name",
    '{"type":"forbidden","when":{"w":1}}',
    '[0].when: expected a parameter of the space: x, y, n, mode, z, got "w"',
  ],
  [
    "a forbidden value that can't be",
    '{"type":"forbidden","when":{"mode":["a","d"]}}',
    '[0].when.mode: expected values that mode can have, got "d"',
  ],
  [
    "a combination of no values",
    '{"type":"forbidden","when":{"mode":[]}}',
    "[0].when.mode: expected values that mode can have, got []",
  ],
  [
    "all values of a parameter",
    '{"type":"forbidden","when":{"mode":["a","b","c"]}}',
    ": expected a value of mode that isn't forbidden, got none",
  ],
];

describe("validateRelations", () => {
  it.each(WRONG)("refuses %s", (_, relation, message) => {
    const check = () => validateRelations(SPACE, [JSON.parse(relation)]);
    expect(check).toThrow(
      expect.objectContaining({ code: "RELATION_INVALID", message: `relations${message} (RELATION_INVALID)` }),
    );
  });

  it("refuses orders without room, and whatever leaves no point of a small space", () => {
    const ordered: Relation = { type: "order", params: ["a", "b"], strict: true };
    expect(() => validateRelations({ a: { ...few, low: 6 }, b: few }, [ordered])).toThrow(
      "relations[0]: expected ranges of a, b that leave room for the order, got none",
    );
    const sum: Relation = { type: "sum", params: ["a", "b"], low: 12 };
    expect(() => validateRelations({ a: few, b: few }, [ordered, sum])).toThrow(
      "relations: expected a point of the space that holds to all, got none (RELATION_INVALID)",
    );
    validateRelations({ a: few, b: few }, [ordered, { ...sum, low: 11 }]);
    expect(() => validateRelations(SPACE, JSON.parse("{}"))).toThrow("relations: expected a list of relations, got {}");
  });

  it("lets conditioned parameters be left out", () => {
    const space: Space = { mode, a: { ...few, low: 6, when: { mode: "a" } }, b: few };
    validateRelations(space, [{ type: "order", params: ["a", "b"], strict: true }]);
    validateRelations(space, [{ type: "sum", params: ["a", "b"], high: 6 }]);
  });

  it("accepts relations as any space may have them, or says that no point holds", () => {
    fc.assert(
      fc.property(related(finiteSpace), ([space, relations]) => {
        const some = [...points(space)].some((point) => holdsByDefinition(relations, point));
        const check = () => validateRelations(space, relations);
        if (some) check();
        else expect(check).toThrow("RELATION_INVALID");
      }),
    );
  });
});

describe("relations", () => {
  it("hold as they are defined", () => {
    fc.assert(
      fc.property(related(anySpace), seeds, ([space, relations], seed) => {
        const point = drawPoint(space, createRng(seed));
        expect(holds(relations, point)).toBe(holdsByDefinition(relations, point));
      }),
    );
  });

  it("leave out what a point doesn't have", () => {
    const order: Relation = { type: "order", params: ["a", "b", "c"], strict: true };
    const sum: Relation = { type: "sum", params: ["a", "b"], low: 3 };
    const forbidden: Relation = { type: "forbidden", when: { a: 1, b: 2 } };
    expect(holds([order], { a: 1, c: 2 })).toBe(true);
    expect(holds([order], { a: 2, c: 2 })).toBe(false);
    expect([{}, { a: 4 }, { a: 2 }].map((point: Params) => holds([sum], point))).toEqual([true, true, false]);
    expect([{ a: 1 }, { a: 1, b: 2 }].map((point: Params) => holds([forbidden], point))).toEqual([true, false]);
  });

  it("take decimal fractions as a person adds them", () => {
    const sum: Relation = { type: "sum", params: ["a", "b"], low: 0.3, high: 0.3 };
    expect(holds([sum], { a: 0.1, b: 0.2 })).toBe(true);
    expect(holds([sum], { a: 0.1, b: 0.2000001 })).toBe(false);
    const space: Space = { a: { ...unit, step: 0.1 } };
    const own = ownRelations(space, [{ type: "forbidden", when: { a: 0.1 + 0.2 } }]);
    expect(holds(own, { a: 0.3 })).toBe(false);
    expect(Object.isFrozen(own) && Object.isFrozen(own[0])).toBe(true);
  });
});

describe("points with relations", () => {
  it("are listed as brute force lists them", () => {
    fc.assert(
      fc.property(related(finiteSpace), ([space, relations]) => {
        const wanted = [...points(space)].filter((point) => holdsByDefinition(relations, point));
        expect([...points(space, relations)].map(pointKey)).toEqual(wanted.map(pointKey));
      }),
    );
  });

  it("hold when drawn, all come before any comes twice, and then there is none", () => {
    fc.assert(
      fc.property(related(finiteSpace), seeds, ([space, relations], seed) => {
        const wanted = [...points(space, relations)].map(pointKey);
        fc.pre(wanted.length > 0 && wanted.length <= 40);
        const found = new Set<string>();
        for (const number of wanted.keys()) {
          const used = (params: Params) => found.has(pointKey(params));
          found.add(pointKey(drawFresh(space, used, createRng(seed, number), relations) as Params));
        }
        expect([...found].sort()).toEqual(wanted.sort());
        expect(drawFresh(space, () => true, createRng(seed), relations)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it("are repaired to ones that hold, the same for the same seed, and left alone where they hold", () => {
    let mended = 0;
    let lost = 0;
    fc.assert(
      fc.property(related(finiteSpace), seeds, ([space, relations], seed) => {
        fc.pre(!points(space, relations).next().done);
        const point = drawPoint(space, createRng(seed));
        const repaired = repair(space, relations, point, createRng(seed, "repair"));
        expect(repair(space, relations, point, createRng(seed, "repair"))).toEqual(repaired);
        if (holds(relations, point)) return expect(repaired).toBe(point);
        if (repaired === null) return void lost++;
        mended++;
        expect(contains(space, repaired) && holds(relations, repaired)).toBe(true);
      }),
      { numRuns: 400, seed: 1 },
    );
    expect(lost).toBeLessThan(0.15 * (mended + lost));
  });

  it("move no further in a repair than they have to: sorted, and in proportion", () => {
    const rng = createRng(1);
    const order: Relation = { type: "order", params: ["x0", "x1", "x2"] };
    expect(repair(named(3, unit), [order], { x0: 0.9, x1: 0.1, x2: 0.5 }, rng)).toEqual({ x0: 0.1, x1: 0.5, x2: 0.9 });
    const sum: Relation = { type: "sum", params: ["x0", "x1"], high: 0.5 };
    const half = repair(named(2, unit), [sum], { x0: 0.8, x1: 0.2 }, rng) as { x0: number; x1: number };
    expect([half.x0, half.x1].map((value) => value.toFixed(9))).toEqual(["0.400000000", "0.100000000"]);
    const kept = repair(
      SPACE,
      [{ type: "forbidden", when: { mode: "a", n: 3 } }],
      { x: 0, y: 0, n: 3, mode: "a", z: 0 },
      rng,
    );
    expect(kept).toMatchObject({ x: 0, y: 0 });
  });
});

describe("thin sets are drawn from evenly", () => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it("the corner simplex of eight: each share as a Dirichlet's, mean 1/9 and mean square 2/90", () => {
    const space = named(8, unit);
    const sum: Relation = { type: "sum", params: Object.keys(space), high: 1 };
    const draws = Array.from({ length: 300 }, (_, seed) => drawPoint(space, createRng(seed), [sum]));
    expect(draws.every((point) => contains(space, point) && holds([sum], point))).toBe(true);
    const all = draws.flatMap((point) => Object.values(point) as number[]);
    expect(Math.abs(mean(all) - 1 / 9)).toBeLessThan(0.008);
    expect(Math.abs(mean(all.map((share) => share * share)) - 2 / 90)).toBeLessThan(0.003);
    expect(new Set(draws.map(pointKey)).size).toBe(300);
  });

  it("shares that sum to exactly 1", () => {
    const space = named(4, unit);
    const sum: Relation = { type: "sum", params: Object.keys(space), low: 1, high: 1 };
    const draws = Array.from({ length: 200 }, (_, seed) => drawPoint(space, createRng(seed), [sum]));
    expect(draws.every((point) => contains(space, point) && holds([sum], point))).toBe(true);
    for (const name of Object.keys(space))
      expect(Math.abs(mean(draws.map((point) => point[name] as number)) - 0.25)).toBeLessThan(0.04);
    const squares = draws.flatMap((point) => (Object.values(point) as number[]).map((share) => share * share));
    expect(Math.abs(mean(squares) - 2 / 20)).toBeLessThan(0.015);
  });

  it("a strict order of six in eight numbers: all 28 points, about as often", () => {
    const space = named(6, { ...few, high: 8 });
    const order: Relation = { type: "order", params: Object.keys(space), strict: true };
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 560; seed++) {
      const key = pointKey(drawPoint(space, createRng(seed), [order]));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(28);
    for (const count of counts.values()) expect(Math.abs(count - 20)).toBeLessThan(20);
  });

  it("orders, sums and conditions together, on log ranges", () => {
    const rate: Space[string] = { type: "float", low: 1e-5, high: 1, log: true };
    const space: Space = { a: rate, b: rate, c: { ...rate, when: { mode: ["a", "b"] } }, mode };
    const relations: Relation[] = [
      { type: "order", params: ["a", "b", "c"], strict: true },
      { type: "sum", params: ["a", "b", "c"], weights: [1, 2, 1], high: 1e-3 },
      { type: "forbidden", when: { mode: ["a", "b"] } },
    ];
    validateRelations(space, relations.slice(0, 2));
    const draws = Array.from({ length: 200 }, (_, seed) => drawPoint(space, createRng(seed), relations.slice(0, 2)));
    expect(draws.every((point) => contains(space, point) && holds(relations.slice(0, 2), point))).toBe(true);
    expect(new Set(draws.map((point) => point.mode)).size).toBe(3);
    expect(drawPoint(space, createRng(1), relations).mode).toBe("c");
  });

  it("none at all is an error that says so", () => {
    const space = named(2, unit);
    const apart: Relation[] = [
      { type: "order", params: ["x0", "x1"] },
      { type: "sum", params: ["x0", "x1"], weights: [1, -1], low: 0.5 },
    ];
    expect(() => drawPoint(space, createRng(1), apart)).toThrow("none found (RELATION_INVALID)");
  });
});
