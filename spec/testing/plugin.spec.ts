import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { definePlugin, type Plugin } from "../../core/plugin/index.js";
import { assertConforms, checkPlugin, type PluginChecks } from "../../core/testing/conformance.js";
import { BUILTINS } from "../../plugins/builtins.js";
import { inFolder } from "../support/folder.js";
import { Toy } from "./toy.js";

/** Options of the gates that have required ones. */
const OPTIONS: PluginChecks = {
  calibration: { options: { brier: 0.2, slope: 0.2, intercept: 0.2, spiegelhalter: 0.01 } },
  coverage: { options: { level: 0.5 } },
  artifact: { skip: { no_rows: "it judges the file alone" } },
  latency: { options: { max: "2ms" } },
  size: {
    options: { max: "20MiB", ratio: 2, load: 0.1, memory: "64MiB" },
    skip: { no_rows: "it judges the file alone" },
  },
  negative_flips: { options: { max: 0.02, relative: 0.5, tolerance: 0.3 } },
  fairness: { options: { by: ["level", "empty"], gaps: ["equalised_odds", "four_fifths"] } },
  not_worse: { options: { margin: 0.1 } },
  slices: { options: { by: ["level", "flag"], found: true, margin: 0.1, min_rows: 20 } },
};

/** Files that each source reads, by its name. */
async function samplesIn(folder: string): Promise<PluginChecks> {
  const texts = {
    csv: ["a.csv", "a,b\n1,x\n2,y\n"],
    jsonl: ["a.jsonl", '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'],
    fixed_width: ["a.fwf", "a   b\n1   x\n22  y\n"],
  } as const;
  const checks: Record<string, PluginChecks[string]> = {};
  for (const [name, [file, text]] of Object.entries(texts)) {
    await writeFile(join(folder, file), text);
    checks[name] = { files: [join(folder, file)] };
  }
  const parquet = join(import.meta.dirname, "../fixtures/plugins/sample.parquet");
  return { ...checks, parquet: { files: [parquet] } };
}

function conforms(plugin: Plugin, more: PluginChecks = {}): Promise<void> {
  return inFolder(async (folder) => {
    assertConforms(await checkPlugin(plugin, { ...(await samplesIn(folder)), ...more }));
  });
}

async function outside(path: string): Promise<Plugin> {
  const module: { readonly default: Plugin } = await import(`../fixtures/plugins/outside/${path}`);
  return module.default;
}

it.each(BUILTINS.map(({ plugin }) => [plugin.name, plugin] as const))("the built-in plugin %s conforms", (_, plugin) =>
  conforms(plugin, OPTIONS),
);

it("plugins from outside conform, but for what they skip with a reason", async () => {
  await conforms(await outside("plugins/nearest-mean.js"));
  await conforms(await outside("plugins/fixed-width/source.js"));
  await conforms(await outside("packages/sous-plugin-lift/lift.js"));
  await conforms(await outside("plugins/max-bytes.js"), {
    max_bytes: { options: { max: 5000 }, skip: { no_rows: "it judges the file alone" } },
  });
});

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
