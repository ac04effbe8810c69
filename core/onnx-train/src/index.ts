/** The door of the library. */
export { gradients } from "./autodiff/backward.js";
export type { AttributeInput } from "./builder/attributes.js";
export { GraphBuilder } from "./builder/builder.js";
export type { GroupNormOptions } from "./builder/groupNorm.js";
export type { BuilderOptions, OpOptions } from "./builder/nodes.js";
export { type DecodeOptions, decodeMetadata, decodeModel, decodeOpsets } from "./codec/decode.js";
export { type EncodeOptions, encodeModel } from "./codec/encode.js";
export type { ExternalPlace, ReadExternal, WriteExternal } from "./codec/tensors.js";
export { OnnxError, type OnnxErrorCode } from "./errors.js";
export { readModelFile, type WriteOptions, writeModelFile } from "./files.js";
export {
  type Attribute,
  type AttributeKind,
  type Dimension,
  type Foreign,
  type Graph,
  type Model,
  type ModelFunction,
  type Node,
  Value,
  type ValueType,
} from "./graph.js";
export { type AttentionOptions, attention, type VisibleOptions } from "./layers/attention.js";
export {
  averagePool,
  type ChannelNorm,
  type CnnOptions,
  type ConvolutionBlockOptions,
  type ConvolutionOptions,
  cnn,
  convolution,
  convolutionBlock,
  globalAveragePool,
  maxPool,
  residualBlock,
} from "./layers/convolution.js";
export { type Activation, type DenseOptions, dense, dropout, type MlpOptions, mlp } from "./layers/dense.js";
export { type BatchEnsembleOptions, batchEnsemble, memberDense, type TabMOptions, tabM } from "./layers/ensemble.js";
export type { Distribution, Fan } from "./layers/initial.js";
export {
  type BatchNormOptions,
  batchNorm,
  groupNorm,
  layerNorm,
} from "./layers/normalization.js";
export { type TimePoolOptions, timePool } from "./layers/pooling.js";
export { Scope } from "./layers/scope.js";
export {
  type CategoricalEmbeddingOptions,
  categoricalEmbedding,
  type NumericEmbeddingOptions,
  numericEmbedding,
  type PiecewiseEmbeddingOptions,
  piecewiseEmbedding,
  type ResidualMlpOptions,
  residualMlp,
} from "./layers/tabular.js";
export {
  type DecoderOptions,
  type EmbeddingOptions,
  type EncoderOptions,
  embedding,
  type SequenceOptions,
  type TransformerOptions,
  transformer,
  transformerDecoder,
  transformerEncoder,
} from "./layers/transformer.js";
export { type BinaryOptions, binaryCrossEntropy } from "./losses/binary.js";
export { type CosineOptions, cosineDistance } from "./losses/cosineDistance.js";
export type { CountedOptions } from "./losses/counted.js";
export { type CrossEntropyOptions, crossEntropy } from "./losses/crossEntropy.js";
export { type DistillationOptions, type DivergenceOptions, distillation, klDivergence } from "./losses/distillation.js";
export type { Loss, LossContext, LossData } from "./losses/loss.js";
export { lossModel } from "./losses/lossModel.js";
export {
  absoluteError,
  type HuberOptions,
  huber,
  poisson,
  type QuantileOptions,
  quantile,
  type RegressionOptions,
  squaredError,
} from "./losses/regression.js";
export { sumOf, type WeightedLoss } from "./losses/sumOf.js";
export { type AdagradOptions, adagrad } from "./optimizers/adagrad.js";
export { type AdamOptions, adam } from "./optimizers/adam.js";
export { type AdamWOptions, adamW } from "./optimizers/adamW.js";
export { type AveragedOptions, averaged } from "./optimizers/averaged.js";
export { type ClipWeightsOptions, clipByNorm, clipByValue, clipWeights } from "./optimizers/clipping.js";
export { type LionOptions, lion } from "./optimizers/lion.js";
export { type MomentumOptions, momentum, type NesterovOptions, nesterov } from "./optimizers/momentum.js";
export { type Optimizer, type Slot, stepFactors, type Update, type Updated } from "./optimizers/optimizer.js";
export { type RmsPropOptions, rmsProp } from "./optimizers/rmsProp.js";
export { type ScheduleFreeOptions, scheduleFree } from "./optimizers/scheduleFree.js";
export { type SgdOptions, sgd } from "./optimizers/sgd.js";
export { type TowardsOptions, towards } from "./optimizers/towards.js";
export { type Checkable, checked, pass } from "./passes/checked.js";
export { ProgramCache, type ProgramCacheOptions } from "./program/cache.js";
export type { Column } from "./program/columns.js";
export type { Hyper, Setting } from "./program/hyper.js";
export type { Outcome } from "./program/outcome.js";
export { epochPlan, type PlanOptions } from "./program/plan.js";
export { openPredictor, type Predictor } from "./program/predictor.js";
export { type Program, type ProgramOptions, type Statistics, trainingProgram } from "./program/program.js";
export type { TrainingState } from "./program/state.js";
export { type Progress, type TrainOptions, type TrainResult, train } from "./program/train.js";
export {
  type Chunk,
  type ChunkResult,
  type Start,
  Trainer,
} from "./program/trainer.js";
export { deadShare, type Watch } from "./program/watch.js";
export { withWeights } from "./program/weights.js";
export { assertValid, checkModel, type Finding } from "./rules/rules.js";
export { type OneCycleOptions, oneCycle } from "./schedules/oneCycle.js";
export {
  constantRate,
  cosineRate,
  cosineRestarts,
  exponentialRate,
  type FadeOptions,
  inverseSquareRootRate,
  linearRate,
  polynomialRate,
  type RestartOptions,
  type SteppedOptions,
  steppedRate,
} from "./schedules/rates.js";
export { followed, type Schedule, scheduled, type WarmupOptions, warmup } from "./schedules/schedule.js";
export { openSession, type Session, type SessionOptions, type SessionValue } from "./session.js";
export { type Stacked, type StackedOptions, stacked } from "./stack/stacked.js";
export { type ElementType, scalar, type Tensor, type TensorData, tensor } from "./tensor.js";
export { pruned } from "./tune/edit.js";
export { type HeadOptions, withHead } from "./tune/head.js";
export { liftWeights } from "./tune/lift.js";
export { type ApplyOptions, adapterOf, applyAdapter } from "./tune/lora/apart.js";
export { type LoraOptions, withLora } from "./tune/lora/lora.js";
export { mergeAdapters, withoutAdapters } from "./tune/lora/merge.js";
export { fixNorms } from "./tune/norms.js";
export type { Pattern } from "./tune/patterns.js";
export { type Choice, chosen, type WeightInfo, type WeightUse, weightsOf } from "./tune/trainable.js";
export type { Holder } from "./tune/uses.js";
export { convertModel } from "./versions/convert.js";
export { irVersionOf, NEWEST_OPSET, OPSET } from "./versions/opsets.js";
