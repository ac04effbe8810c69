import fc from "fast-check";
import { createRng } from "hyperparameter-js";
import {
  drawChoices,
  leastChance,
  startChoices,
  updateChoices,
} from "../../../../core/hyperparameter-js/src/models/cmaes/choices.js";
import { strategyOf } from "../../../../core/hyperparameter-js/src/models/cmaes/strategy.js";

const STRATEGY = strategyOf(4, 8, false);
const ORDER = Array.from({ length: 8 }, (_, i) => i);
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

it("probabilities sum to 1 and none falls below the least, whatever was best", () => {
  const pick = fc.integer({ min: -1, max: 1 });
  fc.assert(
    fc.property(fc.array(fc.array(pick, { minLength: 16, maxLength: 16 }), { maxLength: 40 }), (generations) => {
      const choices = startChoices([2, 5]);
      for (const picks of generations) updateChoices(choices, STRATEGY, Int32Array.from(picks), ORDER);
      for (const probabilities of choices) {
        expect(sum(probabilities)).toBeCloseTo(1, 12);
        for (const each of probabilities) expect(each).toBeGreaterThan(leastChance(2, probabilities.length) - 1e-12);
      }
    }),
  );
});

it("what the parents have becomes likely, as far as the margin lets it", () => {
  const choices = startChoices([3]);
  for (let g = 0; g < 60; g++) updateChoices(choices, STRATEGY, Int32Array.of(1, 1, 1, 1, 0, 0, 2, 2), ORDER);
  const [probabilities] = choices as [Float64Array];
  expect(probabilities[1]).toBeCloseTo(0.73, 2);
  expect(probabilities[0]).toBeCloseTo(leastChance(1, 3), 2);
});

it("moves by the parents' worth against one point for each choice", () => {
  const choices = startChoices([2]);
  updateChoices(choices, STRATEGY, Int32Array.of(0, 1, 0, 0, 1, 1, 1, 1), ORDER);
  const share = 1 - (STRATEGY.weights[1] as number);
  const wanted = (2 * 0.5 + STRATEGY.effective * share) / (2 + STRATEGY.effective);
  expect(choices[0]?.[0]).toBeCloseTo(wanted, 12);
});

it("learns nothing of a parameter that no parent has", () => {
  const choices = startChoices([2, 3]);
  updateChoices(
    choices,
    STRATEGY,
    Int32Array.from({ length: 16 }, (_, at) => (at % 2 ? -1 : 0)),
    ORDER,
  );
  expect([...(choices[1] as Float64Array)]).toEqual([1 / 3, 1 / 3, 1 / 3]);
});

it("draws as often as the probabilities say", () => {
  const choices = [Float64Array.of(0.2, 0.5, 0.3)];
  const rng = createRng(1, "choices");
  const picks = new Int32Array(1);
  const counts = [0, 0, 0];
  for (let draw = 0; draw < 10_000; draw++) {
    drawChoices(choices, rng, picks);
    counts[picks[0] as number] = (counts[picks[0] as number] ?? 0) + 1;
  }
  [0.2, 0.5, 0.3].forEach((chance, pick) => {
    expect(Math.abs((counts[pick] ?? 0) / 10_000 - chance)).toBeLessThan(0.02);
  });
});

// CatCMA, §3.3: (1 − 0.73^(1/N))/(K − 1).
it("keeps the published margin", () => {
  expect(leastChance(1, 2)).toBeCloseTo(0.27, 12);
  expect(leastChance(3, 4)).toBeCloseTo((1 - 0.73 ** (1 / 3)) / 3, 12);
});
