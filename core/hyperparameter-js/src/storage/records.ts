/**
 * Trials as records of bytes. The first record of a trial is whole; later ones say what changed. Distributions, and lists
 * of names, are written where they first come and are numbers after that.
 */
import { HyperparameterError } from "../errors.js";
import type { FrozenTrial, Params, ParamValue, Space, TrialState } from "../types.js";
import type { ByteSink, ByteSource } from "./bytes.js";
import {
  Numbering,
  readList,
  readNumber,
  readText,
  readValue,
  setMember,
  type Words,
  writeNumber,
  writeText,
  writeValue,
} from "./values.js";

const STATES: readonly TrialState[] = ["waiting", "running", "complete", "pruned", "failed", "stale"];

const WHOLE = 1;
const CHANGED = 2;

/** Which parts follow, a bit each. */
const PART = {
  params: 1,
  distributions: 2,
  values: 4,
  constraints: 8,
  intermediate: 16,
  userAttrs: 32,
  why: 64,
  asked: 128,
} as const;

const NONE: Readonly<Record<string, never>> = Object.freeze({});
const NO_REPORTS: FrozenTrial["intermediate"] = Object.freeze([]);
/** What records say by number: as it stands after all records so far, on the writing as on the reading side. */
export class Vocabulary {
  readonly words: Words = new Numbering();
  readonly names = new Numbering<readonly string[]>();
  readonly spaces = new Numbering<Space>();
  #spaceNumbers = new WeakMap<Space, number>();

  /** The number of distributions that were written before, as the same object or another. */
  spaceNumber(space: Space): number | undefined {
    const number = this.#spaceNumbers.get(space) ?? this.spaces.numberOf(keyOf(space));
    if (number !== undefined) this.#spaceNumbers.set(space, number);
    return number;
  }

  /** Gives the way back to what it is now. */
  mark(): () => void {
    const counts = [this.words.count, this.names.count, this.spaces.count] as const;
    return () => {
      this.words.backTo(counts[0]);
      this.names.backTo(counts[1]);
      this.spaces.backTo(counts[2]);
      this.#spaceNumbers = new WeakMap();
    };
  }
}

/** As JSON, with −0 told from 0: distributions hold no other numbers that JSON has no words for. */
function keyOf(space: Space): string {
  return JSON.stringify(space, (_, value: unknown) => (Object.is(value, -0) ? { "-0": 0 } : value));
}

function writeNames(sink: ByteSink, { names, words }: Vocabulary, list: readonly string[]): void {
  const key = JSON.stringify(list);
  const known = names.numberOf(key);
  sink.whole(known === undefined ? 0 : known + 1);
  if (known !== undefined) return;
  sink.whole(list.length);
  for (const name of list) writeText(sink, words, name);
  names.add(key, list);
}

function readNames(source: ByteSource, { names, words }: Vocabulary): readonly string[] {
  const number = source.whole();
  if (number > 0) return names.at(number - 1);
  const list = readList(source.whole(), () => readText(source, words));
  names.add(JSON.stringify(list), list);
  return list;
}

function writeParams(sink: ByteSink, vocabulary: Vocabulary, params: Params): void {
  const names = Object.keys(params);
  writeNames(sink, vocabulary, names);
  for (const name of names) writeValue(sink, vocabulary.words, params[name]);
}

function readParams(source: ByteSource, vocabulary: Vocabulary): Params {
  const params: Record<string, ParamValue> = {};
  for (const name of readNames(source, vocabulary))
    setMember(params, name, readValue(source, vocabulary.words) as ParamValue);
  return params;
}

function writeSpace(sink: ByteSink, vocabulary: Vocabulary, space: Space): void {
  const known = vocabulary.spaceNumber(space);
  sink.whole(known === undefined ? 0 : known + 1);
  if (known !== undefined) return;
  writeValue(sink, vocabulary.words, space);
  vocabulary.spaces.add(keyOf(space), space);
}

