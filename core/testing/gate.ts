/** The conformance kit for gates. */
import { createRng } from "hyperparameter-js";
import { GraphBuilder, tensor, type Value } from "onnx-train";
import { canonicalJson, type Json } from "../json.js";
import {
  type Contender,
  type Evidence,
  finishModel,
  type Gate,
  type Judged,
  type Labelled,
  type Metric,
  type OpenContender,
  rawInputs,
  type Table,
  type Task,
  type TaskSpec,
  type Verdict,
} from "../plugin/index.js";
import {
  brokenRules,
  errorText,
  expectThat,
  type Finding,
  OPTIONS_RULE,
  type OptionedCheck,
  type Rule,
  withoutSkipped,
} from "./finding.js";
import { judgedOf } from "./judged.js";

interface Subject {
  readonly gate: Gate;
  readonly options: { readonly [key: string]: Json };
}

/** Shows the gate evidence of each task, with a champion and without, and with no rows. */
export async function checkGate(gate: Gate, check: OptionedCheck = {}): Promise<Finding[]> {
  const name = `gate ${gate.name}`;
  const { options = {} } = check;
  const broken = await brokenRules([OPTIONS_RULE], { schema: gate.options, options }, name);
  const findings = broken.length > 0 ? broken : await brokenRules(RULES, { gate, options }, name);
  return withoutSkipped(findings, name, check);
}

const TASKS: readonly Task[] = ["binary", "multiclass", "regression"];

const RULES: readonly Rule<Subject>[] = [
  {
    name: "verdict",
    mend: "Return {outcome, reason, figures} for every task, before the first champion and for rows of one class as well: INCONCLUSIVE with a reason where nothing can be said.",
    async check({ gate, options }) {
      for (const task of TASKS)
        for (const [what, evidence] of casesOf(task)) {
          const fault = faultOf(await judged(gate, evidence, options));
          if (fault !== null) return { expected: `a verdict (${task}, ${what})`, found: fault };
        }
      return null;
    },
  },
  {
    name: "deterministic",
    mend: "Judge by the evidence alone: randomness comes from its seed, and there is no clock.",
    async check({ gate, options }) {
      const [once, twice] = [
        await judged(gate, evidenceOf("binary"), options),
        await judged(gate, evidenceOf("binary"), options),
      ];
      return expectThat(text(once) === text(twice), `the same verdict twice, ${text(once)}`, () => text(twice));
    },
  },
  {
    name: "evidence_untouched",
    mend: "Copy what you want to sort or change: the next gate is shown the same arrays.",
    async check({ gate, options }) {
      const evidence = evidenceOf("binary");
      await judged(gate, evidence, options);
      return expectThat(
        text(plain(evidence)) === text(plain(evidenceOf("binary"))),
        "the evidence as it was",
        () => "other values in it",
      );
    },
  },
  {
    name: "no_rows",
    mend: "Return INCONCLUSIVE where there are no rows: what was not measured has not passed.",
    async check({ gate, options }) {
      const heard = await judged(gate, evidenceOf("binary", 0), options);
      const outcome = "thrown" in heard ? errorText(heard.thrown) : (heard.verdict as Verdict).outcome;
      return expectThat(outcome === "INCONCLUSIVE", "INCONCLUSIVE without rows", () => outcome);
    },
  },
];

/** What the gate returned; a plugin in JavaScript may return anything. */
type Heard = { readonly verdict: unknown } | { readonly thrown: unknown };

async function judged(gate: Gate, evidence: Evidence, options: Subject["options"]): Promise<Heard> {
  try {
    return { verdict: await gate.judge(evidence, options) };
  } catch (thrown) {
    return { thrown };
  }
}

function faultOf(heard: Heard): string | null {
  if ("thrown" in heard) return errorText(heard.thrown);
  const { outcome, reason, figures } = (heard.verdict ?? {}) as Partial<Verdict>;
  if (!["PASS", "FAIL", "INCONCLUSIVE"].includes(outcome ?? "")) return `the outcome ${outcome}`;
  if (typeof reason !== "string" || reason.trim() === "") return "no reason";
  if (typeof figures !== "object" || figures === null) return "no figures";
  return jsonFault(figures);
}

/** NaN and infinities are no JSON, and the log could not keep them. */
function jsonFault(figures: object): string | null {
  try {
    canonicalJson(figures);
    return null;
  } catch (error) {
    return `figures that are no JSON: ${(error as Error).message}`;
  }
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, member) => (member instanceof Error ? errorText(member) : member));
}

function plain({ truth, candidate, champion, baseline }: Evidence) {
  return [truth, candidate.prediction, champion?.prediction, baseline.prediction].map((array) =>
    Array.from(array ?? []),
  );
}

