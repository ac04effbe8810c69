import { ageWeights, rankWeights, withPrior } from "../../../../core/hyperparameter-js/src/models/parzen/weights.js";
import { gapWidths, magicFloor, setWidths } from "../../../../core/hyperparameter-js/src/models/parzen/widths.js";

const withOne = (m: number) => withPrior(ageWeights(m), 1);

describe("weights by age", () => {
  // numpy: concat(linspace(1/m, 1, m - 25), ones(25), [1]), normalised.
  it("are equal up to 25 observations, and the prior's is one of them", () => {
    expect([...withOne(0)]).toEqual([1]);
    expect([...withOne(3)]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(new Set(withOne(25)).size).toBe(1);
  });

  it("fall off with age beyond 25", () => {
    const m28 = withOne(28);
    [0.0012961762799740763, 0.018794556059624108, 0.03629293583927414, 0.03629293583927414].forEach((weight, index) => {
      expect(m28[index]).toBeCloseTo(weight, 15);
    });
    expect(m28.at(-1)).toBeCloseTo(0.03629293583927414, 15);
    expect(withOne(26)[0]).toBeCloseTo(0.0014771048744460856, 15);
  });
});

describe("weights by rank", () => {
  // numpy: w = log((m + 1) / arange(1, m + 1)); w / w.mean().
  it("fall with the logarithm of the rank, and are 1 in the mean", () => {
    [1.75693532, 0.87846766, 0.36459702].forEach((weight, index) => {
      expect(rankWeights(3)[index]).toBeCloseTo(weight, 8);
    });
    expect([...rankWeights(1)]).toEqual([1]);
    expect(rankWeights(9).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(9, 12);
  });
});

describe("widths by the gap rule", () => {
  it.each([
    ["the wider gap, ends without their outer gap", [0.2, 0.5, 0.55], [0.3, 0.3, 0.2]],
    ["a lone centre measured to the ends of the range", [0.4], [0.6]],
    ["at least R/(m + 2)", [0.4, 0.4], [0.25, 0.25]],
    ["none without observations", [], []],
  ])("are %s", (_, centres, wanted) => {
    const got = gapWidths(Float64Array.from(centres), magicFloor(centres.length));
    expect(got.length).toBe(wanted.length);
    wanted.forEach((width, index) => {
      expect(got[index]).toBeCloseTo(width, 12);
    });
  });

  it("are at least a hundredth of the range, however many there are", () => {
    const many = Float64Array.from({ length: 500 }, (_, index) => index * 0.002);
    expect(Math.min(...gapWidths(many, magicFloor(500)))).toBeCloseTo(0.01, 12);
  });

  it("belong to the centres in whatever order they come", () => {
    const centres = Float64Array.from([0.55, Number.NaN, 0.2, 0.5]);
    const widths = setWidths(new Float64Array(4), centres, { rule: "gap", width: 0.01 });
    [0.05, Number.NaN, 0.3, 0.3].forEach((width, index) => {
      if (!Number.isNaN(width)) expect(widths[index]).toBeCloseTo(width, 12);
    });
    expect([...setWidths(new Float64Array(4), centres, { rule: "same", width: 0.2 })]).toEqual([0.2, 0.2, 0.2, 0.2]);
  });
});