function freezeAll<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freezeAll);
  return value;
}

function readSpace(source: ByteSource, { spaces, words }: Vocabulary): Space {
  const number = source.whole();
  if (number > 0) return spaces.at(number - 1);
  const space = freezeAll(readValue(source, words)) as Space;
  spaces.add(keyOf(space), space);
  return space;
}

function writeNumbers(sink: ByteSink, values: readonly number[]): void {
  sink.whole(values.length);
  for (const value of values) writeNumber(sink, value);
}

function readNumbers(source: ByteSource, words: Words): readonly number[] {
  return readList(source.whole(), () => readNumber(source, words));
}

function readReports(source: ByteSource, words: Words): FrozenTrial["intermediate"] {
  return readList(source.whole(), () => [readNumber(source, words), readNumber(source, words)] as const);
}

function sameParams(a: Params, b: Params): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  const others = Object.keys(b);
  return (
    names.length === others.length && names.every((name, at) => name === others[at] && Object.is(a[name], b[name]))
  );
}

function sameSpace(vocabulary: Vocabulary, a: Space, b: Space): boolean {
  return a === b || (vocabulary.spaceNumber(a) ?? keyOf(a)) === (vocabulary.spaceNumber(b) ?? keyOf(b));
}

/** Whether what was asked is what the record before had, and so need not be said again. */
function askedBefore({ asked }: FrozenTrial, before: FrozenTrial | undefined): boolean {
  return asked !== undefined && asked.params === before?.params && asked.distributions === before.distributions;
}

function changedParts(vocabulary: Vocabulary, trial: FrozenTrial, before: FrozenTrial): number {
  let parts = 0;
  if (!sameParams(trial.params, before.params)) parts |= PART.params;
  if (!sameSpace(vocabulary, trial.distributions, before.distributions)) parts |= PART.distributions;
  if (trial.values !== before.values) parts |= PART.values;
  if (trial.constraints !== before.constraints) parts |= PART.constraints;
  if (trial.intermediate.length + before.intermediate.length > 0) parts |= PART.intermediate;
  if (trial.userAttrs !== before.userAttrs && count(trial.userAttrs) + count(before.userAttrs) > 0)
    parts |= PART.userAttrs;
  if (trial.why !== before.why) parts |= PART.why;
  if (trial.asked !== before.asked) parts |= PART.asked;
  return parts;
}

function count(object: object): number {
  return Object.keys(object).length;
}

function presentParts(trial: FrozenTrial): number {
  let parts = PART.params | PART.distributions;
  if (trial.values !== null) parts |= PART.values;
  if (trial.constraints !== undefined) parts |= PART.constraints;
  if (trial.intermediate.length > 0) parts |= PART.intermediate;
  if (count(trial.userAttrs) > 0) parts |= PART.userAttrs;
  if (trial.why !== null) parts |= PART.why;
  if (trial.asked !== undefined) parts |= PART.asked;
  return parts;
}

/** Whether it has lost a part: records of changes have no words for that. */
function lacks(trial: FrozenTrial, before: FrozenTrial): boolean {
  const gone = (part: "values" | "constraints" | "why" | "asked") => trial[part] == null && before[part] != null;
  return gone("values") || gone("constraints") || gone("why") || gone("asked");
}

/** Writes a trial, given what was last written under its number. */
export function writeTrial(
  sink: ByteSink,
  vocabulary: Vocabulary,
  trial: FrozenTrial,
  before: FrozenTrial | undefined,
): void {
  const state = STATES.indexOf(trial.state);
  if (!Number.isSafeInteger(trial.number) || trial.number < 0 || state < 0) throw badTrial(trial);
  const known = before !== undefined && !lacks(trial, before) ? before : undefined;
  const parts = known ? changedParts(vocabulary, trial, known) : presentParts(trial);
  sink.byte(known ? CHANGED : WHOLE);
  sink.whole(trial.number);
  sink.byte(state);
  sink.whole(parts);
  writeParts(sink, vocabulary, trial, parts);
  if (parts & PART.asked && trial.asked !== undefined) {
    const said = askedBefore(trial, known);
    sink.byte(said ? 0 : 1);
    if (said) return;
    writeParams(sink, vocabulary, trial.asked.params);
    writeSpace(sink, vocabulary, trial.asked.distributions);
  }
}

