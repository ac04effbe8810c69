/** What files are made of: doors, default exports, types, names. */

import { WORDS } from "./directions.js";
import { importsOf } from "./imports.js";
import { nodeRule, type Rule } from "./rule.js";
import type { Node } from "./tree.js";

/** The only files that export what others have. */
const DOORS = [
  "core/plugin/index.ts",
  "core/testing/conformance.ts",
  "core/hyperparameter-js/src/index.ts",
  "core/onnx-train/src/index.ts",
];

const BANNED = ["manager", "helper", "util", "utils", "handler", "processor", "engine", "base", "impl"];
const BANNED_FOLDERS = [
  ...BANNED,
  "services",
  "managers",
  "types",
  "interfaces",
  "helpers",
  "common",
  "shared",
  "lib",
  "misc",
];

const DECLARATIONS = new Set([
  "ClassDeclaration",
  "FunctionDeclaration",
  "TsInterfaceDeclaration",
  "TsTypeAliasDeclaration",
  "ClassMethod",
  "VariableDeclarator",
]);

export const SHAPE_RULES: readonly Rule[] = [
  {
    name: "no barrels: only doors export what others have",
    check: (files) =>
      files
        .filter(({ path }) => !DOORS.includes(path))
        .flatMap(importsOf)
        .filter(({ isExport }) => isExport)
        .map(({ from, line, specifier }) => ({ path: from.path, line, what: `exports from ${specifier}` })),
  },
  nodeRule("no default exports, but a plugin's module", ({ type, expression }, { path }) => {
    if (type === "ExportDefaultDeclaration") return "exports a default";
    if (type !== "ExportDefaultExpression") return null;
    return path.startsWith("plugins/") && calls(expression as Node, "definePlugin") ? null : "exports a default";
  }),
  nodeRule("no any", ({ type, kind }) => (type === "TsKeywordType" && kind === "any" ? "says any" : null)),
  nodeRule("no as unknown as", ({ type, expression }) => {
    const inner = expression as Node | undefined;
    if (type !== "TsAsExpression" || inner?.type !== "TsAsExpression") return null;
    return (inner.typeAnnotation as Node).kind === "unknown" ? "casts by way of unknown" : null;
  }),
  nodeRule("files of words hold types and plain constants", ({ type }, { path }) =>
    WORDS.includes(path) && RUNS.has(type) ? `has a ${type}` : null,
  ),
  {
    name: "no names that say nothing",
    check: (files) =>
      files.flatMap(({ path }) => {
        const folders = path
          .split("/")
          .slice(0, -1)
          .filter((folder) => BANNED_FOLDERS.includes(folder));
        const words = wordsOf(path.split("/").at(-1)?.replace(/\.ts$/, "") ?? "").filter((word) =>
          BANNED.includes(word),
        );
        return [...folders, ...words].map((what) => ({ path, line: 0, what }));
      }),
  },
  nodeRule("no declared names that say nothing", (node) => {
    const name = DECLARATIONS.has(node.type) ? declaredName(node) : null;
    const word = name === null ? undefined : wordsOf(name).find((one) => BANNED.includes(one));
    return word === undefined ? null : `${name} (${word})`;
  }),
];

const RUNS = new Set(["FunctionDeclaration", "ArrowFunctionExpression", "ClassDeclaration", "ExpressionStatement"]);

function calls({ type, callee }: Node, name: string): boolean {
  return type === "CallExpression" && (callee as Node).type === "Identifier" && (callee as Node).value === name;
}

function declaredName({ id, identifier, key }: Node): string | null {
  const named = (id ?? identifier ?? key) as Node | undefined;
  return named?.type === "Identifier" ? (named.value as string) : null;
}

/** "HTTPServerBase" → http, server, base; "space-rules" → space, rules. */
function wordsOf(name: string): string[] {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  return words.map((word) => word.toLowerCase());
}
