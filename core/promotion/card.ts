/**
 * The model card of a version, as Markdown: what the record says of it for whoever has to decide whether to use it
 * (Mitchell et al., Model Cards for Model Reporting, 2019). Pure: the same record gives the same bytes. The head is the
 * `model-index` of Hugging Face's cards, which hubs and other tools read.
 */
import type { SnapshotSummary } from "../data/snapshot.js";
import type { ColumnImportance, ContenderScores, ImportanceOutcome, Interval } from "../evaluator/messages.js";
import { type DecisionBody, type Header, RUNNING } from "../ledger/entry.js";
import type { Recipe } from "../recipe/recipe.js";
import { type Columns, snippets } from "./snippets.js";

export interface CardRecord {
  readonly number: number;
  readonly entry: Header & DecisionBody;
  readonly recipe: Recipe;
  /** That the model takes, in the order of its inputs. */
  readonly columns: Columns;
  /** Null where the store no longer knows it. */
  readonly summary: SnapshotSummary | null;
  /** Null until somebody has asked for it. */
  readonly importance: ImportanceOutcome | null;
}

type Lines = readonly string[];

const SECTIONS: readonly ((record: CardRecord) => Lines)[] = [
  frontMatter,
  title,
  scores,
  gates,
  data,
  importanceLines,
  surfaceLines,
  usage,
  training,
  limits,
];

