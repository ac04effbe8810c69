/** The table of kinds: how each is fitted. */
import { fitCombinations } from "./crosses/combinations.js";
import { fitProducts } from "./crosses/products.js";
import { fitFrequency } from "./levels/frequency.js";
import { fitHashed, fitOneHot } from "./levels/onehot.js";
import { fitOrdinal } from "./levels/ordinal.js";
import { fitScale } from "./levels/scale.js";
import { fitTarget } from "./levels/target.js";
import { fitDates } from "./numbers/dates.js";
import { fitHinges } from "./numbers/hinges.js";
import { fitMissing } from "./numbers/missing.js";
import { fitNumbers } from "./numbers/numbers.js";
import { plain } from "./numbers/plain.js";
import { power } from "./numbers/power.js";
import { quantile } from "./numbers/quantile.js";
import { standard } from "./numbers/standard.js";
import type { FittedPart, Training } from "./part.js";
import type { FeatureKind, FeatureStep } from "./plan.js";
import { remembered } from "./remembered.js";
import { fitTexts } from "./texts/tfidf.js";

/** Null where the columns have nothing to tell in the training rows. */
type Fit<K extends FeatureKind> = (training: Training, step: FeatureStep<K>) => FittedPart | null;

/**
 * Of 900 rows with 35 columns the search for powers took three quarters of a linear fit's time, and that for combinations half of
 * boosting's: these are remembered.
 */
const KINDS: { readonly [K in FeatureKind]: Fit<K> } = {
  standard: (training, step) => fitNumbers(standard, training, step.columns, step),
  plain: (training, step) => fitNumbers(plain, training, step.columns, step),
  power: remembered((training, step) => fitNumbers(power, training, step.columns, step)),
  quantile: (training, step) => fitNumbers(quantile(step), training, step.columns, step),
  hinges: (training, step) => fitHinges(training, step.columns, step),
  missing: (training, { columns }) => fitMissing(training, columns),
  dates: (training, { columns }) => fitDates(training, columns),
  one_hot: (training, step) => fitOneHot(training, step.columns, step),
  hashed: (training, step) => fitHashed(training, step.columns, step),
  ordinal: (training, step) => fitOrdinal(training, step.columns, step),
  scale: (training, { columns }) => fitScale(training, columns),
  frequency: (training, { columns }) => fitFrequency(training, columns),
  target: (training, step) => fitTarget(training, step.columns, step),
  words: (training, step) => fitTexts("words", training, step.columns, step),
  characters: (training, step) => fitTexts("characters", training, step.columns, step),
  combinations: remembered((training, step) => fitCombinations(training, step.columns, step)),
  products: remembered((training, step) => fitProducts(training, step.columns, step)),
};

export function fitStep<K extends FeatureKind>(training: Training, step: FeatureStep<K>): FittedPart | null {
  const fitKind: Fit<K> = KINDS[step.kind];
  return fitKind(training, step);
}
