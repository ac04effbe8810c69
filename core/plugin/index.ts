/** The one door that plugins import, as `sous` from outside this repository. */
export { defaultPlan, type Family } from "../features/defaults.js";
export { type FittedFeatures, fitFeatures } from "../features/fit.js";
export type { FeaturePart } from "../features/part.js";
export type { FeatureKind, FeaturePlan, FeatureStep } from "../features/plan.js";
export type { SparseRows } from "../features/sparse.js";
export type { Json } from "../json.js";
export { LearnerFailure } from "../learner-failure.js";
export { bytes, DURATION_PATTERN, durationSchema, SIZE_PATTERN, seconds, sizeSchema } from "../quantities.js";
export { bootstrap, lowerBound, type Units, unitsOf, upperBound } from "../statistics/bootstrap.js";
export {
  pairedTest,
  rowsNeeded,
} from "../statistics/compare.js";
export { effectiveRows, type Layout, type Linearised, meanOf, type Spread, spreadOf } from "../statistics/estimate.js";
export { holmAdjusted } from "../statistics/holm.js";
export { type ScoreInterval, scoreInterval } from "../statistics/interval.js";
export { normalCdf } from "../statistics/normal.js";
export type { Comparison, Demand, Judging, TestName, Undecidable } from "../statistics/pair.js";
export { areaUnderRoc } from "../statistics/ranking.js";
export { gather } from "../statistics/rows.js";
export { type ShareBounds, shareBounds } from "../statistics/share.js";
export { studentQuantile } from "../statistics/student.js";
export { classWeights, type TrainingAnswers, trainingAnswers } from "./answers.js";
export {
  CONTRACT,
  definePlugin,
  GATE,
  LEARNER,
  METRIC,
  type Plugin,
  type PluginContext,
  type PluginDefinition,
  type Provider,
  SAMPLER,
  SOURCE,
} from "./define.js";
export type { Contender, Evidence, Gate, Leak, OpenContender, Outcome, Parity, Verdict } from "./gate.js";
export { commonOpsets, decodePart, inlinePart } from "./inlining.js";
export type { FitContext, FitRequest, Fitted, Learner, Origin } from "./learner.js";
export type { Judged, Metric, Shape } from "./metric.js";
export { finishModel, type ModelParts, rawInputs } from "./model.js";
export { predictedClass, rightRows } from "./predicted.js";
export { sampleOf } from "./sample.js";
export type { SamplerFactory } from "./sampler.js";
export { type Cell, type Scan, type Source, SourceFailure, type SourceProblem } from "./source.js";
export { type StoppingLoss, stoppingLoss } from "./stopping.js";
export type {
  Answers,
  Column,
  ColumnType,
  Labelled,
  LevelColumn,
  NumberColumn,
  Prediction,
  Table,
  Task,
  TaskSpec,
  Truth,
} from "./table.js";
