import { decodeMetadata } from "onnx-train";
import type { Evidence, Gate, Json, Outcome } from "../../core/plugin/index.js";
import { sharedRows } from "./identical.js";
import { numberOr } from "./reference.js";
import { unsure, worstOf } from "./verdict.js";
import { brief, counted, many, percent, some } from "./words.js";

const DEFAULTS = { overlap: 0, min_rows: 100, label_shift: 0.1 };
/** Standard normal deviations of a 95 % interval. */
const Z = 1.96;

/**
 * The confirm side is fit to judge by: enough rows, none of which the model was made of, with classes as frequent as where
 * it was made, and no column that alone tells the target.
 */
export const dataChecks: Gate = {
  name: "data_checks",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      overlap: {
        type: "number",
        minimum: 0,
        maximum: 1,
        default: DEFAULTS.overlap,
        description: "Largest share of confirm rows that are, cell by cell, also among the rows of train and select.",
      },
      min_rows: {
        type: "integer",
        minimum: 1,
        default: DEFAULTS.min_rows,
        description: "Least number of confirm rows.",
      },
      label_shift: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        default: DEFAULTS.label_shift,
        description: "How far a class's share may be from what it is in train and select.",
      },
      leaks: {
        type: "boolean",
        default: false,
        description: "Whether the model may take columns that alone tell the target.",
      },
    },
  },
  judge(evidence, options) {
    if (evidence.truth.length === 0) return unsure("There are no rows.");
    const checks = CHECKS.flatMap((check) => check(evidence, options) ?? []);
    const outcome = worstOf(checks.map((one) => one.outcome));
    const telling = checks.filter((one) => one.outcome === outcome).map(({ reason }) => reason);
    const figures = Object.assign({}, ...checks.map((one) => one.figures));
    return { outcome, reason: `Of the confirm side: ${telling.join("; ")}.`, figures };
  },
};

interface Check {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly figures: { readonly [key: string]: Json };
}

type Options = { readonly [key: string]: Json };

/** Null where a check has no object. */
const CHECKS: readonly ((evidence: Evidence, options: Options) => Check | null)[] = [rows, overlap, labelShift, leaks];

function rows({ truth }: Evidence, { min_rows }: Options): Check {
  const least = numberOr(min_rows, DEFAULTS.min_rows);
  return {
    outcome: truth.length >= least ? "PASS" : "INCONCLUSIVE",
    reason: `there are ${counted(truth.length)} confirm rows of ${counted(least)} at least`,
    figures: { rows: truth.length, min_rows: least },
  };
}

/** Where rows have no cells, all are the same, and that says nothing. */
function overlap({ table, truth, train, select }: Evidence, { overlap: most }: Options): Check | null {
  if (table.columns.length === 0) return null;
  const side = { table, truth, weight: null, group: null };
  const count = sharedRows(side, [train, select]).reduce((sum, one) => sum + one, 0);
  const [share, limit] = [count / truth.length, numberOr(most, DEFAULTS.overlap)];
  return {
    outcome: share <= limit ? "PASS" : "FAIL",
    reason: `${many(count, "confirm row")} (${percent(share)}) ${count === 1 ? "is" : "are"} also among the rows that models are made of, and ${percent(limit)} may be`,
    figures: { overlap: share, max_overlap: limit },
  };
}

/** The class whose share moved most. A regression's target is looked at by the gate drift. */
function labelShift({ spec, truth, train, select }: Evidence, { label_shift }: Options): Check | null {
  const before = [...train.truth, ...select.truth];
  if (spec.classes.length === 0 || before.length === 0) return null;
  const limit = numberOr(label_shift, DEFAULTS.label_shift);
  const shares = (codes: readonly number[] | Float64Array) => {
    const counts = spec.classes.map(() => 0);
    for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
    return counts.map((count) => count / codes.length);
  };
  const [was, is] = [shares(before), shares(truth)];
  const shifts = was.map((share, code) => Math.abs((is[code] as number) - share));
  const code = shifts.indexOf(Math.max(...shifts));
  const [p, q, shift] = [was[code], is[code], shifts[code]] as [number, number, number];
  const reach = Z * Math.sqrt((p * (1 - p)) / before.length + (q * (1 - q)) / truth.length);
  return {
    outcome: shift <= limit ? "PASS" : shift - reach > limit ? "FAIL" : "INCONCLUSIVE",
    reason: `${brief(spec.classes[code] as string)} is the class of ${percent(q)} of the confirm rows and of ${percent(p)} of those before, where ${Number((100 * limit).toPrecision(3))} points of difference are allowed`,
    figures: { label_shift: shift, max_label_shift: limit },
  };
}

/** Only what the model takes can leak. */
function leaks({ leaks: suspects, candidate }: Evidence, { leaks: allowed }: Options): Check | null {
  const taken = columnsOf(candidate.file);
  const found = suspects.filter(({ column }) => taken === null || taken.has(column)).map(({ column }) => column);
  if (allowed === true || found.length === 0)
    return { outcome: "PASS", reason: "no column that alone tells the target is taken", figures: { leaks: found } };
  return {
    outcome: "FAIL",
    reason: `the model takes ${some(found.map((name) => brief(name)))}, which alone ${found.length === 1 ? "tells" : "tell"} the target`,
    figures: { leaks: found },
  };
}

/** Null where the file doesn't say: then every column counts. */
function columnsOf(file: Uint8Array): ReadonlySet<string> | null {
  try {
    return new Set(Object.keys(JSON.parse(decodeMetadata(file)["sous.columns"] ?? "null")));
  } catch {
    return null; // not a model's metadata, or not ours
  }
}
