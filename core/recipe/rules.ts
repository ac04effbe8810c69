/** What a schema can't say: rules between fields, one row each. A row is tried when what it reads is well formed. */
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Details, ErrorCode } from "../errors.js";
import type { Descriptors } from "../evaluator/messages.js";
import type { Task } from "../plugin/index.js";
import { bytes, seconds } from "../quantities.js";
import { type Finding, pathText, show } from "./findings.js";
import { SPLIT_COLUMN } from "./recipe.js";
import { FOLDS_EXPECTED, type RecipeFile } from "./schema.js";
import { spaceFindings } from "./space-rules.js";
import { suggestName } from "./suggest.js";

export interface RuleContext {
  readonly descriptors: Descriptors;
  /** Absolute. */
  readonly folder: string;
  /** Absolute. */
  readonly roots: readonly string[];
}

interface Rule {
  /** Paths; a complaint of the schema at, above or below one of them keeps the rule from being tried. */
  readonly reads: readonly string[];
  find(file: RecipeFile, context: RuleContext): readonly Finding[];
}

/** @param found by the schema already */
export function checkRules(file: RecipeFile, context: RuleContext, found: readonly Finding[]): Finding[] {
  const broken = found.flatMap(({ keys, meant }) => [keys, ...(meant ?? [])]);
  const whole = (path: string) => !broken.some((keys) => overlap(keys, path.split(".")));
  return RULES.filter(({ reads }) => reads.every(whole)).flatMap((rule) => rule.find(file, context));
}

function overlap(one: readonly string[], other: readonly string[]): boolean {
  const shorter = Math.min(one.length, other.length);
  return one.slice(0, shorter).every((key, index) => key === other[index]);
}

/** Fields of data that give a single column a part to play besides being a feature. */
const ROLES = ["weight", "group", "time", "side"] as const;

const RULES: readonly Rule[] = [
  { reads: ["data.source"], find: sourcesInside },
  { reads: ["base"], find: originInside },
  { reads: ["split.fractions"], find: fractionsSum },
  { reads: ["task", "data.positive"], find: positiveTask },
  { reads: ["task", "metric", "secondary_metrics"], find: metricsTask },
  { reads: ["metric", "secondary_metrics"], find: metricRepeated },
  { reads: ["task", "gates"], find: gateMetrics },
  { reads: ["task", "search.learners"], find: learnersTask },
  { reads: ["split.method", "data.group", "data.time", "data.side"], find: splitColumns },
  { reads: ["task", "split.method"], find: splitTask },
  { reads: ["data.target", "data.ignore", "data.key", ...ROLES.map((role) => `data.${role}`)], find: targetReused },
  { reads: ["budget.wall", "budget.per_trial_wall", "budget.memory"], find: quantities },
  { reads: ["search.pruner"], find: prunerBounds },
  { reads: ["search.cross_validation"], find: crossValidationBounds },
  { reads: ["search.space", "search.learners"], find: spaceFindings },
];

function finding(code: ErrorCode, path: string, details: Details): Finding {
  const keys = path.split(".");
  return { code, keys, part: "value", details: { key: pathText(keys), ...details } };
}

function sourcesInside({ data }: RecipeFile, context: RuleContext): Finding[] {
  const sources = typeof data.source === "string" ? [data.source] : data.source;
  return sources.flatMap((path, index) =>
    pathInside(path, typeof data.source === "string" ? "data.source" : `data.source.${index}`, context),
  );
}

function originInside({ base }: RecipeFile, context: RuleContext): Finding[] {
  if (base === undefined || base === null) return [];
  return typeof base === "string" ? pathInside(base, "base", context) : pathInside(base.path, "base.path", context);
}

function pathInside(path: string, at: string, { folder, roots }: RuleContext): Finding[] {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return [finding("RECIPE_PATH_URL", at, { path })];
  // lexically: where links lead is checked when the file is read
  const file = resolve(folder, path);
  return [folder, ...roots].some((root) => inside(root, file)) ? [] : [finding("RECIPE_PATH_OUTSIDE", at, { path })];
}

