/** A plan as data: which kinds of features are made of which columns. */
import type { Imputation } from "./numbers/numbers.js";
import type { QuantileOptions } from "./numbers/quantile.js";

/** The options of each kind. docs/features.md says what the kinds do. */
interface StepOptions {
  readonly standard: Imputation;
  readonly plain: Imputation;
  readonly power: Imputation;
  readonly quantile: Imputation & QuantileOptions;
  readonly missing: object;
  readonly dates: object;
}

export type FeatureKind = keyof StepOptions;

/** One kind, of these columns of the table. */
export type FeatureStep<K extends FeatureKind = FeatureKind> = {
  readonly [P in K]: { readonly kind: P; readonly columns: readonly string[] } & StepOptions[P];
}[K];

/** Numbers stand in the order of the steps. */
export type FeaturePlan = readonly FeatureStep[];
