/** The samplers of `hyperparameter-js`, by the names that a recipe's `search.sampler` gives them. */
import {
  autoSampler,
  cmaesSampler,
  gpSampler,
  gridSampler,
  haltonSampler,
  randomSampler,
  type Sampler,
  sobolSampler,
  tpeSampler,
} from "hyperparameter-js";
import { definePlugin, type SamplerFactory } from "../../core/plugin/index.js";

type Schema = SamplerFactory["options"];

const count = (least: number, byDefault: number, description: string): Schema => ({
  type: "integer",
  minimum: least,
  default: byDefault,
  description,
});

const toggle = (byDefault: boolean, description: string): Schema => ({
  type: "boolean",
  default: byDefault,
  description,
});

const STARTUP = count(1, 10, "Trials that have ended before the model is used; points that spread out until then.");

/** Options as recipes write them, `prior_weight`, under the names that the library has for them. */
function inCamelCase(options: Schema): Schema {
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value]));
}

function factory(name: string, properties: Schema, create: (options: Schema) => Sampler): SamplerFactory {
  return {
    name,
    options: { type: "object", properties, additionalProperties: false },
    create: (options) => create(inCamelCase(options)),
  };
}

const TPE: Schema = {
  startup: STARTUP,
  candidates: count(1, 24, "Points drawn from the density of good trials, the best of which is proposed."),
  multivariate: toggle(true, "One model over all parameters together; false: each parameter has its own."),
  group: toggle(false, "A model for each group of parameters that occur together."),
  constant_liar: toggle(true, "Places where trials run count as poor until known."),
  prior_weight: {
    type: "number",
    exclusiveMinimum: 0,
    default: 0.3,
    description: "Weight of the uniform prior, where a trial has 1: more explores more.",
  },
};

const GP: Schema = {
  startup: STARTUP,
  deterministic: toggle(
    false,
    "The metric is the same each time the same parameters are tried; else noise is learned.",
  ),
};

const CMAES: Schema = {
  sigma: {
    type: "number",
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1 / 6,
    description: "First deviation of each parameter, as a share of its range.",
  },
  population: {
    type: "integer",
    minimum: 4,
    description: "Trials a generation. Default: 4 + 3 ln d for d parameters.",
  },
  restarts: {
    enum: ["none", "ipop", "bipop"],
    default: "bipop",
    description: "What follows a run that has converged: nothing new, larger populations, or larger and small ones.",
  },
  separable: { type: "boolean", description: "Learns no correlations. Default: from 200 numbers on." },
};

const GRID: Schema = {
  points: {
    type: "object",
    additionalProperties: {
      anyOf: [
        { type: "integer", minimum: 1 },
        { type: "array", items: { type: "number" }, minItems: 1 },
      ],
    },
    description: "Values of a numeric parameter: a list, or how many. Needed for floats without a step.",
  },
  order: {
    enum: ["shuffled", "given"],
    default: "shuffled",
    description: "given: the last parameter changes fastest.",
  },
};

/** `auto` is what suits most recipes, and free to choose otherwise in a later version: name another to stay with it. */
const SAMPLERS: readonly SamplerFactory[] = [
  factory("auto", {}, autoSampler),
  factory("random", {}, randomSampler),
  factory("sobol", {}, sobolSampler),
  factory("halton", {}, haltonSampler),
  factory("grid", GRID, gridSampler),
  factory("tpe", TPE, tpeSampler),
  factory("gp", GP, gpSampler),
  factory("cmaes", CMAES, cmaesSampler),
];

export default definePlugin({
  name: "samplers",
  version: "1.0.0",
  samplers: SAMPLERS.map((sampler) => ({ useFactory: () => sampler })),
});
