import type { Column, Evidence, Gate, Json, Verdict } from "../../core/plugin/index.js";
import { contestOf } from "./harm.js";
import { columnsNamed, columnsOption, type Part, partName, partsOf } from "./parts.js";
import { metricNamed, numberOr, referenceOf } from "./reference.js";
import { type Family, judgeFamily, type Slice, sliceFigures } from "./sliceFamily.js";
import { unsure, worstOf } from "./verdict.js";
import { brief, many, some } from "./words.js";

const DEFAULT_ROWS = 100;
/** Slices that are looked for at most, the largest ones: each takes a test, and some of the power of all others. */
const MOST_FOUND = 60;

const COLUMNS = "a list of columns, such as [plan, region]";

/**
 * The candidate loses less than a margin in every part of the rows that a person named: all must be shown to be
 * harmless, which needs no correction for their number (intersection–union test), but rows. In parts that nobody named
 * (`found`) a loss above the margin must be shown, with Holm's correction for all that were looked at, and is then a veto.
 */
export const slices: Gate = {
  name: "slices",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["margin"],
    if: { required: ["found"], properties: { found: { const: true } } },
    else: { required: ["by"], properties: { by: { "x-expected": COLUMNS } } },
    properties: {
      by: columnsOption({
        "x-expected": COLUMNS,
        description: "Columns whose values are slices; numbers are cut at their quartiles.",
      }),
      found: {
        type: "boolean",
        default: false,
        description: "Also the values of every other column, in each of which a shown loss is a veto.",
      },
      metric: { type: "string", description: "Metric that losses are measured in; default: the recipe's metric." },
      margin: { type: "number", minimum: 0, description: "Loss that is too much, in the metric's own unit." },
      min_rows: {
        type: "integer",
        minimum: 2,
        default: DEFAULT_ROWS,
        description: "Rows below which a slice is shown as insufficient, and not judged.",
      },
    },
  },
  judge(evidence, options) {
    const { columns: by, missing } = columnsNamed(evidence, options.by);
    if (missing.length > 0)
      return unsure(`The rows have no column ${some(missing.map((name) => brief(name)))} to slice by.`);
    return judgeSlices(evidence, options, { by, found: options.found === true });
  },
};

interface Wanted {
  readonly by: readonly Column[];
  readonly found: boolean;
}

function judgeSlices(evidence: Evidence, options: { readonly [key: string]: Json }, wanted: Wanted): Verdict {
  const metric = metricNamed(evidence, options.metric);
  const reference = referenceOf(evidence);
  const family = {
    contest: contestOf(evidence, metric, reference),
    role: reference.role,
    demand: { margin: numberOr(options.margin, 0), alpha: evidence.alpha },
    leastRows: numberOr(options.min_rows, DEFAULT_ROWS),
  };
  const families: Family[] = [{ ...family, rule: "safety", parts: declaredParts(evidence, wanted) }];
  if (wanted.found) families.push({ ...family, rule: "veto", parts: foundParts(evidence, wanted, family.leastRows) });
  return combined(families.filter(({ parts }) => parts.length > 0).map(judgeFamily), {
    metric: metric.name,
    against: reference.role,
    ...family.demand,
    min_rows: family.leastRows,
  });
}

function declaredParts({ table, context }: Evidence, { by }: Wanted): readonly Part[] {
  return [...table.columns, ...context].filter((column) => by.includes(column)).flatMap(partsOf);
}

/** Every value of every other column but texts, of which hardly any is there twice; without those that are all rows. */
function foundParts({ table }: Evidence, { by }: Wanted, leastRows: number): readonly Part[] {
  const parts = table.columns.filter((column) => column.type !== "text" && !by.includes(column)).flatMap(partsOf);
  const whole = parts.filter(({ rows }) => rows.length >= leastRows && rows.length < table.rows);
  const size = whole.map(({ rows }) => rows.length).sort((a, b) => b - a)[MOST_FOUND - 1] ?? 0;
  return whole.filter(({ rows }) => rows.length >= size).slice(0, MOST_FOUND);
}

interface Judgement {
  readonly slices: readonly Slice[];
  readonly said: Pick<Verdict, "outcome" | "reason">;
}

function combined(judgements: readonly Judgement[], figures: { readonly [key: string]: Json }): Verdict {
  const all = judgements.flatMap((one) => one.slices);
  if (all.length === 0) return unsure("There are no slices to judge.", figures);
  const outcome = worstOf(judgements.map(({ said }) => said.outcome));
  const reasons = judgements.filter(({ said }) => outcome === "PASS" || said.outcome === outcome);
  const small = all.filter(({ harm }) => harm === null || harm.test === null);
  const shown =
    small.length === 0 ? "" : `; ${many(small.length, "slice")} can't be judged: ${some(small.map(sizeOf))}`;
  return {
    outcome,
    reason: `${reasons.map(({ said }) => said.reason).join("; ")}${shown}.`,
    figures: { ...figures, ...sliceFigures(all) },
  };
}

function sizeOf({ part }: Slice): string {
  return `${partName(part)} (${many(part.rows.length, "row")})`;
}
