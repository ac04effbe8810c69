/**
 * `sous/testing`: conformance kits for plugins. Each check returns what is wrong, with how to mend it; an empty list is
 * a plugin that keeps its contract. They run in any test runner, or in none:
 *
 *     import { assertConforms, checkPlugin } from "sous/testing";
 *     assertConforms(await checkPlugin(plugin));
 */
export { assertConforms, type CheckOptions, type Finding, type OptionedCheck } from "./finding.js";
export { checkGate } from "./gate.js";
export { checkLearner } from "./learner.js";
export { checkMetric } from "./metric.js";
export { checkPlugin, type PluginChecks } from "./plugin.js";
export { checkSampler } from "./sampler.js";
export { checkSource, type SourceCheck } from "./source.js";
