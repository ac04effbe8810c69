/** A plan as data: which kinds of features are made of which columns. */
import type { CombinationOptions } from "./crosses/combinations.js";
import type { ProductOptions } from "./crosses/products.js";
import type { HashedOptions, OneHotOptions } from "./levels/onehot.js";
import type { OrdinalOptions } from "./levels/ordinal.js";
import type { TargetOptions } from "./levels/target.js";
import type { HingeOptions } from "./numbers/hinges.js";
import type { Imputation } from "./numbers/numbers.js";
import type { QuantileOptions } from "./numbers/quantile.js";
import type { TextOptions } from "./texts/tfidf.js";

/** The options of each kind. docs/features.md says what the kinds do. */
interface StepOptions {
  readonly standard: Imputation;
  readonly plain: Imputation;
  readonly power: Imputation;
  readonly quantile: Imputation & QuantileOptions;
  readonly hinges: HingeOptions;
  readonly missing: object;
  readonly dates: object;
  readonly one_hot: OneHotOptions;
  readonly hashed: HashedOptions;
  readonly ordinal: OrdinalOptions;
  readonly scale: object;
  readonly frequency: object;
  readonly target: TargetOptions;
  readonly words: TextOptions;
  readonly characters: TextOptions;
  readonly combinations: CombinationOptions;
  readonly products: ProductOptions;
}

export type FeatureKind = keyof StepOptions;

/** One kind, of these columns of the table. */
export type FeatureStep<K extends FeatureKind = FeatureKind> = {
  readonly [P in K]: { readonly kind: P; readonly columns: readonly string[] } & StepOptions[P];
}[K];

/** Numbers stand in the order of the steps. */
export type FeaturePlan = readonly FeatureStep[];
