/** Rules of `search.space`: ranges that make sense, of a parameter that the learner can take. */
import type { Distribution, ParamValue } from "hyperparameter-js";
import type { Descriptors } from "../evaluator/messages.js";
import { knownParameters } from "./distribution.js";
import { type Finding, pathText, show } from "./findings.js";
import type { RecipeFile } from "./schema.js";
import { slip } from "./suggest.js";

interface Fault {
  readonly reason: string;
  /** Key of the distribution that is to blame; null: the whole. */
  readonly at: string | null;
  readonly hint: string;
}

export function spaceFindings({ search }: RecipeFile, context: { readonly descriptors: Descriptors }): Finding[] {
  const known = knownParameters(context.descriptors);
  return Object.entries(search?.space ?? {}).flatMap(([name, range]) => {
    const own = known.get(name);
    const learner = name.slice(0, name.indexOf("."));
    const unused = search?.learners !== undefined && search.learners !== null && !search.learners.includes(learner);
    const faults = [
      unused ? fault(`${learner} isn't among search.learners`, null) : null,
      rangeFault(range),
      own === undefined ? null : kindFault(range, own),
      conditionFault(range, learner, [...known.keys()]),
    ];
    return faults
      .filter((each) => each !== null)
      .slice(0, 1)
      .map((each) => findingOf(name, each));
  });
}

function findingOf(name: string, { reason, at, hint }: Fault): Finding {
  const keys = ["search", "space", name, ...(at === null ? [] : [at])];
  return {
    code: "RECIPE_SPACE",
    keys,
    part: at === null ? "key" : "value",
    details: { key: pathText(keys), reason, hint },
  };
}

function fault(reason: string, at: string | null, hint = ""): Fault {
  return { reason, at, hint };
}

function rangeFault(range: Distribution): Fault | null {
  if (range.type === "categorical") return null;
  const { low, high, step } = range;
  if (low > high) return fault(`low (${low}) is above high (${high})`, "low");
  if (range.log === true && low <= 0)
    return fault(`a logarithmic range starts above 0, not at ${low}`, "low", " Raise low, or take out log.");
  if (range.log === true && step !== undefined) return fault("log and step can't both be given", "step");
  if (step !== undefined && high > low && step > high - low)
    return fault(`step (${step}) is wider than the range`, "step");
  return null;
}

/** A range may be wider than the learner's own, but must give the same kind of value. */
function kindFault(range: Distribution, own: Distribution): Fault | null {
  if (range.type === "categorical") {
    const index = range.choices.findIndex((value) => !takes(own, value));
    if (index < 0) return null;
    return fault(`${show(range.choices[index])} is no value that the learner takes (${words(own)})`, "choices");
  }
  const same = own.type === range.type || (own.type === "float" && range.type === "int");
  return same ? null : fault(`the learner takes ${words(own)}, not ${range.type} numbers`, "type");
}

function takes(own: Distribution, value: ParamValue): boolean {
  if (own.type === "categorical") return own.choices.includes(value);
  return own.type === "int" ? Number.isInteger(value) : typeof value === "number";
}

function words(own: Distribution): string {
  if (own.type === "categorical") return `one of ${own.choices.map((value) => JSON.stringify(value)).join(", ")}`;
  return own.type === "int" ? "whole numbers" : "numbers";
}

/** Conditions name parameters of the same learner, with its prefix or without. */
function conditionFault(range: Distribution, learner: string, known: readonly string[]): Fault | null {
  const own = known.filter((name) => name.startsWith(`${learner}.`));
  const names = new Set([...own, ...own.map((name) => name.slice(learner.length + 1))]);
  const stranger = Object.keys(range.when ?? {}).find((name) => !names.has(name));
  if (stranger === undefined) return null;
  const near = slip(stranger, [...names]);
  return fault(
    `${show(stranger)} in when is no parameter of ${learner}`,
    "when",
    near === null ? "" : ` Did you mean \`${near}\`?`,
  );
}
