/** Reads the journal file of Optuna's JournalStorage: replays its operations, as Optuna does on opening it. */
import { HyperparameterError, show } from "../errors.js";
import { isObject } from "../given.js";
import { setMember } from "../storage/values.js";
import type { Direction, Distribution, FrozenTrial, ParamValue, TrialState } from "../types.js";
import { ATTRIBUTE, DIRECTIONS, OPERATION, type OptunaStudy, STATES } from "./optuna.js";
import { isCompatible, type OptunaDistribution, readDistribution } from "./optunaDistributions.js";
import { fromPythonJson } from "./pythonJson.js";

type Fields = Readonly<Record<string, unknown>>;

interface ReadTrial {
  readonly study: ReadStudy;
  state: TrialState;
  params: Record<string, ParamValue>;
  distributions: Record<string, Distribution>;
  values: readonly number[] | null;
  intermediate: Map<number, number>;
  userAttrs: Record<string, unknown>;
  systemAttrs: Record<string, unknown>;
}

interface ReadStudy {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly userAttrs: Record<string, unknown>;
  readonly trials: ReadTrial[];
  deleted: boolean;
}

function invalid(where: string, expected: string, got: unknown): HyperparameterError {
  return new HyperparameterError({ code: "IMPORT_INVALID", where, expected, got: show(got) });
}

/** One operation: its fields, with the types that are expected of them. */
class Operation {
  readonly where: string;
  readonly fields: Fields;

  constructor(where: string, fields: Fields) {
    this.where = where;
    this.fields = fields;
  }

  #fail(name: string, expected: string): never {
    throw invalid(`${this.where}, ${name}`, expected, this.fields[name]);
  }

  number(name: string): number {
    const value = this.fields[name];
    return typeof value === "number" ? value : this.#fail(name, "a number");
  }

  text(name: string): string {
    const value = this.fields[name];
    return typeof value === "string" ? value : this.#fail(name, "text");
  }

  /** An object; one without members where there is none. */
  object(name: string): Fields {
    const value = this.fields[name] ?? {};
    return typeof value === "object" && !Array.isArray(value) ? (value as Fields) : this.#fail(name, "an object");
  }

  /** Numbers, or null. */
  numbers(name: string): readonly number[] | null {
    const value = this.fields[name] ?? null;
    if (value === null) return null;
    const fits = Array.isArray(value) && value.every((each) => typeof each === "number");
    return fits ? (value as readonly number[]) : this.#fail(name, "a list of numbers");
  }

  state(name: string): TrialState {
    return STATES[this.number(name)] ?? this.#fail(name, `a state from 0 to ${STATES.length - 1}`);
  }

  valueIn({ decode }: OptunaDistribution, name: string, internal: unknown): ParamValue {
    const value = typeof internal === "number" ? decode(internal) : undefined;
    if (value !== undefined) return value;
    throw invalid(`${this.where}, ${name}`, "a value of its distribution", internal);
  }
}

/** Everything that the operations so far have made. */
class Replay {
  readonly studies: ReadStudy[] = [];
  readonly #trials: ReadTrial[] = [];

