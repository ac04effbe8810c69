/** Checks of what strangers hand over: TypeScript says nothing about a plugin in JavaScript, or one that casts. */
import { validateSpace } from "hyperparameter-js";
import { SousError } from "../errors.js";
import { CONTRACT, type ColumnType, type Learner, type Plugin, type Task, type TaskSpec } from "../plugin/index.js";
import { CONTRACTS, type Contracts, KINDS, type Kind, type Provided } from "./provided.js";

/** Names stand in recipes, in file names and before the dot of a parameter. */
const NAME = /^[a-z][a-z0-9_-]{0,63}$/;
const TASKS: readonly Task[] = ["binary", "multiclass", "regression"];

const COLUMN_TYPES: readonly ColumnType[] = ["numeric", "categorical", "boolean", "date", "text"];

/** A spec of each task, for spaces that are asked for before there are data. */
export const EXAMPLE_SPECS: Readonly<Record<Task, TaskSpec>> = {
  binary: { task: "binary", target: "target", classes: ["0", "1"] },
  multiclass: { task: "multiclass", target: "target", classes: ["0", "1"] },
  regression: { task: "regression", target: "target", classes: [] },
};

interface Fault {
  readonly expected: string;
  readonly found: string;
}

type Rule<T> = (subject: T) => Fault | null;

/** The default export of a plugin's module as a plugin, or the coded error that says why it is none. */
export function asPlugin(value: unknown, path: string): Plugin {
  if (typeof value !== "object" || value === null || !("$sous" in value)) {
    throw new SousError("PLUGIN_NO_EXPORT", { path });
  }
  const plugin = value as Plugin;
  requireName(plugin.name, "plugin", path);
  const contract: unknown = plugin.contract ?? plugin.$sous;
  if (contract !== CONTRACT) {
    const details = { path, plugin: plugin.name, found: shown(contract), supported: CONTRACT };
    throw new SousError("PLUGIN_CONTRACT", details);
  }
  const what = "the definition";
  requireNone(DEFINITION, plugin, { path, plugin: plugin.name, what });
  return plugin;
}

/** Throws the first way in which what a plugin provides is not what the contracts say. */
export function checkProvided(plugin: Plugin, path: string, provided: Provided): void {
  for (const kind of KINDS) checkKind(kind, provided, { path, plugin: plugin.name });
}

/**
 * The recipe's schema takes the options of every plugin in, so one that ajv refuses would spoil all recipes. Only what
 * strangers bring is checked, since ajv takes 0.2 s of every worker thread to load and make; what ships is checked by
 * the conformance kit.
 */
export async function checkSchemas(provided: Provided, place: Place): Promise<void> {
  const optioned = (["gates", "samplers", "sources"] as const).flatMap((kind) =>
    provided[kind].map(({ name, options }) => ({ what: `the ${CONTRACTS[kind].noun} ${name}`, options })),
  );
  if (optioned.length === 0) return;
  const { Ajv } = await import("ajv");
  const ajv = new Ajv({ strict: false });
  for (const { what, options } of optioned) {
    try {
      ajv.compile(options);
    } catch (error) {
      const found = (error as Error).message;
      throw new SousError("PLUGIN_SHAPE", { ...place, what, expected: OBJECT_SCHEMA, found });
    }
  }
}

const OBJECT_SCHEMA = "options to be the JSON Schema of an object";

export interface Place {
  readonly path: string;
  readonly plugin: string;
}

function checkKind<K extends Kind>(kind: K, provided: Provided, place: Place): void {
  const { noun } = CONTRACTS[kind];
  const rules: readonly Rule<Contracts[K]>[] = RULES[kind];
  for (const instance of provided[kind]) {
    requireName(instance?.name, noun, place.path);
    requireNone(rules, instance, { ...place, what: `the ${noun} ${instance.name}` });
  }
}

function requireName(name: unknown, what: string, path: string): void {
  if (typeof name !== "string" || !NAME.test(name))
    throw new SousError("PLUGIN_NAME", { path, what, name: shown(name) });
}

