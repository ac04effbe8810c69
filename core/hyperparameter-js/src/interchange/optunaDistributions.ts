/** Distributions and values as Optuna keeps them: every value as a number, choices by their index. */
import { HyperparameterError, show } from "../errors.js";
import { memberOf } from "../space/distribution.js";
import { validateDistribution } from "../space/validate.js";
import type { Distribution, ParamValue } from "../types.js";
import { fromPythonJson, PythonFloat, toPythonJson } from "./pythonJson.js";

type Attributes = Readonly<Record<string, unknown>>;

interface Described {
  readonly name?: unknown;
  readonly attributes?: Attributes;
}

function invalid(where: string, expected: string, got: unknown): HyperparameterError {
  return new HyperparameterError({ code: "IMPORT_INVALID", where, expected, got: show(got) });
}

/** Optuna's distributions, the names that it gave up in version 3 among them, which it still reads. */
const READERS: Readonly<Record<string, (attributes: Attributes) => unknown>> = {
  FloatDistribution: ({ low, high, log, step }) => ({
    type: "float",
    low,
    high,
    ...(log === true && { log }),
    ...(step != null && { step }),
  }),
  UniformDistribution: ({ low, high }) => ({ type: "float", low, high }),
  LogUniformDistribution: ({ low, high }) => ({ type: "float", low, high, log: true }),
  DiscreteUniformDistribution: ({ low, high, q }) => ({ type: "float", low, high, step: q }),
  IntDistribution: ({ low, high, log, step }) => ({
    type: "int",
    low,
    high,
    ...(log === true && { log }),
    ...(step != null && step !== 1 && { step }),
  }),
  IntUniformDistribution: ({ low, high, step }) => ({ type: "int", low, high, ...(step !== 1 && { step }) }),
  IntLogUniformDistribution: ({ low, high }) => ({ type: "int", low, high, log: true }),
  CategoricalDistribution: ({ choices }) => ({
    type: "categorical",
    choices: Array.isArray(choices) ? [...new Set(choices as unknown[])] : choices,
  }),
};

export interface OptunaDistribution {
  readonly distribution: Distribution;
  /** What the file's numbers stand for. */
  decode(internal: number): ParamValue | undefined;
}

/** From the text that Optuna writes for a distribution. Throws IMPORT_INVALID. */
export function readDistribution(text: unknown, where: string): OptunaDistribution {
  const { name, attributes = {} } = parsed(text, where);
  const read = typeof name === "string" && Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (read === undefined) throw invalid(where, `a distribution of Optuna: ${Object.keys(READERS).join(", ")}`, text);
  const distribution = read(attributes) as Distribution;
  try {
    validateDistribution(distribution, where);
  } catch (error) {
    throw invalid(where, "a distribution that can be drawn from", error instanceof Error ? error.message : error);
  }
  const listed = distribution.type === "categorical" ? (attributes.choices as readonly ParamValue[]) : null;
  return { distribution, decode: (internal) => (listed === null ? internal : listed[internal]) };
}

function parsed(text: unknown, where: string): Described {
  try {
    const described = typeof text === "string" ? fromPythonJson(text) : null;
    if (typeof described === "object" && described !== null) return described;
  } catch {
    // It is no JSON: said below.
  }
  throw invalid(where, "a distribution as JSON text", text);
}

/** The text that Optuna reads; conditions have no place in it. */
export function writeDistribution(distribution: Distribution): string {
  if (distribution.type === "categorical")
    return described("CategoricalDistribution", { choices: distribution.choices });
  const { type, low, high, log = false, step } = distribution;
  if (type === "int") return described("IntDistribution", { log, step: step ?? 1, low, high });
  const float = (value: number) => new PythonFloat(value);
  const bounds = { low: float(low), high: float(high), log };
  return described("FloatDistribution", { step: step === undefined ? null : float(step), ...bounds });
}

function described(name: string, attributes: Attributes): string {
  return toPythonJson({ name, attributes });
}

/** The number that Optuna keeps for a value; undefined: it isn't one of the distribution's. */
export function internalOf(distribution: Distribution, value: ParamValue): PythonFloat | number | undefined {
  if (distribution.type === "categorical") {
    const index = distribution.choices.indexOf(value);
    return index < 0 ? undefined : index;
  }
  return memberOf(distribution, value) === undefined ? undefined : new PythonFloat(value as number);
}

/** Whether Optuna takes both for one parameter of a study: others it refuses when they are suggested. */
export function isCompatible(a: Distribution, b: Distribution): boolean {
  if (a.type === "categorical" || b.type === "categorical")
    return a.type === b.type && JSON.stringify(a) === JSON.stringify(b);
  return a.type === b.type && (a.log ?? false) === (b.log ?? false);
}
