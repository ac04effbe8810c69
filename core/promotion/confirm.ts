/** One look at the confirm side: every contender scored, every gate heard. Decides nothing. */

import { SousError } from "../errors.js";
import type { ConfirmJob, ConfirmOutcome, ContenderScores, GateRecord, Interval } from "../evaluator/messages.js";
import { canonicalJson } from "../json.js";
import type { Column, Contender, Evidence, Gate, Labelled, Leak, Metric, TaskSpec, Verdict } from "../plugin/index.js";
import type { Choice } from "../recipe/recipe.js";
import { scoreInterval } from "../statistics/interval.js";

/** A champion that can't be run on these data is known by the reason. */
export type Champion = Contender | { readonly digest: string; readonly unfit: string };

export interface ConfirmInputs {
  readonly job: Pick<ConfirmJob, "metric" | "secondary" | "parity" | "gates" | "alpha" | "seed">;
  readonly spec: TaskSpec;
  readonly train: Labelled;
  readonly select: Labelled;
  /** The confirm side with its answers. */
  readonly confirm: Labelled;
  /** Of the same rows. */
  readonly context: readonly Column[];
  /** Its rows are in the order of time. */
  readonly serial: boolean;
  readonly leaks: readonly Leak[];
  readonly candidate: Contender;
  readonly champion: Champion | null;
  readonly baseline: Contender;
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly gates: ReadonlyMap<string, Gate>;
}

/**
 * Scores and verdicts, in the order of the recipe's gates. A metric that isn't defined on these rows is left out of the
 * scores. A gate that throws, or returns something that is no verdict, is INCONCLUSIVE with the reason.
 * @throws SousError METRIC_UNKNOWN, GATE_UNKNOWN
 */
export async function confirm(inputs: ConfirmInputs): Promise<ConfirmOutcome> {
  const { job, spec, confirm: side, candidate, baseline } = inputs;
  const metrics = [job.metric, ...job.secondary].map((name) => metricNamed(inputs.metrics, name));
  const gates = job.gates.map((choice) => [choice, gateNamed(inputs.gates, choice.kind)] as const);
  const evidence = evidenceOf(inputs);
  const { champion } = evidence;
  const scores = (contender: Contender) => scoresOf(contender, metrics, evidence);
  const records: GateRecord[] = [...unfitRecord(inputs.champion)];
  for (const [choice, gate] of gates) records.push({ gate: choice, ...(await verdictOf(gate, choice, evidence)) });
  return {
    rows: side.table.rows,
    spec,
    candidate: scores(candidate),
    champion: champion && scores(champion),
    baseline: scores(baseline),
    gates: records,
  };
}

/**
 * A champion that can't be compared is no reason to promote: a column that is missing for a day would put a worse model
 * in its place. A person who wants the new one all the same gives the recipe another name.
 */
function unfitRecord(champion: Champion | null): readonly GateRecord[] {
  if (champion === null || !("unfit" in champion)) return [];
  const reason = `The champion can't be compared on these data: ${champion.unfit}`;
  return [{ gate: { kind: "champion" }, outcome: "INCONCLUSIVE", reason, figures: { champion: champion.digest } }];
}

function evidenceOf({ job, confirm: side, champion, ...inputs }: ConfirmInputs): Evidence {
  const { spec, metrics, serial, context, train, select, leaks, candidate, baseline } = inputs;
  return {
    spec,
    metric: metricNamed(metrics, job.metric),
    metrics,
    ...side,
    context,
    serial,
    train,
    select,
    leaks,
    candidate,
    champion: champion === null || "unfit" in champion ? null : champion,
    baseline,
    parity: job.parity,
    alpha: job.alpha,
    seed: job.seed,
  };
}

function metricNamed(metrics: ReadonlyMap<string, Metric>, name: string): Metric {
  const metric = metrics.get(name);
  if (!metric) throw new SousError("METRIC_UNKNOWN", { metric: name, known: [...metrics.keys()].sort().join(", ") });
  return metric;
}

function gateNamed(gates: ReadonlyMap<string, Gate>, kind: string): Gate {
  const gate = gates.get(kind);
  if (!gate) throw new SousError("GATE_UNKNOWN", { gate: kind, known: [...gates.keys()].sort().join(", ") });
  return gate;
}

function scoresOf(contender: Contender, metrics: readonly Metric[], evidence: Evidence): ContenderScores {
  const judged = { ...evidence, prediction: contender.prediction, labels: contender.labels ?? null };
  const scores: Record<string, Interval> = {};
  for (const metric of metrics) {
    const interval = scoreInterval(metric, judged, evidence.seed);
    if (interval !== null) scores[metric.name] = interval;
  }
  return { digest: contender.digest, bytes: contender.bytes, scores };
}

async function verdictOf(gate: Gate, { kind: _kind, ...options }: Choice, evidence: Evidence): Promise<Verdict> {
  try {
    return checked(await gate.judge(evidence, options));
  } catch (error) {
    // A gate is a plugin: whatever it throws must end in "no evidence", never in a promotion or in a lost look.
    const what = error instanceof Error ? error.message : String(error);
    return { outcome: "INCONCLUSIVE", reason: `The gate ${gate.name} failed: ${what}`, figures: {} };
  }
}

/** The verdict as plain data that the ledger can hold: canonical JSON has no NaN, so a figure that is one throws here. */
function checked(verdict: Verdict): Verdict {
  const { outcome, reason, figures } = verdict;
  if (!["PASS", "FAIL", "INCONCLUSIVE"].includes(outcome)) throw new TypeError(`"${outcome}" is no outcome`);
  if (typeof reason !== "string" || reason === "") throw new TypeError("a verdict needs a reason");
  return { outcome, reason, figures: JSON.parse(canonicalJson(figures ?? {})) };
}
