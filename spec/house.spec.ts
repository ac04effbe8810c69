/** The rules of the house (DESIGN §3, §4, §7), checked on the tree itself. */
import { describe, expect, it } from "@jest/globals";
import { loadPlugins } from "../core/registry/load.js";
import { BUILTINS, DEFAULTS } from "../plugins/builtins.js";
import { DIRECTION_RULES } from "./support/house/directions.js";
import { EXCEPTIONS, type Exception } from "./support/house/exceptions.js";
import { HOME_RULES, namesNoPlugin } from "./support/house/homes.js";
import type { Rule, Violation } from "./support/house/rule.js";
import { SHAPE_RULES } from "./support/house/shape.js";
import { fileSizes, functionSizes, SIZE_RULES } from "./support/house/sizes.js";
import { FOLDERS, parsed, pathsIn, readTree } from "./support/house/tree.js";

const PATHS = pathsIn(FOLDERS);
const FILES = readTree(PATHS);
const RULES: readonly Rule[] = [
  ...DIRECTION_RULES,
  ...SHAPE_RULES,
  ...HOME_RULES,
  ...SIZE_RULES,
  namesNoPlugin(await builtInNames()),
];

async function builtInNames(): Promise<ReadonlySet<string>> {
  const registry = await loadPlugins({ builtins: BUILTINS, defaults: DEFAULTS, folder: null, packagesFrom: null });
  const { learners, metrics, gates, samplers, sources } = registry;
  return new Set([learners, metrics, gates, samplers, sources].flatMap((shelf) => [...shelf.keys()]));
}

const FOUND = new Map(RULES.map((rule) => [rule, rule.check(FILES)]));

function excepts({ rule: name, path, what }: Exception, rule: Rule, violation: Violation): boolean {
  const there = path.endsWith("/") ? violation.path.startsWith(path) : violation.path === path;
  return name === rule.name && there && (what === undefined || violation.what.includes(what));
}

describe("the tree keeps the rule", () => {
  it.each(RULES.map((rule) => [rule.name, rule] as const))("%s", (_, rule) => {
    const violations = (FOUND.get(rule) ?? []).filter(
      (one) => !EXCEPTIONS.some((exception) => excepts(exception, rule, one)),
    );
    expect(violations.map(({ path, line, what }) => `${path}:${line} ${what}`)).toEqual([]);
  });

  it("all that ships is TypeScript", () => {
    expect(PATHS.filter((path) => !path.startsWith("spec/") && /\.[cm]?jsx?$/.test(path))).toEqual([]);
  });

  it("functions have a median of 10 lines and nine in ten have 35 at most", () => {
    const { median, p90 } = functionSizes(FILES);
    expect(median).toBeLessThanOrEqual(10);
    expect(p90).toBeLessThanOrEqual(35);
  });

  it("files have a median of 120 lines and nine in ten have 300 at most", () => {
    const { median, p90 } = fileSizes(FILES);
    expect(median).toBeLessThanOrEqual(120);
    expect(p90).toBeLessThanOrEqual(300);
  });
});

it("has no exception that nothing needs", () => {
  const found = [...FOUND].flatMap(([rule, violations]) => violations.map((violation) => ({ rule, violation })));
  const needless = EXCEPTIONS.filter((one) => !found.some(({ rule, violation }) => excepts(one, rule, violation)));
  expect(needless).toEqual([]);
});

