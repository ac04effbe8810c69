/** Plans that a learner can start from, by how its family looks at numbers. */
import type { Column, Table } from "../plugin/table.js";
import type { FeaturePlan, FeatureStep } from "./plan.js";

/**
 * How a model uses numbers: as a weighted sum (`linear`), by layers that like them all of one size (`net`), or as distances
 * (`neighbours`).
 */
export type Family = "linear" | "net" | "neighbours";

type Rule = (columns: readonly string[]) => FeatureStep;

/** What a family makes of columns of each type. */
interface Rules {
  readonly numeric: Rule;
}

const FAMILIES: Readonly<Record<Family, Rules>> = {
  linear: { numeric: (columns) => ({ kind: "standard", columns, impute: "mean" }) },
  net: { numeric: (columns) => ({ kind: "quantile", columns }) },
  neighbours: { numeric: (columns) => ({ kind: "quantile", columns, output: "uniform" }) },
};

/** Levels in the training rows up to which each has a number of its own. With more, most of them would have few rows. */
const FEW_LEVELS = 64;

/**
 * Looks at the types of the columns and at how many levels they have, and at nothing else in them.
 * @param table the training rows
 */
export function defaultPlan({ columns }: Table, { family }: { readonly family: Family }): FeaturePlan {
  const of = (...types: Column["type"][]) => columns.filter(({ type }) => types.includes(type)).map(({ name }) => name);
  const few = columns.filter((one) => one.type === "categorical" && one.levels.length <= FEW_LEVELS);
  const many = columns.filter((one) => one.type === "categorical" && one.levels.length > FEW_LEVELS);
  const named = (list: readonly Column[]) => list.map(({ name }) => name);
  const steps: readonly FeatureStep[] = [
    FAMILIES[family].numeric(of("numeric")),
    { kind: "plain", columns: of("boolean"), impute: "mean" },
    { kind: "dates", columns: of("date") },
    { kind: "missing", columns: of("numeric", "boolean", "date") },
    { kind: "one_hot", columns: named(few) },
    { kind: "target", columns: named(many) },
    { kind: "frequency", columns: named(many) },
  ];
  return steps.filter((step) => step.columns.length > 0);
}
