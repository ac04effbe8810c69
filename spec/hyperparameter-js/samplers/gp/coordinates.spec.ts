import { createStudy, gpSampler, type Space } from "hyperparameter-js";
import { coordinatesOf } from "../../../../core/hyperparameter-js/src/samplers/gp/coordinates.js";

function valuesOf(space: Space): readonly number[] {
  const [axis] = coordinatesOf(space).axes;
  return axis?.kind === "grid" ? [...axis.values] : [];
}

describe("the grid that a Gaussian process is searched on", () => {
  it("has every value of a short range", () => {
    expect(valuesOf({ n: { type: "int", low: 0, high: 2 } })).toEqual([1 / 6, 3 / 6, 5 / 6]);
  });

  it.each([true, false])("of an endless range has some, ascending, and each end (log: %s)", (log) => {
    const values = valuesOf({ n: { type: "int", low: 1, high: Number.MAX_SAFE_INTEGER, log } });
    expect(values.length).toBeGreaterThan(10_000);
    expect(values.length).toBeLessThanOrEqual(65_536);
    expect(values.every((value, at) => at === 0 || value > (values[at - 1] as number))).toBe(true);
    expect(values.at(-1)).toBeGreaterThan(0.9999);
    expect(values[0]).toBeLessThan(0.02);
  });

  it("keeps the small numbers of a wide logarithmic range apart", async () => {
    const space: Space = { n: { type: "int", low: 1, high: 2 ** 40, log: true } };
    const { decode } = coordinatesOf(space);
    const first = valuesOf(space).slice(0, 20);
    expect(first.map((value) => decode(Float64Array.of(value)).n)).toEqual(first.map((_, at) => at + 1));
  });

  it("finds a small place in a range of a billion", async () => {
    const space = { n: { type: "int", low: 0, high: 1e9 } } as const;
    const study = await createStudy({ space, sampler: gpSampler(), seed: 2 });
    await study.optimize(({ params }) => Math.abs(params.n / 1e9 - 0.377), { nTrials: 30 });
    expect(study.bestValue).toBeLessThan(1e-3);
  });
});
