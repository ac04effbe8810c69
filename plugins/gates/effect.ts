/** The comparison that `min_effect` and `beats_baseline` make, and what it is in words. */
import {
  type Comparison,
  type Demand,
  type Evidence,
  type Metric,
  pairedTest,
  rowsNeeded,
  type TestName,
  type Undecidable,
  type Verdict,
} from "../../core/plugin/index.js";
import type { Reference } from "./reference.js";
import { counted, figure } from "./words.js";

/**
 * PASS when the gain is above the margin with confidence 1 − alpha, FAIL when it is not above it with the same
 * confidence, INCONCLUSIVE between the two and wherever nothing can be said.
 */
export function judgeEffect(evidence: Evidence, metric: Metric, reference: Reference, margin: number): Verdict {
  const demand = { margin, alpha: evidence.alpha };
  const judging = { ...evidence, metric };
  const result = pairedTest(judging, reference.contender, evidence.candidate, demand);
  const figures = { metric: metric.name, against: reference.role, ...demand };
  if (result.test === null)
    return { outcome: "INCONCLUSIVE", reason: undecidable(result, reference), figures: { ...figures, n: result.n } };
  return {
    ...(result.lower > margin ? passed : result.upper <= margin ? failed : open)(result, { metric, reference, demand }),
    figures: { ...figures, ...result, rows_needed: rowsNeeded(result, demand) },
  };
}

interface Context {
  readonly metric: Metric;
  readonly reference: Reference;
  readonly demand: Demand;
}

type Said = Pick<Verdict, "outcome" | "reason">;

function passed(result: Comparison, context: Context): Said {
  return {
    outcome: "PASS",
    reason: `${measured(result, context)}, above the margin of ${figure(context.demand.margin)}.`,
  };
}

function failed(result: Comparison, context: Context): Said {
  const same = result.se === 0 && result.delta === 0 ? "; the two can't be told apart on any row" : "";
  return {
    outcome: "FAIL",
    reason: `${measured(result, context)}, and at most ${figure(result.upper)}: not above the margin of ${figure(context.demand.margin)}${same}.`,
  };
}

function open(result: Comparison, context: Context): Said {
  return {
    outcome: "INCONCLUSIVE",
    reason: `${measured(result, context)}, too unsure for the margin of ${figure(context.demand.margin)}.`,
  };
}

function undecidable({ reason }: Undecidable, { role }: Reference): string {
  return `The candidate can't be compared with the ${role}: ${reason}.`;
}

/** "+0.0123 roc_auc over the champion (95 % interval 0.0041 to 0.0205, p 0.0012 at alpha 0.0304, DeLong, 1,234 rows)" */
function measured({ test, delta, low, high, p, n }: Comparison, { metric, reference, demand }: Context): string {
  const gain = `${delta >= 0 ? "+" : "−"}${figure(Math.abs(delta))} ${metric.name}`;
  const interval = `95 % interval ${figure(low)} to ${figure(high)}`;
  const chance = `p ${p < 0.0001 ? "< 0.0001" : figure(p)} at alpha ${figure(demand.alpha)}`;
  return `${gain} against the ${reference.role} (${interval}, ${chance}, ${TEST_NAMES[test]}, ${counted(n)} rows; + is better)`;
}

const TEST_NAMES: Readonly<Record<TestName, string>> = {
  delong: "DeLong",
  cluster_delong: "DeLong by group",
  serial_delong: "DeLong over time",
  stratified_bootstrap: "paired bootstrap by class",
  mcnemar: "exact McNemar",
  paired_t: "paired t",
  cluster_t: "paired t by group",
  diebold_mariano: "Diebold–Mariano",
  paired_bootstrap: "paired bootstrap",
  cluster_bootstrap: "paired bootstrap of groups",
  block_bootstrap: "paired bootstrap of blocks of time",
  paired_batches: "paired batches",
};
