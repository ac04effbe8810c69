/**
 * The building blocks of the recipe's JSON Schema. Each says by `x-expected` what a person should write there, and by
 * `x-what` which kind of name it is; core/recipe/findings.ts makes its messages of these. Unions are written with
 * `if`/`then`/`else` or a discriminator, since `anyOf` tells of every branch and so of none.
 */
import { type SchemaOptions, type TSchema, Type } from "@sinclair/typebox";
import type { Optioned } from "../evaluator/messages.js";
import { type Bounds, durationSchema, sizeSchema } from "../quantities.js";
import type { Choice, GivenType } from "./recipe.js";

/** Of names and other single lines of text. */
const LONGEST = 1000;

export function text(expected: string, options: SchemaOptions = {}) {
  return Type.String({ minLength: 1, maxLength: LONGEST, "x-expected": expected, ...options });
}

export function nullableText(expected: string, options: SchemaOptions = {}) {
  return Type.Unsafe<string | null>({ ...text(expected, options), type: ["string", "null"] });
}

export function nullableNumber(expected: string, options: SchemaOptions) {
  return Type.Unsafe<number | null>({ type: ["number", "null"], "x-expected": expected, ...options });
}

/** One name of a list that is known. @param what the kind of name: "metric", "learner" … */
export function nameOf<T extends string>(what: string, names: readonly T[], options: SchemaOptions = {}) {
  return Type.Unsafe<T>({
    type: "string",
    enum: [...names],
    "x-what": what,
    "x-expected": `one of ${names.join(", ")}`,
    ...options,
  });
}

export function nullableNameOf<T extends string>(what: string, names: readonly T[], options: SchemaOptions = {}) {
  const { type: _, enum: __, ...rest } = nameOf(what, names, options) as TSchema;
  return Type.Unsafe<T | null>({ type: ["string", "null"], enum: [...names, null], ...rest });
}

export function listOf<T extends TSchema>(item: T, expected: string, options: SchemaOptions = {}) {
  return Type.Array(item, { uniqueItems: true, "x-expected": expected, ...options });
}

/** A text, or a list of texts. */
export function oneOrMore(item: TSchema, expected: string, { minItems = 0, ...options }: SchemaOptions) {
  const then = listOf(item, expected, { minItems });
  return Type.Unsafe<string | string[]>({
    ...options,
    if: { type: "array" },
    then,
    else: { ...item, "x-expected": expected },
  });
}

const TYPE_NAMES = ["numeric", "categorical", "boolean", "date", "text", "ordinal"] as const;

/** A mapping of columns to what they are; the levels of a scale stand in a list. */
export function columnTypes(description: string) {
  const levels = "a list of values from the least to the most, such as [low, medium, high]";
  const level = Type.Unsafe<string>({ type: ["string", "number"], "x-expected": "text or a number" });
  const type = Type.Unsafe<GivenType>({
    if: { type: "object" },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: Type.Object(
      { ordinal: listOf(level, levels, { minItems: 2, description: "The values from the least to the most." }) },
      { additionalProperties: false, "x-expected": "a mapping with ordinal" },
    ),
    else: nameOf("column type", TYPE_NAMES, {
      "x-expected": `one of ${TYPE_NAMES.join(", ")}, or { ordinal: [low, medium, high] }`,
    }),
  });
  return Type.Record(Type.String(), type, {
    "x-expected": "a mapping of columns to types, such as { area_code: categorical }",
    description,
  });
}

/** Seconds, or a text with a unit. Its smallest value counts for both; core/recipe/rules.ts looks at the texts. */
export function duration(expected: string, bounds: Bounds, options: SchemaOptions) {
  return Type.Unsafe<string | number | null>({ ...options, ...durationSchema(expected, bounds) });
}

/** Bytes, or a text with a unit. */
export function size(expected: string, bounds: Bounds, options: SchemaOptions) {
  return Type.Unsafe<string | number | null>({ ...options, ...sizeSchema(expected, bounds) });
}

/** The name of something that a plugin provides, or a mapping of `kind` and its options. */
export function choiceOf(what: string, known: readonly Optioned[], options: SchemaOptions = {}) {
  return Type.Unsafe<string | Choice>({ ...options, ...choice(what, known), else: nameOf(what, ...plain(known)) });
}

export function nullableChoiceOf(what: string, known: readonly Optioned[], options: SchemaOptions = {}) {
  const name = nullableNameOf(what, ...plain(known));
  return Type.Unsafe<string | Choice | null>({ ...options, ...choice(what, known), else: name });
}

function plain(known: readonly Optioned[]): [string[], SchemaOptions] {
  const names = known.map(({ name }) => name);
  return [names, { "x-expected": `one of ${names.join(", ")}, or a mapping with kind and options` }];
}

function choice(what: string, known: readonly Optioned[]) {
  return {
    if: { type: "object" },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      type: "object",
      discriminator: { propertyName: "kind" },
      "x-what": what,
      oneOf: known.map((each) => withKind(what, each)),
    },
  };
}

/**
 * The option schema of one plugin with `kind` beside its keys; what it doesn't declare is refused. It gets an `$id`, so
 * that `#/…` in it goes on meaning a place in the plugin's own schema.
 */
function withKind(what: string, { name, options }: Optioned): object {
  const { $schema: _, $id: __, properties, required, ...rest } = options;
  return {
    ...rest,
    $id: `urn:sous:${what}:${name}`,
    type: "object",
    properties: { kind: { const: name }, ...asObject(properties) },
    required: ["kind", ...(Array.isArray(required) ? required : [])],
    additionalProperties: false,
  };
}

export function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
