import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "@jest/globals";
import { definePlugin, type Plugin } from "../../core/plugin/index.js";
import { assertConforms, checkPlugin, type PluginChecks } from "../../core/testing/conformance.js";
import type { Finding } from "../../core/testing/finding.js";
import { inFolder } from "../support/folder.js";
import { Toy } from "./toy.js";

function conforms(plugin: Plugin, checks: PluginChecks = {}): Promise<void> {
  return checkPlugin(plugin, checks).then(assertConforms);
}

async function outside(path: string): Promise<Plugin> {
  const module: { readonly default: Plugin } = await import(`../fixtures/plugins/outside/${path}`);
  return module.default;
}

it("the plugins that ship conform", async () => {
  const script = fileURLToPath(new URL("builtins.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const found = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly plugin: string; readonly findings: readonly Finding[] });
  expect(found.map(({ plugin }) => plugin)).toEqual(expect.arrayContaining(["gates", "gbdt", "linear", "sources"]));
  for (const { findings } of found) assertConforms(findings);
});

it("plugins from outside conform, but for what they skip with a reason", () =>
  inFolder(async (folder) => {
    const file = join(folder, "a.fwf");
    await writeFile(file, "a   b\n1   x\n22  y\n");
    await conforms(await outside("plugins/nearest-mean.js"));
    await conforms(await outside("plugins/fixed-width/source.js"), { fixed_width: { files: [file] } });
    await conforms(await outside("packages/sous-plugin-lift/lift.js"));
    await conforms(await outside("plugins/max-bytes.js"), {
      max_bytes: { options: { max: 5000 }, skip: { no_rows: "it judges the file alone" } },
    });
  }));

it("reports a plugin that can't be loaded as a finding", async () => {
  const plugin = definePlugin({ name: "Bad Name", version: "1", learners: [{ useClass: Toy }] });
  expect(await checkPlugin(plugin)).toMatchObject([
    { rule: "loads", found: 'The plugin file its default export has a plugin with the name "Bad Name".' },
  ]);
});

it("disposes of the plugin whatever the checks find", async () => {
  const life: string[] = [];
  const dispose = () => void life.push("dispose");
  const silent = Object.assign(new Toy(), { tell: async () => {} });
  const findings = await checkPlugin(
    definePlugin({ name: "p", version: "1", learners: [{ useFactory: () => silent }], dispose }),
  );
  expect(findings.map(({ rule }) => rule)).toEqual(["yields", "work_counted"]);
  expect(life).toEqual(["dispose"]);
});
