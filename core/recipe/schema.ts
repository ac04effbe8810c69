/**
 * The recipe file as a JSON Schema: the one source of what may be written, of its static type, and of editors' help.
 * What the plugins know (names, options, parameters) is joined in from their descriptors.
 */
import { type Static, type TProperties, Type } from "@sinclair/typebox";
import type { Distribution } from "hyperparameter-js";
import type { Descriptors } from "../evaluator/messages.js";
import type { Json } from "../json.js";
import type { Task } from "../plugin/index.js";
import { DISTRIBUTION, spaceProperties } from "./distribution.js";
import {
  choiceOf,
  columnTypes,
  duration,
  listOf,
  nameOf,
  nullableChoiceOf,
  nullableNameOf,
  nullableNumber,
  nullableText,
  oneOrMore,
  size,
  text,
} from "./fields.js";
import { DEFAULT_PRUNER, PRUNERS } from "./pruners.js";
import type { LeakRule, RecipeOrigin, SplitMethod } from "./recipe.js";

const SCHEMA_ID = "urn:sous:recipe:1";

const TASKS: readonly Task[] = ["binary", "multiclass", "regression"];
const LEAK_RULES: readonly LeakRule[] = ["warn", "refuse", "allow"];
const SPLIT_METHODS: readonly SplitMethod[] = ["hash", "stratified", "group", "time", "fixed"];

export type RecipeFile = Static<ReturnType<typeof fileSchema>>;

/** Draft-07, so that editors take it; with titles and descriptions for their help. */
export function recipeSchema(descriptors: Descriptors): { readonly [key: string]: Json } {
  // TypeBox marks its schemas with symbols, which JSON leaves out
  const schema = JSON.parse(JSON.stringify(fileSchema(descriptors))) as { readonly [key: string]: Json };
  return { $schema: "http://json-schema.org/draft-07/schema#", ...schema };
}

export function fileSchema(descriptors: Descriptors) {
  const metrics = descriptors.metrics.map(({ name }) => name);
  const properties = {
    version: Type.Optional(
      Type.Literal(1, {
        "x-expected": "1, the version of the recipe format",
        description: "Version of the recipe format.",
      }),
    ),
    ...labelling(),
    data: dataSchema(descriptors),
    base: Type.Optional(originSchema()),
    task: optionalName("task", TASKS, "What is predicted. Default: inferred from the target."),
    metric: optionalName("metric", metrics, `What is optimized. Default: ${defaultMetrics(descriptors)}.`),
    secondary_metrics: Type.Optional(
      listOf(nameOf("metric", metrics), `a list of metrics, such as ${sample(metrics)}`, {
        description: "Also computed and shown, not optimized.",
      }),
    ),
    split: Type.Optional(splitSchema()),
    search: Type.Optional(searchSchema(descriptors)),
    budget: Type.Optional(budgetSchema()),
    gates: Type.Optional(
      Type.Array(choiceOf("gate", descriptors.gates), {
        minItems: 1,
        uniqueItems: true,
        "x-expected": `a list of gates, such as [${descriptors.defaults.gates.join(", ")}]`,
        description: `What a candidate must pass to be promoted; all of them. Default: ${descriptors.defaults.gates.join(", ")}.`,
      }),
    ),
    promotion: Type.Optional(promotionSchema()),
  };
  const definitions = { distribution: DISTRIBUTION };
  return section(properties, "A training recipe of sous.", {
    $id: SCHEMA_ID,
    title: "Recipe",
    definitions,
    "x-expected": "a mapping with the key data",
  });
}

function section<T extends TProperties>(properties: T, description: string, options: object = {}) {
  const expected = `a mapping with keys such as ${Object.keys(properties).slice(0, 2).join(" and ")}`;
  return Type.Object(properties, { additionalProperties: false, description, "x-expected": expected, ...options });
}

function optionalName<T extends string>(what: string, names: readonly T[], description: string) {
  return Type.Optional(nullableNameOf(what, names, { description }));
}

function labelling() {
  return {
    name: Type.Optional(
      text("a name of 1 to 64 lower-case letters, digits, - and _, a letter or digit first", {
        pattern: "^[a-z0-9][a-z0-9_-]{0,63}$",
        description: "Name of the recipe and of the folder of its models. Default: the file's name up to .recipe.",
      }),
    ),
    description: Type.Optional(
      Type.String({
        maxLength: 10_000,
        "x-expected": "text of at most 10000 characters",
        description: "For people; changes nothing.",
      }),
    ),
    owner: Type.Optional(nullableText("a name", { description: "Who answers for the model; changes nothing." })),
    labels: Type.Optional(
      Type.Record(Type.String(), text("text of 1 to 1000 characters"), {
        "x-expected": "a mapping of names to texts, such as { team: growth }",
        description: "For people and other programs; they change nothing.",
      }),
    ),
  };
}

const COLUMN = text("the name of a column");

function column(description: string) {
  return Type.Optional(nullableText("the name of a column", { description }));
}

