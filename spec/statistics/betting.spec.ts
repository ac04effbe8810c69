import fc from "fast-check";
import { createRng } from "hyperparameter-js";
import {
  type Bets,
  bet,
  type Confidence,
  decidedBy,
  eValue,
  learn,
  meanAbove,
  mostFrom,
  observe,
  openBets,
  openConfidence,
  openDuel,
} from "../../core/statistics/betting.js";

const after = (differences: readonly number[], mean = 0) => differences.reduce<Bets>(bet, openBets(mean));

/** Every sequence of so many differences out of these. */
function sequences(outcomes: readonly number[], length: number): number[][] {
  if (length === 0) return [[]];
  return sequences(outcomes, length - 1).flatMap((start) => outcomes.map((outcome) => [...start, outcome]));
}

// By enumeration, no chance in it: −1, 0 and 1 with 1/4, 1/2 and 1/4 have mean 0; −1 and 0.5 with 1/5 and 4/5 mean 0.2.
describe("where the claim is false", () => {
  test.each([
    { outcomes: [-1, 0, 1], chances: [0.25, 0.5, 0.25], mean: 0 },
    { outcomes: [-1, 0.5], chances: [0.2, 0.8], mean: 0.2 },
  ])("the capital stays what it was on average, and grows to 1/alpha with at most alpha: %j", (world) => {
    const { outcomes, chances, mean } = world;
    const length = outcomes.length === 3 ? 7 : 11;
    const all = sequences(outcomes, length).map((drawn) => ({
      bets: after(drawn, mean),
      chance: drawn.reduce((product, outcome) => product * (chances[outcomes.indexOf(outcome)] as number), 1),
    }));
    expect(all.reduce((sum, { bets, chance }) => sum + chance * eValue(bets), 0)).toBeCloseTo(1, 12);
    for (const alpha of [0.5, 0.3, 0.1]) {
      const wrong = all.filter(({ bets }) => bets.peak >= 1 / alpha).reduce((sum, { chance }) => sum + chance, 0);
      expect(wrong).toBeLessThanOrEqual(alpha);
    }
    expect(all.some(({ bets }) => bets.peak >= 1 / 0.3)).toBe(true);
  });
});

test("capital is never below 0, its peak never falls, and no row is forgotten", () => {
  const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 200 });
  fc.assert(
    fc.property(differences, fc.double({ min: -0.9, max: 0.9, noNaN: true }), (drawn, mean) => {
      let bets = openBets(mean);
      for (const difference of drawn) {
        const next = bet(bets, difference);
        expect(Math.min(...next.capital)).toBeGreaterThanOrEqual(0);
        expect(next.peak).toBeGreaterThanOrEqual(bets.peak);
        bets = next;
      }
      expect(bets).toEqual(after(drawn, mean));
    }),
    { numRuns: 50 },
  );
});

test("capital is never above what differences that are all alike make of it, and those make just that", () => {
  const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 60 });
  fc.assert(
    fc.property(differences, differences, fc.constantFrom(0, 0.3), (before, drawn, mean) => {
      const bets = after(before, mean);
      const sum = drawn.reduce((total, one) => total + one, 0);
      const most = mostFrom(bets, { units: drawn.length, sum });
      for (const [at, value] of drawn.reduce<Bets>(bet, bets).capital.entries())
        expect(value).toBeLessThanOrEqual((most[at] as number) * (1 + 1e-9));
      const alike = drawn.map(() => Math.max(-1, Math.min(1, sum / drawn.length)));
      for (const [at, value] of alike.reduce<Bets>(bet, bets).capital.entries())
        expect(value / (most[at] as number)).toBeCloseTo(1, 9);
    }),
    { numRuns: 50 },
  );
});

