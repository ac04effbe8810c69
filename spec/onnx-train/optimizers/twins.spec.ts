import { averaged, clipWeights, lion, type Optimizer, scheduleFree, sgd, towards } from "onnx-train";
import { expectNear, gradientAt, rateAt, START, walk } from "./walk.js";

const STEPS = 24;
const each = (make: (at: number) => number) => START.map((_, at) => make(at));

/** Weights after each step of a rule written out in double precision. */
function twin(move: (step: number, weights: readonly number[], gradient: readonly number[]) => readonly number[]) {
  const places: (readonly number[])[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const weights = places.at(-1) ?? START;
    places.push(move(step, weights, gradientAt(step, weights)));
  }
  return places;
}

async function weightsOf(optimizer: Optimizer, slots: Readonly<Record<string, readonly number[]>> = {}) {
  const places = await walk({ optimizer, steps: STEPS, slots, hyper: (step) => ({ rate: rateAt(step) }) });
  return places.map(({ weight }) => weight);
}

/** Rows of a and b between one another. */
const at = (values: readonly number[], index: number) => Number(values[index]);

describe("optimizers take the steps of their papers", () => {
  it("lion: signs of one average, and the memory of another", async () => {
    let mean: readonly number[] = each(() => 0);
    const expected = twin((step, weights, gradient) => {
      const old = mean;
      mean = each((k) => 0.98 * at(old, k) + 0.02 * at(gradient, k));
      const sign = (k: number) => Math.sign(0.8 * at(old, k) + 0.2 * at(gradient, k));
      return each((k) => at(weights, k) - rateAt(step) * (sign(k) + 0.3 * at(weights, k)));
    });
    expectNear(await weightsOf(lion({ beta1: 0.8, beta2: 0.98, decay: 0.3 })), expected);
  });

  it.each([0, 5])("schedule-free AdamW, with %d steps of warm-up", async (warmup) => {
    const [rate, beta1, beta2, decay] = [0.04, 0.85, 0.97, 0.2];
    let [z, x, v, sum] = [START, START, each(() => 0), 0];
    const averages: (readonly number[])[] = [];
    const expected = twin((step, y, gradient) => {
      v = each((k) => beta2 * at(v, k) + (1 - beta2) * at(gradient, k) ** 2);
      const gamma = rate * Math.sqrt(1 - beta2 ** step) * Math.min(1, step / Math.max(1, warmup));
      z = each((k) => at(z, k) - (gamma * at(gradient, k)) / (Math.sqrt(at(v, k)) + 1e-8) - gamma * decay * at(y, k));
      sum += gamma ** 2;
      const share = gamma ** 2 / sum;
      x = each((k) => (1 - share) * at(x, k) + share * at(z, k));
      averages.push(x);
      return each((k) => (1 - beta1) * at(z, k) + beta1 * at(x, k));
    });
    const optimizer = scheduleFree({ rate, beta1, beta2, decay, warmup });
    const places = await walk({ optimizer, steps: STEPS });
    expectNear(
      places.map(({ weight }) => weight),
      expected,
    );
    expectNear(
      places.map(({ slots }) => slots[optimizer.result ?? ""] ?? []),
      averages,
    );
  });

  it("schedule-free: a step's share of the average doesn't depend on which steps were asked for before", () => {
    const [whole, parts] = [scheduleFree({ warmup: 3 }), scheduleFree({ warmup: 3 })];
    const shares = (one: Optimizer, steps: readonly number[]) =>
      steps.map((step) => one.factors(one.hyper, step).share);
    expect(shares(parts, [7, 2, 9]).toSorted()).toEqual(shares(whole, [2, 7, 9]).toSorted());
  });

  it("towards the first weights", async () => {
    const expected = twin((step, weights, gradient) =>
      each((k) => at(weights, k) - rateAt(step) * (at(gradient, k) + 0.7 * (at(weights, k) - at(START, k)))),
    );
    expectNear(await weightsOf(towards(sgd(), { pull: 0.7 })), expected);
  });

  it("towards a given point, by importance", async () => {
    const [anchor, importance] = [each((k) => k / 4 - 1), each((k) => k)];
    const expected = twin((step, weights, gradient) =>
      each((k) => {
        const pull = 0.7 * at(importance, k) * (at(weights, k) - at(anchor, k));
        return at(weights, k) - rateAt(step) * (at(gradient, k) + pull);
      }),
    );
    expectNear(await weightsOf(towards(sgd(), { pull: 0.7, importance: true }), { anchor, importance }), expected);
  });

  it("within bounds of the weights, one for all or one each", async () => {
    const expected = (scale: readonly number[]) =>
      twin((step, weights, gradient) =>
        each((k) => {
          const bound = 0.5 * at(scale, k);
          return Math.min(bound, Math.max(-bound, at(weights, k) - rateAt(step) * at(gradient, k)));
        }),
      );
    const scale = each((k) => 0.5 + k / 4);
    expectNear(await weightsOf(clipWeights(sgd(), { maxWeight: 0.5 })), expected(each(() => 1)));
    expectNear(await weightsOf(clipWeights(sgd(), { maxWeight: 0.5, scaled: true }), { scale }), expected(scale));
  });
});

describe("an average of the weights", () => {
  const averages = async (optimizer: Optimizer) => {
    const places = await walk({ optimizer, steps: STEPS, hyper: (step) => ({ rate: rateAt(step) }) });
    return { weights: places.map(({ weight }) => weight), found: places.map(({ slots }) => slots.average ?? []) };
  };

  it("fades from the first weights", async () => {
    const { weights, found } = await averages(averaged(sgd(), { averageDecay: 0.8 }));
    let average: readonly number[] = START;
    const expected = weights.map((weight) => {
      const old = average;
      average = each((k) => 0.8 * at(old, k) + 0.2 * at(weight, k));
      return average;
    });
    expectNear(found, expected);
  });

  it("corrected, is that of the weights since the first step alone", async () => {
    const { weights, found } = await averages(averaged(sgd(), { averageDecay: 0.8, corrected: true }));
    const expected = weights.map((_, last) => {
      const shares = weights.slice(0, last + 1).map((__, index) => 0.8 ** (last - index));
      const total = shares.reduce((sum, share) => sum + share, 0);
      return each((k) => shares.reduce((sum, share, index) => sum + share * at(weights[index] ?? [], k), 0) / total);
    });
    expectNear(found, expected);
  });

  it("is of the average within, where there is one", async () => {
    const { found } = await averages(averaged(scheduleFree(), { averageDecay: 0 }));
    const places = await walk({ optimizer: scheduleFree(), steps: STEPS, hyper: (step) => ({ rate: rateAt(step) }) });
    const optimizer = averaged(scheduleFree());
    expect([optimizer.result, optimizer.slots.map(({ name }) => name)]).toEqual([
      "average2",
      ["square", "point", "average", "average2"],
    ]);
    expectNear(
      found,
      places.map(({ slots }) => slots.average ?? []),
    );
  });
});
