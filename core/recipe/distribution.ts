/** Distributions of `search.space`: their schema, the parameters that may be named, and what a schema can't say. */
import type { Distribution, Space } from "hyperparameter-js";
import type { Descriptors } from "../evaluator/messages.js";

const SCALAR = { type: ["number", "string", "boolean", "null"] };

const CONDITION = {
  type: "object",
  "x-expected": "a mapping of parameters to values, such as { solver: fast }",
  description: "Values that other parameters must have for this one to be there.",
  additionalProperties: {
    if: { type: "array" },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { type: "array", items: SCALAR, minItems: 1 },
    else: { ...SCALAR, "x-expected": "a value, or a list of values" },
  },
};

const LOG = { type: "boolean", "x-expected": "true or false", description: "Search the logarithm." };

function numeric(type: "float" | "int") {
  const bound =
    type === "int" ? { type: "integer", "x-expected": "a whole number" } : { type: "number", "x-expected": "a number" };
  const step = type === "int" ? { type: "integer", minimum: 1 } : { type: "number", exclusiveMinimum: 0 };
  return {
    type: "object",
    required: ["type", "low", "high"],
    additionalProperties: false,
    properties: { type: { const: type }, low: bound, high: bound, log: LOG, step, when: CONDITION },
  };
}

export const DISTRIBUTION = {
  type: "object",
  discriminator: { propertyName: "type" },
  "x-what": "type of range",
  "x-expected": "a mapping such as { type: float, low: 0.01, high: 1, log: true }",
  oneOf: [
    numeric("float"),
    numeric("int"),
    {
      type: "object",
      required: ["type", "choices"],
      additionalProperties: false,
      properties: {
        type: { const: "categorical" },
        choices: { type: "array", items: SCALAR, minItems: 1, uniqueItems: true, "x-expected": "a list of values" },
        when: CONDITION,
      },
    },
  ],
};

/** Every parameter that a recipe may override, `<learner>.<parameter>`, as the learners declare it for any task. */
export function knownParameters(descriptors: Descriptors): ReadonlyMap<string, Distribution> {
  const known = new Map<string, Distribution>();
  for (const { name, spaces } of descriptors.learners) {
    for (const space of Object.values<Space>(spaces)) {
      for (const [parameter, distribution] of Object.entries(space)) known.set(`${name}.${parameter}`, distribution);
    }
  }
  return known;
}

export function spaceProperties(descriptors: Descriptors): Record<string, object> {
  const entries = [...knownParameters(descriptors)].map(([name, own]) => {
    const schema = { allOf: [{ $ref: "#/definitions/distribution" }], description: `Default: ${describe(own)}.` };
    return [name, schema] as const;
  });
  return Object.fromEntries(entries);
}

function describe(distribution: Distribution): string {
  if (distribution.type === "categorical") return `one of ${distribution.choices.join(", ")}`;
  const { type, low, high, log } = distribution;
  return `${type} from ${low} to ${high}${log === true ? ", by its logarithm" : ""}`;
}