function dataSchema(descriptors: Descriptors) {
  const path = text("a path such as data/*.csv, or a list of paths");
  const properties = {
    source: oneOrMore(path, "a path such as data/*.csv, or a list of paths", {
      minItems: 1,
      description: "Files with the data, relative to the recipe; globs with *, ** and ?. New files are new data.",
    }),
    reader: Type.Optional(
      nullableChoiceOf("source", descriptors.sources, {
        description: "How the files are read. Default: by their endings.",
      }),
    ),
    target: text("the name of a column", { description: "The column to predict." }),
    positive: Type.Optional(
      Type.Unsafe<string | number | boolean | null>({
        type: ["string", "integer", "boolean", "null"],
        "x-expected": "a value of the target",
        description: "The positive class of a binary target. Default: inferred.",
      }),
    ),
    ignore: Type.Optional(
      listOf(COLUMN, "a list of columns, such as [id, name]", { description: "Columns that are no features." }),
    ),
    types: Type.Optional(columnTypes("What columns are, where what is inferred is wrong.")),
    leaks: Type.Optional(
      nameOf("leak rule", LEAK_RULES, {
        description: "What becomes of columns that alone tell the target. Default: warn.",
      }),
    ),
    weight: column("A numeric column with the weight of each row."),
    group: column("Rows with the same value stay on one side of the split."),
    time: column("A date column; with it the newest rows are held back."),
    side: column("A column with the side of each row: train, select or confirm. With it the split is fixed."),
    key: Type.Optional(
      oneOrMore(COLUMN, "the name of a column, or a list of them", {
        description:
          "Columns that name a row for ever, so that it keeps its side when it changes. Default: the row's content.",
      }),
    ),
  };
  return section(properties, "The data and what to predict.", { "x-expected": "a mapping with source and target" });
}

function originSchema() {
  const path = text("a path such as models/older.onnx");
  const digest = nullableText("a SHA-256 as 64 digits from 0 to f", {
    pattern: "^[0-9a-f]{64}$",
    description: "SHA-256 that the file must have. Default: any; what it has is a part of the recipe.",
  });
  const whole = section({ path, digest: Type.Optional(digest) }, "A model.");
  return Type.Unsafe<RecipeOrigin | string | null>({
    description:
      "An ONNX model of this task, relative to the recipe, that fits go on from, as far as learners can. With a digest it must have that.",
    if: { type: "object" },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: whole,
    else: { ...path, type: ["string", "null"], "x-expected": "a path such as models/older.onnx" },
  });
}

const SEED = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, "x-expected": "a whole number from 0 to 2^53 - 1" };

function seed(description: string) {
  return Type.Optional(Type.Integer({ ...SEED, description: `${description} Default: 0.` }));
}

function splitSchema() {
  const part = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, "x-expected": "a number between 0 and 1" });
  const fractions = section(
    { train: part, select: part, confirm: part },
    "Shares of the rows; they add up to 1. Default: 0.6, 0.2, 0.2.",
    {
      "x-expected": "a mapping with train, select and confirm",
    },
  );
  const properties = {
    method: optionalName(
      "split method",
      SPLIT_METHODS,
      "Default: fixed, group or time where data has that column, else hash.",
    ),
    fractions: Type.Optional(fractions),
    seed: seed("Which rows go where; another seed is another split."),
  };
  return section(properties, "How rows are split into train, select and confirm.");
}

function searchSchema(descriptors: Descriptors) {
  const learners = descriptors.learners.map(({ name }) => name);
  const searched = descriptors.learners.filter(({ baseline }) => !baseline).map(({ name }) => name);
  const properties = {
    learners: Type.Optional(
      Type.Unsafe<string[] | null>({
        ...listOf(nameOf("learner", learners), `a list of learners, such as ${sample(searched)}`, { minItems: 1 }),
        type: ["array", "null"],
        description: "Default: every learner that can do the task.",
      }),
    ),
    space: Type.Optional(
      Type.Unsafe<Record<string, Distribution>>({
        type: "object",
        properties: spaceProperties(descriptors),
        additionalProperties: false,
        "x-expected": "a mapping of <learner>.<parameter> to { type, low, high }",
        description: "Ranges of single parameters in place of the learners' own.",
      }),
    ),
    sampler: Type.Optional(
      choiceOf("sampler", descriptors.samplers, {
        description: `Proposes candidates. Default: ${descriptors.defaults.sampler}.`,
      }),
    ),
    opening: Type.Optional(
      Type.Unsafe<number | null>({
        type: ["integer", "null"],
        minimum: 0,
        "x-expected": "a whole number of at least 0",
        description:
          "First trials that are taken from what has done well elsewhere, at most. Default: half of the trials.",
      }),
    ),
    pruner: Type.Optional(
      choiceOf("pruner", PRUNERS, { description: `Ends hopeless trials early. Default: ${DEFAULT_PRUNER}.` }),
    ),
    ensemble: Type.Optional(ensembleSchema()),
    cross_validation: Type.Optional(crossValidationSchema()),
    seed: seed("Of the search; the same seed, data and recipe give the same bytes."),
  };
  return section(properties, "What is searched, and how.");
}