/** Whether an absolute path is a folder or lies in it. */
export function inside(root: string, file: string): boolean {
  const way = relative(root, file);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function fractionsSum({ split }: RecipeFile): Finding[] {
  if (split?.fractions === undefined) return [];
  const { train, select, confirm } = split.fractions;
  const sum = train + select + confirm;
  // 0.7 + 0.2 + 0.1 is 0.9999999999999999
  if (Math.abs(sum - 1) <= 1e-9) return [];
  return [finding("RECIPE_FRACTIONS", "split.fractions", { sum: Number(sum.toPrecision(9)) })];
}

function positiveTask({ task, data }: RecipeFile): Finding[] {
  if (data?.positive === undefined || data.positive === null || task === undefined || task === null) return [];
  return task === "binary" ? [] : [finding("RECIPE_POSITIVE_TASK", "data.positive", { task })];
}

function metricsTask({ task, metric, secondary_metrics }: RecipeFile, { descriptors }: RuleContext): Finding[] {
  if (task === undefined || task === null) return [];
  const fit = able(descriptors.metrics, task);
  const named = [["metric", metric] as const, ...items("secondary_metrics", secondary_metrics)];
  return named.flatMap(([path, name]) => {
    if (name === undefined || name === null || fit.includes(name)) return [];
    return [finding("RECIPE_METRIC_TASK", path, { metric: name, task, known: fit.join(", ") })];
  });
}

function metricRepeated({ metric, secondary_metrics }: RecipeFile): Finding[] {
  const again = items("secondary_metrics", secondary_metrics).filter(([, name]) => name === metric);
  return again.map(([path, name]) =>
    finding("RECIPE_REPEATED", path, { key: "metric and secondary_metrics", got: show(name) }),
  );
}

/** An option of a gate that is called `metric` names one: better told now than when a study has ended. */
function gateMetrics({ task, gates }: RecipeFile, { descriptors }: RuleContext): Finding[] {
  const names = descriptors.metrics.map(({ name }) => name);
  return (gates ?? []).flatMap((gate, index) => {
    if (typeof gate === "string" || typeof gate.metric !== "string") return [];
    const { metric } = gate;
    const path = `gates.${index}.metric`;
    if (!names.includes(metric)) {
      const meant = suggestName(metric, "metric", names);
      const hint = meant === null ? "" : ` Did you mean \`${meant}\`?`;
      return [
        finding("RECIPE_UNKNOWN_NAME", path, { what: "metric", got: show(metric), known: names.join(", "), hint }),
      ];
    }
    const fit = task === undefined || task === null ? names : able(descriptors.metrics, task);
    return fit.includes(metric)
      ? []
      : [finding("RECIPE_METRIC_TASK", path, { metric, task: task ?? null, known: fit.join(", ") })];
  });
}

function learnersTask({ task, search }: RecipeFile, { descriptors }: RuleContext): Finding[] {
  const searched = descriptors.learners.filter(({ baseline }) => !baseline);
  const fit = task === undefined || task === null ? searched.map(({ name }) => name) : able(searched, task);
  return items("search.learners", search?.learners).flatMap(([path, learner]) => {
    if (fit.includes(learner)) return [];
    const details = { learner, task: task ?? null, known: fit.join(", ") };
    const baseline = !searched.some(({ name }) => name === learner);
    return [finding(baseline ? "RECIPE_BASELINE_LEARNER" : "RECIPE_LEARNER_TASK", path, details)];
  });
}

function able(known: readonly { readonly name: string; readonly tasks: readonly Task[] }[], task: Task): string[] {
  return known.filter(({ tasks }) => tasks.includes(task)).map(({ name }) => name);
}

function splitColumns({ data, split }: RecipeFile): Finding[] {
  const method = split?.method ?? null;
  const column = method === null ? undefined : SPLIT_COLUMN[method];
  if (column !== undefined && (data?.[column] ?? null) === null)
    return [finding("RECIPE_SPLIT_COLUMN", "split.method", { method, column })];
  const given = Object.values(SPLIT_COLUMN).filter((field) => typeof data?.[field] === "string");
  if (method !== null || given.length < 2) return [];
  return [
    finding("RECIPE_SPLIT_UNCLEAR", `data.${given.at(-1)}`, {
      given: given.map((field) => `data.${field}`).join(" and "),
    }),
  ];
}

function splitTask({ task, split }: RecipeFile): Finding[] {
  const unfit = task === "regression" && split?.method === "stratified";
  return unfit ? [finding("RECIPE_SPLIT_TASK", "split.method", {})] : [];
}

/** Columns that have a role besides being a feature, with the path of each. */
function roles({ data }: RecipeFile): (readonly [string, string])[] {
  const single = ROLES.flatMap((role) => {
    const column = data?.[role];
    return typeof column === "string" ? [[`data.${role}`, column] as const] : [];
  });
  const key = data?.key;
  return [...single, ...(typeof key === "string" ? [["data.key", key] as const] : items("data.key", key))];
}

function targetReused(file: RecipeFile): Finding[] {
  const { target, ignore } = file.data;
  const reused = [...items("data.ignore", ignore), ...roles(file)].filter(([, column]) => column === target);
  return reused.map(([path]) => finding("RECIPE_TARGET_REUSED", path, { target }));
}

/** Bounds of texts with units, which the schema has for numbers only. */
function quantities({ budget }: RecipeFile): Finding[] {
  const tooSmall = (path: string, written: unknown, expected: string) =>
    finding("RECIPE_OUT_OF_RANGE", path, { expected, got: show(written), hint: "" });
  const found: Finding[] = [];
  for (const name of ["wall", "per_trial_wall"] as const) {
    const written = budget?.[name] ?? null;
    if (written !== null && seconds(written) <= 0) found.push(tooSmall(`budget.${name}`, written, "above 0s"));
  }
  const memory = budget?.memory ?? null;
  if (memory !== null && bytes(memory) < 2 ** 26) found.push(tooSmall("budget.memory", memory, "at least 64MiB"));
  return found;
}

/** Options of pruners of which the first must be at most the second. */
const PRUNER_BOUNDS = [
  ["lower", "upper"],
  ["min_resource", "max_resource"],
] as const;

function prunerBounds({ search }: RecipeFile): Finding[] {
  const pruner = search?.pruner;
  if (typeof pruner !== "object") return [];
  return PRUNER_BOUNDS.flatMap(([low, high]) => {
    const [least, most] = [pruner[low], pruner[high]];
    if (typeof least !== "number" || typeof most !== "number" || least <= most) return [];
    const details = { expected: `at least ${low}, ${least}`, got: show(most), hint: "" };
    return [finding("RECIPE_OUT_OF_RANGE", `search.pruner.${high}`, details)];
  });
}

/** Models of one trial: they ship together, in one file. */
const MOST_FITS = 32;

function crossValidationBounds({ search }: RecipeFile): Finding[] {
  const { folds, repeats } = search?.cross_validation ?? {};
  const at = (key: string, got: number, expected: string) =>
    finding("RECIPE_OUT_OF_RANGE", `search.cross_validation.${key}`, { expected, got: show(got), hint: "" });
  if (folds === 1) return [at("folds", folds, FOLDS_EXPECTED)];
  const isTooMany = typeof folds === "number" && typeof repeats === "number" && folds * repeats > MOST_FITS;
  return isTooMany ? [at("repeats", repeats, `at most ${Math.floor(MOST_FITS / folds)} with ${folds} folds`)] : [];
}

function items<T extends string>(path: string, list: readonly T[] | null | undefined): (readonly [string, T])[] {
  return (list ?? []).map((item, index) => [`${path}.${index}`, item] as const);
}
