/**
 * The conformance kit over the plugins that ship, on the built files, as an author runs it: prints the findings of each as a line of
 * JSON. In Jest's own context the same fits take twice the time.
 */
import "reflect-metadata";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPlugin } from "../../dist/core/testing/conformance.js";
import { BUILTINS } from "../../dist/plugins/builtins.js";

/** Options of the gates that have required ones. */
const OPTIONS = {
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
async function samplesIn(folder) {
  const texts = {
    csv: ["a.csv", "a,b\n1,x\n2,y\n"],
    jsonl: ["a.jsonl", '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'],
  };
  const checks = { parquet: { files: [join(import.meta.dirname, "../fixtures/plugins/sample.parquet")] } };
  for (const [name, [file, text]] of Object.entries(texts)) {
    await writeFile(join(folder, file), text);
    checks[name] = { files: [join(folder, file)] };
  }
  return checks;
}

const folder = await mkdtemp(join(tmpdir(), "builtins-"));
try {
  const checks = { ...(await samplesIn(folder)), ...OPTIONS };
  for (const { plugin } of BUILTINS) {
    const findings = await checkPlugin(plugin, checks);
    process.stdout.write(`${JSON.stringify({ plugin: plugin.name, findings })}\n`);
  }
} finally {
  await rm(folder, { recursive: true });
}