function ensembleSchema() {
  const properties = {
    size: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 32,
        "x-expected": "a whole number from 0 to 32",
        description: "How often a trial's model may be added, counted as often as it is; 0: no ensemble. Default: 16.",
      }),
    ),
  };
  return section(properties, "The best trials together, as the study's last candidate where that is better.", {
    "x-expected": "a mapping with size",
  });
}

export const FOLDS_EXPECTED = "0, or a whole number from 2 to 20";

function crossValidationSchema() {
  const properties = {
    folds: Type.Optional(
      Type.Unsafe<number | null>({
        type: ["integer", "null"],
        minimum: 0,
        maximum: 20,
        "x-expected": FOLDS_EXPECTED,
        description:
          "Parts of train and select, each judged by a model of the others; 0: train teaches, select judges. Default: 5 up to 10000 rows that aren't split by time, else 0.",
      }),
    ),
    repeats: Type.Optional(
      Type.Unsafe<number | null>({
        type: ["integer", "null"],
        minimum: 1,
        maximum: 10,
        "x-expected": "a whole number from 1 to 10",
        description: "How often, each time with other parts. Default: 2 up to 1000 rows, else 1.",
      }),
    ),
  };
  return section(properties, "How trials are judged on rows that they did not learn from.");
}

function budgetSchema() {
  const wall = "a duration above 0 such as 60s, 10m or 1h, or a number of seconds";
  const properties = {
    trials: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        "x-expected": "a whole number from 1 to 1000000",
        description: "Trials of one study. Default: 30.",
      }),
    ),
    work: Type.Optional(
      nullableNumber("a number of multiply-adds of at least 1, such as 4e9", {
        minimum: 1,
        description: "Multiply-adds of one study. Default: no cap.",
      }),
    ),
    wall: Type.Optional(
      duration(
        wall,
        { nullable: true, exclusiveMinimum: 0 },
        { description: "Time after which a study ends early. Default: no cap." },
      ),
    ),
    per_trial_wall: Type.Optional(
      duration(
        wall,
        { exclusiveMinimum: 0 },
        { description: "Time after which one trial is ended by force. Default: 60s." },
      ),
    ),
    memory: Type.Optional(
      size(
        "a size of at least 64MiB, such as 2GiB or 512MiB, or a number of bytes",
        { minimum: 2 ** 26 },
        { description: "What the process may hold while a trial runs. Default: 2GiB." },
      ),
    ),
    threads: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1024,
        "x-expected": "a whole number from 1 to 1024",
        description: "Trials at once; each trains on one thread. Default: 2.",
      }),
    ),
  };
  return section(
    properties,
    "What one study may spend. Trials and work give the same result everywhere; times are caps.",
  );
}

function promotionSchema() {
  const properties = {
    mode: Type.Optional(
      nameOf<"auto" | "manual" | "shadow">("promotion mode", ["auto", "manual", "shadow"], {
        description:
          "manual: a person says the last word. shadow: rows that come later do, on which champion and challenger both run. Default: auto.",
      }),
    ),
    early: Type.Optional(
      Type.Boolean({
        "x-expected": "true or false",
        description:
          "Whether a recipe without a champion has its first model judged at once, to serve until its study ends. Default: true.",
      }),
    ),
    alpha: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 0.5,
        "x-expected": "a number above 0 and at most 0.5",
        description: "Chance of promoting a model that is no better, which may be spent on one holdout. Default: 0.05.",
      }),
    ),
  };
  return section(
    { ...properties, shadow: Type.Optional(shadowSchema()), probation: Type.Optional(probationSchema()) },
    "How a candidate that passed its gates gets into service.",
  );
}

function rowCount(minimum: number, description: string) {
  const expected = `a whole number of at least ${minimum}`;
  return Type.Optional(Type.Integer({ minimum, "x-expected": expected, description }));
}

function shadowSchema() {
  const rows = rowCount(1, "Rows that come later after which nothing was shown and it ends. Default: 10000.");
  return section({ rows }, "Of mode shadow.", { "x-expected": "a mapping with rows" });
}

function probationSchema() {
  const properties = {
    rows: rowCount(0, "Rows that come later on which it is watched; 0: not at all. Default: 10000."),
    alpha: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 0.5,
        "x-expected": "a number above 0 and at most 0.5",
        description: "Chance of taking a champion back that is no worse than the one before. Default: 0.01.",
      }),
    ),
  };
  return section(properties, "A new champion beside the one before, which comes back where it is shown to be better.", {
    "x-expected": "a mapping with rows and alpha",
  });
}

function sample(names: readonly string[]): string {
  return `[${names.slice(0, 2).join(", ")}]`;
}

function defaultMetrics({ defaults }: Descriptors): string {
  return TASKS.map((task) => `${defaults.metrics[task]} for ${task}`).join(", ");
}
