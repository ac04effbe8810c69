/** Every candidate of a study with what is known of it: a fold over its trials, while they run and afterwards. */
import type { Direction, FrozenTrial, Params } from "hyperparameter-js";
import type { ErrorCode, ErrorRecord } from "../errors.js";
import type { Interval, TrialOutcome } from "../evaluator/messages.js";
import { type FoldScores, type Odds, oddsOf } from "../statistics/repeated.js";
import { ERROR, isEnsemble, outcomeOf, reasonOf, SECONDS } from "./result.js";
import { splitParams } from "./space.js";

/**
 * How a trial ended; `out of …` are failures for want of what the recipe's budget names, `no better` is an ensemble that
 * a single trial does as well as.
 */
type Status =
  | "complete"
  | "no better"
  | "pruned"
  | "running"
  | "out of budget"
  | "out of time"
  | "out of memory"
  | "failed";

export interface Standing {
  /** From 1, by score; of complete trials only. */
  readonly rank: number | null;
  readonly trial: number;
  readonly learner: string;
  /** It is the study's last candidate, of several trials. */
  readonly ensemble: boolean;
  /** The learner's own parameters, without prefix. */
  readonly params: Params;
  readonly status: Status;
  /** One phrase: where it was pruned, what it failed with; of an ensemble why there is one, or none. Null: nothing to say. */
  readonly why: string | null;
  /** On held-out rows: of the exported models of a complete trial, of a pruned one the last that it reported. */
  readonly score: number | null;
  /** 95 %; null also in a study of an earlier `sous`. */
  readonly interval: Interval | null;
  readonly secondary: Readonly<Record<string, number>>;
  /** Seconds of the fit, and of the whole trial. */
  readonly fitSeconds: number | null;
  readonly seconds: number | null;
  /** Microseconds that a row takes, one at a time and by the thousand. */
  readonly oneRow: number | null;
  readonly thousandRows: number | null;
  readonly bytes: number | null;
  /** Multiply-adds. */
  readonly work: number | null;
  readonly parity: TrialOutcome["parity"] | null;
  /** Against the best trial that was judged by folds, on the same ones; null for that one, and where there were none. */
  readonly odds: Odds | null;
  /** SHA-256 (hex) of the ONNX file. */
  readonly model: string | null;
  /** The model is the one in service, bit for bit. */
  readonly champion: boolean;
  /** The study chose it to meet the confirm side; of a study that is not done, the best so far. */
  readonly finalist: boolean;
  readonly error: ErrorRecord | null;
}

export interface LeaderboardInputs {
  readonly direction: Direction;
  /** The metric's name, for the reasons. */
  readonly metric: string;
  /** Number of the chosen trial; null: the best so far. */
  readonly finalist: number | null;
  /** SHA-256 (hex) of the model in service; null: none. */
  readonly champion: string | null;
}

/** Failures that say that something ran out. */
const RAN_OUT: Readonly<Partial<Record<ErrorCode, Status>>> = {
  EVALUATOR_DEADLINE: "out of time",
  EVALUATOR_MEMORY: "out of memory",
  EVALUATOR_HEAP: "out of memory",
  SEARCH_OUT_OF_WALL: "out of budget",
};

/** The order of those without a rank. */
const ORDER: readonly Status[] = [
  "no better",
  "pruned",
  "running",
  "out of budget",
  "out of time",
  "out of memory",
  "failed",
];

/**
 * The best score first and of equals the earlier trial, as the study chooses; then those that never came to one. Trials of the
 * opening that wait for their turn are no candidates yet.
 */
