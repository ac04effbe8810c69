/**
 * Logistic (binary, multinomial) and linear regression with L1 and L2. Minimises the weighted mean loss
 * + l2/2 · Σ w² + l1 · Σ |w| over features, intercepts free; the target of a regression is standardised.
 */
import type { Params, Space } from "hyperparameter-js";
import {
  definePlugin,
  type FitContext,
  type FitRequest,
  type Fitted,
  fitFeatures,
  type Learner,
  LearnerFailure,
  type Prediction,
  type SparseRows,
  type StoppingLoss,
  sampleOf,
  stoppingLoss,
  type TaskSpec,
  type TrainingAnswers,
  trainingAnswers,
} from "../../../core/plugin/index.js";
import { type Coefficients, multiply } from "./design.js";
import { exportLinear } from "./graph.js";
import { predictions } from "./losses.js";
import { Objective, type Penalties } from "./objective.js";
import { Minimisation } from "./owlqn.js";
import { numberOf, planOf } from "./plan.js";

/** Steps, or multiply-adds, after which the fit reports; with line searches the latter take about 0.1 s. */
const REPORT_STEPS = 10;
const REPORT_WORK = 2e7;
/** Steps without a better loss on the select side after which the fit ends. */
const PATIENCE = 20;
/** Relative gain of a step below which the minimum is reached: far less than a row can change. */
const LEAST_GAIN = 1e-9;
/** Badly conditioned data with almost no penalty end here; all others long before. */
const MOST_STEPS = 1_000;

/** Of more, these many are drawn. A few hundred coefficients are known by then, and 200 numbers of a row take 160 MB. */
const MOST_ROWS = 100_000;

const SPACE: Space = {
  penalty: { type: "categorical", choices: ["l2", "l1", "elastic"] },
  l2: { type: "float", low: 1e-6, high: 1, log: true, when: { penalty: ["l2", "elastic"] } },
  l1: { type: "float", low: 1e-6, high: 0.1, log: true, when: { penalty: ["l1", "elastic"] } },
  numbers: { type: "categorical", choices: ["hinges", "power", "standard"] },
  min_count: { type: "int", low: 1, high: 50, log: true },
  crosses: { type: "categorical", choices: [true, false] },
  words: { type: "int", low: 2_000, high: 30_000, log: true },
};

class Linear implements Learner {
  readonly name = "linear";
  readonly tasks = ["binary", "multiclass", "regression"] as const;
  readonly pace = 2e8;

  space(spec: TaskSpec): Space {
    if (spec.task === "regression") return SPACE;
    return { ...SPACE, class_weight: { type: "categorical", choices: ["none", "balanced"] } };
  }

  async fit(request: FitRequest, context: FitContext): Promise<Fitted> {
    const { spec, select, params, seed } = request;
    const train = sampleOf(request.train, MOST_ROWS, seed);
    const { weight, ...answers } = trainingAnswers(spec, train, params.class_weight === "balanced");
    await context.pause();
    const features = fitFeatures(planOf(train.table, params), { spec, train, seed });
    await context.pause();
    const design = features.encodeTrainingSparse();
    const shares = weight.map((one) => one / train.table.rows);
    const objective = new Objective({ spec, design, answers: { ...answers, weight: shares } }, penaltiesOf(params));
    context.work(objective.preparation);
    const judges = select.table.rows === 0 ? null : features.encodeSparse(select.table);
    await context.pause();
    const final = (found: Coefficients) => inTargetUnits(spec, found, answers);
    const predict = (found: Coefficients, rows: SparseRows) => predictions(multiply(rows, found), spec);
    const judge = (found: Coefficients) => judges && predict(final(found), judges);
    const stopping = stoppingLoss(spec, select, params.class_weight === "balanced");
    const search = { objective, judge, stopping, most: numberOf(params, "steps", MOST_STEPS) };
    const { found, steps } = await minimise(search, context);
    const coefficients = final(found);
    return {
      model: exportLinear({ spec, features, coefficients }),
      predict: (table) => predict(coefficients, features.encodeSparse(table)),
      settled: { steps },
    };
  }
}

/** Each penalty is there where `penalty` names it; without parameters a weak ridge. */
function penaltiesOf(params: Params): Penalties {
  const kind = params.penalty ?? "l2";
  return {
    l1: kind === "l2" ? 0 : numberOf(params, "l1", 1e-4),
    l2: kind === "l1" ? 0 : numberOf(params, "l2", 1e-4),
  };
}

interface Search {
  readonly objective: Objective;
  /** What is predicted for the select side; null where there are no rows. */
  readonly judge: (found: Coefficients) => Prediction | null;
  readonly stopping: StoppingLoss;
  readonly most: number;
}

interface Found {
  readonly found: Coefficients;
  /** That it took to get there. */
  readonly steps: number;
}

/**
 * Steps to the minimum in chunks; after each one the select side's loss is reported, and the fit may be ended there. Ends
 * early, with the best coefficients so far, where the stopping loss gets worse while the objective still gets better.
 */
async function minimise({ objective, judge, stopping, most }: Search, context: FitContext): Promise<Found> {
  const { outputs, l1, cost } = objective;
  const minimisation = new Minimisation(objective, new Float64Array(l1.length));
  const chunk = Math.min(REPORT_STEPS, Math.ceil(REPORT_WORK / Math.max(1, cost)));
  let best = { values: minimisation.x, loss: Infinity, steps: 0 };
  const isDone = (steps: number) => steps >= most || steps - best.steps >= PATIENCE || (steps > 0 && context.isSpent());
  for (let steps = 0, minimal = false; !minimal && !isDone(steps); ) {
    const wanted = Math.min(chunk, most - steps);
    steps += wanted;
    minimal = advance(minimisation, wanted, (evaluations) => context.work(cost * evaluations));
    const prediction = judge({ values: minimisation.x, outputs });
    if (prediction === null) {
      best = { values: minimisation.x, loss: Infinity, steps };
      await context.pause();
      continue;
    }
    const reported = context.loss(prediction);
    await context.report(steps, reported);
    const loss = stopping(prediction, reported);
    if (!(loss >= best.loss)) best = { values: minimisation.x, loss, steps };
  }
  return { found: { values: best.values, outputs }, steps: best.steps };
}

/** Takes some steps; true once there is nothing left to gain. */
function advance(minimisation: Minimisation, steps: number, onWork: (evaluations: number) => void): boolean {
  const { evaluations, value } = minimisation;
  let moves = true;
  for (let step = 0; moves && step < steps; step++) moves = minimisation.step();
  onWork(minimisation.evaluations - evaluations);
  return !moves || value - minimisation.value <= LEAST_GAIN * steps * Math.abs(minimisation.value);
}

/** One output a class, of which a binary model has fitted the difference; a regression in the target's own unit. */
function inTargetUnits(
  spec: TaskSpec,
  { values, outputs }: Coefficients,
  { mean, scale }: Pick<TrainingAnswers, "mean" | "scale">,
): Coefficients {
  if (!values.every(Number.isFinite)) throw new LearnerFailure("diverged", "a coefficient is not finite");
  if (spec.task === "multiclass") return { values, outputs };
  if (spec.task === "binary")
    return { values: Float64Array.from([...values].flatMap((value) => [0, value])), outputs: 2 };
  const scaled = values.map((value) => value * scale);
  scaled[scaled.length - 1] = (scaled.at(-1) as number) + mean;
  return { values: scaled, outputs };
}

export default definePlugin({ name: "linear", version: "1.0.0", learners: [{ useClass: Linear }] });
