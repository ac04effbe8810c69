/** Entries as lines for people, at most 100 columns wide. */
import type { ContenderScores, Interval } from "../evaluator/messages.js";
import { type DecisionBody, type Entry, type RecipeMark, RUNNING } from "./entry.js";

const WIDTH = 100;
const INDENT = "      ";

/** SGR parameters of ECMA-48: bold and a colour. */
const COLORS: Readonly<Record<string, string>> = {
  PROMOTED: "1;32",
  REJECTED: "1;31",
  INCONCLUSIVE: "1;33",
  PENDING: "1;36",
};

/** One entry as a headline and, for a decision, the lines of its evidence; no newline at the end. */
export function formatEntry(entry: Entry, options: { readonly color?: boolean } = {}): string {
  const { headline, lines } = told(entry);
  const head = plain(`#${entry.seq}  ${entry.time.slice(0, 19).replace("T", " ")}Z  ${headline}`);
  const wrapped = [...wrap(head), ...lines.flatMap((line) => wrap(INDENT + plain(line)))];
  return options.color === true ? paint(wrapped.join("\n"), entry) : wrapped.join("\n");
}

interface Told {
  readonly headline: string;
  readonly lines: readonly string[];
}

function told(entry: Entry): Told {
  switch (entry.kind) {
    case "decision":
      return { headline: `${entry.recipe.name}  ${outcome(entry)}`, lines: evidenceLines(entry) };
    case "rollback":
      return {
        headline: `${entry.recipe.name}  ROLLED BACK  to version ${entry.to} (was ${entry.from})`,
        lines: [`by ${entry.actor.name}: ${entry.reason}`, recipeLine(entry.recipe)],
      };
    case "drill":
      return {
        headline: `${entry.recipe.name}  drill ${entry.outcome}  version ${entry.version}`,
        lines: [`${entry.reason} Restored in ${entry.restoreMs} ms.`, `by ${entry.actor.name}: ${entry.actor.reason}`],
      };
    case "duel":
      return { headline: `${entry.recipe.name}  ${entry.purpose}  ${DUELS[entry.outcome]}`, lines: [entry.reason] };
    case "retired":
      return { headline: `${entry.recipe.name}  retired`, lines: [entry.reason, recipeLine(entry.recipe)] };
    case "returned":
      return { headline: `${entry.recipe.name}  back in service`, lines: [recipeLine(entry.recipe)] };
    case "repaired":
      return { headline: `log repaired: ${count(entry.bytes)} torn bytes moved to ${entry.kept}`, lines: [] };
    case "rotated":
      return { headline: "keys changed", lines: [`from ${entry.log.from}`, `to ${entry.log.to}`] };
    default:
      return { headline: `${(entry as { kind: string }).kind}: an entry of a newer sous`, lines: [] };
  }
}

const DUELS = { open: "goes on", a: "lost", b: "won", ended: "ended undecided" };

function outcome(entry: DecisionBody): string {
  if (entry.version === null) return entry.decision;
  const from = entry.version.from === null ? "the first" : `was ${entry.version.from}`;
  return `${entry.decision}  version ${entry.version.number} (${from})`;
}

function evidenceLines(entry: DecisionBody): string[] {
  const { trial, learner } = entry.search.finalist;
  const { complete, pruned, failed } = entry.search.trials;
  return [
    ...scoreLines(entry),
    `gates: ${entry.evidence.gates.map((record) => `${record.gate.kind} ${record.outcome}`).join(", ") || "none"}`,
    entry.reason,
    `finalist: trial ${trial} (${learner}); ${count(complete)} complete, ${count(pruned)} pruned, ${count(failed)} failed${entry.search.ended === RUNNING ? ", and the study goes on" : ""}`,
    `look ${entry.look} at this holdout, alpha ${number(entry.alpha)}`,
    ...(entry.actor.kind === "person" ? [`by ${entry.actor.name}: ${entry.actor.reason}`] : []),
    recipeLine(entry.recipe),
  ];
}

/** The metric of each contender with its interval, and the difference from the champion, or before it the baseline. */
function scoreLines(entry: DecisionBody): string[] {
  const { candidate, champion, baseline, rows } = entry.evidence;
  const [role, rival] = champion === null ? (["baseline", baseline] as const) : (["champion", champion] as const);
  const ours = scoreOf(candidate, entry.metric);
  const theirs = scoreOf(rival, entry.metric);
  const delta = ours !== null && theirs !== null ? `, delta ${signed(ours.point - theirs.point)}` : "";
  return [`${entry.metric} ${interval(ours)} on ${count(rows)} confirm rows`, `${role} ${interval(theirs)}${delta}`];
}

function scoreOf(contender: ContenderScores, metric: string): Interval | null {
  return contender.scores[metric] ?? null;
}

function interval(score: Interval | null): string {
  return score === null ? "not scored" : `${number(score.point)} [${number(score.low)}, ${number(score.high)}]`;
}

function recipeLine(recipe: RecipeMark): string {
  return `recipe ${recipe.path}, ${recipe.digest.slice(0, 12)}`;
}

/** Four significant digits or four decimals, whichever is more. */
function number(value: number): string {
  return Math.abs(value) >= 1 ? String(Number(value.toFixed(4))) : String(Number(value.toPrecision(4)));
}

function signed(value: number): string {
  return value < 0 ? number(value) : `+${number(value)}`;
}

function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Names and reasons come from recipes and plugins: what could drive a terminal is shown as "?". */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}

/** Breaks at spaces; a word that is longer than a line is broken where the line ends. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (let rest = text; ; ) {
    if (rest.length <= WIDTH) return [...lines, rest];
    const space = rest.lastIndexOf(" ", WIDTH);
    const end = space > INDENT.length ? space : WIDTH;
    lines.push(rest.slice(0, end).trimEnd());
    rest = INDENT + rest.slice(end).trimStart();
  }
}

function paint(text: string, entry: Entry): string {
  const color = entry.kind === "decision" ? COLORS[entry.decision] : undefined;
  const bold = entry.kind === "decision" ? entry.decision : `#${entry.seq}`;
  return text.replace(bold, `\u001b[${color ?? "1"}m${bold}\u001b[0m`);
}