function writeParts(sink: ByteSink, vocabulary: Vocabulary, trial: FrozenTrial, parts: number): void {
  const { params, distributions, values, constraints, intermediate, userAttrs, why } = trial;
  if (parts & PART.params) writeParams(sink, vocabulary, params);
  if (parts & PART.distributions) writeSpace(sink, vocabulary, distributions);
  if (parts & PART.values) writeNumbers(sink, values ?? []);
  if (parts & PART.constraints) writeNumbers(sink, constraints ?? []);
  if (parts & PART.intermediate) {
    sink.whole(intermediate.length);
    for (const [step, value] of intermediate) {
      writeNumber(sink, step);
      writeNumber(sink, value);
    }
  }
  if (parts & PART.userAttrs) writeValue(sink, vocabulary.words, userAttrs);
  if (parts & PART.why) writeValue(sink, vocabulary.words, why);
}

function badTrial({ number, state }: FrozenTrial): HyperparameterError {
  const expected = `a number of 0 or more and a state of ${STATES.join(", ")}`;
  return new HyperparameterError({ code: "TRIAL_INVALID", where: "storage", expected, got: `${number}, ${state}` });
}

type Written<T> = { -readonly [K in keyof T]: T[K] };

/** Reads one record into the trials, each as it stands after it, by number. Throws RangeError where it is none. */
export function readTrial(source: ByteSource, vocabulary: Vocabulary, trials: Map<number, FrozenTrial>): void {
  const kind = source.byte();
  const number = source.whole();
  const state = STATES[source.byte()];
  const known = kind === CHANGED ? trials.get(number) : undefined;
  if (state === undefined || kind < WHOLE || kind > CHANGED || (kind === CHANGED) !== (known !== undefined))
    throw new RangeError("no record begins so");
  const trial: Written<FrozenTrial> = known ?? newTrial(number, state);
  trial.state = state;
  readParts(source, vocabulary, trial);
  if (known === undefined) trials.set(number, trial);
}

function newTrial(number: number, state: TrialState): FrozenTrial {
  return {
    number,
    state,
    params: NONE,
    distributions: NONE,
    values: null,
    intermediate: NO_REPORTS,
    userAttrs: NONE,
    why: null,
  };
}

function readParts(source: ByteSource, vocabulary: Vocabulary, trial: Written<FrozenTrial>): void {
  const { words } = vocabulary;
  const parts = source.whole();
  const { params, distributions } = trial;
  if (parts & PART.params) trial.params = readParams(source, vocabulary);
  if (parts & PART.distributions) trial.distributions = readSpace(source, vocabulary);
  if (parts & PART.values) trial.values = readNumbers(source, words);
  if (parts & PART.constraints) trial.constraints = readNumbers(source, words);
  if (parts & PART.intermediate) trial.intermediate = readReports(source, words);
  if (parts & PART.userAttrs) trial.userAttrs = readValue(source, words) as FrozenTrial["userAttrs"];
  if (parts & PART.why) trial.why = readValue(source, words) as FrozenTrial["why"];
  if (parts & PART.asked) trial.asked = source.byte() === 0 ? { params, distributions } : readAsked(source, vocabulary);
}

function readAsked(source: ByteSource, vocabulary: Vocabulary): NonNullable<FrozenTrial["asked"]> {
  const params = readParams(source, vocabulary);
  return { params, distributions: readSpace(source, vocabulary) };
}
