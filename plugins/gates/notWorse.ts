import type { Comparison, Gate, Verdict } from "../../core/plugin/index.js";
import { contestOf, harmOf, isHarmless } from "./harm.js";
import { metricNamed, numberOr, type Reference, referenceOf } from "./reference.js";
import { unsure } from "./verdict.js";
import { counted, figure, finite } from "./words.js";

/**
 * The candidate loses less than a margin in a metric, which may be another one than the recipe's: a gain there is
 * nothing to pay for with a loss here. PASS when the loss is below the margin with confidence 1 − alpha, FAIL when it is
 * above it with the same confidence.
 */
export const notWorse: Gate = {
  name: "not_worse",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["margin"],
    properties: {
      metric: { type: "string", description: "Metric that the loss is measured in; default: the recipe's metric." },
      margin: {
        type: "number",
        exclusiveMinimum: 0,
        description: "Loss that is too much, in the metric's own unit.",
      },
    },
  },
  judge(evidence, { metric: name, margin: given }) {
    const [metric, margin] = [metricNamed(evidence, name), numberOr(given, 0)];
    const reference = referenceOf(evidence);
    const demand = { margin, alpha: evidence.alpha };
    const harm = harmOf(contestOf(evidence, metric, reference), demand);
    const figures = finite({ metric: metric.name, against: reference.role, ...demand, ...harm });
    if (harm.test === null)
      return unsure(`The candidate can't be compared with the ${reference.role}: ${harm.reason}.`, figures);
    return { ...said(harm, { metric: metric.name, reference, margin }), figures };
  },
};

interface Context {
  readonly metric: string;
  readonly reference: Reference;
  readonly margin: number;
}

function said(harm: Comparison, { metric, reference, margin }: Context): Pick<Verdict, "outcome" | "reason"> {
  const measured = `${metric} is ${figure(Math.abs(harm.delta))} ${harm.delta > 0 ? "worse" : "better"} than the ${reference.role}'s on ${counted(harm.n)} rows`;
  if (isHarmless(harm, margin)) {
    const bound = harm.upper > 0 ? `at most ${figure(harm.upper)} worse` : "not worse at all";
    return { outcome: "PASS", reason: `${measured}, and ${bound}: below the margin of ${figure(margin)}.` };
  }
  if (harm.lower > margin)
    return {
      outcome: "FAIL",
      reason: `${measured}, and at least ${figure(harm.lower)} worse: above the margin of ${figure(margin)}.`,
    };
  const reason = `${measured}, but may be ${figure(harm.upper)} worse: too unsure for the margin of ${figure(margin)}.`;
  return { outcome: "INCONCLUSIVE", reason };
}
