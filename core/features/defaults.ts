/** Plans that a learner can start from, by how its family looks at numbers. */
import type { Column, Table } from "../plugin/table.js";
import type { FeaturePlan, FeatureStep } from "./plan.js";

/**
 * How a model uses numbers: as a weighted sum (`linear`), by layers that like them all of one size (`net`), or as distances
 * (`neighbours`).
 */
export type Family = "linear" | "net" | "neighbours";

/** What a family makes of columns of a type. */
interface Rules {
  readonly numeric: (columns: readonly string[]) => readonly FeatureStep[];
  /** Whether products of columns are made, as models need that add up. */
  readonly products: boolean;
  /** Most words and pairs of words of a column of texts. */
  readonly words: number;
}

const FAMILIES: Readonly<Record<Family, Rules>> = {
  linear: { numeric: (columns) => [{ kind: "power", columns }], products: true, words: 5_000 },
  net: { numeric: (columns) => [{ kind: "quantile", columns }], products: false, words: 1_000 },
  neighbours: {
    numeric: (columns) => [{ kind: "quantile", columns, output: "uniform" }],
    products: false,
    words: 300,
  },
};

/** Numbers that the words of all rows may take: 200 MB. With many rows there are fewer words, but never fewer than 100. */
const MOST_NUMBERS = 5e7;
const FEWEST_WORDS = 100;

/** Levels in the training rows up to which each has a number of its own. With more, most of them would have few rows. */
const FEW_LEVELS = 64;

/**
 * Looks at the types of the columns, at how many levels and rows there are, and at nothing in them.
 * @param table the training rows
 */
export function defaultPlan({ rows, columns }: Table, { family }: { readonly family: Family }): FeaturePlan {
  const of = (...types: Column["type"][]) => columns.filter(({ type }) => types.includes(type)).map(({ name }) => name);
  const few = columns.filter((one) => one.type === "categorical" && one.levels.length <= FEW_LEVELS);
  const many = columns.filter((one) => one.type === "categorical" && one.levels.length > FEW_LEVELS);
  const named = (list: readonly Column[]) => list.map(({ name }) => name);
  const { numeric, products, words } = FAMILIES[family];
  const limit = Math.max(Math.min(words, Math.floor(MOST_NUMBERS / rows)), FEWEST_WORDS);
  const steps: readonly FeatureStep[] = [
    ...numeric(of("numeric")),
    { kind: "products", columns: products ? [...of("numeric", "boolean"), ...named(few)] : [] },
    { kind: "plain", columns: of("boolean"), impute: "mean" },
    { kind: "dates", columns: of("date") },
    { kind: "missing", columns: of("numeric", "boolean", "date") },
    { kind: "scale", columns: named(columns.filter((one) => "codes" in one && one.ordered === true)) },
    { kind: "one_hot", columns: named(few) },
    { kind: "target", columns: named(many) },
    { kind: "frequency", columns: named(many) },
    { kind: "words", columns: of("text"), limit },
  ];
  return steps.filter((step) => step.columns.length > 0);
}
