import { defaultPopulation, strategyOf } from "../../../../core/hyperparameter-js/src/models/cmaes/strategy.js";

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

describe("constants", () => {
  // cmaes 0.9.1: CMA(mean=zeros(d), sigma=0.3, population_size=λ), its attributes.
  const rows = [
    [
      3, 8, 0.4339718132660928, 1.4339718132660928, 0.5572511268704967, 0.09483086969009787, 0.07135952018174213,
      2.6001788261131793, 1.5968775302586076, -2.3289168627896837,
    ],
    [
      10, 10, 0.2844285879463675, 1.2844285879463675, 0.29499038303562225, 0.015283824524751714, 0.02015428276120838,
      3.1672992814107026, 3.0847265651690123, -1.7583412769304299,
    ],
    [
      40, 15, 0.1320305687020827, 1.1320305687020826, 0.09300921663424917, 0.0011694327252618397, 0.0031225007109974066,
      4.540915209075957, 6.28521508039776, -1.374518001274784,
    ],
  ] as const;
  it.each(rows)("for d = %i and λ = %i are the stored ones", (d, population, ...wanted) => {
    const { cSigma, dSigma, cPath, cOne, cMu, effective, chi, weights } = strategyOf(d, population, false);
    const negative = sum(weights.filter((weight) => weight < 0));
    [cSigma, dSigma, cPath, cOne, cMu, effective, chi, negative].forEach((value, at) => {
      expect(value).toBeCloseTo(wanted[at] as number, 13);
    });
    expect(sum(weights.filter((weight) => weight > 0))).toBeCloseTo(1, 14);
  });

  it("weigh ranks as the stored ones do", () => {
    const wanted = [
      0.5299301844787792, 0.2857142857142857, 0.14285714285714282, 0.041498386949792215, -0.17399589512761718,
      -0.4750878390817511, -0.7296574504168133, -0.9501756781635022,
    ];
    strategyOf(3, 8, false).weights.forEach((weight, rank) => {
      expect(weight).toBeCloseTo(wanted[rank] as number, 13);
    });
  });

  it("learn faster where only variances are learnt", () => {
    const [full, separable] = [strategyOf(10, 10, false), strategyOf(10, 10, true)];
    expect(separable.cOne / full.cOne).toBeCloseTo(4, 12);
    expect(separable.cMu / full.cMu).toBeCloseTo(4, 12);
  });

  it.each([1, 2, 3, 40, 300])("stay sound from the smallest sizes on: d = %i", (d) => {
    for (const population of [4, 5, defaultPopulation(d), 8 * d + 4])
      for (const separable of [true, false]) {
        const { weights, gap, ...numbers } = strategyOf(d, population, separable);
        for (const value of [...weights, gap, numbers.chi, numbers.cOne, numbers.cMu, numbers.dSigma])
          expect(Number.isFinite(value)).toBe(true);
        expect(numbers.cOne + numbers.cMu).toBeLessThanOrEqual(1);
        expect(gap).toBeGreaterThanOrEqual(1);
      }
  });

  it("take 4 + ⌊3 ln d⌋ points a generation", () => {
    expect([0, 1, 2, 5, 10, 40, 100].map(defaultPopulation)).toEqual([4, 4, 6, 8, 10, 15, 17]);
  });
});