  /** Undefined where it was deleted, or was never there: Optuna passes over what is said of it. */
  #study(operation: Operation): ReadStudy | undefined {
    const study = this.studies[operation.number("study_id")];
    return study?.deleted ? undefined : study;
  }

  /** Undefined where it has ended, or was never there. */
  #openTrial(operation: Operation): ReadTrial | undefined {
    const trial = this.#trials[operation.number("trial_id")];
    return trial?.state === "running" || trial?.state === "waiting" ? trial : undefined;
  }

  createStudy(operation: Operation): void {
    const name = operation.text("study_name");
    if (this.studies.some((study) => study.name === name && !study.deleted)) return;
    const directions = (operation.numbers("directions") ?? []).map((code) => DIRECTIONS[code] ?? "minimize");
    this.studies.push({ name, directions, userAttrs: {}, trials: [], deleted: false });
  }

  deleteStudy(operation: Operation): void {
    const study = this.#study(operation);
    if (study !== undefined) study.deleted = true;
  }

  setStudyUserAttr(operation: Operation): void {
    assign(this.#study(operation)?.userAttrs, operation.object("user_attr"));
  }

  createTrial(operation: Operation): void {
    const study = this.#study(operation);
    if (study === undefined) return;
    const distributions = mapped(operation.object("distributions"), (text, name) =>
      readDistribution(text, `${operation.where}, distribution of ${name}`),
    );
    const one = operation.fields.value ?? null;
    const trial: ReadTrial = {
      study,
      state: operation.fields.state === undefined ? "running" : operation.state("state"),
      params: mapped(operation.object("params"), (internal, name) => {
        const own = Object.hasOwn(distributions, name) ? distributions[name] : undefined;
        if (own === undefined) throw invalid(operation.where, `a distribution of ${name}`, undefined);
        return operation.valueIn(own, name, internal);
      }),
      distributions: mapped(distributions, ({ distribution }) => distribution),
      values: one === null ? operation.numbers("values") : [operation.number("value")],
      intermediate: reportsOf(operation.object("intermediate_values")),
      userAttrs: mapped(operation.object("user_attrs"), (value) => value),
      systemAttrs: mapped(operation.object("system_attrs"), (value) => value),
    };
    study.trials.push(trial);
    this.#trials.push(trial);
  }

  /** A distribution that doesn't go with the parameter's first one is refused by Optuna, and its value with it. */
  setTrialParam(operation: Operation): void {
    const trial = this.#openTrial(operation);
    if (trial === undefined) return;
    const name = operation.text("param_name");
    const read = readDistribution(operation.fields.distribution, `${operation.where}, distribution`);
    const first = trial.study.trials.find((each) => Object.hasOwn(each.params, name))?.distributions[name];
    if (first !== undefined && !isCompatible(first, read.distribution)) return;
    setMember(trial.params, name, operation.valueIn(read, name, operation.fields.param_value_internal));
    setMember(trial.distributions, name, read.distribution);
  }

  setTrialStateValues(operation: Operation): void {
    const trial = this.#openTrial(operation);
    if (trial === undefined) return;
    trial.state = operation.state("state");
    trial.values = operation.numbers("values") ?? trial.values;
  }

  setTrialIntermediateValue(operation: Operation): void {
    this.#openTrial(operation)?.intermediate.set(operation.number("step"), operation.number("intermediate_value"));
  }

  setTrialUserAttr(operation: Operation): void {
    assign(this.#openTrial(operation)?.userAttrs, operation.object("user_attr"));
  }

  setTrialSystemAttr(operation: Operation): void {
    assign(this.#openTrial(operation)?.systemAttrs, operation.object("system_attr"));
  }
}

const APPLY: Readonly<Record<number, (replay: Replay, operation: Operation) => void>> = {
  [OPERATION.createStudy]: (replay, operation) => replay.createStudy(operation),
  [OPERATION.deleteStudy]: (replay, operation) => replay.deleteStudy(operation),
  [OPERATION.setStudyUserAttr]: (replay, operation) => replay.setStudyUserAttr(operation),
  [OPERATION.setStudySystemAttr]: () => undefined,
  [OPERATION.createTrial]: (replay, operation) => replay.createTrial(operation),
  [OPERATION.setTrialParam]: (replay, operation) => replay.setTrialParam(operation),
  [OPERATION.setTrialStateValues]: (replay, operation) => replay.setTrialStateValues(operation),
  [OPERATION.setTrialIntermediateValue]: (replay, operation) => replay.setTrialIntermediateValue(operation),
  [OPERATION.setTrialUserAttr]: (replay, operation) => replay.setTrialUserAttr(operation),
  [OPERATION.setTrialSystemAttr]: (replay, operation) => replay.setTrialSystemAttr(operation),
  [OPERATION.discardTrials]: () => undefined,
};

function assign(target: Record<string, unknown> | undefined, members: Fields): void {
  if (target !== undefined) for (const [key, value] of Object.entries(members)) setMember(target, key, value);
}

function mapped<T, R>(members: Readonly<Record<string, T>>, to: (value: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, to(value, name)]));
}

