import { basename, dirname, resolve } from "node:path";
import { digestOf } from "../artifacts/digest.js";
import { SousError } from "../errors.js";
import type { Descriptors } from "../evaluator/messages.js";
import { deepFreeze } from "../json.js";
import { checkSchema } from "./check.js";
import { complete } from "./complete.js";
import { readDocument, type SourceDocument } from "./document.js";
import type { Finding } from "./findings.js";
import { nameFault, stemOf } from "./name.js";
import type { ReadRecipe, Recipe } from "./recipe.js";
import { RecipeRejected } from "./rejected.js";
import { checkRules } from "./rules.js";
import type { RecipeFile } from "./schema.js";

export interface RecipeContext {
  readonly descriptors: Descriptors;
  /** Absolute folders, besides the recipe's own, in which data may lie. */
  readonly roots: readonly string[];
}

export interface ParseContext extends RecipeContext {
  /** Of the file that the text is from; its ending decides between YAML and JSON, its stem is the recipe's name. */
  readonly path: string;
}

/**
 * A recipe's text as a frozen Recipe. Pure.
 *
 * @throws RecipeRejected with every problem at once: those of the text (syntax, duplicate keys), or else those of its
 * content
 */
export function parseRecipe(text: string, context: ParseContext): ReadRecipe {
  const stem = stemOf(basename(context.path));
  if (stem === null) throw new RecipeRejected(context.path, text, [fileNameError(context.path)]);
  const document = readDocument(text, context.path);
  const file = document.value as RecipeFile; // as far as the findings don't say otherwise
  const found = checkSchema(file, context.descriptors);
  const rules = { ...context, folder: resolve(dirname(context.path)) };
  const findings = [...found, ...checkRules(file, rules, found), ...nameFindings(file, stem, found)];
  if (findings.length > 0) throw rejected(document, findings);
  return frozenRecipe(complete(file, stem, context.descriptors), resolve(context.path));
}

/** @param path absolute, of the recipe's file */
export function frozenRecipe(recipe: Recipe, path: string): ReadRecipe {
  const { description: _, owner: __, labels: ___, data, ...rest } = recipe;
  // what becomes of a suspicion changes nothing in what is searched
  const { leaks: ____, ...used } = data;
  const work = { ...rest, data: used };
  return deepFreeze({ recipe, digest: digestOf(recipe), workDigest: digestOf(work), path });
}

function nameFindings(file: RecipeFile, stem: string, found: readonly Finding[]): Finding[] {
  if (found.some(({ keys }) => keys.length === 0 || keys[0] === "name")) return [];
  const name = file.name ?? stem;
  const reason = nameFault(name);
  return reason === null ? [] : [{ code: "RECIPE_NAME", keys: ["name"], part: "value", details: { name, reason } }];
}

function fileNameError(path: string): SousError {
  return new SousError("RECIPE_FILE_NAME", { path }, { position: { file: path, line: 1, column: 1 } });
}

function rejected(document: SourceDocument, findings: readonly Finding[]): RecipeRejected {
  const errors = findings.map(({ code, keys, part, details }) => {
    return new SousError(code, details, { position: document.positionOf(keys, part) });
  });
  const place = ({ position }: SousError) => [position?.line ?? 0, position?.column ?? 0] as const;
  const inOrder = errors.toSorted((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
  return new RecipeRejected(document.path, document.text, inOrder);
}
