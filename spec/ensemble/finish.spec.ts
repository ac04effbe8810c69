import { calibrated } from "../../core/ensemble/calibration.js";
import { chooseCalibration, chooseThreshold, type Held } from "../../core/ensemble/finish.js";
import { FOLDS } from "../../core/ensemble/odds.js";
import { foldsOf } from "../../core/resampling/folds.js";
import { binaryPool, noPause } from "./pools.js";

interface Given {
  readonly metric?: string;
  readonly rows?: number;
  readonly temperature?: number;
  /** Share of the positive rows that are kept. */
  readonly kept?: number;
}

function held({ metric = "roc_auc", rows = 800, temperature = 1, kept = 1 }: Given): Held {
  const { judging, candidates } = binaryPool({ rows, seed: 9, noise: [0.01] }, metric);
  const spread = calibrated(
    { kind: "temperature", temperature },
    judging.spec,
    candidates[0]?.prediction ?? new Float64Array(),
  );
  const order = Array.from(judging.truth.keys()).filter((row) => judging.truth[row] === 0 || (row * 0.618) % 1 < kept);
  const truth = Float64Array.from(order, (row) => judging.truth[row] as number);
  // what is known of the classes' shares after some positives are gone
  const cells = order.flatMap((row) => {
    const odds = (kept * (spread[2 * row + 1] as number)) / (spread[2 * row] as number);
    return [1 / (1 + odds), odds / (1 + odds)];
  });
  const own = { ...judging, truth };
  return { judging: own, prediction: Float64Array.from(cells), folds: foldsOf(own, FOLDS) };
}

describe("a calibration is chosen", () => {
  it("where probabilities are far too sure, and has the order of rows as it was", async () => {
    const chosen = await chooseCalibration(held({ temperature: 0.2 }), noPause);
    expect(chosen).not.toBeNull();
    if (chosen?.kind === "temperature") expect(chosen.temperature).toBeGreaterThan(1.5);
  });

  it("by log loss, also for a metric of labels", async () => {
    expect(await chooseCalibration(held({ temperature: 0.2, metric: "accuracy" }), noPause)).not.toBeNull();
  });

  it("that makes ties for no metric of ranks", async () => {
    // up to a half the probabilities are far too small, which neither a temperature nor a line of logits mends
    const bent = (metric: string): Held => {
      const given = held({ metric, rows: 1500 });
      const wrong = (share: number) => (share < 0.5 ? share ** 4 : share);
      return {
        ...given,
        prediction: given.prediction.map((_, cell) => {
          const share = wrong(given.prediction[cell | 1] as number);
          return cell % 2 === 1 ? share : 1 - share;
        }),
      };
    };
    expect((await chooseCalibration(bent("log_loss"), noPause))?.kind).toBe("isotonic");
    expect((await chooseCalibration(bent("roc_auc"), noPause))?.kind).toMatch(/platt|temperature/);
  });

  it("nowhere where probabilities are right, or rows are too few to tell", async () => {
    expect(await chooseCalibration(held({}), noPause)).toBeNull();
    expect(await chooseCalibration(held({ temperature: 0.2, rows: 15 }), noPause)).toBeNull();
  });
});

describe("a threshold is chosen", () => {
  it("for a metric of labels that wants another one than one half", async () => {
    const threshold = await chooseThreshold(held({ metric: "f1", kept: 0.05, rows: 1500 }), noPause);
    expect(threshold).toBeGreaterThan(0.05);
    expect(threshold).toBeLessThan(0.45);
    expect(threshold).toBe(Math.fround(threshold ?? 0));
  });

  it("near the share of the positive class for balanced accuracy", async () => {
    const given = held({ metric: "balanced_accuracy", kept: 0.15 });
    const share = given.judging.truth.reduce((sum, code) => sum + code, 0) / given.judging.truth.length;
    expect(Math.abs(((await chooseThreshold(given, noPause)) ?? 1) - share)).toBeLessThan(0.1);
  });

  it("nowhere where one half is as good, and for no metric that doesn't look at labels", async () => {
    expect(await chooseThreshold(held({ metric: "accuracy" }), noPause)).toBeNull();
    expect(await chooseThreshold(held({ metric: "roc_auc", kept: 0.15 }), noPause)).toBeNull();
    expect(await chooseThreshold(held({ metric: "log_loss", kept: 0.15 }), noPause)).toBeNull();
  });
});