/** For each rule, files that break it, and how often they do. */
const PLANTED: Readonly<Record<string, readonly (readonly [path: string, text: string, violations: number])[]>> = {
  "ranks: nothing imports what stands above it": [
    ["core/store/x.ts", 'import { run } from "../search/search.js";', 1],
    ["core/store/x.ts", 'import { open } from "../ledger/ledger.js";', 1],
    ["core/store/x.ts", 'import type { Search } from "../search/search.js";', 1],
    ["core/store/x.ts", 'const search = await import("../search/search.js");', 1],
    ["core/store/x.ts", 'export type X = import("../search/search.js").X;', 1],
    ["core/store/x.ts", 'import { type Job, run } from "../evaluator/messages.js";', 1],
    ["core/store/x.ts", 'import type { Job } from "../evaluator/messages.js";', 0],
    ["core/search/x.ts", 'import { open } from "../store/store.js";', 0],
    ["core/recipe/x.ts", 'import type { Task } from "../plugin/index.js";', 0],
  ],
  "libraries import nothing from the repository": [
    ["core/onnx-train/src/x.ts", 'import { sleep } from "../../clock.js";', 1],
    ["core/onnx-train/src/x.ts", 'import { createRng } from "hyperparameter-js";', 1],
    ["core/onnx-train/src/x.ts", 'import { Graph } from "./graph.js";', 0],
  ],
  "core meets plugins in the composition roots only": [
    ["core/search/x.ts", 'import { BUILTINS } from "../../plugins/builtins.js";', 1],
    ["core/cli/x.ts", 'import dummy from "../../plugins/learners/dummy.js";', 1],
    ["core/cli/x.ts", 'import { BUILTINS } from "../../plugins/builtins.js";', 0],
  ],
  "plugins import the door, the libraries, Node and their own folder": [
    ["plugins/gates/x.ts", 'import { Ledger } from "../../core/ledger/ledger.js";', 1],
    ["plugins/gates/x.ts", 'import { isJudgeable } from "../metrics/rows.js";', 1],
    ["plugins/learners/tree/x.ts", 'import { fit } from "../linear/linear.js";', 1],
    ["plugins/gates/x.ts", 'import { Ajv } from "ajv";', 1],
    ["plugins/gates/x.ts", 'import { definePlugin } from "../../core/plugin/index.js";', 0],
    ["plugins/learners/tree/x.ts", 'import { join } from "node:path"; import { y } from "./y.js";', 0],
  ],
  "a package is imported in its home only": [
    ["core/search/x.ts", 'import { container } from "tsyringe";', 1],
    ["core/onnx-train/src/x.ts", 'import { InferenceSession } from "onnxruntime-node";', 1],
    ["core/cli/x.ts", 'import lodash from "lodash/fp";', 1],
    ["core/registry/x.ts", 'import { container } from "tsyringe";', 0],
  ],
  "modules of Node are imported with node:": [["core/cli/x.ts", 'import { join } from "path";', 1]],
  "no barrels: only doors export what others have": [
    ["core/search/index.ts", 'export * from "./search.js";', 1],
    ["core/search/index.ts", 'export { run } from "./search.js";', 1],
    ["core/plugin/index.ts", 'export { run } from "./define.js";', 0],
  ],
  "no default exports, but a plugin's module": [
    ["core/search/x.ts", "export default class X {}", 1],
    ["plugins/gates/x.ts", "export default 1;", 1],
    ["plugins/gates/x.ts", 'export default definePlugin({ name: "x" });', 0],
  ],
  "no any": [["spec/x.ts", "const x: any = 1; const y = (z: Record<string, any>) => z as any;", 3]],
  "no as unknown as": [
    ["core/x.ts", "const x = y as unknown as string;", 1],
    ["core/x.ts", "const x = y as unknown;", 0],
  ],
  "files of words hold types and plain constants": [
    ["core/data/snapshot.ts", "export function size() { return 1; }", 1],
    ["core/data/snapshot.ts", "export interface Size { of(): number } export const ONE = 1;", 0],
  ],
  "no names that say nothing": [
    ["core/helpers/x.ts", "", 1],
    ["core/search/trial-manager.ts", "", 1],
    ["core/search/base-line.ts", "", 1],
    ["core/search/database.ts", "", 0],
  ],
  "no declared names that say nothing": [
    ["core/x.ts", "class TrialManager {} function makeUtil() {} interface BaseGate {} const handlerOf = 1;", 4],
    ["core/x.ts", "class Database { baseline() {} }", 0],
  ],
  "durable writes: core/artifacts only": [
    ["core/search/x.ts", 'import { readFile, writeFile } from "node:fs/promises";', 1],
    ["core/search/x.ts", 'import * as fs from "node:fs"; import also from "node:fs";', 2],
    ["core/artifacts/x.ts", 'import { writeFile } from "node:fs/promises";', 0],
  ],
  "files are opened to read, but in core/artifacts": [
    ["core/search/x.ts", 'import { open } from "node:fs/promises"; await open(path, "a");', 1],
    ["core/search/x.ts", 'import { open } from "node:fs/promises"; await open(path, O_RDONLY | O_CREAT);', 1],
    ["core/search/x.ts", 'import { open } from "node:fs/promises"; await open(path); await open(path, "r");', 0],
  ],
  "time: core/clock.ts only": [
    ["core/search/x.ts", "const x = [Date.now(), performance.now(), new Date(), new Date];", 4],
    ["core/search/x.ts", "const x = new Date(0);", 0],
  ],
  "chance: from a seed only": [["plugins/gates/x.ts", "const x = Math.random();", 1]],
  "environment: core/environment.ts only": [["workers/x.ts", "const x = process.env.HOME;", 1]],
  "console: core/cli only": [
    ["workers/x.ts", "console.log(1);", 1],
    ["core/cli/x.ts", "console.log(1);", 0],
  ],
  "files have 500 lines at most": [
    ["core/x.ts", "// line\n".repeat(501), 1],
    ["core/x.ts", "// line\n".repeat(500), 0],
  ],
  "functions have 4 parameters at most": [
    ["core/x.ts", "function f(a, b, c, d, e) {} const g = (a, b, c, d, e) => 1;", 2],
    ["core/x.ts", "class X { constructor(a, b, c, d, e) {} #f(a, b, c, d, e) {} }", 2],
    ["core/x.ts", "function f(a, b, c, d) {}", 0],
  ],
  "core names no plugin": [
    ["core/search/x.ts", 'const x = kind === "tpe";', 1],
    ["core/search/x.ts", 'const x = kind === "tree";', 0],
    ["plugins/samplers/x.ts", 'const x = kind === "tpe";', 0],
  ],
};

