/** Plugins as strangers write them, loaded by real processes and threads from the built files. */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "@jest/globals";
import type { Descriptors } from "../../core/evaluator/messages.js";
import { digestOfPlugin } from "../../core/registry/discover.js";
import { builtUrl } from "../support/child.js";
import { evaluatorIn, LIMITS, snapshotIn, trialOf } from "../support/evaluator.js";
import { inFolder } from "../support/folder.js";

const FIXTURES = join(import.meta.dirname, "../fixtures/plugins");

/** Prints what is described, and what a fit of the outside learner makes of a table without numbers. */
const TELL = `
  import { loadPlugins } from "${builtUrl("core/registry/load.js")}";
  import { LearnerFailure } from "${builtUrl("core/plugin/index.js")}";
  const { folder, home } = JSON.parse(process.env["PLACES"]);
  const registry = await loadPlugins({ builtins: [], defaults: {}, folder, packagesFrom: home });
  const table = { rows: 0, columns: [] };
  const request = { spec: { task: "binary", target: "t", classes: ["a", "b"] }, train: { table }, params: {} };
  const failure = await registry.learners.get("nearest_mean")?.fit(request, {}).catch((error) => error);
  console.log(JSON.stringify({ ...registry.describe(), sameClass: failure instanceof LearnerFailure }));
  await registry.dispose();
`;

const IN_THREAD = `
  import { Worker } from "node:worker_threads";
  const code = ${JSON.stringify(TELL)};
  new Worker(new URL("data:text/javascript," + encodeURIComponent(code)));
`;

type Told = Descriptors & { readonly sameClass: boolean };

async function tell(places: { readonly folder: string | null; readonly home: string | null }): Promise<Told> {
  return run(["--input-type=module", "-e", TELL], places);
}

async function run(args: readonly string[], places: object): Promise<Told> {
  const env = { ...process.env, PLACES: JSON.stringify(places) };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout);
}

/** A home with the outside plugins in its plugins folder and its node_modules. */
function inHome<T>(work: (home: string, folder: string) => Promise<T>): Promise<T> {
  return inFolder(async (home) => {
    await cp(join(FIXTURES, "outside/plugins"), join(home, "plugins"), { recursive: true });
    await cp(join(FIXTURES, "outside/packages"), join(home, "node_modules"), { recursive: true });
    return work(home, join(home, "plugins"));
  });
}

function expectAll(told: Told): void {
  expect(told.broken).toEqual([]);
  expect(told.plugins.map(({ name }) => name)).toEqual(["fixed-width", "max-bytes", "nearest-mean", "lift"]);
  expect(told.learners.map(({ name }) => name)).toEqual(["nearest_mean"]);
  expect(told.gates.map(({ name }) => name)).toEqual(["max_bytes"]);
  expect(told.sources.map(({ name }) => name)).toEqual(["fixed_width"]);
  expect(told.metrics.map(({ name }) => name)).toEqual(["lift"]);
  expect(told.sameClass).toBe(true);
}

it("loads a decorated class in TypeScript, plain JavaScript, a folder and a package from a home without sous in reach", () =>
  inHome(async (home, folder) => {
    expectAll(await tell({ folder, home }));
  }));

it("loads them in a worker thread", () =>
  inHome(async (home, folder) => {
    expectAll(await run(["--input-type=module", "-e", IN_THREAD], { folder, home }));
  }));

it("gives them the host's copies although the home has its own", () =>
  inHome(async (home, folder) => {
    const modules = join(home, "node_modules");
    for (const name of ["tsyringe", "reflect-metadata"]) {
      await cp(join(import.meta.dirname, "../../node_modules", name), join(modules, name), { recursive: true });
    }
    for (const name of ["sous", "hyperparameter-js", "onnx-train"]) {
      await mkdir(join(modules, name));
      await writeFile(join(modules, name, "index.js"), `throw new Error("another copy of ${name}");`);
    }
    expectAll(await tell({ folder, home }));
  }));

it("runs an outside learner in the evaluator's threads, with its digest told to the daemon", () =>
  inHome(async (home, folder) => {
    const evaluator = evaluatorIn(home, {
      places: { artifacts: join(home, "artifacts"), plugins: folder, packages: home },
    });
    try {
      const told = await evaluator.run({ kind: "describe" }, LIMITS);
      const snapshot = await snapshotIn(home, evaluator);
      const trial = trialOf(snapshot.summary.digest, { sharpness: 1 }, "nearest_mean");
      const ended = await evaluator.run(trial, LIMITS);
      const digest = await digestOfPlugin({ path: join(folder, "nearest-mean.ts"), isFolder: false });
      const record = { name: "nearest-mean", version: "1.0.0", digest, builtin: false };
      const plugins = expect.arrayContaining([record]);
      expect(told).toMatchObject({ status: "done", outcome: { broken: [], plugins } });
      expect(ended).toMatchObject({ status: "done", outcome: { parity: { labelAgreement: 1 } } });
    } finally {
      await evaluator.close();
    }
  }));

