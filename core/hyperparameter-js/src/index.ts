/** The door of `hyperparameter-js`: everything that users and authors of samplers, pruners and storages need. */

export type { Finding } from "./conformance/finding.js";
export { checkPruner } from "./conformance/pruner.js";
export { checkSampler } from "./conformance/sampler.js";
export { checkStorage } from "./conformance/storage.js";
export type { ErrorFields, HyperparameterCode } from "./errors.js";
export { HyperparameterError, TrialPruned } from "./errors.js";
export type { ImportanceOptions } from "./importance/importance.js";
export { importance } from "./importance/importance.js";
export { fromOptunaJournal } from "./interchange/fromOptuna.js";
export type { OptunaStudy } from "./interchange/optuna.js";
export { toOptunaJournal } from "./interchange/toOptuna.js";
export type { CheckpointOptions } from "./pruners/checkpoint.js";
export type { ForecastOptions } from "./pruners/forecast.js";
export { forecastPruner } from "./pruners/forecast.js";
export type { HyperbandOptions } from "./pruners/hyperband.js";
export { hyperbandPruner } from "./pruners/hyperband.js";
export type { MedianOptions } from "./pruners/median.js";
export { medianPruner } from "./pruners/median.js";
export { nopPruner } from "./pruners/nop.js";
export type { PatientOptions } from "./pruners/patient.js";
export { patientPruner } from "./pruners/patient.js";
export type { PercentileOptions } from "./pruners/percentile.js";
export { percentilePruner } from "./pruners/percentile.js";
export type { SuccessiveHalvingOptions } from "./pruners/successiveHalving.js";
export { successiveHalvingPruner } from "./pruners/successiveHalving.js";
export type { ThresholdOptions } from "./pruners/threshold.js";
export { thresholdPruner } from "./pruners/threshold.js";
export type { WilcoxonOptions } from "./pruners/wilcoxon.js";
export { wilcoxonPruner } from "./pruners/wilcoxon.js";
export type { Rng } from "./random/rng.js";
export { createRng, deriveSeed } from "./random/rng.js";
export { autoSampler } from "./samplers/auto/auto.js";
export type { CmaesOptions } from "./samplers/cmaes/cmaes.js";
export { cmaesSampler } from "./samplers/cmaes/cmaes.js";
export type { GpOptions } from "./samplers/gp/sampler.js";
export { gpSampler } from "./samplers/gp/sampler.js";
export type { GridOptions } from "./samplers/grid.js";
export { gridSampler } from "./samplers/grid.js";
export { haltonSampler } from "./samplers/halton.js";
export { nsga2Sampler } from "./samplers/nsga2.js";
export type { Nsga3Options } from "./samplers/nsga3.js";
export { nsga3Sampler } from "./samplers/nsga3.js";
export type { NsgaOptions } from "./samplers/nsgaOptions.js";
export { randomSampler } from "./samplers/random.js";
export { sobolSampler } from "./samplers/sobol.js";
export type { TpeOptions } from "./samplers/tpe/options.js";
export { tpeSampler } from "./samplers/tpe/tpe.js";
export { activeSpace } from "./space/conditions.js";
export { nearestPoint } from "./space/nearest.js";
export { cardinality, contains, drawPoint, pointKey } from "./space/points.js";
export { validateRelations } from "./space/relation-rules.js";
export { holds } from "./space/relations.js";
export { validateSpace } from "./space/validate.js";
export { memoryStorage } from "./storage/memory.js";
export type { AddedTrial } from "./study/added.js";
export type { HypervolumeOptions } from "./study/best.js";
export { hypervolume, paretoFront } from "./study/best.js";
export type { Objective, OptimizeOptions } from "./study/optimize.js";
export type { StudyOptions } from "./study/options.js";
export type { Outcome } from "./study/outcome.js";
export type { Study } from "./study/study.js";
export { createStudy } from "./study/study.js";
export type { RangeOptions, Trial } from "./study/trial.js";
export { bestSoFar } from "./terminator/bestSoFar.js";
export type { Terminator, TerminatorOptions } from "./terminator/terminator.js";
export { terminator } from "./terminator/terminator.js";
export type { TransferOptions } from "./transfer/sampler.js";
export { transferSampler } from "./transfer/sampler.js";
export type {
  CategoricalDistribution,
  Condition,
  Direction,
  Distribution,
  EarlierStudy,
  Explanation,
  FloatDistribution,
  FrozenTrial,
  IntDistribution,
  Params,
  ParamsOf,
  ParamValue,
  Proposal,
  ProposeRequest,
  PruneRequest,
  Pruner,
  Relation,
  Sampler,
  Space,
  Storage,
  TrialState,
  ValueOf,
} from "./types.js";