export function modelCard(record: CardRecord): string {
  const parts = SECTIONS.map((section) => section(record)).filter((lines) => lines.length > 0);
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function frontMatter({ entry, recipe }: CardRecord): Lines {
  const { candidate, spec } = entry.evidence;
  const kind = spec.task === "regression" ? "tabular-regression" : "tabular-classification";
  const metrics = Object.entries(candidate.scores).flatMap(([name, { point }]) => [
    `          - { type: ${quoted(name)}, value: ${point} }`,
  ]);
  return [
    "---",
    "library_name: onnx",
    `pipeline_tag: ${kind}`,
    "tags: [tabular, onnx, sous]",
    "model-index:",
    `  - name: ${quoted(recipe.name)}`,
    "    results:",
    `      - task: { type: ${kind} }`,
    `        dataset: { name: ${quoted(`${recipe.name}, confirm side`)}, type: ${quoted(entry.data.holdout)} }`,
    "        metrics:",
    ...metrics,
    "---",
  ];
}

function title({ number, entry, recipe, columns }: CardRecord): Lines {
  const { spec, candidate } = entry.evidence;
  const classes = spec.classes.length > 0 ? `, one of ${spec.classes.map(coded).join(", ")}` : "";
  return [
    `# ${recipe.name}, version ${number}`,
    "",
    ...(recipe.description ? [recipe.description, ""] : []),
    `Predicts ${coded(spec.target)}${classes}, from a row of ${columns.length} raw columns (${spec.task}).`,
    "",
    ...table(
      ["", ""],
      [
        ["promoted", `${entry.time}, log entry ${entry.seq}`],
        ["why", entry.reason],
        ["owner", recipe.owner ?? "not named"],
        ["learner", entry.search.finalist.learner],
        ["file", `\`model.onnx\`, ${candidate.bytes} bytes, SHA-256 \`${candidate.digest}\``],
        ["recipe", `\`recipe.json\`, SHA-256 \`${entry.recipe.digest}\``],
        ["snapshot", `\`${entry.data.snapshot}\``],
      ],
    ),
  ];
}

function scores({ entry }: CardRecord): Lines {
  const { evidence, metric, search } = entry;
  const names = Object.keys(evidence.candidate.scores);
  const of = (contender: ContenderScores | null, name: string) => interval(contender?.scores[name]);
  const rows = names.map((name) => [
    name,
    of(evidence.candidate, name),
    of(evidence.baseline, name),
    of(evidence.champion, name),
  ]);
  return [
    "## Scores",
    "",
    `On the ${evidence.rows} rows of the confirm side, which the search never saw, with two-sided 95 % intervals:`,
    "",
    ...table(["metric", "this version", "baseline", "champion before"], rows),
    "",
    `On held-out rows of train and select, by which it was chosen among ${total(entry)} trials: ${metric} ${figure(search.finalist.selectScore)}. That number is optimistic${optimism(entry)}.`,
  ];
}

function gates({ entry }: CardRecord): Lines {
  const rows = entry.evidence.gates.map(({ gate, outcome, reason }) => [gate.kind, outcome, reason]);
  return [
    "## Gates",
    "",
    ...table(["gate", "verdict", "why"], rows),
    "",
    `Look ${entry.look} at this confirm side, which might spend an error rate of ${figure(entry.alpha)}.`,
  ];
}

function data({ entry, summary, columns: taken }: CardRecord): Lines {
  const head = ["## Data", "", `${entry.data.rows} rows.`];
  if (summary === null) return [...head, "", "The store no longer knows the columns of this snapshot."];
  const used = new Set(taken.map(({ name }) => name));
  const sides = Object.entries(summary.sides).map(([side, { rows, classCounts, targetMean, targetStd }]) => [
    side,
    `${rows}`,
    targetMean === null || targetStd === null
      ? classCounts.map((count, code) => `${summary.spec.classes[code]} ${count}`).join(", ")
      : `mean ${figure(targetMean)}, deviation ${figure(targetStd)}`,
  ]);
  const columns = summary.columns.map(({ name, type, missing, distinct }) => [
    coded(name),
    type,
    `${missing}`,
    `${distinct}`,
    used.has(name) ? "yes" : "no",
  ]);
  const out = summary.leftOut.map(({ name, why }) => `- left out: ${coded(name)} (${why})`);
  const notes = summary.warnings.map((warning) => `- ${warning}`);
  return [
    ...head,
    "",
    ...table(["side", "rows", "target"], sides),
    "",
    ...table(["column", "type", "missing", "distinct", "in the model"], columns),
    ...(out.length + notes.length > 0 ? ["", ...out, ...notes] : []),
  ];
}

function importanceLines({ entry, importance, recipe }: CardRecord): Lines {
  const head = ["## Importance", ""];
  if (importance === null)
    return [...head, `Not measured yet: \`sous explain ${recipe.name}\` does, and adds it here.`];
  const { rows, columns, groups, alike } = importance;
  const telling = alike.map(
    (pair) => `- ${pair.columns.map(coded).join(" and ")}: ${pair.measure} ${figure(pair.strength)}`,
  );
  const together = [
    "",
    "Columns that stand for each other, each of which seems to matter less alone; permuted as one:",
    "",
  ];
  return [
    ...head,
    `How much worse ${entry.metric} becomes when a column is permuted, on ${rows} rows of the select side:`,
    "",
    ...importanceTable(columns),
    ...(groups.length > 0 ? [...together, ...importanceTable(groups), "", ...telling] : []),
  ];
}

function importanceTable(all: readonly ColumnImportance[]): Lines {
  const cells = ({ columns, mean, deviation }: ColumnImportance) => [
    columns.map(coded).join(", "),
    figure(mean),
    figure(deviation),
  ];
  return table(["column", "mean", "deviation"], all.map(cells));
}

function surfaceLines({ entry, columns }: CardRecord): Lines {
  const inputs = columns.map(({ name, type }) => [coded(name), type, TENSORS[type], MISSING[type]]);
  const { spec } = entry.evidence;
  const outputs =
    spec.task === "regression"
      ? [["0", "prediction", "float [N, 1]"]]
      : [
          ["0", "label", "string [N]"],
          ["1", `probabilities of ${spec.classes.map(coded).join(", ")}`, `float [N, ${spec.classes.length}]`],
        ];
  return [
    "## Inputs and outputs",
    "",
    ...table(["input", "type", "tensor", "missing"], inputs),
    "",
    ...table(["output", "what", "tensor"], outputs),
  ];
}

const TENSORS = {
  numeric: "float [N, 1]",
  boolean: "float [N, 1], 0 or 1",
  date: "float [N, 1], days since 1970-01-01 UTC",
  categorical: "string [N, 1]",
  text: "string [N, 1]",
} as const;

const MISSING = { numeric: "NaN", boolean: "NaN", date: "NaN", categorical: '`""`', text: '`""`' } as const;

function usage({ columns, entry }: CardRecord): Lines {
  const regression = entry.evidence.spec.task === "regression";
  const blocks = snippets(columns, { regression }).flatMap(({ title, language, code }) => [
    "",
    `${title}:`,
    "",
    `\`\`\`${language}`,
    code,
    "```",
  ]);
  return ["## How to run it", "", "The values are placeholders; a column that is left out is missing.", ...blocks];
}

function training({ entry }: CardRecord): Lines {
  const { search, code, data } = entry;
  const { trials, finalist } = search;
  const plugins = Object.entries(code.plugins).map(([name, digest]) => [name, `\`${digest.slice(0, 16)}\``]);
  return [
    "## How it was made",
    "",
    `Trial ${finalist.trial} of a study with seed ${search.seed}: ${trials.complete} complete, ${trials.pruned} pruned, ${trials.failed} failed; ${search.ended === RUNNING ? "still running" : `ended by ${search.ended}`}; ${search.work} multiply-adds.`,
    `sous ${code.sous}, Node ${code.node}. The same recipe, snapshot, plugins and seed give the same bytes.`,
    "",
    ...(data.base === undefined
      ? []
      : [`The recipe's base, from which learners that can went on: \`${data.base}\`.`, ""]),
    "```json",
    JSON.stringify(finalist.params, null, 2),
    "```",
    "",
    ...table(["plugin", "digest"], plugins),
  ];
}

function limits({ entry, importance }: CardRecord): Lines {
  const apart = entry.evidence.gates.filter(({ figures }) => Array.isArray(figures.slices));
  return [
    "## Limits",
    "",
    "- The scores hold for rows that come about as those of the snapshot did; nothing here says how it does on others.",
    apart.length > 0
      ? `- Parts of the data were judged apart, above, by ${apart.map(({ gate }) => `\`${gate.kind}\``).join(" and ")}; other parts were not.`
      : "- No part of the data was judged apart: it may do worse for some groups than the scores say.",
    "- A level that was not in the training rows, and a missing value, get a finite prediction; how good it is was not judged.",
    "- The model finds what goes together, not what causes what" +
      (importance === null ? "." : "; so does the importance of its columns."),
  ];
}

function total({ search }: DecisionBody): number {
  return search.trials.complete + search.trials.pruned + search.trials.failed;
}

function interval(score: Interval | undefined): string {
  return score === undefined ? "–" : `${figure(score.point)} [${figure(score.low)}, ${figure(score.high)}]`;
}

/** How far the score that chose the model is from the one that it then met (knowledge/promotion.md §3.3, selection_optimism). */
function optimism({ evidence, metric, search }: CardRecord["entry"]): string {
  const met = evidence.candidate.scores[metric]?.point;
  if (met === undefined) return "";
  const by = search.finalist.selectScore - met;
  return `: it is ${figure(Math.abs(by))} ${by < 0 ? "below" : "above"} that of the confirm side`;
}

/** Four significant digits. */
function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function coded(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

/** JSON's strings are YAML's as well. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function table(head: Lines, rows: readonly Lines[]): Lines {
  const line = (cells: Lines) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => " --- |").join("")}`, ...rows.map(line)];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s+/g, " ");
}
