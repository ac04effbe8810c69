/**
 * Gradient-boosted trees over histograms: leaf-wise growth, missing values with learned direction, categorical splits by
 * sets of levels, row and column sampling, early stopping on the select side.
 */
import {
  definePlugin,
  type FitContext,
  type FitRequest,
  type Fitted,
  type Learner,
  LearnerFailure,
  type Prediction,
  type StoppingLoss,
  stoppingLoss,
  type Table,
  type TaskSpec,
} from "../../../core/plugin/index.js";
import { addRound, Boosting, firstScores } from "./boosting.js";
import { encode } from "./encoding.js";
import { ExtraTrees, RandomForest } from "./forest.js";
import { exportTrees } from "./graph.js";
import { fitMaking } from "./making.js";
import { predict, predictions, trimmed } from "./model.js";
import { columnsOf } from "./monotone.js";
import { type Settings, settingsOf, spaceOf } from "./settings.js";

/** Rounds, or multiply-adds, after which the fit reports; the latter take about 0.3 s. */
const REPORT_ROUNDS = 10;
const REPORT_WORK = 2e8;
/** Sum of learning rates over rounds without a better loss on the select side after which the fit ends, and its limits. */
const PATIENCE = 3;
const [LEAST_PATIENCE, MOST_PATIENCE] = [20, 200];
/** Rounds where none are given: with select rows, which stop them sooner, more have not been of use; and without such rows. */
const MOST_ROUNDS = 2_000;
const BLIND_ROUNDS = 100;

class Gbdt implements Learner {
  readonly name = "gbdt";
  readonly tasks = ["binary", "multiclass", "regression"] as const;
  readonly continues = true;
  readonly pace = 8e8;

  space(spec: TaskSpec) {
    return spaceOf(spec);
  }

  async fit({ spec, train, select, params, seed, base }: FitRequest, context: FitContext): Promise<Fitted> {
    const settings = settingsOf(params);
    const making = fitMaking(spec, train, { seed, crosses: settings.crosses, apart: columnsOf(settings.monotone) });
    const training = { ...train, table: making.widen(train.table), ...(base && { base: base.train }) };
    const boosting = new Boosting(spec, training, settings, seed);
    await context.pause();
    const wide = making.widen(select.table);
    const judge = wide.rows === 0 ? null : judgeOf(spec, boosting, wide, base?.select);
    const stopping = stoppingLoss(spec, select, settings.balanced);
    const rounds = await boost({ boosting, settings, judge, stopping, continued: base !== undefined }, context);
    const { features, answers, start, loss } = boosting;
    const model = trimmed({
      spec,
      loss,
      making,
      features,
      trees: boosting.trees.slice(0, rounds),
      averaged: false,
      base: base === undefined ? null : { model: base.model, columns: train.table.columns },
      start,
      mean: answers.mean,
      scale: answers.scale,
    });
    return {
      model: exportTrees("gbdt", model),
      predict: (table, said) => predict(model, table, said),
      settled: { rounds },
    };
  }
}

type Judge = (rounds: readonly Boosting["trees"][number][]) => Float64Array;

/** Follows the select side's scores as trees are added. */
function judgeOf(spec: TaskSpec, boosting: Boosting, table: Table, base?: Prediction): Judge {
  const binned = encode(boosting.features, table);
  const { start, loss } = boosting;
  const { mean, scale } = boosting.answers;
  const scores = firstScores({ loss, start, mean, scale }, table.rows, base);
  return (rounds) => {
    for (const trees of rounds) addRound(trees, binned, scores);
    return predictions({ spec, loss, start, mean, scale }, scores);
  };
}

interface Fit {
  readonly boosting: Boosting;
  readonly settings: Settings;
  /** Null where there are no select rows. */
  readonly judge: Judge | null;
  readonly stopping: StoppingLoss;
  /** Whether it goes on from a base, which may be the best there is. */
  readonly continued: boolean;
}

/** Grows rounds in chunks, and tells after how many the stopping loss on the select side was best. */
async function boost({ boosting, settings, judge, stopping, continued }: Fit, context: FitContext): Promise<number> {
  const patience = Math.min(Math.max(Math.ceil(PATIENCE / settings.rate), LEAST_PATIENCE), MOST_PATIENCE);
  const most = settings.rounds ?? (judge === null ? BLIND_ROUNDS : MOST_ROUNDS);
  let best = { rounds: most, loss: Infinity };
  if (judge !== null && continued) best = { rounds: 0, loss: stopping(...looked(judge, [], context)) };
  while (boosting.trees.length < most) {
    const rounds = await chunk(boosting, most, context);
    if (judge === null && context.isSpent()) return boosting.trees.length;
    if (judge === null) continue;
    const done = boosting.trees.length;
    const [prediction, reported] = looked(judge, rounds, context);
    await context.report(done, reported);
    const loss = stopping(prediction, reported);
    if (loss < best.loss) best = { rounds: done, loss };
    if (done - best.rounds >= patience || context.isSpent()) break;
  }
  return best.rounds;
}

/** What is predicted for the select side, and its loss by the recipe's metric. */
function looked(judge: Judge, rounds: Boosting["trees"], context: FitContext): readonly [Prediction, number] {
  const prediction = judge(rounds);
  const loss = context.loss(prediction);
  if (Number.isFinite(loss)) return [prediction, loss];
  throw new LearnerFailure("no_loss", `the metric on the select side is ${loss}`);
}

/** Some rounds, until it is time to report; one round of many classes may be long enough to yield within. */
async function chunk(boosting: Boosting, most: number, context: FitContext): Promise<Boosting["trees"]> {
  const [begin, work] = [boosting.trees.length, boosting.work];
  const end = Math.min(begin + REPORT_ROUNDS, most);
  let told = work;
  const tell = async () => {
    context.work(boosting.work - told);
    told = boosting.work;
    await context.pause();
  };
  const breathe = async () => {
    if (boosting.work - told >= REPORT_WORK) await tell();
  };
  while (boosting.trees.length < end && boosting.work - work < REPORT_WORK) await boosting.round(breathe);
  await tell();
  return boosting.trees.slice(begin);
}

export default definePlugin({
  name: "gbdt",
  version: "1.0.0",
  learners: [{ useClass: Gbdt }, { useClass: RandomForest }, { useClass: ExtraTrees }],
});