function requireNone<T>(rules: readonly Rule<T>[], subject: T, place: Place & { readonly what: string }): void {
  const fault = rules.map((rule) => rule(subject)).find((found) => found !== null);
  if (fault) throw new SousError("PLUGIN_SHAPE", { ...place, ...fault });
}

function rule<T>(expected: string, read: (subject: T) => unknown, holds: (value: unknown) => boolean): Rule<T> {
  return (subject) => {
    const value = read(subject);
    return holds(value) ? null : { expected, found: shown(value) };
  };
}

function method<T>(name: keyof T & string): Rule<T> {
  return rule(`a method ${name}()`, (subject: T) => subject[name], isFunction);
}

function tasks<T extends { readonly tasks: unknown }>(): Rule<T> {
  const known = (task: unknown) => (TASKS as readonly unknown[]).includes(task);
  const expected = `tasks to be a list of some of ${TASKS.join(", ")}`;
  return rule(expected, (subject) => subject.tasks, listOf(known, 1));
}

function options<T extends { readonly options: unknown }>(): Rule<T> {
  return rule(`${OBJECT_SCHEMA}, with type "object"`, ({ options }) => options, isObjectSchema);
}

function isObjectSchema(schema: unknown): schema is object {
  return (schema as { readonly type?: unknown } | undefined | null)?.type === "object";
}

const spaces: Rule<Learner> = (learner) => {
  try {
    for (const task of learner.tasks) validateSpace(learner.space(EXAMPLE_SPECS[task]));
    return null;
  } catch (error) {
    return { expected: "space() to give a search space for each of its tasks", found: (error as Error).message };
  }
};

const DEFINITION: readonly Rule<Plugin>[] = [
  rule(
    "version to be a string",
    ({ version }) => version,
    (version) => typeof version === "string",
  ),
  ...(["configure", "start", "dispose"] as const).map((step) =>
    rule<Plugin>(
      `${step} to be a function`,
      (plugin) => plugin[step],
      (value) => value === undefined || isFunction(value),
    ),
  ),
  ...KINDS.map((kind) =>
    rule<Plugin>(
      `${kind} to be a list of {useClass} and {useFactory}`,
      (plugin) => plugin[kind] ?? [],
      listOf(isProvider, 0),
    ),
  ),
];

const RULES: { readonly [K in Kind]: readonly Rule<Contracts[K]>[] } = {
  learners: [
    tasks(),
    rule("needs to be a list of column types, or absent", ({ needs }) => needs ?? [], listOf(isColumnType, 0)),
    rule(
      "continues to be true or false, or absent",
      ({ continues }) => continues ?? false,
      (value) => typeof value === "boolean",
    ),
    rule("pace to be a number above 0, or absent", ({ pace }) => pace, isPace),
    method("space"),
    method("fit"),
    spaces,
  ],
  metrics: [
    rule('direction to be "minimize" or "maximize"', ({ direction }) => direction, isDirection),
    tasks(),
    method("score"),
  ],
  gates: [options(), method("judge")],
  samplers: [options(), method("create")],
  sources: [
    rule('extensions to be a list of endings such as ".csv"', ({ extensions }) => extensions, listOf(isExtension, 0)),
    options(),
    method("scan"),
  ],
};

function listOf(holds: (value: unknown) => boolean, least: number): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.length >= least && value.every(holds);
}

function isPace(value: unknown): boolean {
  return value === undefined || (typeof value === "number" && value > 0);
}

function isColumnType(value: unknown): boolean {
  return (COLUMN_TYPES as readonly unknown[]).includes(value);
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isProvider(value: unknown): boolean {
  const { useClass, useFactory } = (value ?? {}) as { readonly useClass?: unknown; readonly useFactory?: unknown };
  return isFunction(useClass) || isFunction(useFactory);
}

function isDirection(value: unknown): boolean {
  return value === "minimize" || value === "maximize";
}

function isExtension(value: unknown): boolean {
  return typeof value === "string" && /^\.\w/.test(value);
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return isFunction(value) ? "a function" : JSON.stringify(value).slice(0, 80);
}