/** Evidence with its name: a clean experiment, and what people have. */
function casesOf(task: Task): readonly (readonly [what: string, evidence: Evidence])[] {
  const evidence = evidenceOf(task);
  const { spec, truth, candidate } = evidence;
  const width = Math.max(1, spec.classes.length);
  const constant = { ...candidate, prediction: candidate.prediction.map((_, at) => (at % width === 0 ? 1 : 0)) };
  return [
    ["a better candidate", evidence],
    ["no champion", { ...evidence, champion: null }],
    ["one answer", { ...evidence, truth: new Float64Array(truth.length) }],
    ["constant predictions", { ...evidence, candidate: constant, champion: constant }],
    ["the champion again", { ...evidence, champion: candidate }],
    ["7 rows", evidenceOf(task, 7)],
    ["weights of 0", { ...evidence, weight: truth.map((_, row) => row % 2) }],
    ["few groups", { ...evidence, group: Int32Array.from(truth, (_, row) => row % 3) }],
    ["no columns", { ...evidence, table: { rows: truth.length, columns: [] } }],
  ];
}

/** A candidate that is better than the champion, which is better than the baseline. */
function evidenceOf(task: Task, rows?: number): Evidence {
  const { spec, truth, prediction } = judgedOf(task, 3, rows);
  const table = tableOf(truth.length);
  const file = modelOf(spec, table);
  const contender = (digest: string, sharpness: number): Contender => ({
    digest: digest.repeat(64),
    bytes: file.byteLength,
    file,
    open: async () => replayed(digest),
    weigh: async () => 2 ** 22,
    prediction: judgedOf(task, sharpness, rows).prediction,
  });
  const metric = task === "regression" ? SQUARED_ERROR : LOG_LOSS;
  return {
    spec,
    metric,
    metrics: new Map([[metric.name, metric]]),
    truth,
    weight: null,
    group: null,
    serial: false,
    table,
    context: [],
    train: sideOf(task, 400),
    select: sideOf(task, 100),
    leaks: [],
    candidate: { ...contender("a", 3), prediction },
    champion: contender("b", 1),
    baseline: contender("c", 0.1),
    parity: { rows: truth.length, maxAbs: 0, labelAgreement: 1 },
    alpha: 0.05,
    seed: 1,
  };
}

function sideOf(task: Task, rows: number): Labelled {
  return { table: tableOf(rows), truth: judgedOf(task, 1, rows).truth, weight: null, group: null };
}

/** A model of the table's columns that says the same of every row: gates look at the file, and never run it. */
function modelOf(spec: TaskSpec, { columns }: Table): Uint8Array {
  const graph = new GraphBuilder("conformance");
  const [row] = rawInputs(graph, columns) as [Value];
  const width = Math.max(1, spec.classes.length);
  const flat = graph.op("MatMul", [row, graph.initializer(tensor("float", [1, width], new Float32Array(width)))]);
  const prediction = spec.task === "regression" ? flat : graph.op("Softmax", [flat], { axis: 1 });
  return finishModel(graph, { learner: "conformance", spec, columns, prediction });
}

/** Times of a model that was run once, of about 1 ms: real ones are others each time, and no two verdicts the same. */
function replayed(key: string): OpenContender {
  const rng = createRng(27_182, "times", key);
  return { loadMs: 5, time: async () => 1 + 0.1 * Math.abs(rng.normal()), release: async () => {} };
}

/** A number, levels of which one is rare, a boolean, a date, and a column without a cell. */
function tableOf(rows: number): Table {
  const numbers = (cell: (row: number) => number) => Float32Array.from({ length: rows }, (_, row) => cell(row));
  return {
    rows,
    columns: [
      { name: "row", type: "numeric", values: numbers((row) => row) },
      {
        name: "level",
        type: "categorical",
        codes: Int32Array.from(numbers((row) => (row === 5 ? 2 : row % 2))),
        levels: ["a", "b", "rare"],
      },
      { name: "flag", type: "boolean", values: numbers((row) => (row % 7 === 0 ? Number.NaN : row % 2)) },
      { name: "day", type: "date", values: numbers((row) => 20_000 + row) },
      { name: "empty", type: "numeric", values: numbers(() => Number.NaN) },
    ],
  };
}

function mean(values: Float64Array, weight: Float64Array | null): number {
  const weighs = (row: number) => weight?.[row] ?? 1;
  const total = values.reduce((sum, _, row) => sum + weighs(row), 0);
  return values.reduce((sum, value, row) => sum + weighs(row) * value, 0) / total;
}

function logLosses({ spec, truth, prediction }: Judged): Float64Array {
  return truth.map((answer, row) => -Math.log(prediction[row * spec.classes.length + answer] ?? Number.NaN));
}

function squaredErrors({ truth, prediction }: Judged): Float64Array {
  return truth.map((answer, row) => (answer - (prediction[row] ?? Number.NaN)) ** 2);
}

const LOG_LOSS: Metric = {
  name: "conformance_log_loss",
  direction: "minimize",
  tasks: ["binary", "multiclass"],
  shape: "log",
  score: (all) => mean(logLosses(all), all.weight),
  losses: logLosses,
};

const SQUARED_ERROR: Metric = {
  name: "conformance_squared_error",
  direction: "minimize",
  tasks: ["regression"],
  score: (all) => mean(squaredErrors(all), all.weight),
  losses: squaredErrors,
};
