/** What a linear model makes of columns: the default plan of its family, with what the parameters say. */
import type { Params } from "hyperparameter-js";
import { defaultPlan, type FeaturePlan, type FeatureStep, type Table } from "../../../core/plugin/index.js";

export function planOf(table: Table, params: Params): FeaturePlan {
  return defaultPlan(table, { family: "linear" }).flatMap((step) => adjusted(step, params));
}

/**
 * 4,000 reviews, by folds: AUC 0.850 with 5,000, 0.867 with 30,000, which is all that two texts have. Runs of characters beside
 * them bring 0.001 more, at four times the seconds.
 */
const WORDS = 30_000;

function adjusted(step: FeatureStep, params: Params): FeatureStep[] {
  switch (step.kind) {
    case "power":
      return numberSteps(step, params);
    case "products":
      return params.crosses === false ? [] : [step];
    case "one_hot":
      return [{ ...step, minCount: numberOf(params, "min_count", 5) }];
    case "words":
      return [{ ...step, minCount: 2, limit: numberOf(params, "words", WORDS) }];
    default:
      return [step];
  }
}

function numberSteps({ columns }: FeatureStep<"power">, { numbers }: Params): FeatureStep[] {
  if (numbers === "power") return [{ kind: "power", columns }];
  const standard = { kind: "standard", columns } as const;
  return numbers === "standard" ? [standard] : [standard, { kind: "hinges", columns }];
}

export function numberOf(params: Params, name: string, absent: number): number {
  const value = params[name];
  return typeof value === "number" ? value : absent;
}
