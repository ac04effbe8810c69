import fc from "fast-check";
import { createStudy, type FrozenTrial, hypervolume, paretoFront, randomSampler } from "hyperparameter-js";
import { dominatesPlainly, pointsOf } from "../pareto/twin.js";

function trialsOf(values: readonly (readonly number[] | null)[], constraints: readonly (number[] | undefined)[] = []) {
  return values.map((each, number): FrozenTrial => {
    const state = each === null ? "failed" : "complete";
    const given = constraints[number];
    const measured = given === undefined ? {} : { constraints: given };
    return {
      number,
      state,
      params: {},
      distributions: {},
      values: each,
      intermediate: [],
      userAttrs: {},
      why: null,
      ...measured,
    };
  });
}

const numbers = (trials: readonly FrozenTrial[]) => trials.map(({ number }) => number);

describe("the Pareto front of trials", () => {
  it("are the complete ones that none dominates, by the directions", () => {
    fc.assert(
      fc.property(pointsOf(3, 20), (points) => {
        const signed = points.map(([a, b, c]) => [a as number, -(b as number), c as number]);
        const front = points.flatMap((point, index) =>
          points.some((other) => dominatesPlainly(other, point)) ? [] : [index],
        );
        const found = paretoFront(trialsOf([...signed, null]), ["minimize", "maximize", "minimize"]);
        expect(numbers(found)).toEqual(front);
      }),
    );
  });

  it("leaves infeasible trials out while a feasible one is there, and those that weren't measured", () => {
    const values = [[1], [2], [3], [0]];
    expect(numbers(paretoFront(trialsOf(values, [[1], [-1], [0, -2], undefined]), ["minimize"]))).toEqual([1]);
    expect(numbers(paretoFront(trialsOf(values, [[1], [0.5], [0.5], undefined]), ["minimize"]))).toEqual([1]);
    expect(numbers(paretoFront(trialsOf(values), ["minimize"]))).toEqual([3]);
    expect(numbers(paretoFront([], ["minimize"]))).toEqual([]);
  });

  it("of 100,000 trials is found", () => {
    const values = Array.from({ length: 100_000 }, (_, k) => [k % 1000, 1000 - (k % 1000) + Math.floor(k / 1000)]);
    expect(paretoFront(trialsOf(values), ["minimize", "minimize"]).length).toBe(1000);
  });

  it("is what a study says is best", async () => {
    const study = await createStudy({ directions: ["minimize", "maximize"], sampler: randomSampler() });
    for (const [value, constraint] of [
      [1, 1],
      [2, 0],
      [3, 0],
      [4, -1],
    ] as const)
      await study.tell(await study.ask(), { state: "complete", values: [value, value % 3], constraints: [constraint] });
    expect(numbers(study.bestTrials)).toEqual([1]);
  });
});

describe("hypervolume", () => {
  const options = { reference: [4, -1], directions: ["minimize", "maximize"] } as const;

  it("is taken of values and of complete, feasible trials, by the directions", () => {
    const values = [
      [1, 1],
      [2, 3],
      [5, 9],
    ];
    expect(hypervolume(values, options)).toBe(3 * 2 + 2 * 2);
    expect(hypervolume(trialsOf([...values, null]), options)).toBe(10);
    expect(hypervolume(trialsOf(values, [[0], [1], [-1]]), options)).toBe(6);
    expect(hypervolume([[1, 2]], { reference: [3, 4] })).toBe(4);
    expect(hypervolume([], options)).toBe(0);
  });

  it.each([
    [[[1, 2, 3]], options],
    [[[1, 2]], { reference: [1] }],
    [[[1, 2]], { reference: [1, Number.NaN] }],
    [[], { reference: [] }],
    [[[1, 2]], { reference: [1, 2], directions: ["minimize" as const] }],
  ])("refuses a reference that doesn't fit: %j", (values, wrong) => {
    expect(() => hypervolume(values, wrong)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});
