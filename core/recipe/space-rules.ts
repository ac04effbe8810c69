/** Rules of `search.space`: ranges that make sense, of parameters that the learner can take so. */
import { type Distribution, HyperparameterError, type ParamValue, type Space, validateSpace } from "hyperparameter-js";
import type { Descriptors } from "../evaluator/messages.js";
import { knownParameters } from "./distribution.js";
import { type Finding, pathText, show, unknownKeyFinding } from "./findings.js";
import type { RecipeFile } from "./schema.js";

interface Fault {
  readonly reason: string;
  /** Key of the range that is to blame; null: the range as a whole. */
  readonly at: string | null;
}

interface Override {
  /** `<learner>.<parameter>` */
  readonly name: string;
  readonly range: Distribution;
  readonly known: ReadonlyMap<string, Distribution>;
  /** Every override of the recipe. */
  readonly space: Space;
}

export function spaceFindings({ search }: RecipeFile, context: { readonly descriptors: Descriptors }): Finding[] {
  const known = knownParameters(context.descriptors);
  const space = search?.space ?? {};
  const learners = search?.learners ?? null;
  return Object.entries(space).flatMap(([name, range]) => {
    const override = { name, range, known, space };
    const strangers = strangersOf(override);
    if (strangers.length > 0) return strangers;
    const fault =
      learnerFault(name, learners) ?? rangeFault(override) ?? kindFault(override) ?? conditionFault(override);
    return fault === null ? [] : [findingOf(name, fault)];
  });
}

function findingOf(name: string, { reason, at }: Fault): Finding {
  const keys = ["search", "space", name, ...(at === null ? [] : [at])];
  return { code: "RECIPE_SPACE", keys, part: at === null ? "key" : "value", details: { key: pathText(keys), reason } };
}

/** Conditions on what is no parameter of the learner; they may be named with its prefix or without. */
function strangersOf({ name, range, known }: Override): Finding[] {
  const learner = learnerOf(name);
  const own = [...known.keys()].filter((parameter) => learnerOf(parameter) === learner);
  const strangers = Object.keys(range.when ?? {}).filter(
    (word) => !own.some((each) => bare(each, learner) === bare(word, learner)),
  );
  return strangers.map((word) => {
    const allowed = word.includes(".") ? own : own.map((each) => bare(each, learner));
    return unknownKeyFinding({ word, parent: ["search", "space", name, "when"], allowed, given: [], homes: new Map() });
  });
}

function learnerFault(name: string, learners: readonly string[] | null): Fault | null {
  const learner = learnerOf(name);
  if (learners === null || learners.includes(learner)) return null;
  return { reason: `${learner} isn't among search.learners`, at: null };
}

function rangeFault({ name, range }: Override): Fault | null {
  const { when: _, ...alone } = range;
  return libraryFault(name, { [name]: alone });
}

/** A range may be wider than the learner's own, but must give the same kind of value. */
function kindFault({ name, range, known }: Override): Fault | null {
  const own = known.get(name);
  if (own === undefined) return null;
  if (range.type === "categorical") {
    const strange = range.choices.findIndex((value) => !takes(own, value));
    if (strange < 0) return null;
    return { reason: `the learner takes ${words(own)}, not ${show(range.choices[strange])}`, at: "choices" };
  }
  const same = own.type === range.type || (own.type === "float" && range.type === "int");
  return same ? null : { reason: `the learner takes ${words(own)}, not ${range.type} numbers`, at: "type" };
}

function takes(own: Distribution, value: ParamValue): boolean {
  if (own.type === "categorical") return own.choices.includes(value);
  return own.type === "int" ? Number.isInteger(value) : typeof value === "number";
}

function words(own: Distribution): string {
  if (own.type === "categorical") return `one of ${own.choices.map((value) => JSON.stringify(value)).join(", ")}`;
  return own.type === "int" ? "whole numbers" : "numbers";
}

/**
 * Only the recipe's conditions are judged: where a narrowed range leaves a learner's own condition without a value that
 * meets it, that parameter just isn't there.
 */
function conditionFault({ name, range, known, space }: Override): Fault | null {
  if (range.when === undefined) return null;
  const learner = learnerOf(name);
  const parameters = [...known.keys()].filter((parameter) => learnerOf(parameter) === learner);
  const withConditionsOf = (judged: (parameter: string) => boolean): Space => {
    const entries = parameters.map((parameter) => {
      const { when, ...alone } = space[parameter] ?? (known.get(parameter) as Distribution);
      const asked = when === undefined || !judged(parameter) ? {} : { when: unprefixed(when, learner) };
      return [bare(parameter, learner), { ...alone, ...asked }] as const;
    });
    return Object.fromEntries(entries);
  };
  const own = bare(name, learner);
  // cycles take more than one condition to see
  return (
    libraryFault(
      own,
      withConditionsOf((parameter) => parameter === name),
    ) ??
    libraryFault(
      own,
      withConditionsOf((parameter) => parameter in space),
    )
  );
}

/** The first fault that hyperparameter-js finds in a space, if it is this parameter's. */
function libraryFault(name: string, space: Space): Fault | null {
  try {
    validateSpace(space);
    return null;
  } catch (error) {
    if (!(error instanceof HyperparameterError)) throw error;
    const prefix = `space.${name}.`;
    if (!error.where.startsWith(prefix)) return null;
    const rest = error.where.slice(prefix.length);
    return { reason: `${rest} must be ${error.expected}, not ${error.got}`, at: rest.split(".")[0] ?? null };
  }
}

function learnerOf(name: string): string {
  return name.slice(0, name.indexOf("."));
}

function bare(name: string, learner: string): string {
  return name.startsWith(`${learner}.`) ? name.slice(learner.length + 1) : name;
}

function unprefixed(when: NonNullable<Distribution["when"]>, learner: string): NonNullable<Distribution["when"]> {
  return Object.fromEntries(Object.entries(when).map(([name, value]) => [bare(name, learner), value]));
}
