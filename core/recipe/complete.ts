/** From the file's form to the Recipe: every default filled in, so that what is hashed and run is what is said. */
import type { Descriptors, Optioned } from "../evaluator/messages.js";
import type { Json } from "../json.js";
import { bytes, seconds } from "../quantities.js";
import { knownParameters } from "./distribution.js";
import { asObject } from "./fields.js";
import { DEFAULT_PRUNER, PRUNERS } from "./pruners.js";
import type { Choice, Recipe, RecipeData, RecipeOrigin, RecipeSplit } from "./recipe.js";
import type { RecipeFile } from "./schema.js";

/** @param name taken where the file gives none */
export function complete(file: RecipeFile, name: string, descriptors: Descriptors): Recipe {
  return {
    version: 1,
    name: file.name ?? name,
    description: file.description ?? "",
    owner: file.owner ?? null,
    labels: file.labels ?? {},
    data: completeData(file.data, descriptors),
    ...(file.base && { base: completeOrigin(file.base) }),
    task: file.task ?? null,
    metric: file.metric ?? null,
    secondary_metrics: file.secondary_metrics ?? [],
    split: completeSplit(file),
    search: completeSearch(file.search, descriptors),
    budget: completeBudget(file.budget),
    gates: (file.gates ?? descriptors.defaults.gates).map((gate) => choice(gate, descriptors.gates)),
    promotion: {
      mode: file.promotion?.mode ?? "auto",
      early: file.promotion?.early ?? true,
      alpha: file.promotion?.alpha ?? 0.05,
      // No default that is filled in: they came later, and change no digest of a recipe that does without them.
      ...(file.promotion?.shadow && { shadow: file.promotion.shadow }),
      ...(file.promotion?.probation && { probation: file.promotion.probation }),
    },
  };
}

function completeOrigin(base: string | { readonly path: string; readonly digest?: string | null }): RecipeOrigin {
  return typeof base === "string" ? { path: base, digest: null } : { path: base.path, digest: base.digest ?? null };
}

function completeData(data: RecipeFile["data"], descriptors: Descriptors): RecipeData {
  return {
    source: [data.source].flat(),
    reader: data.reader === undefined || data.reader === null ? null : choice(data.reader, descriptors.sources),
    target: data.target,
    positive: data.positive === undefined || data.positive === null ? null : String(data.positive),
    ignore: data.ignore ?? [],
    types: completeTypes(data.types ?? {}),
    leaks: data.leaks ?? "warn",
    weight: data.weight ?? null,
    group: data.group ?? null,
    time: data.time ?? null,
    side: data.side ?? null,
    key: [data.key ?? []].flat(),
  };
}

/** Levels are compared with cells, which are text. */
function completeTypes(types: RecipeData["types"]): RecipeData["types"] {
  const entries = Object.entries(types).map(([column, type]) => {
    return [column, typeof type === "object" ? { ordinal: type.ordinal.map(String) } : type] as const;
  });
  return Object.fromEntries(entries);
}

function completeSplit({ data, split }: RecipeFile): RecipeSplit {
  const byColumns = data.side ? "fixed" : data.group ? "group" : data.time ? "time" : "hash";
  const { train, select, confirm } = split?.fractions ?? { train: 0.6, select: 0.2, confirm: 0.2 };
  return { method: split?.method ?? byColumns, fractions: { train, select, confirm }, seed: split?.seed ?? 0 };
}

function completeSearch(search: RecipeFile["search"], descriptors: Descriptors): Recipe["search"] {
  return {
    learners: search?.learners ?? null,
    space: completeSpace(search?.space ?? {}, descriptors),
    opening: search?.opening ?? null,
    sampler: choice(search?.sampler ?? descriptors.defaults.sampler, descriptors.samplers),
    pruner: choice(search?.pruner ?? DEFAULT_PRUNER, PRUNERS),
    ensemble: { size: search?.ensemble?.size ?? 16 },
    cross_validation: {
      folds: search?.cross_validation?.folds ?? null,
      repeats: search?.cross_validation?.repeats ?? null,
    },
    seed: search?.seed ?? 0,
  };
}

/** A range that says nothing of when its parameter is there keeps what the learner says. */
function completeSpace(space: Recipe["search"]["space"], descriptors: Descriptors): Recipe["search"]["space"] {
  const known = knownParameters(descriptors);
  const entries = Object.entries(space).map(([name, range]) => {
    const when = range.when ?? known.get(name)?.when;
    return [name, when === undefined ? range : { ...range, when }] as const;
  });
  return Object.fromEntries(entries);
}

function completeBudget(budget: RecipeFile["budget"]): Recipe["budget"] {
  const wall = budget?.wall ?? null;
  return {
    trials: budget?.trials ?? 30,
    work: budget?.work ?? null,
    wall: wall === null ? null : seconds(wall),
    per_trial_wall: seconds(budget?.per_trial_wall ?? 60),
    memory: bytes(budget?.memory ?? "2GiB"),
    threads: budget?.threads ?? 2,
  };
}

/** With the defaults that the options' schema declares. */
function choice(written: string | Choice, known: readonly Optioned[]): Choice {
  const given = typeof written === "string" ? { kind: written } : written;
  const properties = asObject(known.find(({ name }) => name === given.kind)?.options.properties);
  const defaults = Object.entries(properties).flatMap(([option, schema]) => {
    const value = (asObject(schema) as { readonly default?: Json }).default;
    return value === undefined ? [] : [[option, value] as const];
  });
  const { kind, ...options } = given;
  return { kind, ...Object.fromEntries(defaults), ...options };
}
