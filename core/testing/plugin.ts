/** The conformance kits for all that a plugin provides. */
import { SousError } from "../errors.js";
import type { Plugin } from "../plugin/index.js";
import { bringUp } from "../registry/live.js";
import type { Provided } from "../registry/provided.js";
import { asPlugin, checkProvided, checkSchemas } from "../registry/shape.js";
import type { Finding } from "./finding.js";
import { checkGate } from "./gate.js";
import { checkLearner } from "./learner.js";
import { checkMetric } from "./metric.js";
import { checkSampler } from "./sampler.js";
import { checkSource, type SourceCheck } from "./source.js";

/** What the checks need to be told, by the name of the learner, metric, gate, sampler or source. */
export type PluginChecks = Readonly<Record<string, Partial<SourceCheck>>>;

/** Brings the plugin up as the registry does, checks everything that it provides, and disposes of it. */
export async function checkPlugin(plugin: Plugin, checks: PluginChecks = {}): Promise<Finding[]> {
  try {
    const checked = asPlugin(plugin, "its default export");
    const path = "its default export";
    const check = (provided: Provided) => {
      checkProvided(checked, path, provided);
      return checkSchemas(provided, { path, plugin: checked.name });
    };
    const live = await bringUp({ plugin: checked, folder: null, check });
    try {
      return await checkAll(live.provided, checks);
    } finally {
      await live.dispose();
    }
  } catch (error) {
    if (error instanceof SousError) return [notLoaded(plugin, error)];
    throw error;
  }
}

async function checkAll(provided: Provided, checks: PluginChecks): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const learner of provided.learners) findings.push(...(await checkLearner(learner, checks[learner.name])));
  for (const metric of provided.metrics) findings.push(...(await checkMetric(metric, checks[metric.name])));
  for (const gate of provided.gates) findings.push(...(await checkGate(gate, checks[gate.name])));
  for (const sampler of provided.samplers) findings.push(...(await checkSampler(sampler, checks[sampler.name])));
  for (const source of provided.sources) {
    findings.push(...(await checkSource(source, { files: [], ...checks[source.name] })));
  }
  return findings;
}

function notLoaded(plugin: Plugin, error: SousError): Finding {
  const { message, mend } = error;
  return {
    subject: `plugin ${plugin?.name}`,
    rule: "loads",
    expected: "a plugin that can be loaded",
    found: message,
    mend,
  };
}