export function leaderboard(trials: readonly FrozenTrial[], inputs: LeaderboardInputs): readonly Standing[] {
  const sign = inputs.direction === "minimize" ? 1 : -1;
  const begun = trials.filter(({ state }) => state !== "waiting");
  const rows = begun.map((trial) => standingOf(trial, inputs));
  const cost = ({ score }: Standing) => (score === null ? Number.POSITIVE_INFINITY : sign * score);
  const complete = rows.filter(({ status }) => status === "complete").sort((a, b) => compare(cost(a), cost(b)));
  const parts = new Map(begun.map((trial) => [trial.number, outcomeOf(trial)?.parts]));
  const best = complete.find(({ trial }) => parts.get(trial) !== undefined);
  const others = rows.filter(({ status }) => status !== "complete");
  const finalist = inputs.finalist ?? complete[0]?.trial ?? null;
  return [
    ...complete.map((row, at) => ({
      ...row,
      rank: at + 1,
      finalist: row.trial === finalist,
      odds: row === best || !best ? null : oddsBeside(parts.get(row.trial), parts.get(best.trial), -sign),
    })),
    ...others.sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || compare(cost(a), cost(b))),
  ];
}

/** Half the width of the region in which two scores are as good as the same, by the better one's size. */
const ROPE = 0.005;

/** @param sign 1 where larger scores are better, else −1 */
function oddsBeside(own: FoldScores | undefined, best: FoldScores | undefined, sign: number): Odds | null {
  if (own === undefined || best === undefined) return null;
  if (own.folds !== best.folds || own.scores.length !== best.scores.length) return null;
  const differences = own.scores.map((score, at) => sign * (score - (best.scores[at] as number)));
  const size = best.scores.reduce((sum, score) => sum + Math.abs(score), 0) / best.scores.length;
  return oddsOf(differences, own.folds, ROPE * size);
}

/** Infinities are equal, which their difference doesn't say. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function standingOf(trial: FrozenTrial, { champion, metric }: LeaderboardInputs): Standing {
  const { learner, own } = splitParams(trial.params);
  const outcome = trial.state === "complete" ? outcomeOf(trial) : null;
  const error = (trial.userAttrs[ERROR] as ErrorRecord | undefined) ?? null;
  const status = isEnsemble(trial) && trial.state === "pruned" ? "no better" : statusOf(trial, error);
  return {
    rank: null,
    trial: trial.number,
    learner,
    ensemble: isEnsemble(trial),
    params: own,
    status,
    why: whyOf(trial, { status, error, metric }),
    score: outcome?.score ?? trial.intermediate.at(-1)?.[1] ?? null,
    secondary: outcome?.secondary ?? {},
    ...costsOf(trial, outcome),
    champion: outcome !== null && outcome.model === champion,
    finalist: false,
    odds: null,
    error,
  };
}

type Costs = "interval" | "fitSeconds" | "seconds" | "oneRow" | "thousandRows" | "bytes" | "work" | "parity" | "model";

function costsOf(trial: FrozenTrial, outcome: TrialOutcome | null): Pick<Standing, Costs> {
  const spent = trial.userAttrs[SECONDS];
  return {
    interval: outcome?.interval ?? null,
    fitSeconds: outcome?.timing?.fitSeconds ?? null,
    seconds: outcome?.seconds ?? (typeof spent === "number" ? spent : null),
    oneRow: outcome?.timing?.oneRow ?? null,
    thousandRows: outcome?.timing?.thousandRows ?? null,
    bytes: outcome?.bytes ?? null,
    work: outcome?.work ?? null,
    parity: outcome?.parity ?? null,
    model: outcome?.model ?? null,
  };
}

function statusOf({ state }: FrozenTrial, error: ErrorRecord | null): Status {
  if (state === "complete" || state === "pruned") return state;
  if (state !== "failed") return "running";
  return (error && RAN_OUT[error.code]) ?? "failed";
}

interface Known {
  readonly status: Status;
  readonly error: ErrorRecord | null;
  readonly metric: string;
}

function whyOf(trial: FrozenTrial, { status, error, metric }: Known): string | null {
  if (isEnsemble(trial)) return reasonOf(trial);
  const last = trial.intermediate.at(-1);
  const reached = last === undefined ? null : `step ${last[0]} with ${metric} ${last[1].toPrecision(4)}`;
  if (status === "pruned") return reached === null ? null : `at ${reached}`;
  if (status === "running") return reached === null ? null : `has come to ${reached}`;
  return error === null ? null : `${labelOf(error)}: ${error.message}`;
}

/** A learner's own word for its failure, where it gave one. */
function labelOf({ code, details }: ErrorRecord): string {
  return typeof details.label === "string" ? details.label : code;
}
