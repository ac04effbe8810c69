import type { FrozenTrial } from "hyperparameter-js";
import { type ErrorCode, SousError } from "../../core/errors.js";
import type { TrialOutcome } from "../../core/evaluator/messages.js";
import { type LeaderboardInputs, leaderboard } from "../../core/search/leaderboard.js";
import { ENSEMBLE, ERROR, OUTCOME, SECONDS } from "../../core/search/result.js";

const INPUTS: LeaderboardInputs = { direction: "maximize", metric: "roc_auc", finalist: null, champion: null };

function outcome(score: number, changes: Partial<TrialOutcome> = {}): TrialOutcome {
  return {
    score,
    secondary: { log_loss: 0.3 },
    model: `${score}`,
    bytes: 2048,
    parity: { rows: 1000, maxAbs: 1e-8, labelAgreement: 1 },
    work: 5,
    seconds: 2,
    interval: { point: score, low: score - 0.1, high: score + 0.1 },
    timing: { fitSeconds: 1, oneRow: 80, thousandRows: 2 },
    ...changes,
  };
}

function trial(number: number, changes: Partial<FrozenTrial> = {}): FrozenTrial {
  return {
    number,
    state: "running",
    params: { learner: "linear", "linear.l2": 0.1 },
    distributions: {},
    values: null,
    intermediate: [],
    userAttrs: {},
    why: null,
    ...changes,
  };
}

const complete = (number: number, result: TrialOutcome) =>
  trial(number, { state: "complete", values: [result.score], userAttrs: { [OUTCOME]: result } });

const failed = (number: number, code: ErrorCode, details = {}) =>
  trial(number, { state: "failed", userAttrs: { [ERROR]: new SousError(code, details).toJSON(), [SECONDS]: 3 } });

