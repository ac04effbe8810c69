/**
 * Logistic (binary, multinomial) and linear regression with L1 and L2. Minimises the weighted mean loss
 * + l2/2 · Σ w² + l1 · Σ |w| over standardised columns, intercepts free; the target of a regression is standardised too.
 */
import type { Params, Space } from "hyperparameter-js";
import {
  definePlugin,
  type FitContext,
  type FitRequest,
  type Fitted,
  type Learner,
  LearnerFailure,
  type TaskSpec,
} from "../../../core/plugin/index.js";
import { type Answers, otherAnswers, scoreOf, trainingAnswers } from "./answers.js";
import { type Coefficients, type Design, multiply } from "./design.js";
import { encode, fitEncoding, sizeOf } from "./encoding.js";
import { exportLinear } from "./graph.js";
import { predictions } from "./losses.js";
import { meanLoss, Objective, type Penalties, type Rows } from "./objective.js";
import { Minimisation } from "./owlqn.js";

/** Steps, or multiply-adds, after which the fit reports; with line searches the latter take about 0.1 s. */
const REPORT_STEPS = 10;
const REPORT_WORK = 2e7;
/** Steps without a better loss on the select side after which the fit ends. */
const PATIENCE = 20;
/** Relative gain of a step below which the minimum is reached: far less than a row can change. */
const LEAST_GAIN = 1e-9;
/** Badly conditioned data with almost no penalty end here; all others long before. */
const MOST_STEPS = 1_000;

const SPACE: Space = {
  penalty: { type: "categorical", choices: ["l2", "l1", "elastic"] },
  l2: { type: "float", low: 1e-6, high: 1, log: true, when: { penalty: ["l2", "elastic"] } },
  l1: { type: "float", low: 1e-6, high: 0.1, log: true, when: { penalty: ["l1", "elastic"] } },
  min_count: { type: "int", low: 1, high: 50, log: true },
};

class Linear implements Learner {
  readonly name = "linear";
  readonly tasks = ["binary", "multiclass", "regression"] as const;

  space(spec: TaskSpec): Space {
    if (spec.task === "regression") return SPACE;
    return { ...SPACE, class_weight: { type: "categorical", choices: ["none", "balanced"] } };
  }

  async fit({ spec, train, select, params }: FitRequest, context: FitContext): Promise<Fitted> {
    const balanced = params.class_weight === "balanced";
    const answers = trainingAnswers(spec, train, balanced);
    const encoding = fitEncoding(train, numberOf(params, "min_count", 5));
    const rows = { spec, design: encode(encoding, train.table), answers };
    await context.pause();
    const objective = new Objective(rows, penaltiesOf(params), sizeOf(encoding));
    const judging = otherAnswers(answers, select);
    const judges = judging && { spec, design: encode(encoding, select.table), answers: judging };
    await context.pause();
    const final = (found: Coefficients) => inTargetUnits(spec, found, answers);
    const predict = (found: Coefficients, design: Design) => predictions(multiply(design, final(found)), spec);
    const report = (step: number, found: Coefficients) =>
      judges === null ? context.pause() : context.report(step, context.loss(predict(found, judges.design)));
    const found = await minimise({ objective, judges, stopsEarly: !balanced, report }, context);
    const coefficients = final(found);
    return {
      model: exportLinear({ spec, encoding, coefficients }),
      predict: (table) => predict(found, encode(encoding, table)),
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

function numberOf(params: Params, name: string, absent: number): number {
  const value = params[name];
  return typeof value === "number" ? value : absent;
}

interface Fit {
  readonly objective: Objective;
  /** Rows of the select side; null where there are none. */
  readonly judges: Rows | null;
  /** False where the judges' loss is another one than the objective's. */
  readonly stopsEarly: boolean;
  readonly report: (step: number, found: Coefficients) => Promise<void>;
}

/**
 * Steps to the minimum in chunks; after each one the judges' loss is reported, and the fit may be ended there. Ends
 * early, with the best coefficients so far, where the judges' loss gets worse while the objective still gets better.
 */
async function minimise({ objective, judges, stopsEarly, report }: Fit, context: FitContext): Promise<Coefficients> {
  context.work(objective.preparation);
  const minimisation = new Minimisation(objective, new Float64Array(objective.l1.length));
  const chunk = Math.min(REPORT_STEPS, Math.ceil(REPORT_WORK / Math.max(1, objective.cost)));
  let best = { values: minimisation.x, loss: Infinity, steps: 0 };
  for (let steps = chunk; steps <= MOST_STEPS; steps += chunk) {
    const minimal = advance(minimisation, chunk, (evaluations) => context.work(objective.cost * evaluations));
    const found = { values: minimisation.x, outputs: objective.outputs };
    const loss = judges === null ? null : lossOf(judges, found);
    await report(steps, found);
    if (loss === null || loss < best.loss || !stopsEarly)
      best = { values: minimisation.x, loss: loss ?? Infinity, steps };
    if (minimal || steps - best.steps >= PATIENCE) break;
  }
  return { values: best.values, outputs: objective.outputs };
}

/** Takes some steps; true once there is nothing left to gain. */
function advance(minimisation: Minimisation, steps: number, onWork: (evaluations: number) => void): boolean {
  const { evaluations, value } = minimisation;
  let moves = true;
  for (let step = 0; moves && step < steps; step++) moves = minimisation.step();
  onWork(minimisation.evaluations - evaluations);
  return !moves || value - minimisation.value <= LEAST_GAIN * steps * Math.abs(minimisation.value);
}

/** Log loss, or root mean squared error in the target's unit: lower is better whatever the recipe's metric is. */
function lossOf(judges: Rows, coefficients: Coefficients): number {
  const loss = scoreOf(judges.spec.task, meanLoss(judges, coefficients), judges.answers);
  if (Number.isFinite(loss)) return loss;
  throw new LearnerFailure("diverged", `the loss on the select side became ${loss}`);
}

/** One output a class, of which a binary model has fitted the difference; a regression in the target's own unit. */
function inTargetUnits(spec: TaskSpec, { values, outputs }: Coefficients, { mean, scale }: Answers): Coefficients {
  if (!values.every(Number.isFinite)) throw new LearnerFailure("diverged", "a coefficient is not finite");
  if (spec.task === "multiclass") return { values, outputs };
  if (spec.task === "binary")
    return { values: Float64Array.from([...values].flatMap((value) => [0, value])), outputs: 2 };
  const scaled = values.map((value) => value * scale);
  scaled[scaled.length - 1] = (scaled.at(-1) as number) + mean;
  return { values: scaled, outputs };
}

export default definePlugin({ name: "linear", version: "1.0.0", learners: [{ useClass: Linear }] });