test("one row has the capital of the formula: the mean over stakes of 1 + stake·(d − m)/(1 + m)", () => {
  const stakes = (0.08 + 0.15 + 0.25 + 0.4 + 0.6 + 0.85) / 6;
  expect(eValue(after([0.5]))).toBeCloseTo(1 + stakes * 0.5, 12);
  expect(eValue(after([0.5], 0.1))).toBeCloseTo(1 + (stakes * 0.4) / 1.1, 12);
});

test("a difference that is out of range, or none, is refused", () => {
  for (const difference of [1.01, -2, Number.NaN]) expect(() => bet(openBets(), difference)).toThrow(RangeError);
});

/** Rows on which the models disagree in 6 % of the cases, and B wins more of them by `gain` of all rows. */
function stream(seed: number, gain: number): () => number {
  const rng = createRng(seed, "stream");
  return () => {
    const drawn = rng.next();
    return drawn < 0.03 + gain / 2 ? 1 : drawn < 0.06 ? -1 : 0;
  };
}

function rowsToDecide(next: () => number, most: number, alpha = 0.05): { rows: number; winner: "A" | "B" | null } {
  let duel = openDuel();
  for (let row = 1; row <= most; row++) {
    duel = observe(duel, next());
    const winner = decidedBy(duel, alpha);
    if (winner !== null) return { rows: row, winner };
  }
  return { rows: Number.POSITIVE_INFINITY, winner: null };
}

// 300 streams at alpha 5 % on each side: three deviations above it are 8.8 %.
test("models that are equally good are told apart in at most alpha of streams on each side, looked at after every row", () => {
  const winners = Array.from({ length: 300 }, (_, seed) => rowsToDecide(stream(seed, 0), 3000).winner);
  for (const side of ["A", "B"] as const)
    expect(winners.filter((winner) => winner === side).length / 300).toBeLessThan(0.088);
});

// knowledge/promotion.md §3.2: a fixed-size test needs about 930 rows at alpha 5 % and power 80 %.
test("a gain of two points is found in a median of less than 1.5 times the rows of a fixed-size test", () => {
  const rows = Array.from({ length: 201 }, (_, seed) => rowsToDecide(stream(seed, 0.02), 10_000));
  const sorted = rows.map((decided) => decided.rows).sort((a, b) => a - b);
  expect(sorted[100]).toBeLessThan(1.5 * 930);
  expect(rows.filter(({ winner }) => winner === "A").length / 201).toBeLessThan(0.05);
});

test("a margin has to be exceeded: a gain below it is not found for B", () => {
  let duel = openDuel(0.05);
  const next = stream(1, 0.02);
  for (let row = 0; row < 4000; row++) duel = observe(duel, next());
  expect(duel.forB.peak).toBeLessThan(20);
});

describe("the lower bound", () => {
  const bound = (differences: readonly number[]) =>
    meanAbove(differences.reduce<Confidence>(learn, openConfidence()), 0.05);

  test("is nothing before the first row, and comes close to the mean after many", () => {
    expect(meanAbove(openConfidence(), 0.05)).toBe(-1);
    const next = stream(5, 0.04);
    const drawn = Array.from({ length: 1500 }, next);
    const mean = drawn.reduce((sum, d) => sum + d, 0) / drawn.length;
    expect(bound(drawn)).toBeLessThan(mean);
    expect(bound(drawn)).toBeGreaterThan(0);
  });

  test("never falls as rows come in, and is above the mean of no more than alpha of streams at any row", () => {
    let above = 0;
    for (let seed = 0; seed < 60; seed++) {
      const rng = createRng(seed, "uniform");
      let confidence = openConfidence();
      let last = -1;
      let wrong = false;
      for (let row = 0; row < 120; row++) {
        confidence = learn(confidence, rng.next() < 0.1 ? 1 : 2 * rng.next() - 1);
        const now = meanAbove(confidence, 0.05);
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
        wrong ||= now > 0.1; // the mean: one in ten rows is 1, the others are uniform in [−1, 1]
      }
      if (wrong) above++;
    }
    // Three deviations above 5 % of 60 are 8.
    expect(above).toBeLessThanOrEqual(8);
  });
});
