import {
  type Answers,
  bootstrap,
  type Column,
  type Evidence,
  type Gate,
  type Json,
  lowerBound,
  type Outcome,
  unitsOf,
  upperBound,
  type Verdict,
} from "../../core/plugin/index.js";
import {
  cellsOf,
  countsOf,
  GAPS,
  type Gap,
  type Grouped,
  gapOf,
  positiveLabels,
  type Role,
  ratesOf,
  ratioOf,
} from "./gaps.js";
import { columnsNamed, columnsOption, type Part, partsOf } from "./parts.js";
import { numberOr, referenceOf } from "./reference.js";
import { unsure, worstOf } from "./verdict.js";
import { brief, counted, figure, finite, some } from "./words.js";

const DEFAULT_ROWS = 50;
const DEFAULT_MARGIN = 0.02;
const FOUR_FIFTHS = "four_fifths" as const;
/** The least ratio of selection rates by the rule of thumb of the EEOC's Uniform Guidelines (1978), § 1607.4 D. */
const LEAST_RATIO = 0.8;

/**
 * The candidate treats the groups of a column no more differently than the champion does, by more than a margin: the
 * bound of gap − gap at 1 − alpha, by resampling the same rows for both. `four_fifths` is of the candidate alone: the
 * lower bound of the ratio of selection rates is at least 0.8.
 */
export const fairness: Gate = {
  name: "fairness",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["by"],
    properties: {
      by: columnsOption({
        "x-expected": "a list of columns, such as [gender]",
        description: "Columns whose values are the groups, each column by itself.",
      }),
      gaps: {
        type: "array",
        items: { type: "string", enum: [...GAPS, FOUR_FIFTHS] },
        minItems: 1,
        uniqueItems: true,
        default: ["equal_opportunity"],
        "x-expected": `a list of ${[...GAPS, FOUR_FIFTHS].join(", ")}`,
        description: "What has to be alike; the others are shown.",
      },
      margin: {
        type: "number",
        minimum: 0,
        default: DEFAULT_MARGIN,
        description: "How much larger a gap may be than the champion's, 0 to 1.",
      },
      min_rows: {
        type: "integer",
        minimum: 2,
        default: DEFAULT_ROWS,
        description: "Rows below which a group is shown, and not judged.",
      },
    },
  },
  judge(evidence, options) {
    const { columns: by, missing } = columnsNamed(evidence, options.by);
    if (evidence.spec.task !== "binary")
      return unsure(`Gaps are of two classes, and the task is ${evidence.spec.task}.`);
    if (missing.length > 0) return unsure(`The rows have no column ${some(missing.map((name) => brief(name)))}.`);
    return judgeColumns(evidence, by, options);
  },
};

interface Measure {
  readonly column: string;
  readonly kind: Gap | typeof FOUR_FIFTHS;
  /** Of `value`: the gap less that of the reference; of four_fifths the ratio. Null: it isn't wanted, or can't be resampled. */
  readonly bounds: { readonly lower: number; readonly upper: number } | null;
  readonly value: number;
  readonly of: { readonly candidate: number; readonly reference: number };
  readonly outcome: Outcome;
}

function judgeColumns(evidence: Evidence, by: readonly Column[], options: { readonly [key: string]: Json }): Verdict {
  const leastRows = numberOr(options.min_rows, DEFAULT_ROWS);
  const margin = numberOr(options.margin, DEFAULT_MARGIN);
  const wanted = Array.isArray(options.gaps) ? options.gaps.map(String) : ["equal_opportunity"];
  const columns = by.map((column) => groupsOf(evidence, column, leastRows));
  const measures = columns.flatMap((groups) =>
    groups.judged.length < 2 ? [] : measuresOf(evidence, groups, { margin, wanted }),
  );
  const figures = {
    against: referenceOf(evidence).role,
    alpha: evidence.alpha,
    margin,
    slices: columns.flatMap(groupFigures),
    gaps: measures.map(({ column, kind, value, of, bounds, outcome }) =>
      finite({ column, kind, ...of, value, ...bounds, ...(wanted.includes(kind) && { outcome }) }),
    ),
  };
  const alone = columns.filter(({ judged }) => judged.length < 2).map(({ column }) => brief(column));
  if (alone.length > 0)
    return unsure(
      `Of ${some(alone)} fewer than two groups have ${counted(leastRows)} rows, so there is no gap.`,
      figures,
    );
  const chosen = measures.filter(({ kind }) => wanted.includes(kind));
  return { ...said(chosen, { margin, role: referenceOf(evidence).role }), figures };
}

interface Groups {
  readonly column: string;
  readonly parts: readonly Part[];
  /** Those with enough rows. */
  readonly judged: readonly Part[];
  readonly grouped: Grouped;
}

function groupsOf(evidence: Evidence, column: Column, leastRows: number): Groups {
  const parts = partsOf(column);
  const judged = parts.filter(({ rows }) => rows.length >= leastRows);
  const { spec, truth, weight } = evidence;
  const groupOf = new Int32Array(truth.length).fill(-1);
  for (const [group, { rows }] of judged.entries()) for (const row of rows) groupOf[row] = group;
  const labels = (answers: Answers) => positiveLabels(spec, answers, truth.length);
  const [candidate, reference] = [labels(evidence.candidate), labels(referenceOf(evidence).contender)];
  const grouped = { truth, weight, groupOf, groups: judged.length, candidate, reference };
  return { column: column.name, parts, judged, grouped };
}

