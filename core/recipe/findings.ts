/** What the schema's validator complains of, as coded errors for people: one row for each keyword of JSON Schema. */
import type { ErrorObject } from "ajv";
import type { Details, ErrorCode } from "../errors.js";
import { asObject } from "./fields.js";
import { shorten } from "./place.js";
import { type Homes, type KeyQuestion, type Path, slip, suggestKeys, suggestName, wordPath } from "./suggest.js";

/** A problem with its place in the recipe's values. */
export interface Finding {
  readonly code: ErrorCode;
  /** From the root; indexes of lists as text. */
  readonly keys: readonly string[];
  readonly part: "key" | "value";
  readonly details: Details;
  /** Paths that an unknown key may stand for. */
  readonly meant?: readonly Path[];
}

/** What suggestions are made of. */
export interface Vocabulary {
  readonly homes: Homes;
  /** Paths of plugins that are broken: one of them may have what a recipe names. */
  readonly broken: readonly string[];
}

interface Annotated {
  readonly "x-expected"?: string;
  readonly "x-what"?: string;
  readonly properties?: Readonly<Record<string, Annotated>>;
  readonly [keyword: string]: unknown;
}

interface Complaint {
  readonly keys: readonly string[];
  readonly schema: Annotated;
  readonly value: unknown;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string;
  readonly words: Vocabulary;
}

type Row = (complaint: Complaint) => Finding;

export function findingOf(error: ErrorObject, words: Vocabulary): Finding | null {
  if (DERIVED.has(error.keyword)) return null;
  const keys = error.instancePath.split("/").slice(1).map(unescapePointer);
  const row = ROWS[error.keyword] ?? option;
  const schema = (error.parentSchema ?? {}) as Annotated;
  return row({ keys, schema, value: error.data, params: error.params, message: error.message ?? error.keyword, words });
}

/** They only say that a complaint was found inside them. */
const DERIVED: ReadonlySet<string> = new Set(["if"]);

const range = (code: ErrorCode, words: (limit: unknown) => string): Row => {
  return (complaint) => wrongValue(code, complaint, words(complaint.params.limit));
};

const ROWS: Readonly<Record<string, Row>> = {
  type: (complaint) => wrongValue("RECIPE_WRONG_TYPE", complaint, typeWords(complaint.params.type)),
  enum: (complaint) => unknownName(complaint, namesOf(complaint.params.allowedValues)),
  const: (complaint) => wrongValue("RECIPE_OUT_OF_RANGE", complaint, String(complaint.params.allowedValue)),
  minimum: range("RECIPE_OUT_OF_RANGE", (limit) => `at least ${limit}`),
  maximum: range("RECIPE_OUT_OF_RANGE", (limit) => `at most ${limit}`),
  exclusiveMinimum: range("RECIPE_OUT_OF_RANGE", (limit) => `above ${limit}`),
  exclusiveMaximum: range("RECIPE_OUT_OF_RANGE", (limit) => `below ${limit}`),
  minLength: range("RECIPE_OUT_OF_RANGE", (limit) => `text of at least ${limit} characters`),
  maxLength: range("RECIPE_OUT_OF_RANGE", (limit) => `text of at most ${limit} characters`),
  minItems: range("RECIPE_OUT_OF_RANGE", (limit) => `a list of at least ${limit}`),
  maxItems: range("RECIPE_OUT_OF_RANGE", (limit) => `a list of at most ${limit}`),
  pattern: (complaint) => wrongValue("RECIPE_BAD_FORMAT", complaint, `text like ${complaint.params.pattern}`),
  uniqueItems: repeated,
  additionalProperties: unknownKey,
  required: missingKey,
  discriminator: unknownKind,
};

function option({ keys, message }: Complaint): Finding {
  return { code: "RECIPE_OPTION", keys, part: "value", details: { key: pathText(keys), reason: message } };
}

function wrongValue(code: ErrorCode, { keys, schema, value }: Complaint, words: string): Finding {
  const expected = schema["x-expected"] ?? words;
  const details = { key: pathText(keys), expected, got: show(value), hint: valueHint(schema, value) };
  return { code, keys, part: "value", details };
}

function unknownName(complaint: Complaint, names: readonly string[]): Finding {
  const { keys, schema, value } = complaint;
  const what = schema["x-what"] ?? "value";
  if (typeof value !== "string") return wrongValue("RECIPE_WRONG_TYPE", complaint, `one of ${names.join(", ")}`);
  const hint = nameHint(suggestName(value, what, names), complaint);
  const details = { key: pathText(keys), what, got: show(value), known: names.join(", "), hint };
  return { code: "RECIPE_UNKNOWN_NAME", keys, part: "value", details };
}

/** Kinds of name that plugins provide. */
const PLUGGED: ReadonlySet<string> = new Set(["learner", "metric", "gate", "sampler", "source"]);

