import fc from "fast-check";
import {
  checkPruner,
  createStudy,
  type Direction,
  type FrozenTrial,
  forecastPruner,
  hyperbandPruner,
  medianPruner,
  nopPruner,
  type Pruner,
  patientPruner,
  percentilePruner,
  randomSampler,
  successiveHalvingPruner,
  thresholdPruner,
  wilcoxonPruner,
} from "hyperparameter-js";
import { hyperbandBracket, hyperbandQuotas } from "../../../core/hyperparameter-js/src/pruners/hyperband.js";
import { RankedValues } from "../../../core/hyperparameter-js/src/pruners/ranked.js";
import { type Reports, reports, trial } from "./trials.js";

const MAKERS: readonly (readonly [string, () => Pruner])[] = [
  ["nop", nopPruner],
  ["forecast", forecastPruner],
  ["median", medianPruner],
  ["percentile", () => percentilePruner({ percentile: 40, minTrials: 2 })],
  ["patient", () => patientPruner(medianPruner({ startup: 1 }), { patience: 1 })],
  ["threshold", () => thresholdPruner({ lower: 0.2, upper: 0.8 })],
  ["successive halving", successiveHalvingPruner],
  ["successive halving by two", () => successiveHalvingPruner({ minResource: 1, reductionFactor: 2, bootstrap: 1 })],
  ["hyperband", hyperbandPruner],
  ["hyperband by two", () => hyperbandPruner({ maxResource: 8, reductionFactor: 2 })],
  ["wilcoxon", wilcoxonPruner],
];

const curve = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 9 }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    ),
    {
      minLength: 1,
      maxLength: 9,
    },
  )
  .map((values) => reports(...values.map((value) => value / 10)));

const history = fc
  .array(fc.tuple(fc.constantFrom("complete", "complete", "pruned", "failed"), curve), { maxLength: 30 })
  .map((ends) => ends.map(([state, reported], number) => trial(number, state, reported, reported.length)));

/** Verdicts on the curve after each of its reports. */
function verdicts(pruner: Pruner, trials: readonly FrozenTrial[], reported: Reports, direction: Direction) {
  return reported.map((_, last) => {
    const now = trial(trials.length, "running", reported.slice(0, last + 1));
    return pruner.prune({ trial: now, trials, direction });
  });
}

const UPWARDS = { minimize: "maximize", maximize: "minimize" } as const;
const mirrored = (reported: Reports): Reports => reported.map(([step, value]) => [step, -value] as const);