/** Groups that the figures hold: an entry of the log is under 64 KiB. */
const MOST_SHOWN = 30;

/** How often each group gets the positive label; of small groups only their size. */
function groupFigures({ parts, judged, grouped }: Groups): readonly Json[] {
  const counts = countsOf(cellsOf(grouped), grouped, allRows(grouped));
  const [selected, hits, alarms] = (["all", "positive", "negative"] as const).map((among) =>
    ratesOf(among, "candidate", counts),
  ) as [number[], number[], number[]];
  return parts.slice(0, MOST_SHOWN).map((part): Json => {
    const group = judged.indexOf(part);
    const whose = { column: part.column, value: part.value, rows: part.rows.length };
    if (group < 0) return { ...whose, outcome: "insufficient" };
    const [share, right, wrong] = [selected, hits, alarms].map((rates) => rates[group] as number) as [
      number,
      number,
      number,
    ];
    return finite({ ...whose, selected: share, true_positive: right, false_positive: wrong });
  });
}

function allRows({ truth }: Pick<Grouped, "truth">): Int32Array {
  return Int32Array.from(truth, (_, row) => row);
}

interface Question {
  readonly margin: number;
  readonly wanted: readonly string[];
}

type Statistic = (counts: Float64Array) => number;

/** What of the counts each kind is judged by: the rise of a gap, or the candidate's ratio. */
const STATISTICS: Readonly<Record<Measure["kind"], Statistic>> = {
  ...(Object.fromEntries(
    GAPS.map((kind): [Gap, Statistic] => [
      kind,
      (counts) => gapOf(kind, "candidate", counts) - gapOf(kind, "reference", counts),
    ]),
  ) as Record<Gap, Statistic>),
  [FOUR_FIFTHS]: (counts) => ratioOf("candidate", counts),
};

function measuresOf(evidence: Evidence, { column, grouped }: Groups, { margin, wanted }: Question): readonly Measure[] {
  const cells = cellsOf(grouped);
  const counts = countsOf(cells, grouped, allRows(grouped));
  return ([...GAPS, FOUR_FIFTHS] as const).map((kind): Measure => {
    const value = STATISTICS[kind](counts);
    const drawn = (rows: Int32Array) => STATISTICS[kind](countsOf(cells, grouped, rows));
    const bounds = wanted.includes(kind) && Number.isFinite(value) ? boundsOf(evidence, value, drawn) : null;
    const side = (role: Role) => (kind === FOUR_FIFTHS ? ratioOf(role, counts) : gapOf(kind, role, counts));
    const of = { candidate: side("candidate"), reference: side("reference") };
    return { column, kind, value, of, bounds, outcome: outcomeOf(kind, bounds, margin) };
  });
}

function boundsOf(
  { truth, spec, group, serial, seed, alpha }: Evidence,
  value: number,
  statistic: (rows: Int32Array) => number,
) {
  const drawn = bootstrap(unitsOf(truth, spec.classes.length, { group, serial }), seed, statistic);
  return drawn && { lower: lowerBound(drawn, value, alpha), upper: upperBound(drawn, value, alpha) };
}

/** PASS where even the worse bound is fine, FAIL where even the better one isn't. */
function outcomeOf(kind: Measure["kind"], bounds: Measure["bounds"], margin: number): Outcome {
  if (bounds === null) return "INCONCLUSIVE";
  const { lower, upper } = bounds;
  if (kind === FOUR_FIFTHS) return lower >= LEAST_RATIO ? "PASS" : upper < LEAST_RATIO ? "FAIL" : "INCONCLUSIVE";
  return upper <= margin ? "PASS" : lower > margin ? "FAIL" : "INCONCLUSIVE";
}

interface Context {
  readonly margin: number;
  readonly role: string;
}

function said(chosen: readonly Measure[], context: Context): Pick<Verdict, "outcome" | "reason"> {
  const outcome = worstOf(chosen.map((one) => one.outcome));
  const telling = chosen.filter((one) => one.outcome === outcome);
  return { outcome, reason: `${some(telling.map((one) => sentence(one, context)))}.` };
}

function sentence({ column, kind, value, of, bounds, outcome }: Measure, { margin, role }: Context): string {
  const what = `${brief(column)}, ${kind.replace("_", " ")}`;
  if (bounds === null) return `${what}: not defined in enough resamples of the rows`;
  if (kind === FOUR_FIFTHS)
    return `${what}: the smallest selection rate is ${figure(value)} of the largest (${figure(bounds.lower)} to ${figure(bounds.upper)}), and ${LEAST_RATIO} is the least`;
  const rise = `the gap is ${figure(of.candidate)}, the ${role}'s ${figure(of.reference)}`;
  const bound =
    outcome === "FAIL" ? `a rise of at least ${figure(bounds.lower)}` : `a rise of at most ${figure(bounds.upper)}`;
  return `${what}: ${rise}, ${bound} where ${figure(margin)} is allowed`;
}
