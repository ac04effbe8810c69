import { openModel } from "../../../../core/evaluator/scoring.js";
import type { FitRequest, Fitted, TaskSpec } from "../../../../core/plugin/index.js";
import gbdt from "../../../../plugins/learners/gbdt/gbdt.js";
import { huber, type Loss, linked, poisson, quantile, shares } from "../../../../plugins/learners/gbdt/losses.js";
import { fitLearner } from "../../../support/fitting.js";
import { labelled, rowsWhere, tableOf } from "../../../support/tables.js";

const SPEC: TaskSpec = { task: "regression", target: "y", classes: [] };
const TRUTH = [0.5, 0, 2, 7];
const WEIGHT = Float64Array.of(1, 0.5, 2, 0.5);
const ANSWERS = { truth: Float64Array.from(TRUTH), weight: WEIGHT, mean: 0, scale: 1 };

/** Of one row without its weight, written out from its definition. */
type Definition = (score: number, truth: number) => number;

const DEFINITIONS: readonly (readonly [string, Loss, Definition])[] = [
  ["quantile 0.9", quantile(0.9), (s, t) => (t > s ? 0.9 * (t - s) : 0.1 * (s - t))],
  ["absolute", quantile(0.5), (s, t) => Math.abs(t - s) / 2],
  ["huber 1.5", huber(1.5), (s, t) => (Math.abs(t - s) <= 1.5 ? (t - s) ** 2 / 2 : 1.5 * (Math.abs(t - s) - 0.75))],
  ["poisson", poisson, (s, t) => Math.exp(s) - t * s],
];

test.each(DEFINITIONS)("the slopes of %s are those of finite differences", (_, loss, definition) => {
  const scores = Float64Array.of(0.2, -1, 2.3, 1.1);
  const pairs = new Float32Array(8);
  loss.differentiate(scores, 0, ANSWERS, pairs);
  TRUTH.forEach((truth, row) => {
    const score = scores[row] as number;
    const slope = (definition(score + 1e-5, truth) - definition(score - 1e-5, truth)) / 2e-5;
    expect(pairs[2 * row]).toBeCloseTo((WEIGHT[row] as number) * slope, 4);
    expect(pairs[2 * row + 1]).toBeGreaterThan(0);
  });
});

test.each(DEFINITIONS.filter(([name]) => name !== "huber 1.5"))(
  "%s begins with the constant of the least loss",
  (_, loss, definition) => {
    const [start = 0] = loss.start(SPEC, ANSWERS);
    const total = (score: number) =>
      TRUTH.reduce((sum, truth, row) => sum + (WEIGHT[row] as number) * definition(score, truth), 0);
    for (const by of [-0.3, -0.01, 0.01, 0.3]) expect(total(start)).toBeLessThanOrEqual(total(start + by) + 1e-12);
  },
);

test("shares are scaled to a sum of 1, also where all of them are 0", () => {
  expect(Array.from(linked("shares", Float64Array.of(0.25, 1.5, -1), 1))).toEqual([0.75, 0.25, 0, 1, 1, 0]);
  const three = linked("shares", Float64Array.of(0.5, 0, 0.25, 0, 0.75, 0), 3);
  expect(three[0]).toBeCloseTo(1 / 3, 9);
  expect(three[3]).toBeCloseTo(1 / 3, 9);
  expect(shares.link).toBe("shares");
});

const ROWS = 600;
const cells = <T>(of: (row: number) => T) => Array.from({ length: ROWS }, (_, row) => of(row));
const x = cells((row) => row % 10);
/** From −1 to 1, the same for each x. */
const noise = (row: number) => 2 * ((Math.floor(row / 10) * 0.618) % 1) - 1;

function fitted(answer: (row: number) => number, params: FitRequest["params"]): Promise<Fitted> {
  const train = labelled(tableOf({ x }), cells(answer));
  return fitLearner(gbdt, {
    spec: SPEC,
    train,
    select: rowsWhere(train, () => false),
    params: { learning_rate: 0.3, rounds: 300, ...params },
  });
}

describe("what trees minimise", () => {
  test.each([
    ["quantile:0.9", 0.8],
    ["quantile:0.1", -0.8],
    ["absolute", 0],
  ])("by %s the prediction is that quantile of each group", async (objective, offset) => {
    const made = await fitted((row) => (x[row] as number) + noise(row), { objective });
    const asked = tableOf({ x: [0, 3, 9] });
    made.predict(asked).forEach((value, at) => {
      expect(Math.abs(value - (([0, 3, 9][at] as number) + offset))).toBeLessThan(0.25);
    });
  });

  test.each(["absolute", "huber:0.2"])("by %s a few wild answers move little", async (objective) => {
    const made = await fitted((row) => (row % 31 === 0 ? 1e3 : (x[row] as number) + noise(row) / 10), { objective });
    made.predict(tableOf({ x: [2, 7] })).forEach((value, at) => {
      expect(Math.abs(value - (at === 0 ? 2 : 7))).toBeLessThan(3);
    });
  });

  test("by poisson it is the mean of counts, in the graph too, and values below 0 are refused", async () => {
    const made = await fitted((row) => Math.round(Math.exp((x[row] as number) / 4) + noise(row) / 2), {
      objective: "poisson",
    });
    const asked = tableOf({ x: [0, 4, 9, null] });
    const own = made.predict(asked);
    [0, 4, 9].forEach((value, at) => {
      expect((own[at] as number) / Math.exp(value / 4)).toBeCloseTo(1, 0);
    });
    const open = await openModel(made.model, SPEC);
    (await open.predict(asked)).forEach((value, row) => {
      expect(value).toBeCloseTo(own[row] as number, 4);
    });
    await open.release();
    await expect(fitted((row) => row - 1, { objective: "poisson" })).rejects.toMatchObject({
      label: "target_negative",
    });
  });

  test("by depth, all splits of one come before the next", async () => {
    const answer = (row: number) => ((x[row] as number) > 4 ? 5 : 0) + ((x[row] as number) === 3 ? 1 : 0);
    const sizes = await Promise.all(
      [
        { growth: "depth:1", rounds: 5 },
        { growth: "depth:3", rounds: 5 },
      ].map(async (params) => (await fitted(answer, params)).model.length),
    );
    expect(sizes[0]).toBeLessThan(sizes[1] as number);
  });

  test.each([
    [{ objective: "cubed" }, "is none of squared, absolute, huber (as huber:0.9)"],
    [{ objective: "quantile:1" }, "is none of"],
    [{ objective: "toString" }, "is none of"],
    [{ growth: "depth:0" }, "is neither leaf nor depth:1 … depth:14"],
    [{ growth: "sideways" }, "is neither"],
  ])("%j is refused", async (params, says) => {
    await expect(fitted((row) => row, params)).rejects.toMatchObject({
      label: "bad_parameter",
      message: expect.stringContaining(says),
    });
  });
});