describe("a leaderboard", () => {
  test("has no trials that wait for their turn, as those of an opening do where the wall time ends first", () => {
    const trials = [complete(0, outcome(0.7)), trial(1, { state: "waiting" })];
    expect(leaderboard(trials, INPUTS).map(({ trial: number }) => number)).toEqual([0]);
  });

  test("ranks complete trials by score, of equals the earlier one first, for either direction", () => {
    const trials = [complete(0, outcome(0.7)), complete(1, outcome(0.9)), complete(2, outcome(0.9))];
    const order = (direction: "minimize" | "maximize") =>
      leaderboard(trials, { ...INPUTS, direction }).map(({ trial: number, rank, finalist }) => [
        number,
        rank,
        finalist,
      ]);
    expect(order("maximize")).toEqual([
      [1, 1, true],
      [2, 2, false],
      [0, 3, false],
    ]);
    expect(order("minimize")[0]).toEqual([0, 1, true]);
  });

  test("has everything that is known of a complete trial", () => {
    const result = outcome(0.9);
    expect(leaderboard([complete(4, result)], { ...INPUTS, champion: result.model })).toEqual([
      {
        rank: 1,
        trial: 4,
        learner: "linear",
        ensemble: false,
        params: { l2: 0.1 },
        status: "complete",
        why: null,
        score: 0.9,
        interval: result.interval,
        secondary: { log_loss: 0.3 },
        fitSeconds: 1,
        seconds: 2,
        oneRow: 80,
        thousandRows: 2,
        bytes: 2048,
        work: 5,
        parity: result.parity,
        model: result.model,
        champion: true,
        finalist: true,
        odds: null,
        error: null,
      },
    ]);
  });

  test("says of trials that were judged by the same folds how likely they are worse than the best", () => {
    const by = (score: number, scores: readonly number[], folds = 5) => outcome(score, { parts: { folds, scores } });
    const trials = [
      complete(0, outcome(0.95)), // an ensemble has no folds
      complete(1, by(0.9, [0.9, 0.91, 0.89, 0.9, 0.92])),
      complete(2, by(0.8999, [0.901, 0.909, 0.89, 0.9, 0.9195])),
      complete(3, by(0.8, [0.8, 0.82, 0.78, 0.8, 0.82])),
      complete(4, by(0.7, [0.7, 0.7, 0.7], 3)),
    ];
    const odds = leaderboard(trials, INPUTS).map((row) => row.odds);
    expect(odds.map((one) => one !== null)).toEqual([false, false, true, true, false]);
    expect(odds[2]?.same).toBeGreaterThan(0.9);
    expect(odds[3]?.worse).toBeGreaterThan(0.9);
    const costs = leaderboard(trials.slice(1, 4), { ...INPUTS, direction: "minimize" });
    expect(costs.map((row) => row.trial)).toEqual([3, 2, 1]);
    expect(costs[2]?.odds?.worse).toBeGreaterThan(0.9);
  });

  test("names the trial that the study chose, whatever its rank", () => {
    const rows = leaderboard([complete(0, outcome(0.7)), complete(1, outcome(0.9))], { ...INPUTS, finalist: 0 });
    expect(rows.map(({ finalist }) => finalist)).toEqual([false, true]);
  });

  test("reads studies of an earlier sous, whose trials have neither interval nor timing", () => {
    const { interval: _, timing: __, ...old } = outcome(0.8);
    const [row] = leaderboard([complete(0, old)], INPUTS);
    expect(row).toMatchObject({ score: 0.8, interval: null, fitSeconds: null, oneRow: null, seconds: 2 });
  });

  test("says where a trial was pruned, with the score that it had come to", () => {
    const reports = [
      [0, 0.6],
      [3, 0.65],
    ] as const;
    const [row] = leaderboard(
      [trial(0, { state: "pruned", intermediate: reports, userAttrs: { [SECONDS]: 1 } })],
      INPUTS,
    );
    expect(row).toMatchObject({ rank: null, status: "pruned", score: 0.65, seconds: 1 });
    expect(row?.why).toBe("at step 3 with roc_auc 0.6500");
  });

  test.each([
    [
      "TRIAL_FAILED",
      { learner: "mlp", label: "diverged", reason: "the loss is NaN" },
      "failed",
      /^diverged: .*the loss is NaN/,
    ],
    ["EVALUATOR_THREW", { job: "trial of mlp", reason: "TypeError" }, "failed", /^EVALUATOR_THREW: .*TypeError/],
    ["EVALUATOR_DEADLINE", { job: "trial of mlp", seconds: 60 }, "out of time", /60/],
    ["EVALUATOR_MEMORY", { job: "trial of mlp", heldMiB: 900, capMiB: 800 }, "out of memory", /900.*800/],
    ["SEARCH_OUT_OF_WALL", {}, "out of budget", /^SEARCH_OUT_OF_WALL/],
  ] as const)("tells %s from other failures, and why", (code, details, status, why) => {
    const [row] = leaderboard([failed(0, code, details)], INPUTS);
    expect(row).toMatchObject({ rank: null, status, seconds: 3, error: { code } });
    expect(row?.why).toMatch(why);
  });

  test("has the ensemble among the others, and says why there is one, or none", () => {
    const params = { learner: "ensemble", "ensemble.members": "0:2 1:1" };
    const record = (changes: Partial<FrozenTrial>) => ({ ...trial(2, changes), params });
    const made = { choice: { members: [] }, reason: "2 trials together are better." };
    const trials = [complete(0, outcome(0.9)), complete(1, outcome(0.8))];
    const together = record({
      state: "complete",
      values: [0.85],
      userAttrs: { [ENSEMBLE]: made, [OUTCOME]: outcome(0.85) },
    });
    const [, second] = leaderboard([...trials, together], { ...INPUTS, finalist: 2 });
    expect(second).toMatchObject({ rank: 2, learner: "ensemble", finalist: true, why: made.reason });
    expect(second?.params).toEqual({ members: "0:2 1:1" });
    const none = record({ state: "pruned", userAttrs: { [ENSEMBLE]: { ...made, reason: "No ensemble is better." } } });
    expect(leaderboard([...trials, none], INPUTS)[2]).toMatchObject({
      status: "no better",
      why: "No ensemble is better.",
    });
  });

  test("of a study that runs shows what every trial has come to, below those that are done", () => {
    const trials = [
      failed(0, "SEARCH_OUT_OF_WALL"),
      trial(1, { intermediate: [[2, 0.5]] }),
      trial(2, { state: "pruned", intermediate: [[1, 0.4]] }),
      complete(3, outcome(0.3)),
      trial(4, { state: "waiting" }),
    ];
    const rows = leaderboard(trials, INPUTS);
    expect(rows.map(({ trial: number }) => number)).toEqual([3, 2, 1, 0]);
    expect(rows[2]).toMatchObject({ status: "running", why: "has come to step 2 with roc_auc 0.5000" });
  });
});