it("loads the examples of docs/plugins.md as they stand there", () =>
  inFolder(async (home) => {
    const text = await readFile(join(import.meta.dirname, "../../docs/plugins.md"), "utf8");
    const examples = [...text.matchAll(/```(js|ts)\n(.*?)```/gs)].filter(([, , code]) =>
      code?.includes("definePlugin({"),
    );
    for (const [at, [, ending, code = ""]] of examples.entries()) await writeFile(join(home, `${at}.${ending}`), code);
    const told = await tell({ folder: home, home: null });
    expect(told.broken).toEqual([]);
    expect(told.plugins.map(({ name }) => name)).toEqual(["max-bytes", "cost"]);
  }));

const folder = join(FIXTURES, "broken");
const at = (name: string) => join(folder, name);
const shape = (name: string, file: string, what: string) => `In the plugin ${name} (${at(file)}), ${what}.`;

/** Every fixture with the message that its author reads. */
const BROKEN: readonly (readonly [file: string, code: string, message: string | RegExp])[] = [
  ["bad-name.js", "PLUGIN_NAME", `The plugin file ${at("bad-name.js")} has a metric with the name "Mean Error".`],
  [
    "bad-options.js",
    "PLUGIN_SHAPE",
    /the gate strict .* expected options to be the JSON Schema .* data\/properties\/max\/type must be/,
  ],
  [
    "bad-space.js",
    "PLUGIN_SHAPE",
    shape(
      "bad-space",
      "bad-space.js",
      "the learner reversed is not what the contract says: expected space() to give a search space for each of its tasks, " +
        "found space.depth.low: expected at most high, 1, got 5 (BOUNDS_REVERSED)",
    ),
  ],
  [
    "missing-import.js",
    "PLUGIN_IMPORT",
    `The plugin ${at("missing-import.js")} can't be imported: Cannot find package ` +
      `'a-package-that-nobody-has-installed' imported from ${at("missing-import.js")}.`,
  ],
  [
    "missing-method.js",
    "PLUGIN_SHAPE",
    shape(
      "missing-method",
      "missing-method.js",
      "the learner half is not what the contract says: expected a method fit(), found nothing",
    ),
  ],
  [
    "no-default-export.ts",
    "PLUGIN_NO_EXPORT",
    `The module ${at("no-default-export.ts")} has no plugin as its default export.`,
  ],
  [
    "no-entry",
    "PLUGIN_NO_ENTRY",
    `The plugin folder ${at("no-entry")} has no module to begin with; looked for index.ts, index.mts, index.js, index.mjs.`,
  ],
  ["start-throws.js", "PLUGIN_STEP", "The plugin start-throws failed in start: the port is taken."],
  [
    "syntax-error.js",
    "PLUGIN_IMPORT",
    `The plugin ${at("syntax-error.js")} can't be imported: Unexpected identifier 'version'.`,
  ],
  [
    "syntax-error.ts",
    "PLUGIN_IMPORT",
    `The plugin ${at("syntax-error.ts")} can't be imported: Expected ',', got 'ident' (${at("syntax-error.ts")}:3).`,
  ],
  [
    "taken-name.js",
    "PLUGIN_CLASH",
    `The plugin taken-name (${at("taken-name.js")}) has a metric named taken, which the plugin taken-name provides already.`,
  ],
  [
    "throws-at-import.js",
    "PLUGIN_IMPORT",
    `The plugin ${at("throws-at-import.js")} can't be imported: no licence key.`,
  ],
  [
    "undecorated.ts",
    "PLUGIN_STEP",
    'The plugin undecorated failed in construct: TypeInfo not known for "Lonely": decorate the class with @injectable(), or give a useFactory.',
  ],
  [
    "wrong-contract.js",
    "PLUGIN_CONTRACT",
    `The plugin wrong-contract (${at("wrong-contract.js")}) was made for version 7 of the plugin contract; this sous has version 1.`,
  ],
];

it("names every broken plugin with the reason", async () => {
  const { broken } = await tell({ folder, home: null });
  expect(broken.map(({ path, error }) => [basename(path), error.code])).toEqual(
    BROKEN.map(([file, code]) => [file, code]),
  );
  for (const [index, [, , message]] of BROKEN.entries()) {
    const said = broken[index]?.error.message;
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  }
});
