import type { Column, Evidence, Gate } from "../../core/plugin/index.js";
import { type Distance, distanceOf, type Sampled, sampledColumn } from "./distance.js";
import { numberOr } from "./reference.js";
import { unsure } from "./verdict.js";
import { brief, counted, figure, many } from "./words.js";

const DEFAULT_LIMIT = 0.2;
/** Rows of a side below which distances are chance. */
const LEAST_ROWS = 20;
const ALPHA = 0.05;
/** Columns that the figures hold, the farthest first. */
const MOST_SHOWN = 20;

/**
 * The confirm rows are still of the kind that the model was made of: no column, nor the target, has moved by more than a
 * limit since train, as a difference in the probability of an event. Never FAIL: rows that have moved speak neither for a
 * model nor against it.
 */
export const drift: Gate = {
  name: "drift",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      limit: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        default: DEFAULT_LIMIT,
        description: "Largest distance between the confirm rows and train, 0 to 1.",
      },
      ignore: {
        type: "array",
        items: { type: "string" },
        uniqueItems: true,
        description: "Columns that may move, such as a date.",
      },
    },
  },
  judge(evidence, options) {
    const limit = numberOr(options.limit, DEFAULT_LIMIT);
    const { train, truth } = evidence;
    if (Math.min(truth.length, train.truth.length) < LEAST_ROWS)
      return unsure(
        `There are ${counted(train.truth.length)} rows of train and ${counted(truth.length)} to confirm, and ${LEAST_ROWS} are the least of each.`,
      );
    const ignored = Array.isArray(options.ignore) ? options.ignore : [];
    const samples = samplesOf(evidence).filter(({ name }) => !ignored.includes(name));
    const found = samples.map((sampled) => distanceOf(sampled, { columns: samples.length, alpha: ALPHA }));
    return said(
      found.toSorted((a, b) => b.distance - a.distance),
      limit,
    );
  },
};

/** Every column but texts, of which hardly any is there twice, and the target. */
function samplesOf({ spec, table, truth, train }: Evidence): readonly Sampled[] {
  const byName = new Map(train.table.columns.map((column) => [column.name, column]));
  const columns = table.columns.flatMap((column) => {
    const before: Column | undefined = byName.get(column.name);
    return before === undefined || column.type === "text" ? [] : [sampledColumn(before, column)];
  });
  return [...columns, { name: spec.target, before: train.truth, after: truth, isLevels: spec.classes.length > 0 }];
}

function said(distances: readonly Distance[], limit: number) {
  const figures = {
    limit,
    distances: distances
      .slice(0, MOST_SHOWN)
      .map(({ name, distance, atLeast }) => ({ column: name, distance, at_least: atLeast })),
  };
  const [worst] = distances;
  if (worst === undefined) return unsure("There is no column to look at.", figures);
  const most = `${brief(worst.name)} by ${figure(worst.distance)}`;
  if (worst.distance <= limit) {
    const reason = `Between train and the confirm rows no column of ${counted(distances.length)} has moved by more than ${figure(limit)}, and the farthest is ${most}.`;
    return { outcome: "PASS" as const, reason, figures };
  }
  const moved = distances.filter(({ distance }) => distance > limit).length;
  const sure = worst.atLeast > limit ? `at least ${figure(worst.atLeast)} of it no chance` : "which may be chance";
  return unsure(
    `Between train and the confirm rows ${many(moved, "column")} of ${counted(distances.length)} moved by more than ${figure(limit)}, the farthest ${most} (${sure}), so that a gain here need not be one on today's rows.`,
    figures,
  );
}