function reportsOf(members: Fields): Map<number, number> {
  return new Map(Object.entries(members).map(([step, value]) => [Number(step), value as number]));
}

/** The numbers under "constraints" (samplers), then those under "constraints:<name>" (`Trial.set_constraint`). */
function constraintsOf(attributes: Fields): readonly number[] | null {
  const listed = attributes[ATTRIBUTE.constraints];
  const named = Object.entries(attributes).filter(([key]) => key.startsWith(`${ATTRIBUTE.constraints}:`));
  const all = [...(Array.isArray(listed) ? listed : []), ...named.map(([, value]) => value as unknown)];
  return all.length > 0 && all.every((each) => typeof each === "number" && !Number.isNaN(each)) ? all : null;
}

/** A complete trial has a number for each direction; NaN, as everywhere here, is a trial that failed. */
function endOf({ state, values, systemAttrs }: ReadTrial, count: number, where: string) {
  if (state === "failed" && systemAttrs[ATTRIBUTE.state] === "stale") return { state: "stale", values: null } as const;
  if (state !== "complete") return { state, values: null };
  if (values === null || values.length !== count) throw invalid(where, `${count} values of a complete trial`, values);
  return values.some(Number.isNaN) ? ({ state: "failed", values: null } as const) : { state, values };
}

function trialOf(trial: ReadTrial, number: number, { name, directions }: ReadStudy): FrozenTrial {
  const { systemAttrs, params, distributions, intermediate, userAttrs } = trial;
  const end = endOf(trial, directions.length, `study ${name}, trial ${number}`);
  const constraints = constraintsOf(systemAttrs);
  const fixed = end.state === "waiting" ? systemAttrs[ATTRIBUTE.fixedParams] : undefined;
  return {
    number,
    state: end.state,
    params: (fixed as FrozenTrial["params"] | undefined) ?? params,
    distributions,
    values: end.values,
    ...(constraints && { constraints }),
    intermediate: [...intermediate],
    userAttrs,
    why: (systemAttrs[ATTRIBUTE.why] as FrozenTrial["why"] | undefined) ?? null,
  };
}

/** What a line says; null: nothing. Optuna forgives a last line that wasn't fully written, and no other. */
function operationOf(line: string, where: string, isLast: boolean): Operation | null {
  if (line.trim() === "") return null;
  let fields: unknown;
  try {
    fields = fromPythonJson(line);
  } catch {
    if (isLast) return null;
    throw invalid(where, "a line of JSON", line.slice(0, 80));
  }
  if (isObject(fields)) return new Operation(where, fields);
  throw invalid(where, "an object", fields);
}

/**
 * The studies of a journal file that Optuna 3.1 or later wrote, each with all its trials, in any state: enqueued
 * parameters, constraints, reports and user attributes included. Throws IMPORT_INVALID, with the number of the line, where
 * it isn't such a file.
 */
export function fromOptunaJournal(text: string): readonly Required<OptunaStudy>[] {
  if (typeof text !== "string") throw invalid("journal", "the text of a journal file", text);
  const replay = new Replay();
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    const operation = operationOf(line, `line ${at + 1}`, at === lines.length - 1);
    if (operation === null) continue;
    const apply = APPLY[operation.number("op_code")];
    if (apply === undefined)
      throw invalid(`${operation.where}, op_code`, "an operation from 0 to 10", operation.fields.op_code);
    apply(replay, operation);
  }
  return replay.studies
    .filter(({ deleted }) => !deleted)
    .map((study) => ({
      name: study.name,
      directions: study.directions,
      trials: study.trials.map((trial, number) => trialOf(trial, number, study)),
      userAttrs: study.userAttrs,
    }));
}