describe("a planted violation is found by", () => {
  it.each(RULES.filter(({ name }) => name !== "no cycles").map((rule) => [rule.name, rule] as const))(
    "%s",
    (name, rule) => {
      const planted = PLANTED[name] ?? [];
      const found = planted.map(([path, text]) => [path, text, rule.check([parsed(path, text)]).length]);
      expect(planted.length).toBeGreaterThan(0);
      expect(found).toEqual(planted);
    },
  );

  it("no cycles", () => {
    const files = (from: string) => [
      parsed("core/a/x.ts", 'import { y } from "./y.js";'),
      parsed("core/a/y.ts", 'import { z } from "../b/z.js";'),
      parsed("core/b/z.ts", from),
    ];
    const rule = RULES.find(({ name }) => name === "no cycles");
    expect(rule?.check(files('import { x } from "../a/x.js";')).map(({ what }) => what)).toEqual([
      "core/a/x.ts -> core/a/y.ts -> core/b/z.ts -> core/a/x.ts",
    ]);
    expect(rule?.check(files('import type { X } from "../a/x.js";'))).toEqual([]);
  });

  it("the sizes of functions and files", () => {
    const tall = `function f() {\n${"  g();\n".repeat(40)}}\n`;
    const short = "const h = () => {\n  g();\n};\nconst i = () => 1;\n";
    expect(functionSizes([parsed("core/x.ts", tall + short)])).toEqual({ count: 2, median: 42, p90: 42 });
    expect(fileSizes([parsed("core/x.ts", tall + short), parsed("spec/x.ts", "")])).toEqual({
      count: 1,
      median: 46,
      p90: 46,
    });
  });
});
