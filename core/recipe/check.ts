import type { TProperties } from "@sinclair/typebox";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { Descriptors } from "../evaluator/messages.js";
import { asObject } from "./fields.js";
import { type Finding, findingOf, type Vocabulary } from "./findings.js";
import { fileSchema } from "./schema.js";
import type { Homes, Path } from "./suggest.js";

interface Checker {
  readonly validate: ValidateFunction;
  readonly words: Vocabulary;
}

/** A schema takes 0.2 s to compile and a thousand recipes may come at once; descriptors change only with plugins. */
const checkers = new WeakMap<Descriptors, Checker>();

/** What the schema says against a file's values; every problem, each told once. */
export function checkSchema(value: unknown, descriptors: Descriptors): Finding[] {
  const { validate, words } = checkerOf(descriptors);
  if (validate(value)) return [];
  const findings = withoutBranches(validate.errors ?? []).map((error) => findingOf(error, words));
  return withoutEchoes(findings.filter((finding) => finding !== null));
}

/** Of a union in a plugin's schema, that no branch fits is enough; what each branch wanted is noise. */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  return errors.filter(({ schemaPath }) => !unions.some((union) => schemaPath.startsWith(`${union.schemaPath}/`)));
}

function checkerOf(descriptors: Descriptors): Checker {
  const known = checkers.get(descriptors);
  if (known !== undefined) return known;
  const schema = fileSchema(descriptors);
  const words = { homes: homesOf(schema.properties), broken: descriptors.broken.map(({ path }) => path) };
  const checker = { validate: ajv().compile(schema), words };
  checkers.set(descriptors, checker);
  return checker;
}

function ajv(): Ajv {
  return new Ajv({
    allErrors: true,
    verbose: true,
    discriminator: true,
    ownProperties: true,
    // compiles twice as fast, and checking takes no part in the 4 ms that a recipe takes to read
    inlineRefs: false,
    code: { optimize: false },
    // a plugin's schema may have what strict mode refuses; ours is compiled in strict mode by its spec
    strict: false,
    // of which one has seen that it is a schema, and of plugins' the registry: a third of the time
    validateSchema: false,
    meta: false,
  });
}

/** Keys of the root and of every section. A key that several sections have (`seed`) has no one home. */
function homesOf(properties: TProperties): Homes {
  const paths = pathsOf(properties, []);
  const namesakes = (path: Path) => paths.filter((one) => one.at(-1) === path.at(-1));
  // Of keys that bear one name the one that stands higher is meant, where it is alone there.
  const isHome = (path: Path) => namesakes(path).every((one) => one === path || one.length > path.length);
  return new Map(paths.filter(isHome).map((path) => [path.at(-1) ?? "", path]));
}

function pathsOf(properties: TProperties, parent: Path): Path[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const path = [...parent, key];
    // names of parameters are the learners', not the recipe's
    const inner = key === "space" ? {} : asObject(schema.properties);
    return [path, ...pathsOf(inner as TProperties, path)];
  });
}

/** One value gets one complaint (a type error comes first), and a misspelt key isn't also told as missing. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const places = new Set<string>();
  const meant = new Set(findings.flatMap((finding) => finding.meant ?? []).map((path) => path.join(".")));
  return findings.filter((finding) => {
    if (finding.code === "RECIPE_MISSING_KEY" && meant.has(finding.keys.join("."))) return false;
    const place = JSON.stringify(finding.keys);
    return !places.has(place) && places.add(place);
  });
}