function nameHint(meant: string | null, { schema, words }: Complaint): string {
  if (meant !== null) return ` Did you mean \`${meant}\`?`;
  const lost = words.broken.length > 0 && PLUGGED.has(schema["x-what"] ?? "");
  return lost ? ` It may be in a plugin that couldn't be loaded: ${words.broken.join(", ")}.` : "";
}

/** The discriminator of a choice: its `kind` or `type` is missing, misspelt, no text, or unknown. */
function unknownKind(complaint: Complaint): Finding {
  const { keys, schema, params } = complaint;
  const tag = String(params.tag);
  const names = Array.isArray(schema.oneOf) ? schema.oneOf.map((branch: Annotated) => constOf(branch, tag)) : [];
  if (params.tagValue !== undefined)
    return unknownName({ ...complaint, keys: [...keys, tag], value: params.tagValue }, names);
  const misspelt = Object.keys(asObject(complaint.value)).find((key) => slip(key, [tag]) !== null);
  if (misspelt === undefined) return missing([...keys, tag], `one of ${names.join(", ")}`);
  return unknownKeyFinding({ word: misspelt, parent: keys, allowed: [tag], given: [], homes: complaint.words.homes });
}

function constOf(branch: Annotated, tag: string): string {
  return String(branch.properties?.[tag]?.const);
}

function missingKey({ keys, schema, params }: Complaint): Finding {
  const name = String(params.missingProperty);
  return missing([...keys, name], expectedOf(schema.properties?.[name]));
}

function expectedOf(schema: Annotated | undefined): string {
  // a union's branches are inside `then`
  const annotated = [schema, schema?.then as Annotated | undefined].find((each) => each?.["x-expected"] !== undefined);
  return annotated?.["x-expected"] ?? typeWords(schema?.type);
}

function missing(keys: readonly string[], expected: string): Finding {
  return { code: "RECIPE_MISSING_KEY", keys, part: "key", details: { key: pathText(keys), expected } };
}

function unknownKey({ keys, schema, value, params, words }: Complaint): Finding {
  const allowed = Object.keys(schema.properties ?? {});
  const given = Object.keys(asObject(value));
  return unknownKeyFinding({
    word: String(params.additionalProperty),
    parent: keys,
    allowed,
    given,
    homes: words.homes,
  });
}

export function unknownKeyFinding(question: KeyQuestion): Finding {
  const { word, parent, allowed } = question;
  const meant = suggestKeys(question);
  const place = parent.length === 0 ? "in a recipe" : `in \`${pathText(parent)}\``;
  const details = { key: shorten(word), place, hint: keyHint(meant, parent, allowed) };
  return { code: "RECIPE_UNKNOWN_KEY", keys: [...parent, word], part: "key", details, meant };
}

function keyHint(meant: readonly Path[], parent: Path, allowed: readonly string[]): string {
  if (meant.length > 0) return ` Did you mean ${meant.map((path) => wordPath(path, parent)).join(" or ")}?`;
  return allowed.length === 0 ? "" : ` Keys here: ${allowed.join(", ")}.`;
}

function repeated({ keys, value, params }: Complaint): Finding {
  const index = Math.max(Number(params.i), Number(params.j));
  const got = show(Array.isArray(value) ? value[index] : value);
  return {
    code: "RECIPE_REPEATED",
    keys: [...keys, String(index)],
    part: "value",
    details: { key: pathText(keys), got },
  };
}

function valueHint({ type }: Annotated, value: unknown): string {
  if (accepts(type, "string") && (typeof value === "number" || typeof value === "boolean")) {
    return ` To mean the text, put it in quotes: "${value}".`;
  }
  if ((accepts(type, "number") || accepts(type, "integer")) && isNumberText(value)) {
    return ` To mean the number, take the quotes off: ${value}.`;
  }
  return accepts(type, "array") && scalarText(value) ? ` A list of one is written [${String(value)}].` : "";
}

function accepts(type: unknown, name: string): boolean {
  return [type].flat().includes(name);
}

function isNumberText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
}

function scalarText(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** A value in a message: short, in JSON, and without its insides where it has some. */
export function show(value: unknown): string {
  if (value === null) return "empty (null)";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "a mapping";
  return shorten(JSON.stringify(value));
}

/** `search.learners[1]`; keys that have dots or spaces in them in brackets and quotes, as `data.types["a b"]`. */
export function pathText(keys: readonly string[]): string {
  const parts = keys.map((key) => {
    if (/^\d+$/.test(key)) return `[${key}]`;
    return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(shorten(key))}]`;
  });
  return parts.join("").replace(/^\./, "") || "recipe";
}

function namesOf(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value) => value !== null).map(String) : [];
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  null: "empty",
};

function typeWords(type: unknown): string {
  const words = [type].flat().map((name) => TYPE_WORDS[String(name)] ?? "a value");
  return words.join(" or ");
}

function unescapePointer(segment: string): string {
  return segment.replace(/~1/g, "/").replace(/~0/g, "~");
}