describe.each(MAKERS)("%s", (name, make) => {
  it("keeps the rules of pruners", async () => {
    expect(await checkPruner(make())).toEqual([]);
  });

  it("says the same of a history that grew as of one that came at once", () => {
    const property = fc.property(
      history,
      curve,
      fc.constantFrom("minimize", "maximize"),
      (all, reported, direction) => {
        const grown: FrozenTrial[] = [];
        const pruner = make();
        for (const each of all) {
          verdicts(pruner, grown, reported, direction);
          grown.push(each);
        }
        expect(verdicts(pruner, grown, reported, direction)).toEqual(verdicts(make(), all, reported, direction));
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  it("says the same in both directions of mirrored reports", () => {
    if (name === "threshold") return;
    const property = fc.property(history, curve, (all, reported) => {
      const mirror = all.map((each) => ({
        ...each,
        values: each.values?.map((value) => -value) ?? null,
        intermediate: mirrored(each.intermediate),
      }));
      expect(verdicts(make(), mirror, mirrored(reported), UPWARDS.minimize)).toEqual(
        verdicts(make(), all, reported, "minimize"),
      );
    });
    fc.assert(property, { numRuns: 60 });
  });
});

it("keeps the value at a rank", () => {
  const property = fc.property(
    fc.array(fc.integer({ min: -9, max: 9 })),
    fc.constantFrom(
      (n: number) => Math.floor((n - 1) * 0.25) + 1,
      (n: number) => Math.max(1, Math.floor((n + 1) / 3)),
    ),
    (values, rank) => {
      const ranked = new RankedValues(rank);
      values.forEach((value, index) => {
        ranked.add(value);
        const sorted = values.slice(0, index + 1).toSorted((a, b) => a - b);
        const at = rank(index + 1);
        expect([ranked.size, ranked.atRank, ranked.next]).toEqual([index + 1, sorted[at - 1], sorted[at]]);
      });
    },
  );
  fc.assert(property);
});

describe("successive halving", () => {
  it("finds the lowest rung by the first complete trial that reported, and counts those before it", () => {
    const long = (value: number) => [4, 10, 1000].map((step) => [step, value] as const);
    const trials = [trial(0, "pruned", long(1)), trial(1, "complete", []), trial(2, "complete", long(5))];
    const pruner = successiveHalvingPruner();
    const verdictAt = (past: readonly FrozenTrial[], value: number, step: number) =>
      pruner.prune({ trial: trial(9, "running", [[step, value]]), trials: past, direction: "minimize" });
    expect(verdictAt(trials.slice(0, 2), 99, 1000)).toBe(false);
    expect([9, 10].map((step) => verdictAt(trials, 2, step))).toEqual([false, true]);
    expect(verdictAt(trials, 0.5, 10)).toBe(false);
  });

  it("takes the first report at or above a rung for it", () => {
    const pruner = successiveHalvingPruner({ minResource: 1, reductionFactor: 2 });
    const trials = [trial(0, "complete", [[4, 1]])];
    const judge = (reported: Reports) =>
      pruner.prune({ trial: trial(1, "running", reported), trials, direction: "minimize" });
    expect(judge([[1, 2]])).toBe(true);
    expect(judge([[0, 2]])).toBe(false);
    expect(judge([[3, 1]])).toBe(false);
  });

  it("lets about one in η pass each rung of a long study", async () => {
    const study = await createStudy({
      space: { x: { type: "float", low: 0, high: 1 } },
      sampler: randomSampler(),
      pruner: successiveHalvingPruner({ minResource: 1, reductionFactor: 3 }),
    });
    const reached = [0, 0, 0, 0];
    for (let n = 0; n < 400; n++) {
      const now = await study.ask();
      for (let rung = 0; rung < 4; rung++) {
        reached[rung] = (reached[rung] as number) + 1;
        now.report(now.params.x, 3 ** rung);
        if (now.shouldPrune()) break;
      }
      await study.tell(now, { state: "pruned" });
    }
    const shares = reached.slice(1).map((count, rung) => count / (reached[rung] as number));
    expect(Math.abs((shares[0] as number) - 1 / 3)).toBeLessThan(0.05);
    for (const share of shares) expect(share > 0.2 && share < 0.6).toBe(true);
  });
});

describe("hyperband", () => {
  it("has as many brackets as powers of η fit, with shares as published", () => {
    expect(hyperbandQuotas(1, 81, 3)).toEqual([81, 34, 15, 8, 5]);
    expect(hyperbandQuotas(1, 243, 3)).toHaveLength(6);
    expect(hyperbandQuotas(5, 4, 3)).toEqual([1]);
  });

  it("deals trials to brackets by their shares", () => {
    const quotas = hyperbandQuotas(1, 9, 3);
    const counts = quotas.map(() => 0);
    for (let number = 0; number < 8500; number++) {
      const bracket = hyperbandBracket(number, quotas);
      counts[bracket] = (counts[bracket] as number) + 1;
    }
    counts.forEach((count, bracket) => {
      expect(Math.abs(count / 8500 - (quotas[bracket] as number) / 17)).toBeLessThan(0.02);
    });
  });

  it("compares within a bracket only", () => {
    const pruner = hyperbandPruner({ maxResource: 9, reductionFactor: 3 });
    const quotas = hyperbandQuotas(1, 9, 3);
    const numbers = Array.from({ length: 40 }, (_, number) => number);
    const [first = [], others = []] = [true, false].map((same) =>
      numbers.filter((number) => (hyperbandBracket(number, quotas) === 0) === same),
    );
    const judge = (past: readonly number[]) =>
      pruner.prune({
        trial: trial(first.at(-1) as number, "running", [[1, 5]]),
        trials: past.map((number) => trial(number, "complete", [[1, 1]])),
        direction: "minimize",
      });
    expect([judge(others), judge(first.slice(0, -1))]).toEqual([false, true]);
  });
});

describe("percentile", () => {
  it("needs enough trials at the same step", () => {
    const trials = [1, 2, 3, 4, 5].map((value) =>
      trial(value, "complete", value < 3 ? reports(value, value) : reports(value)),
    );
    const judge = (minTrials: number) =>
      verdicts(percentilePruner({ minTrials, interval: 1 }), trials, reports(9, 9), "minimize");
    expect([judge(1), judge(3)]).toEqual([
      [true, true],
      [true, false],
    ]);
  });
});

describe("patient", () => {
  it("ends a trial that stalls by itself, where it wraps no other", () => {
    const pruner = patientPruner(null, { patience: 1, minDelta: 0.5 });
    expect(verdicts(pruner, [], reports(3, 2, 2.4, 2.6, 2.6, 1), "minimize")).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
  });
});

it.each<[string, () => Pruner]>([
  ["percentile", () => percentilePruner({ percentile: 101 })],
  ["percentile", () => percentilePruner({ minTrials: 0 })],
  ["patient", () => patientPruner(null, { patience: -1 })],
  ["patient", () => patientPruner(null, { patience: 1, minDelta: Number.NaN })],
  ["threshold", () => thresholdPruner({})],
  ["threshold", () => thresholdPruner({ lower: 1, upper: 0 })],
  ["successiveHalving", () => successiveHalvingPruner({ minResource: 0 })],
  ["successiveHalving", () => successiveHalvingPruner({ bootstrap: 1 })],
  ["successiveHalving", () => successiveHalvingPruner({ reductionFactor: 1 })],
  ["hyperband", () => hyperbandPruner({ minResource: 3, maxResource: 2 })],
  ["hyperband", () => hyperbandPruner({ bootstrap: 1 })],
  ["wilcoxon", () => wilcoxonPruner({ alpha: 0 })],
])("%s refuses options out of range", (name, make) => {
  expect(make).toThrow(`${name}`);
  expect(make).toThrow("OPTION_INVALID");
});
