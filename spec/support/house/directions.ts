/** Who may import whom. */
import { type Import, importsOf } from "./imports.js";
import { isLibrary, isSpec, LIBRARIES, type Rule, type Violation } from "./rule.js";
import type { SourceFile } from "./tree.js";

/** Areas from the lowest; none imports from a higher rank, nor from another area of its own. */
const RANKS: readonly (readonly string[])[] = [
  [
    "core/errors",
    "core/json",
    "core/clock",
    "core/environment",
    "core/nearest",
    "core/quantities",
    "core/learner-failure",
  ],
  ["core/artifacts", "core/statistics"],
  ["core/features"],
  ["core/plugin"],
  ["core/recipe", "core/registry"],
  ["core/data", "core/store", "core/ledger", "core/ensemble"],
  ["core/evaluator", "core/provenance"],
  ["core/search", "core/promotion"],
  ["core/reconcile", "core/testing"],
  ["core/cli", "workers"],
];

/** Files of types that parts share with the parts below them; nothing in them runs. */
export const WORDS = [
  "core/evaluator/messages.ts",
  "core/data/snapshot.ts",
  "core/recipe/recipe.ts",
  "core/ledger/entry.ts",
];

/** The composition roots, which alone meet the list of built-in plugins. */
const ROOTS = ["core/cli/", "workers/"];
const LIST = "plugins/builtins.ts";
const DOOR = "core/plugin/index.ts";

/** The only places from which a package may be imported, by its name. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  "hyperparameter-js": ["core/", "plugins/", "workers/"],
  "onnx-train": ["core/ensemble/", "core/evaluator/", "core/features/", "core/plugin/", "core/testing/", "plugins/"],
  "onnxruntime-node": ["core/onnx-train/src/session.ts"],
  tsyringe: ["core/registry/", "core/plugin/define.ts"],
  "reflect-metadata": ["core/registry/"],
  "@swc/core": ["core/registry/hooks.ts"],
  "@duckdb/node-api": ["core/data/database.ts"],
  "better-sqlite3": ["core/store/"],
  kysely: ["core/store/"],
  yaml: ["core/recipe/"],
  "@sinclair/typebox": ["core/recipe/"],
  ajv: ["core/recipe/", "core/registry/shape.ts", "core/testing/"],
  chokidar: ["core/reconcile/watch.ts"],
  piscina: ["workers/pool.ts"],
  commander: ["core/cli/"],
};

export const DIRECTION_RULES: readonly Rule[] = [
  importRule("ranks: nothing imports what stands above it", (one) => {
    const [from, to] = [rankOf(one.from.path), rankOf(one.path)];
    if (from === null || to === null || sameArea(one) || to < from) return null;
    const isWords = WORDS.includes(one.path ?? "") || isIn("core/plugin", one.path ?? "");
    return one.typeOnly && isWords ? null : `imports ${one.path}`;
  }),
  importRule("libraries import nothing from the repository", ({ from, path, specifier }) => {
    const own = LIBRARIES.find((folder) => from.path.startsWith(folder));
    if (own === undefined) return null;
    const foreign = path === null ? specifier in HOMES && !allowed(specifier, from.path) : !path.startsWith(own);
    return foreign ? `imports ${specifier}` : null;
  }),
  importRule("core meets plugins in the composition roots only", ({ from, path }) => {
    if (isSpec(from.path) || from.path.startsWith("plugins/") || !path?.startsWith("plugins/")) return null;
    return path === LIST && ROOTS.some((root) => from.path.startsWith(root)) ? null : `imports ${path}`;
  }),
  importRule("plugins import the door, the libraries, Node and their own folder", ({ from, path, specifier }) => {
    if (!from.path.startsWith("plugins/") || from.path === LIST) return null;
    const fine = path === null ? isOpen(specifier) : path === DOOR || isOwn(from.path, path);
    return fine ? null : `imports ${specifier}`;
  }),
  importRule("a package is imported in its home only", ({ from, path, specifier }) => {
    if (isSpec(from.path) || path !== null || specifier.startsWith("node:")) return null;
    return allowed(specifier, from.path) ? null : `imports ${specifier}`;
  }),
  importRule("modules of Node are imported with node:", ({ path, specifier }) =>
    path === null && BARE.has(specifier) ? `imports ${specifier}` : null,
  ),
  { name: "no cycles", check: cycles },
];

const BARE = new Set(["fs", "fs/promises", "path", "os", "url", "crypto", "child_process", "worker_threads", "module"]);

function importRule(name: string, fault: (one: Import) => string | null): Rule {
  return {
    name,
    check: (files) =>
      files.flatMap(importsOf).flatMap((one): Violation[] => {
        const what = fault(one);
        return what === null ? [] : [{ path: one.from.path, line: one.line, what }];
      }),
  };
}

function rankOf(path: string | null): number | null {
  const rank = RANKS.findIndex((areas) => areas.some((area) => isIn(area, path ?? "")));
  return rank < 0 ? null : rank;
}

function sameArea({ from, path }: Import): boolean {
  return RANKS.flat().some((area) => isIn(area, from.path) && isIn(area, path ?? ""));
}

function isIn(area: string, path: string): boolean {
  return path === `${area}.ts` || path.startsWith(`${area}/`);
}

function allowed(specifier: string, path: string): boolean {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return (
    (HOMES[name] ?? []).some((home) => path.startsWith(home)) && !(isLibrary(path) && HOMES[name]?.includes("core/"))
  );
}

function isOpen(specifier: string): boolean {
  return specifier.startsWith("node:") || specifier === "hyperparameter-js" || specifier === "onnx-train";
}

/** `plugins/<contract>/<plugin>/…` is one plugin, and so are the files that lie in `plugins/<contract>/` itself. */
function isOwn(from: string, to: string): boolean {
  const folder = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);
  return folder(to).startsWith(folder(from)) || folder(from).startsWith(folder(to));
}

/** Types leave no trace when the program runs, so they make no cycle. */
function cycles(files: readonly SourceFile[]): Violation[] {
  const edges = new Map(files.map((file) => [file.path, runtimeTargets(file)]));
  const done = new Set<string>();
  const found: Violation[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) {
      found.push({ path, line: 0, what: [...trail.slice(trail.indexOf(path)), path].join(" -> ") });
    }
    if (done.has(path) || trail.includes(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

function runtimeTargets(file: SourceFile): string[] {
  return importsOf(file).flatMap(({ path, typeOnly }) => (path === null || typeOnly ? [] : [path]));
}
