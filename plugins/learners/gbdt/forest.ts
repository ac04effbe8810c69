/**
 * Forests: trees that are grown each by itself on a part of the rows and with a part of the columns at each split, and whose
 * mean is the prediction (Breiman, "Random forests", 2001); or with cuts at random (Geurts, Ernst and Wehenkel, 2006).
 * Of classes, leaves hold shares, and splits go by the Gini index.
 */
import type { Params, Space } from "hyperparameter-js";
import type { FitContext, FitRequest, Fitted, Learner, Table, TaskSpec } from "../../../core/plugin/index.js";
import { addRound, Boosting, startScores } from "./boosting.js";
import { encode } from "./encoding.js";
import { exportTrees } from "./graph.js";
import { fitMaking } from "./making.js";
import { predict, predictions, trimmed } from "./model.js";
import { type Settings, settingsOf } from "./settings.js";

/** Trees; more change little, and cost as much as those before. */
const TREES = 100;
/** Trees, or multiply-adds, after which the fit reports. */
const REPORT_TREES = 20;
const REPORT_WORK = 2e8;
/** Leaves of a tree at most: where rows are many, deeper ones take memory and gain little. */
const MOST_LEAVES = 4_096;
/** Of a number column: most nodes have few rows, and each of them has to look at all bins. */
const BINS = 63;
/** Share of the rows that a tree sees: a bootstrap sample has as many different ones. */
const BOOTSTRAP = 1 - Math.exp(-1);

abstract class Forest implements Learner {
  abstract readonly name: string;
  readonly tasks = ["binary", "multiclass", "regression"] as const;
  readonly pace = 6e8;
  protected abstract readonly kind: Kind;

  space(): Space {
    return {
      min_child_rows: { type: "int", low: 1, high: 20, log: true },
      column_sample: { type: "float", low: 0.1, high: 1 },
      crosses: { type: "categorical", choices: [true, false] },
    };
  }

  async fit({ spec, train, select, params, seed }: FitRequest, context: FitContext): Promise<Fitted> {
    const settings = forestOf(spec, params, this.kind);
    const making = fitMaking(spec, train, { seed, crosses: settings.crosses, apart: [] });
    const grown = new Boosting(spec, { ...train, table: making.widen(train.table) }, settings, seed);
    await context.pause();
    const judge = select.table.rows === 0 ? null : judgeOf(grown, spec, making.widen(select.table));
    await grow(grown, judge, context);
    weighAnew(grown.trees);
    const { features, trees, start, answers, loss } = grown;
    const model = trimmed({
      spec,
      loss,
      making,
      features,
      trees,
      averaged: true,
      base: null,
      start,
      mean: answers.mean,
      scale: answers.scale,
    });
    return { model: exportTrees(this.name, model), predict: (table) => predict(model, table), settled: {} };
  }
}

export class RandomForest extends Forest {
  readonly name = "forest";
  protected readonly kind = { rowSample: BOOTSTRAP, randomCuts: false };

  override space(): Space {
    return { ...super.space(), rows: { type: "categorical", choices: ["share"] } };
  }
}

export class ExtraTrees extends Forest {
  readonly name = "extra_trees";
  protected readonly kind = { rowSample: 1, randomCuts: true };
}

type Kind = Pick<Settings, "rowSample" | "randomCuts">;

function forestOf({ task }: TaskSpec, params: Params, kind: Kind): Settings {
  const { min_child_rows, column_sample, crosses, rows } = params;
  return {
    ...settingsOf({}),
    ...kind,
    crosses: crosses === true,
    bootstrap: rows === "bootstrap",
    averaged: true,
    rounds: TREES,
    rate: 1 / TREES,
    leaves: MOST_LEAVES,
    minRows: typeof min_child_rows === "number" ? min_child_rows : 1,
    nodeSample: typeof column_sample === "number" ? column_sample : 0.4,
    l1: 0,
    // a share of 0 or 1 would be a certainty that a few rows can't give
    l2: task === "regression" ? 0 : 0.1,
    maxBins: BINS,
    levelSmoothing: 1,
  };
}

type Judge = (trees: readonly Boosting["trees"][number][]) => Float64Array;

/** The mean of the trees so far on the select side. */
function judgeOf({ features, start, loss, answers }: Boosting, spec: TaskSpec, table: Table): Judge {
  const binned = encode(features, table);
  const sums = new Float64Array(start.length * table.rows);
  let count = 0;
  return (rounds) => {
    for (const trees of rounds) addRound(trees, binned, sums);
    count += rounds.length;
    const first = startScores(start, table.rows);
    const scores = sums.map((sum, at) => (first[at] as number) + (sum * TREES) / count);
    return predictions({ spec, loss, start, mean: answers.mean, scale: answers.scale }, scores);
  };
}

/** Each of the trees that there are has an equal share of the mean, also where work ended before all were grown. */
function weighAnew(trees: Boosting["trees"]): void {
  if (trees.length === TREES) return;
  for (const { value } of trees.flat())
    value.forEach((share, node) => {
      value[node] = (share * TREES) / trees.length;
    });
}

async function grow(forest: Boosting, judge: Judge | null, context: FitContext): Promise<void> {
  let told = 0;
  const breathe = async () => {
    if (forest.work - told < REPORT_WORK) return;
    context.work(forest.work - told);
    told = forest.work;
    await context.pause();
  };
  while (forest.trees.length < TREES) {
    await forest.round(breathe);
    const done = forest.trees.length;
    if (done % REPORT_TREES !== 0) continue;
    context.work(forest.work - told);
    told = forest.work;
    if (judge === null) await context.pause();
    else await context.report(done, context.loss(judge(forest.trees.slice(-REPORT_TREES))));
    if (context.isSpent()) return;
  }
}
